// One bus's sensors, a transaction at a time in the order of the pure schedule; what comes back goes to the intake.
import DeviceHAL
import Logging
import Platform
import SensorModel
import Synchronization

/// Polls the sensors of one bus.
public final class BusPoller: Sendable {
    /// One sensor of the bus, and how often it is read.
    public struct Place: Sendable {
        /// The sensor, as it is at the start.
        public var sensor: ModbusSensor
        /// How often it is read.
        public var every: Duration

        /// - Parameters: as the properties.
        public init(sensor: ModbusSensor, every: Duration) {
            self.sensor = sensor
            self.every = every
        }
    }

    /// What a technician may know of a unit.
    public struct UnitState: Sendable, Equatable {
        /// `COVER/SENSOR` of the sensors behind it.
        public var sensors: [SensorPlace] = []
        /// The silence it is in.
        public var silence: Quarantine.Silence?
        /// Whether every channel had a value in the last poll.
        public var isGood = false
    }

    /// The bus's id.
    public let id: String
    /// How the bus is reached, in words.
    public let address: String
    /// What carries it.
    public let kind: ModbusKind
    /// The bus.
    public let bus: any RegisterBus
    private let places: [SensorPlace: Int]
    private let state: Mutex<BusWork>
    /// Says «look again» to a poller that waits for the next sensor's time.
    private let wake = Mailbox<Void>(capacity: 1, whenFull: .dropNewest)
    /// How long the poller may sleep without looking whether one of its covers came into alarm by another bus's sensor; nil
    /// where no cover has sensors on two.
    private let longestSleep: Duration?
    /// Of the one task that polls.
    public let pulse = Pulse()
    /// No transaction takes so long, with all the waiting that a fault before it may cost, and with another one before it.
    private let patience: Duration
    private let clock: any TimeSource
    private let intake: Intake
    private let log: Logger

    /// - Parameters:
    ///   - id: the bus's id.
    ///   - kind: what carries it.
    ///   - address: how it is reached, in words.
    ///   - bus: the bus.
    ///   - sensors: its sensors.
    ///   - sharesCovers: whether one of their covers has sensors on another bus.
    public init(
        id: String, kind: ModbusKind, address: String, bus: any RegisterBus, sensors: [Place], sharesCovers: Bool = false,
        clock: any TimeSource, intake: Intake, log: Logger
    ) {
        self.id = id
        self.kind = kind
        self.address = address
        self.bus = bus
        places = Dictionary(
            sensors.enumerated().map { (SensorPlace(cover: $1.sensor.cover, sensor: $1.sensor.id), $0) },
            uniquingKeysWith: { first, _ in first })
        state = Mutex(BusWork(sensors, isSerial: kind == .rtu))
        let longest = sensors.map { $0.sensor.timing.responseTimeout + $0.sensor.timing.maxLatency }.max() ?? .zero
        patience = .seconds(60) + longest * 4
        longestSleep = sharesCovers ? BusSchedule.alarmPeriod : nil
        self.clock = clock
        self.intake = intake
        self.log = log
    }

    /// Polls until cancelled, on the bus's thread where it has one: going there and back for each transaction was half of all
    /// changes of thread in the daemon.
    public func run() async {
        guard let thread = bus.thread else { return await poll() }
        await withTaskExecutorPreference(thread) { await poll() }
    }

    private func poll() async {
        state.withLock { $0.begin(now: clock.now().monotonic) }
        var alarms: (version: UInt64, seen: MonotonicTime)?
        while !Task.isCancelled {
            let (version, now) = (intake.alarmsVersion, clock.now().monotonic)
            pulse.promise(by: now + patience)
            if alarms.map({ $0.version != version || now - $0.seen >= Self.alarmLook }) != false {
                alarms = (version, now)
                let covers = intake.coversInAlarm(changed: now + (.zero - Self.longestAlarmRate)...now)
                state.withLock { $0.setInAlarm(covers, now: now) }
            }
            switch state.withLock({ $0.next(now: clock.now()) }) {
            case .read(let index, let request):
                let outcome = await Self.outcome { () async throws(BusError) in try await bus.read(request) }
                state.withLock { $0.take(outcome, of: index, now: clock.now()) }
            case .write(let index, let request):
                let outcome = await Self.outcome { () async throws(BusError) in
                    try await bus.write(request)
                    return RegisterReply(words: [])
                }
                state.withLock { $0.take(outcome, of: index, now: clock.now()) }
            case .readings(let delivery):
                intake.accept(delivery.readings)
                announce(delivery)
                for asker in delivery.askers { asker.resume() }
            case .idle(let moment):
                let end = sleep(until: moment)
                if let end { pulse.promise(by: end + patience) } else { pulse.excuse() }
                _ = await wake.next(until: end, clock: clock)
            }
        }
        pulse.excuse()
        for asker in state.withLock({ $0.end() }) { asker.resume() }
    }

    /// After an alarm has not moved for this long, its cover is read by the sensors' own periods again: an alarm that stays for
    /// days must not fill the store and the link.
    private static let longestAlarmRate = Duration.seconds(600)
    /// How often that is looked at.
    private static let alarmLook = Duration.seconds(10)

