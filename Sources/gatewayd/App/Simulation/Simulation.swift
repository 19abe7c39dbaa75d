// A simulated field in the place of the real one: the same sensors and contacts, on simulated buses, in simulated time.
import Alarms
import DeviceHAL
import DeviceHALSimulated
import GatewayConfig
import Logging
import SensorModel
import Synchronization

/// One run of a scenario.
final class Simulation: Sendable {
    /// What was asked for.
    let order: SimulationOrder
    /// Time at the sensors.
    let clock: any TimeSource
    /// The link to the platform, which the scenario may cut.
    let link = LinkCut()
    private let stepped: SteppedClock?
    /// When the story begins, in simulated time.
    let begin: Timestamp
    private let plant: Plant
    private let judge: Mutex<ScenarioJudge>
    /// Whether everything was as expected; nil until the story is over.
    private let outcome = Mutex<Bool?>(nil)
    private let log: Logger

    /// - Parameters:
    ///   - configuration: the covers and their sensors.
    ///   - real: the pace for every speed but 0.
    init(_ order: SimulationOrder, _ configuration: Configuration, real: any TimeSource, log: Logger) {
        self.order = order
        self.log = log
        if order.speed == 0 {
            // Nothing of this run may depend on when it is made.
            let clock = SteppedClock(
                begin: Timestamp(wall: order.scenario.start, monotonic: MonotonicTime(nanoseconds: 0), clock: .synced))
            (stepped, self.clock) = (clock, clock)
        } else {
            (stepped, clock) = (nil, ScaledClock(real: real, speed: order.speed))
        }
        begin = clock.now()
        plant = Plant(sites: configuration.covers.map(ManholeSite.init), scenario: order.scenario, seed: order.seed)
        judge = Mutex(ScenarioJudge(order.scenario, covers: configuration.covers.map(\.code)))
    }

    /// Time for one more task that reads sensors.
    func seat() -> any TimeSource { stepped?.seat() ?? clock }

    /// A register bus with the devices of the configuration behind it.
    /// - Parameter clock: of the task that polls it.
    func registers(
        _ bus: BusSettings, _ sensors: [(cover: String, settings: SensorSettings)], clock: any TimeSource
    ) -> any RegisterBus {
        var units: [UInt8: any RegisterSource] = [:]
        for (cover, sensor) in sensors {
            guard case .modbus(let unit, let profile) = sensor.device else { continue }
            units[unit] = SimulatedDevice(
                profile: profile, unit: unit, mounted: sensor.mounted, plant: plant, manhole: manhole(cover), sensor: sensor.id)
        }
        return SimulatedRegisterBus(id: bus.id, units: units, wire: WireTime(bus.link), clock: clock, begin: begin.monotonic)
    }

    /// A chip with the contacts of the configuration at its lines.
    /// - Parameters:
    ///   - sensors: with the clock of the task that waits for each.
    ///   - outputs: lines that are driven; what hangs there moves nothing in the plant.
    func lines(
        _ chip: String, _ sensors: [(cover: String, settings: SensorSettings, clock: any TimeSource)],
        outputs: [LineSettings]
    ) -> any DigitalLines {
        let contacts = sensors.compactMap { cover, sensor, clock -> SimulatedLine? in
            guard case .line(let line) = sensor.device else { return nil }
            let contact = SimulatedContact(
                quantity: line.quantity, wiring: line.line, mounted: sensor.mounted, plant: plant, manhole: manhole(cover),
                sensor: sensor.id)
            return SimulatedLine(line.line.line, source: contact, clock: clock)
        }
        return SimulatedDigitalLines(
            chip: chip, lines: contacts + outputs.map { SimulatedLine(driven: $0.line) }, clock: clock, begin: begin.monotonic)
    }

    private func manhole(_ cover: String) -> Int { plant.sites.firstIndex { $0.code == cover } ?? 0 }

