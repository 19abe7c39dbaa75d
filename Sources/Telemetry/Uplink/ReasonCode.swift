// PUBACK reason codes in words.

/// MQTT 5 PUBACK reason codes (MQTT 5.0 §3.4.2.1).
public enum ReasonCode {
    /// Accepted, and there is nobody to give it to.
    public static let noMatchingSubscribers: UInt8 = 0x10
    /// The message is larger than the broker takes.
    public static let packetTooLarge: UInt8 = 0x95

    /// True when the refusal is about this very message, so that waiting cannot help and others may go through.
    public static func concernsTheMessage(_ code: UInt8) -> Bool { [0x90, 0x95, 0x99, 0x9A, 0x9B].contains(code) }

    /// What a code means, in words for a technician.
    public static func words(_ code: UInt8) -> String {
        let name =
            switch code {
            case 0x00: "success"
            case 0x10: "nobody subscribes to the topic"
            case 0x80: "unspecified error"
            case 0x83: "implementation specific error"
            case 0x87: "not authorized for this topic"
            case 0x90: "topic name invalid"
            case 0x91: "packet identifier in use"
            case 0x95: "packet too large"
            case 0x97: "quota exceeded"
            case 0x99: "payload format invalid"
            default: "reason"
            }
        return "\(name) (0x\(code < 16 ? "0" : "")\(String(code, radix: 16, uppercase: true)))"
    }
}