    private func sleep(until moment: MonotonicTime?) -> MonotonicTime? {
        guard let longestSleep, let moment else { return moment }
        return min(moment, clock.now().monotonic + longestSleep)
    }

    private static func outcome(
        _ transaction: () async throws(BusError) -> RegisterReply
    ) async -> SensorEdge.Outcome {
        do throws(BusError) { return .success(try await transaction()) } catch { return .failure(error) }
    }

    /// One line when channels of a sensor stop giving values, and one when all of them give values again.
    private func announce(_ delivery: BusWork.Delivery) {
        guard delivery.isNews else { return }
        let without = delivery.without
        let context: Logger.Metadata = ["bus": "\(id)", "unit": "\(delivery.unit)"]
        guard !without.isEmpty else { return log.notice("\(delivery.place) gives values again", metadata: context) }
        let which = without.count == delivery.readings.count ? "" : " of \(without.joined(separator: ", "))"
        log.warning("\(delivery.place) gives no value\(which): \(delivery.problem ?? "no reason known")", metadata: context)
    }

    /// What was wrong with the sensor at a place in its last poll; nil when nothing was, or when it is not on this bus.
    public func problem(of place: SensorPlace) -> String? {
        places[place].flatMap { index in state.withLock { $0.problem(of: index) } }
    }

    /// The sensor at a place as its last poll left it; nil when it is not on this bus.
    public func sensor(at place: SensorPlace) -> ModbusSensor? {
        places[place].map { index in state.withLock { $0.sensor(index) } }
    }

    /// Measures the tilts of a sensor's channels from here on, from its next poll on; those of others from the vertical.
    public func setTiltReferences(_ references: [String: TiltReference], of place: SensorPlace) {
        guard let index = places[place] else { return }
        state.withLock { $0.setTiltReferences(references, of: index) }
    }

    /// How patient the bus is with the unit of a sensor; nil when there is none at it.
    public func timing(of unit: UInt8) -> UnitTiming? { state.withLock { $0.timing(of: unit) } }

    /// How many polls were left out because the bus was busy beyond their period.
    public var missedPolls: UInt64 { state.withLock { $0.missedPolls } }

    /// A unit has answered somebody else's question: its silence is over.
    public func heard(_ unit: UInt8) {
        state.withLock { $0.heard(unit) }
        wake.send(())
    }

    /// Reads the sensors of a cover at least so often until a moment; a poller that has not begun reads by their own periods.
    public func hurry(_ cover: String, every period: Duration, until end: MonotonicTime) {
        state.withLock { $0.hurry(cover, every: period, until: end, now: clock.now().monotonic) }
        wake.send(())
    }

    /// The sensor model of a configured unit, and whether its polls prove it.
    public func model(of unit: UInt8) -> (name: String, isProved: Bool)? { state.withLock { $0.model(of: unit) } }

    /// That many of so many polls were left out in the last one to two minutes; nil when they are less than a tenth.
    public var overload: (missed: UInt64, of: UInt64)? {
        state.withLock { $0.overload(now: clock.now().monotonic) }
    }

    /// Makes a technician's transaction, one at a time, in a gap between the polls if there is one soon: looking at a bus must
    /// not take it away from its sensors.
    /// - Parameter need: how long it may take.
    /// - Returns: nil when another one is under way.
    public func question<Answer: Sendable>(
        need: Duration, clock: any TimeSource, _ transaction: @Sendable () async -> Answer
    ) async -> Answer? {
        guard state.withLock({ $0.beginQuestion() }) else { return nil }
        await gap(for: need, patience: .seconds(1), clock: clock)
        let answer = await transaction()
        state.withLock { $0.endQuestion() }
        return answer
    }

    /// The units of the bus's sensors.
    public var units: [UInt8: UnitState] { state.withLock { $0.units } }

    /// Waits for a gap between the polls, for somebody whose questions are less urgent than any of them.
    /// - Parameters:
    ///   - need: how long nothing may be due.
    ///   - patience: returns after this even without a gap, so that a full bus serves such questions slowly and not never.
    ///   - clock: of the caller.
    public func gap(for need: Duration, patience: Duration, clock: any TimeSource) async {
        let end = clock.now().monotonic + patience
        while !Task.isCancelled {
            let now = clock.now().monotonic
            guard now < end, let due = state.withLock({ $0.nextDue(now: now) }), due - now < need else { return }
            // Nobody says when a poll is over; looking again costs less than being told at every one of them.
            try? await clock.sleep(until: min(end, max(due, now) + Self.lookAgain))
        }
    }

    private static let lookAgain = Duration.milliseconds(10)

    /// Reads one sensor now: after the transaction in progress, before all others.
    /// - Returns: false when it is not on this bus.
    public func read(_ place: SensorPlace) async -> Bool {
        guard let index = places[place] else { return false }
        await withCheckedContinuation { asker in
            if state.withLock({ $0.ask(index, asker) }) { wake.send(()) } else { asker.resume() }
        }
        return true
    }
}