    /// Alarms that an earlier run left raised: that they return now is not of this story.
    func knows(_ alarms: [ActiveAlarm]) { judge.withLock { $0.knows(Set(alarms.map(\.id))) } }

    /// - Throws: when the story was not played to its end, or not everything was as expected.
    func verify() throws(StoryFailure) {
        switch outcome.withLock({ $0 }) {
        case true?: return
        case false?: throw .unexpected(scenario: order.scenario.name)
        case nil: throw .unfinished(scenario: order.scenario.name)
        }
    }

    /// A reading has been judged: the scenario's expectations look at it.
    func observe(_ reading: Reading) { judge.withLock { $0.take(reading, at: reading.time.monotonic - begin.monotonic) } }

    /// An alarm has made a step: they look at that too.
    func observe(_ step: AlarmTransition) {
        judge.withLock { $0.take(step, at: step.detected.monotonic - begin.monotonic) }
    }

    /// Lets the story go on until cancelled: cuts the link, and says at the end whether everything was as expected.
    /// - Parameters:
    ///   - hold: time stands still as long as it takes; only at speed 0.
    ///   - over: told when the story is over and the daemon shall end with it.
    func run(hold: @escaping @Sendable () async -> Void, over: @escaping @Sendable () -> Void) async {
        await withDiscardingTaskGroup { group in
            if let stepped { group.addTask { await stepped.run(hold: hold) } }
            group.addTask { await self.cutLink() }
            group.addTask {
                if await self.concludeAtTheEnd(), self.order.once { over() }
            }
        }
    }

    private func cutLink() async {
        for cut in order.scenario.linkCuts {
            guard await comes(cut.begin) else { return }
            log.notice("the scenario cuts the link")
            link.cut()
            guard let end = cut.end, await comes(end) else { return }
            link.mend()
            log.notice("the link is back")
        }
    }

    /// - Returns: false when the story was not played to its end.
    private func concludeAtTheEnd() async -> Bool {
        guard await comes(order.scenario.duration) else {
            log.notice("stopped before the story's end: nothing was judged", metadata: ["scenario": "\(order.scenario.name)"])
            return false
        }
        let verdicts = judge.withLock { $0.verdicts }
        for verdict in verdicts where !verdict.isMet {
            log.warning(
                "not as expected",
                metadata: [
                    "scenario": "\(order.scenario.name)", "line": "\(verdict.expectation.line)",
                    "expected": "\(verdict.expectation)", "found": "\(verdict.words)",
                ])
        }
        let isAsExpected = verdicts.allSatisfy(\.isMet)
        outcome.withLock { $0 = isAsExpected }
        log.log(
            level: isAsExpected ? .notice : .warning,
            "scenario over",
            metadata: [
                "scenario": "\(order.scenario.name)", "seed": "\(order.seed)", "expectations": "\(verdicts.count)",
                "met": "\(verdicts.count { $0.isMet })",
            ])
        return true
    }

    /// Waits for a moment of the story; false when the simulation ends before.
    private func comes(_ moment: Duration) async -> Bool {
        (try? await clock.sleep(until: begin.monotonic + moment)) != nil
    }
}

extension ManholeSite {
    /// The manhole below a cover of the configuration.
    init(_ cover: CoverSettings) {
        self.init(code: cover.code)
        if let kind = cover.kind { self.kind = kind }
        if let rim = cover.location?.rimElevation, let invert = cover.location?.invertElevation, rim > invert {
            depth = rim - invert
        }
    }
}

extension WireTime {
    fileprivate init(_ link: BusSettings.Link) {
        switch link {
        case .serial(_, let baud, let parity, let stopBits):
            self = .serial(LineTiming(baud: baud, parity: parity, stopBits: stopBits))
        // Behind a serial server there is a serial line.
        case .rtuOverTCP: self = .serial(LineTiming(baud: 9600, parity: .none, stopBits: 1))
        case .tcp, .gpio: self = .tcp
        }
    }
}
