// What a daemon that keeps falling over does until it has stood for a while: alarms, their delivery, and answers. Pure.
import SensorModel

/// The careful way to run (docs/adr/0013-process.md).
public struct SafeMode: Sendable, Equatable {
    /// The gateway's alarm that says so.
    static let rule = "safe-mode"

    /// Starts within the ten minutes before that did not end by themselves.
    public var starts: Int
    /// When it is over, if the daemon still runs.
    public var until: MonotonicTime

    /// - Parameters: as the properties.
    public init(starts: Int, until: MonotonicTime) {
        self.starts = starts
        self.until = until
    }

    /// Whether it is still on.
    func isOn(_ now: MonotonicTime) -> Bool { now < until }

    /// What a composition that begins now has of the process's safe mode: nil once that is over.
    static func still(_ mode: SafeMode?, at now: MonotonicTime) -> SafeMode? { mode.flatMap { $0.isOn(now) ? $0 : nil } }
}
