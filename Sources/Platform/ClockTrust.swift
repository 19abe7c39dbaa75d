// How far the wall clock may be trusted: a pure core. What the kernel says is not enough, a time server may be wrong.
import SensorModel

/// Judges the wall clock by what the kernel says of it and by the floor: the latest time that is known to have passed.
public struct ClockTrust: Sendable {
    /// No gatewayd is older than this: 2025-01-01T00:00:00Z. What later runs have seen counts for more.
    public static let beginning = WallTime(nanoseconds: 1_735_689_600_000_000_000)
    /// Nanoseconds by which the two clocks may part between two looks, and the wall clock lie below the floor.
    static let tolerance: Int64 = 2_000_000_000
    /// A clock that has gone ahead by more than this raises the floor when it has stood for `proof`.
    static let leap: Int64 = 86_400_000_000_000
    static let proof = Duration.seconds(600)
    /// A clock below the floor is believed when the kernel has called it synchronised for so long.
    static let patience = Duration.seconds(86_400)

    private enum Standing { case ahead, below }

    /// What is said of the wall clock.
    public private(set) var state = ClockState.unsynced
    /// The latest time that is known to have passed.
    public private(set) var floor = Self.beginning
    /// Whether the kernel says synchronised of a clock that lies below the floor.
    public private(set) var isBehind = false
    /// Whether the floor was set back to a clock that was believed: what was stored before is wrong.
    public private(set) var isCorrected = false
    /// How often the wall clock was stepped.
    public private(set) var steps: UInt64 = 0
    /// Wall time minus monotonic time at the last look.
    private var offset: Int64?
    /// Since when a synchronised clock has stood where it has to prove itself, without a step.
    private var standing: (where: Standing, since: MonotonicTime)?

    /// Trusts nothing yet.
    public init() {}

    /// Takes up what an earlier run has seen; after a correction that is known to be wrong.
    public mutating func learn(_ time: WallTime) {
        if !isCorrected { floor = max(floor, time) }
    }

    /// Whether the wall clock has moved against the monotonic one by more than slewing can.
    public func isStep(_ look: Timestamp) -> Bool {
        guard let offset else { return false }
        return (Self.offset(look) &- offset).magnitude > Self.tolerance.magnitude
    }

    /// Judges a look at both clocks.
    /// - Parameter look: `clock` is `synced` while the kernel says so; every other state means that it does not.
    /// - Returns: what has happened.
    public mutating func judge(_ look: Timestamp) -> [ClockEvent] {
        let (before, hasStepped, offsetBefore) = (state, isStep(look), offset)
        offset = Self.offset(look)
        if hasStepped { standing = nil }
        let isBelow = look.wall.nanoseconds < floor.nanoseconds - Self.tolerance
        var events: [ClockEvent] = []
        switch (look.clock == .synced, isBelow) {
        case (true, false):
            (state, isBehind) = (.synced, false)
            raise(look)
        case (true, true):
            if look.wall >= Self.beginning, stood(.below, look) >= Self.patience {
                events.append(.believed(wall: look.wall, floor: floor))
                (state, isBehind, isCorrected, floor, standing) = (.synced, false, true, look.wall, nil)
            } else {
                if !isBehind { events.append(.behind(wall: look.wall, floor: floor)) }
                (state, isBehind) = (.unsynced, true)
            }
        case (false, _):
            (standing, isBehind) = (nil, false)
            // A clock that somebody has set is none that runs on from its last synchronisation.
            if isBelow || hasStepped { state = .unsynced } else if state == .synced { state = .holdover }
        }
        if hasStepped, let offsetBefore {
            steps += 1
            let step = ClockStep(
                offsetBefore: offsetBefore / 1_000_000, offsetAfter: Self.offset(look) / 1_000_000, before: before, after: state,
                wall: look.wall)
            events.insert(.step(step), at: 0)
        }
        return events
    }

    /// Only a synchronised clock raises the floor: one that drifts must not.
    private mutating func raise(_ look: Timestamp) {
        guard look.wall > floor else { return standing = nil }
        if look.wall.nanoseconds &- floor.nanoseconds > Self.leap {
            guard stood(.ahead, look) >= Self.proof else { return }
        }
        (floor, standing) = (look.wall, nil)
    }

    private mutating func stood(_ place: Standing, _ look: Timestamp) -> Duration {
        if let standing, standing.where == place { return look.monotonic - standing.since }
        standing = (place, look.monotonic)
        return .zero
    }

    private static func offset(_ look: Timestamp) -> Int64 { look.wall.nanoseconds &- look.monotonic.nanoseconds }
}
