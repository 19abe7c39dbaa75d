// What a daemon does that keeps falling over, until it has stood for a while, or whose store is of a newer version: alarms, their
// delivery, and answers. Pure.
import SensorModel

/// The careful way to run (docs/adr/0013-process.md).
public struct SafeMode: Sendable, Equatable {
    /// The gateway's alarm that says so.
    static let rule = "safe-mode"

    /// Starts within the ten minutes before that did not end by themselves.
    public var starts: Int
    /// When it is over, if the daemon still runs and there is nothing else.
    public var until: MonotonicTime
    /// Which file of the store a newer version has made, in words; nil for none. No time mends that.
    private(set) var newerStore: String?

    /// - Parameters: as the properties.
    public init(starts: Int, until: MonotonicTime) {
        self.starts = starts
        self.until = until
    }

    /// Whether it is still on.
    func isOn(_ now: MonotonicTime) -> Bool { newerStore != nil || now < until }

    /// How careful a run is that finds such a file; as careful as it was where there is none.
    static func joined(_ mode: SafeMode?, newerStore: String?, at now: MonotonicTime) -> SafeMode? {
        guard let newerStore else { return mode }
        var joined = mode ?? SafeMode(starts: 0, until: now)
        joined.newerStore = newerStore
        return joined
    }

    /// What a composition that begins now has of the process's safe mode: nil once that is over.
    static func still(_ mode: SafeMode?, at now: MonotonicTime) -> SafeMode? { mode.flatMap { $0.isOn(now) ? $0 : nil } }
}
