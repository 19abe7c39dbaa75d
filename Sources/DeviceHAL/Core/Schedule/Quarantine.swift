// Which units of a bus are asked less often because they do not answer. Pure: time comes in as a parameter.
import SensorModel

/// The silent units of one bus: a circuit breaker for each.
///
/// A unit that stays silent holds the line for its whole time-out, and with it everybody else's readings. After its first
/// silence it is asked again at its next cycle, after each further one in a row twice as many cycles later, up to 64. One
/// answer of any kind ends it. A pause is never longer than about a minute or the unit's own period: who plugs a gas detector
/// in again must not wait an hour to be believed, and a time-out in a minute costs the others less than one in a hundred.
public struct Quarantine: Sendable {
    /// A unit that did not answer last.
    public struct Silence: Sendable, Equatable {
        /// Time-outs in a row.
        public var failures: Int
        /// Polls before this are not sent to it.
        public var until: MonotonicTime

        /// - Parameters: as the properties.
        public init(failures: Int, until: MonotonicTime) {
            self.failures = failures
            self.until = until
        }
    }

    /// The most cycles between two attempts.
    public static let mostCycles = 64
    /// The longest pause, for units whose period is shorter than it.
    public static let longestPause = Duration.seconds(64)

    private var silences: [UInt8: Silence] = [:]

    /// Everybody is asked.
    public init() {}

    /// What is known of a unit's silence; nil when it answered last, or was not asked yet.
    public func silence(of unit: UInt8) -> Silence? { silences[unit] }

    /// Whether polls that are due at a moment leave the unit alone.
    public func excludes(_ unit: UInt8, due: MonotonicTime) -> Bool {
        guard let silence = silences[unit] else { return false }
        return due < silence.until
    }

    /// The unit gave a sign of life.
    public mutating func answered(_ unit: UInt8) { silences[unit] = nil }

    /// The unit let a poll time out.
    /// - Parameters:
    ///   - due: when the poll was due.
    ///   - period: how often the sensor is read.
    public mutating func timedOut(_ unit: UInt8, due: MonotonicTime, period: Duration) {
        let failures = (silences[unit]?.failures ?? 0) + 1
        let patience = Int(clamping: Self.longestPause.nanoseconds / max(1, period.nanoseconds))
        let cycles = max(1, min(1 << min(failures - 1, 6), Self.mostCycles, patience))
        silences[unit] = Silence(failures: failures, until: due + period * cycles)
    }

    /// The line was opened anew: what was silent may be another device, or have its cable back.
    public mutating func forget() { silences = [:] }
}
