// What a poller has to do on its bus: the sensors' polls, their order, who is silent, who waits for a reading. Never asked for
// the time, never waits.
import DeviceHAL
import SensorModel

/// The polls of one bus.
struct BusWork {
    /// What the poller does next.
    enum Turn {
        case read(Int, RegisterRequest)
        case write(Int, RegisterWrite)
        case readings(Delivery)
        case idle(until: MonotonicTime?)
    }

    /// A poll that is over.
    struct Delivery {
        var place: SensorPlace
        var unit: UInt8
        var readings: [Reading]
        /// What was wrong, in words.
        var problem: String?
        /// The channels without a value.
        var without: [String]
        /// Whether others were without a value in the poll before.
        var isNews: Bool
        /// Who waits for these readings.
        var askers: [CheckedContinuation<Void, Never>]
    }

    /// The longest rest of a unit that a technician's reading waits for.
    private static let longestWait = Duration.seconds(2)

    private struct Slot {
        var sensor: ModbusSensor
        var without: [String] = []
        var askers: [CheckedContinuation<Void, Never>] = []
        /// The error of the last time-out, which stands for the polls that are left out.
        var silence: BusError?
        /// How many answers the bus had given when a connection was lost over this sensor last; nil when it answered since.
        var answersAtLoss: UInt64?
        /// Whether a poll was over and all channels had a value.
        var isGood = false
        /// Whether the poll that somebody asked for has waited for its unit's rest.
        var hasWaited = false

        var place: SensorPlace { SensorPlace(cover: sensor.cover, sensor: sensor.id) }

        mutating func takeAskers() -> [CheckedContinuation<Void, Never>] {
            defer { askers = [] }
            return askers
        }
    }

    private var slots: [Slot]
    private let periods: [Duration]
    private var schedule: BusSchedule?
    private var quarantine = Quarantine()
    /// The opening of the port that the last reply came over.
    private var connection: UInt64 = 0
    /// Answers of any unit.
    private var answers: UInt64 = 0
    private var isOver = false
    private var load = OverloadWatch()
    /// A technician's transaction is under way.
    private var isQuestioned = false
    /// Whether the port is a serial line's: lost and found again means that cables were moved. Servers close connections for
    /// many reasons.
    private let isSerial: Bool

    init(_ sensors: [BusPoller.Place], isSerial: Bool) {
        slots = sensors.map { Slot(sensor: $0.sensor) }
        periods = sensors.map(\.every)
        self.isSerial = isSerial
    }

    /// The first readings are due.
    mutating func begin(now: MonotonicTime) {
        var schedule = BusSchedule(
            seats: zip(slots, periods).map { slot, period in
                // A measurement that is started by a write is not started more often than was ordered.
                BusSchedule.Seat(unit: slot.sensor.unit, period: period, mayHurry: slot.sensor.profile.trigger == nil)
            }, start: now)
        for index in slots.indices where !slots[index].askers.isEmpty { schedule.ask(index) }
        self.schedule = schedule
    }

    /// No more polls.
    /// - Returns: who still waits for a reading.
    mutating func end() -> [CheckedContinuation<Void, Never>] {
        isOver = true
        return slots.indices.flatMap { slots[$0].takeAskers() }
    }

    /// Somebody waits for a sensor's reading.
    /// - Returns: false when there will be none any more.
    mutating func ask(_ index: Int, _ asker: CheckedContinuation<Void, Never>) -> Bool {
        guard !isOver else { return false }
        slots[index].askers.append(asker)
        schedule?.ask(index)
        return true
    }

    /// Polls that were left out.
    var missedPolls: UInt64 { schedule?.missed.reduce(0, +) ?? 0 }

    /// What is wrong with a sensor.
    func problem(of index: Int) -> String? { slots[index].sensor.lastProblem }

    /// The sensor as its last poll left it.
    func sensor(_ index: Int) -> ModbusSensor { slots[index].sensor }

    /// Where a sensor's tilts are measured from, from its next poll on.
    mutating func setTiltReferences(_ references: [String: TiltReference], of index: Int) {
        slots[index].sensor.setTiltReferences(references)
    }

    /// The unit has answered somebody else's question.
    mutating func heard(_ unit: UInt8) { quarantine.answered(unit) }

    /// One technician's transaction at a time.
    /// - Returns: false when one is under way.
    mutating func beginQuestion() -> Bool {
        defer { isQuestioned = true }
        return !isQuestioned
    }

    /// It is over.
    mutating func endQuestion() { isQuestioned = false }

    /// That many of so many polls were left out lately; nil when they are few.
    func overload(now: MonotonicTime) -> (missed: UInt64, of: UInt64)? { load.overload(now: now) }

    /// The sensor model of the unit, and whether its polls prove it.
    func model(of unit: UInt8) -> (name: String, isProved: Bool)? {
        slots.first { $0.sensor.unit == unit }.map { ($0.sensor.profile.name, !$0.sensor.profile.requirements.isEmpty) }
    }

    /// Of the first sensor at the unit.
    func timing(of unit: UInt8) -> UnitTiming? { slots.first { $0.sensor.unit == unit }?.sensor.timing }

    /// The units of the sensors.
    var units: [UInt8: BusPoller.UnitState] {
        var units: [UInt8: BusPoller.UnitState] = [:]
        for slot in slots {
            units[slot.sensor.unit, default: BusPoller.UnitState()].sensors.append(slot.place)
            units[slot.sensor.unit]?.silence = quarantine.silence(of: slot.sensor.unit)
            units[slot.sensor.unit]?.isGood = slot.isGood
        }
        return units
    }

