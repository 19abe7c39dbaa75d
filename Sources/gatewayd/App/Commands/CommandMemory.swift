// The ids of commands that have come, until they expire: a command works once. Pure; the store keeps what this says.
// Limit: as many ids as the store's alarm lane has room for, at most 4,096; when full a new command is refused as `busy`.
import Outbox
import SensorModel

/// Which ids are used up.
struct CommandMemory: Sendable, Equatable {
    private static let prefix = "command/"

    private var expiries: [String: WallTime] = [:]
    private let capacity: Int

    /// - Parameters:
    ///   - states: what the store kept; others' states are left alone. An expiry that cannot be read never comes.
    ///   - laneBytes: the most bytes of the lane that keeps them; the ids take at most a quarter.
    init(_ states: [(key: String, body: [UInt8])], laneBytes: Int64) {
        capacity = Int(min(4096, max(16, laneBytes / 1024)))
        for state in states where state.key.hasPrefix(Self.prefix) {
            let expiry = Int64(String(decoding: state.body, as: UTF8.self)) ?? .max
            expiries[String(state.key.dropFirst(Self.prefix.count))] = WallTime(nanoseconds: expiry)
        }
    }

    /// Whether a command with this id has come.
    func knows(_ id: String) -> Bool { expiries[id] != nil }

    /// Takes an id, and forgets those whose time is over by a clock that somebody vouches for.
    /// - Returns: what the store has to commit before the command has an effect; nil when there is no room.
    mutating func remember(_ id: String, until expires: WallTime, now: Timestamp) -> [StateChange]? {
        var changes: [StateChange] = []
        if now.clock != .unsynced {
            for (old, expiry) in expiries where expiry <= now.wall {
                expiries[old] = nil
                changes.append(StateChange(key: Self.prefix + old, body: nil))
            }
        }
        guard expiries.count < capacity else { return nil }
        expiries[id] = expires
        changes.append(StateChange(key: Self.prefix + id, body: Array(String(expires.nanoseconds).utf8)))
        return changes
    }
}
