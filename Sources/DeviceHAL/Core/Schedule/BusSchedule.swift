// Which sensor of a bus has its next transaction now. Pure: time comes in as a parameter.
import SensorModel

/// The order of the sensors that share one bus, a transaction at a time.
///
/// Every sensor is due at the start and then once in each period; what is over is left out and counted, never made up for, so
/// no poll waits twice. Earliest deadline first: a poll has to be over one period after it was due; one that has begun is
/// brought to its end first, so that its values are of one moment. Sensors of equal period stay
/// together: one wake-up for all of them costs a fraction of one for each (measured: 35 against 15 ms of processor time per
/// 1,000 readings).
///
/// A cover may be read more often for a time: then the shorter period is the sensors' own, with all that is promised of one.
///
/// Two go before that order: a sensor that somebody asked for, and the sensors of a cover in alarm, which are read at alarm rate.
/// Those of covers in alarm take every second turn at most while others wait.
public struct BusSchedule: Sendable {
    /// What to do now.
    public enum Turn: Sendable, Equatable {
        /// The sensor's next transaction.
        case sensor(Int)
        /// Nothing before this moment; nil when there are no sensors.
        case idle(until: MonotonicTime?)
    }

    /// One sensor's place in the order.
    public struct Seat: Sendable {
        /// Its unit: sensors of one unit share its rests.
        public var unit: UInt8
        /// How often it is read.
        public var period: Duration
        /// Whether it may be read at alarm rate.
        public var mayHurry: Bool

        /// - Parameters: as the properties.
        public init(unit: UInt8, period: Duration, mayHurry: Bool = true) {
            self.unit = unit
            self.period = period
            self.mayHurry = mayHurry
        }
    }

    private struct Entry {
        let seat: Seat
        var due: MonotonicTime
        /// In the middle of a poll that goes on at this moment.
        var goesOn: MonotonicTime?
        var isAskedFor = false
        var isInAlarm = false
        /// A shorter period for a time.
        var hurry: (period: Duration, until: MonotonicTime)?
        var missed: UInt64 = 0

        var period: Duration {
            let own = min(seat.period, hurry?.period ?? seat.period)
            return isInAlarm && seat.mayHurry ? min(own, BusSchedule.alarmPeriod) : own
        }
        var deadline: MonotonicTime { due + period }
        /// When it may have its next transaction, its unit's rest apart.
        var ready: MonotonicTime {
            if let goesOn { return goesOn }
            return isAskedFor ? MonotonicTime(nanoseconds: .min) : due
        }
    }

    /// How often a sensor of a cover in alarm is read, at least as far as the bus allows.
    public static let alarmPeriod = Duration.seconds(1)

    private var entries: [Entry]
    private var rests: [UInt8: MonotonicTime] = [:]
    private var alarmHadLastTurn = false

    /// - Parameters:
    ///   - seats: one for each sensor; periods are above zero.
    ///   - start: when the first readings are due.
    public init(seats: [Seat], start: MonotonicTime) {
        precondition(seats.allSatisfy { $0.period > .zero }, "a period must be above zero")
        entries = seats.map { Entry(seat: $0, due: start) }
    }

    /// How many cycles of each sensor were left out because the bus was busy beyond them.
    public var missed: [UInt64] { entries.map(\.missed) }

    /// When the sensor's present or next poll is due.
    public func due(_ index: Int) -> MonotonicTime { entries[index].due }

    /// How often the sensor is read at present.
    public func period(_ index: Int) -> Duration { entries[index].period }

    /// Whether somebody asked for the sensor.
    public func isAskedFor(_ index: Int) -> Bool { entries[index].isAskedFor }

    /// Who has the next transaction.
    public mutating func next(now: MonotonicTime) -> Turn {
        var first: Int?
        var earliest: MonotonicTime?
        for index in entries.indices {
            let ready = max(entries[index].ready, rests[entries[index].seat.unit] ?? MonotonicTime(nanoseconds: .min))
            guard ready <= now else {
                earliest = min(earliest ?? ready, ready)
                continue
            }
            if first.map({ isBefore(index, $0) }) != false { first = index }
        }
        guard let first else { return .idle(until: earliest) }
        alarmHadLastTurn = rank(of: first) == .alarm
        return .sensor(first)
    }

    private enum Rank: Int, Comparable {
        case askedFor, alarm, begun, period, alarmAgain

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    private func rank(of index: Int) -> Rank {
        if entries[index].isAskedFor { return .askedFor }
        guard entries[index].isInAlarm else { return entries[index].goesOn == nil ? .period : .begun }
        return alarmHadLastTurn ? .alarmAgain : .alarm
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        let (one, other) = (entries[left], entries[right])
        return (rank(of: left), one.deadline, one.period, left) < (rank(of: right), other.deadline, other.period, right)
    }

    /// The sensor's poll is not over: it goes on at a moment, at once when that is over.
    public mutating func goesOn(_ index: Int, at moment: MonotonicTime) { entries[index].goesOn = moment }

    /// Nothing is sent to the unit before a moment.
    public mutating func rest(_ unit: UInt8, until moment: MonotonicTime) { rests[unit] = moment }

    /// Sets the sensor's next reading: one period after the last one was due. A poll that was asked for before it was due leaves
    /// the period as it is.
    public mutating func finished(_ index: Int, now: MonotonicTime) {
        entries[index].goesOn = nil
        entries[index].isAskedFor = false
        if let hurry = entries[index].hurry, hurry.until <= now { entries[index].hurry = nil }
        let period = entries[index].period
        guard entries[index].due <= now else { return }
        entries[index].due = entries[index].due + period
        guard entries[index].due < now else { return }
        // The cycle that has begun is late and is kept; those that are over are not made up for.
        let cycles = (now - entries[index].due).nanoseconds / period.nanoseconds
        entries[index].due = entries[index].due + .nanoseconds(cycles * period.nanoseconds)
        // What is left out of alarm rate was never promised.
        if !entries[index].isInAlarm { entries[index].missed += UInt64(cycles) }
    }

    /// Somebody waits for the sensor: it goes before the others. A poll under way is the one that was asked for.
    public mutating func ask(_ index: Int) { entries[index].isAskedFor = true }

    /// Reads sensors more often until a moment, from now on; never less often than by their own period.
    public mutating func hurry(_ isMeant: (Int) -> Bool, every period: Duration, until end: MonotonicTime, now: MonotonicTime) {
        for index in entries.indices where isMeant(index) {
            entries[index].hurry = (period, end)
            if entries[index].goesOn == nil, period < entries[index].seat.period {
                entries[index].due = min(entries[index].due, now)
            }
        }
    }

    /// Sets which sensors belong to covers in alarm. Those that are new among them are due now.
    public mutating func setInAlarm(_ isInAlarm: (Int) -> Bool, now: MonotonicTime) {
        for index in entries.indices {
            let alarmed = isInAlarm(index)
            if alarmed, !entries[index].isInAlarm, entries[index].goesOn == nil {
                entries[index].due = min(entries[index].due, now)
            }
            entries[index].isInAlarm = alarmed
        }
    }
}
