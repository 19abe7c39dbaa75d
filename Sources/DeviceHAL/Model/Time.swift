// Time as data: the pure cores take it as a parameter and never ask a clock.

/// Whether wall time can be trusted.
public enum ClockState: String, CaseIterable, Sendable {
    /// The kernel says the clock is synchronised, and it does not lie before what has been seen already.
    case synced
    /// It was, and runs on by itself since.
    case holdover
    /// Nobody vouches for it; only monotonic time means something.
    case unsynced
}

/// Nanoseconds since the kernel booted, suspended time included. Never steps.
public struct MonotonicTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since boot.
    public var nanoseconds: Int64

    /// - Parameter nanoseconds: nanoseconds since boot.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Earlier is smaller.
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment `duration` later.
    public static func + (time: Self, duration: Duration) -> Self {
        Self(nanoseconds: time.nanoseconds &+ duration.nanoseconds)
    }

    /// The time that passed from `earlier` to `later`.
    public static func - (later: Self, earlier: Self) -> Duration {
        .nanoseconds(later.nanoseconds &- earlier.nanoseconds)
    }

    /// Whole milliseconds since boot.
    public var milliseconds: Int64 { nanoseconds / 1_000_000 }
}

/// UTC as nanoseconds since 1970-01-01. May step; never used to measure or to wait.
public struct WallTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var nanoseconds: Int64

    /// - Parameter nanoseconds: nanoseconds since 1970-01-01T00:00:00Z.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Earlier is smaller.
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Whole milliseconds since 1970, rounded towards the past.
    public var milliseconds: Int64 {
        // Never below Int64.min on the way: a platform may name any time.
        nanoseconds >= 0 ? nanoseconds / 1_000_000 : (nanoseconds + 1) / 1_000_000 - 1
    }

    /// `2026-11-21T04:00:00.123Z`: RFC 3339, UTC, milliseconds.
    public var rfc3339: String { text(of: milliseconds) + "Z" }

    /// `2026-11-21T04:00:00.123456Z`: RFC 3339, UTC, microseconds.
    public var rfc3339Microseconds: String {
        let milliseconds = self.milliseconds
        let inMillisecond = (nanoseconds % 1_000_000 + 1_000_000) % 1_000_000
        return text(of: milliseconds) + Self.padded(inMillisecond / 1000, 3) + "Z"
    }

    private func text(of milliseconds: Int64) -> String {
        let days = milliseconds.flooredDivision(by: 86_400_000)
        let inDay = milliseconds - days * 86_400_000
        let date = Self.civil(days: days)
        let padded = Self.padded
        let clock = "\(padded(inDay / 3_600_000, 2)):\(padded(inDay / 60_000 % 60, 2)):\(padded(inDay / 1000 % 60, 2))"
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T\(clock).\(padded(inDay % 1000, 3))"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The proleptic Gregorian date of a day count since 1970-01-01 (years counted from March in 400-year eras).
    static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

/// One moment on both clocks, with the trust in the wall clock.
public struct Timestamp: Sendable, Hashable {
    /// UTC, as far as it is known.
    public var wall: WallTime
    /// Time since boot, always right.
    public var monotonic: MonotonicTime
    /// Trust in `wall`.
    public var clock: ClockState

    /// - Parameters: the same moment on both clocks, and the trust in the wall clock.
    public init(wall: WallTime, monotonic: MonotonicTime, clock: ClockState) {
        self.wall = wall
        self.monotonic = monotonic
        self.clock = clock
    }

    /// The moment `duration` later, on both clocks.
    public static func + (time: Self, duration: Duration) -> Self {
        Self(
            wall: WallTime(nanoseconds: time.wall.nanoseconds &+ duration.nanoseconds), monotonic: time.monotonic + duration,
            clock: time.clock)
    }
}

/// Where the daemon's shell gets time from and waits; replaced by a manual one in tests and in simulation.
public protocol TimeSource: Sendable {
    /// The present moment on both clocks.
    func now() -> Timestamp
    /// Waits until the monotonic deadline.
    /// - Throws: `CancellationError` when the task is cancelled while it waits.
    func sleep(until deadline: MonotonicTime) async throws
}

extension Duration {
    /// Whole nanoseconds, saturating at ±292 years.
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, tooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return tooLong || overflow ? (seconds < 0 ? .min : .max) : sum
    }

    /// Whole milliseconds.
    public var milliseconds: Int64 { nanoseconds / 1_000_000 }

    /// Seconds as a number, for tables and messages.
    public var seconds: Double { Double(nanoseconds) / 1e9 }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
