// What the retained state says beside the self-description, and what changes while the gateway runs.
import NativeFormat
import Synchronization

/// Renders the members of the state that change, out of parts that each have one owner, and announces them when they do.
final class LiveState: Sendable {
    /// The members, in the order in which they stand in the message.
    enum Part: String, CaseIterable, Sendable {
        /// Number and hash of the audit log's last record.
        case audit
    }

    private let parts = Mutex<[Part: [UInt8]]>([:])
    private let announce: @Sendable (_ members: [UInt8], _ isUrgent: Bool) -> Void

    /// - Parameter announce: called with the members, JSON without braces, whenever they have changed; must not wait.
    init(announce: @escaping @Sendable (_ members: [UInt8], _ isUrgent: Bool) -> Void) { self.announce = announce }

    /// Sets a member.
    /// - Parameters:
    ///   - value: its value as JSON; nil leaves it out.
    ///   - isUrgent: whether the platform has to know at once.
    func set(_ part: Part, _ value: [UInt8]?, isUrgent: Bool = false) {
        parts.withLock { parts in
            guard parts[part] != value else { return }
            parts[part] = value
            // Under the lock, so that the last one announced is the last one set.
            announce(Self.render(parts), isUrgent)
        }
    }

    private static func render(_ parts: [Part: [UInt8]]) -> [UInt8] {
        var json = JSONBytes()
        var isFirst = true
        for part in Part.allCases {
            guard let value = parts[part] else { continue }
            if !isFirst { json.raw(",") }
            isFirst = false
            json.string(part.rawValue)
            json.raw(":")
            json.raw(value)
        }
        return json.bytes
    }
}

extension LiveState {
    /// The audit log has a new last record.
    func set(_ head: AuditHead) {
        var json = JSONBytes(capacity: 96)
        json.raw("{\"seq\":")
        json.integer(head.seq)
        json.raw(",\"head\":")
        json.string(head.hash)
        json.raw("}")
        set(.audit, json.bytes)
    }
}
