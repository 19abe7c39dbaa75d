// The answer to a command, as it goes to the platform.
import SensorModel
import NativeFormat

/// Writes replies.
enum CommandReply {
    /// It was carried out.
    /// - Parameters:
    ///   - result: JSON.
    ///   - isCommitted: false when the store did not write it: a power cut would undo it.
    static func done(_ id: String, result: [UInt8], isCommitted: Bool = true) -> [UInt8] {
        var json = JSONBytes(capacity: 64 + result.count)
        json.raw("{\"id\":")
        json.string(id)
        json.raw(isCommitted ? ",\"ok\":true,\"result\":" : ",\"ok\":true,\"committed\":false,\"result\":")
        json.raw(result)
        json.raw("}")
        return json.bytes
    }

    /// It was not.
    /// - Parameter language: the gateway's.
    static func refused(_ refusal: CommandRefusal, _ language: EntryLanguage) -> [UInt8] {
        let message = refusal.message[language]
        var json = JSONBytes(capacity: 128 + message.utf8.count)
        json.raw("{\"id\":")
        json.string(refusal.id)
        json.raw(",\"ok\":false,\"error\":")
        json.string(refusal.word.rawValue)
        json.raw(",\"message\":")
        json.string(message)
        json.raw("}")
        return json.bytes
    }
}
