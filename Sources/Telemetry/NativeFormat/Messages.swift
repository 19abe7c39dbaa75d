// The messages of the native format: topics, and the envelopes around stored records.
import SensorModel

/// Who speaks: the part of every message's envelope that belongs to the gateway.
public struct Speaker: Sendable, Equatable {
    /// The gateway's id.
    public var gateway: String
    /// The store's id.
    public var store: String

    /// - Parameters: as the properties.
    public init(gateway: String, store: String) {
        self.gateway = gateway
        self.store = store
    }

    /// Topic of a kind of message: `manhole/v1/GATEWAY/KIND`.
    public func topic(_ kind: Topic) -> String { "manhole/v1/\(gateway)/\(kind.rawValue)" }
}

/// The last level of a topic.
public enum Topic: String, CaseIterable, Sendable {
    case state, readings, alarms, commands, replies
}

/// Builds messages out of stored records.
public enum NativeFormat {
    /// A batch of readings. All its records are of one boot.
    public static func batch(_ elements: [LaneElement], after: Int64, boot: String, speaker: Speaker) -> [UInt8] {
        var json = envelope(after: after, boot: boot, speaker: speaker, capacity: 200 + elements.count * 260)
        json.raw(",\"readings\":[")
        var isFirst = true
        for element in elements {
            if !isFirst { json.raw(",") }
            isFirst = false
            switch element {
            case .record(let seq, let body):
                json.raw("{\"seq\":")
                json.integer(seq)
                json.raw(",")
                json.raw(body)
                json.raw("}")
            case .gap(let gap):
                json.raw("{")
                write(gap, into: &json)
                json.raw("}")
            }
        }
        json.raw("]}")
        return json.bytes
    }

    /// One alarm transition, or one gap of the alarm lane.
    public static func alarm(_ element: LaneElement, after: Int64, boot: String, speaker: Speaker) -> [UInt8] {
        var json = envelope(after: after, boot: boot, speaker: speaker, capacity: 1024)
        switch element {
        case .record(let seq, let body):
            json.raw(",\"seq\":")
            json.integer(seq)
            json.raw(",")
            json.raw(body)
        case .gap(let gap):
            json.raw(",")
            write(gap, into: &json)
        }
        json.raw("}")
        return json.bytes
    }

    /// The retained word that the gateway is there, with what it is made of.
    /// - Parameters:
    ///   - session: grows with every connection of this store: tells an old will from a new birth.
    ///   - description: members of the self-description as JSON, without braces; may be empty.
    ///   - live: members that change while the gateway runs, likewise.
    public static func birth(
        speaker: Speaker, boot: String, session: Int64, predecessor: String?, now: Timestamp, description: [UInt8],
        live: [UInt8] = []
    ) -> [UInt8] {
        var json = JSONBytes(capacity: 512 + description.count + live.count)
        json.raw("{\"online\":true,\"schema\":1,\"gateway\":")
        json.string(speaker.gateway)
        json.raw(",\"boot\":")
        json.string(boot)
        json.raw(",\"session\":")
        json.integer(session)
        json.raw(",\"store\":")
        json.string(speaker.store)
        json.optionalMember("predecessor", predecessor)
        json.raw(",\"time\":")
        json.time(now.wall)
        json.raw(",\"clock\":")
        json.string(now.clock.rawValue)
        for members in [live, description] where !members.isEmpty {
            json.raw(",")
            json.raw(members)
        }
        json.raw("}")
        return json.bytes
    }

    /// What the broker says in the gateway's name when the connection breaks.
    public static func will(speaker: Speaker, boot: String, session: Int64) -> [UInt8] {
        var json = JSONBytes(capacity: 200)
        json.raw("{\"online\":false,\"schema\":1,\"gateway\":")
        json.string(speaker.gateway)
        json.raw(",\"boot\":")
        json.string(boot)
        json.raw(",\"session\":")
        json.integer(session)
        json.raw(",\"store\":")
        json.string(speaker.store)
        json.raw("}")
        return json.bytes
    }

    private static func envelope(after: Int64, boot: String, speaker: Speaker, capacity: Int) -> JSONBytes {
        var json = JSONBytes(capacity: capacity)
        json.raw("{\"schema\":1,\"gateway\":")
        json.string(speaker.gateway)
        json.raw(",\"store\":")
        json.string(speaker.store)
        json.raw(",\"boot\":")
        json.string(boot)
        json.raw(",\"after\":")
        json.integer(after)
        return json
    }

    /// A gap as a member, `"gap":{…}`.
    public static func write(_ gap: Gap, into json: inout JSONBytes) {
        json.raw("\"gap\":{\"from\":")
        json.integer(gap.from)
        json.raw(",\"to\":")
        json.integer(gap.to)
        json.raw(",\"count\":")
        json.integer(gap.count)
        json.raw(",\"reason\":")
        json.string(gap.reason.rawValue)
        json.raw("}")
    }
}