    /// The covers in alarm: their sensors are read at alarm rate.
    mutating func setInAlarm(_ covers: Set<String>, now: MonotonicTime) {
        let slots = slots
        schedule?.setInAlarm({ covers.contains(slots[$0].sensor.cover) }, now: now)
    }

    /// Reads the sensors of a cover more often until a moment.
    mutating func hurry(_ cover: String, every period: Duration, until end: MonotonicTime, now: MonotonicTime) {
        let slots = slots
        schedule?.hurry({ slots[$0].sensor.cover == cover }, every: period, until: end, now: now)
    }

    /// What is next.
    mutating func next(now: Timestamp) -> Turn {
        let index: Int
        switch schedule?.next(now: now.monotonic) {
        case nil: return .idle(until: nil)
        case .idle(let moment): return .idle(until: moment)
        case .sensor(let first): index = first
        }
        if let left = leftOut(index, now) { return .readings(delivery(of: index, left, now)) }
        switch slots[index].sensor.step(now: now) {
        case .read(let request): return .read(index, request)
        case .write(let request): return .write(index, request)
        case .wait(let moment):
            schedule?.goesOn(index, at: moment)
            return next(now: now)
        case .readings(let readings): return .readings(delivery(of: index, readings, now))
        }
    }

    /// When the next transaction is due: now when one is under way or waits, nil when none will be.
    func nextDue(now: MonotonicTime) -> MonotonicTime? {
        var copy = schedule
        guard case .idle(let moment) = copy?.next(now: now) else { return copy == nil ? nil : now }
        return moment
    }

    /// How a transaction of a sensor went.
    mutating func take(_ outcome: SensorEdge.Outcome, of index: Int, now: Timestamp) {
        let sensor = slots[index].sensor
        // Whoever asks now would rather wait a moment than hear that the unit rests.
        if case .failure(let error) = outcome, let left = error.restLeft, left <= Self.longestWait, !slots[index].hasWaited,
            !slots[index].askers.isEmpty
        {
            slots[index].hasWaited = true
            schedule?.goesOn(index, at: now.monotonic + left)
            return
        }
        slots[index].sensor.take(outcome, at: now)
        schedule?.goesOn(index, at: now.monotonic)
        if sensor.timing.gap > .zero { schedule?.rest(sensor.unit, until: now.monotonic + sensor.timing.gap) }
        switch outcome {
        case .success(let reply):
            slots[index].silence = nil
            slots[index].answersAtLoss = nil
            answers += 1
            quarantine.answered(sensor.unit)
            // Whoever is behind a port that was opened anew is asked again.
            if reply.connection > connection {
                if connection > 0, isSerial { quarantine.forget() }
                connection = reply.connection
            }
        case .failure(let error) where error.isSilence || isToBlame(index, for: error):
            slots[index].silence = error
            guard let schedule else { break }
            quarantine.timedOut(sensor.unit, due: schedule.due(index), period: schedule.period(index))
        case .failure(let error):
            switch error.kind {
            case .exception, .corruptReply: quarantine.answered(sensor.unit)
            // Nobody is to blame, and polls cost nothing until the port is back: then all are asked at once.
            case .disconnected: quarantine.forget()
            default: break
            }
        }
    }

    /// Whether a server hung up over this unit: it did so once, or again while others are answered. When nobody is, the
    /// connection itself fails; leaving units alone would only make them late when it is good again.
    private mutating func isToBlame(_ index: Int, for error: BusError) -> Bool {
        guard !isSerial, error.kind == .disconnected, error.wasSent else { return false }
        defer { slots[index].answersAtLoss = answers }
        return slots[index].answersAtLoss.map { answers > $0 } ?? true
    }

    /// The readings of a poll that would begin now, when its unit is left alone.
    private mutating func leftOut(_ index: Int, _ now: Timestamp) -> [Reading]? {
        let sensor = slots[index].sensor
        guard let schedule, !sensor.isPolling, !schedule.isAskedFor(index),
            quarantine.excludes(sensor.unit, due: schedule.due(index)), let silence = quarantine.silence(of: sensor.unit)
        else { return nil }
        var error = slots[index].silence ?? BusError(kind: .timeout, bus: "", unit: sensor.unit, detail: "no reply")
        let seconds = max(1, Int(((silence.until - now.monotonic).seconds).rounded(.up)))
        if error.kind == .timeout { error.kind = .resting(after: .timeout) }
        error.detail = "no reply, \(silence.failures) times in a row: asked again in \(seconds) s; gatewayctl read asks at once"
        return slots[index].sensor.leaveOut(because: error, now: now)
    }

    private mutating func delivery(of index: Int, _ readings: [Reading], _ now: Timestamp) -> Delivery {
        let missed = missedPolls
        schedule?.finished(index, now: now.monotonic)
        load.count(missed: missedPolls - missed, now: now.monotonic)
        slots[index].hasWaited = false
        let without = readings.filter { $0.measurement.value == nil }.map(\.point.channel)
        slots[index].isGood = without.isEmpty
        defer { slots[index].without = without }
        return Delivery(
            place: slots[index].place, unit: slots[index].sensor.unit, readings: readings,
            problem: slots[index].sensor.lastProblem, without: without, isNews: without != slots[index].without,
            askers: slots[index].takeAskers())
    }
}

extension BusError {
    /// Whether the unit itself, or the gateway before it, let the time pass.
    fileprivate var isSilence: Bool {
        switch kind {
        case .timeout, .exception(ModbusException.gatewayTargetSilent): true
        default: false
        }
    }
}
