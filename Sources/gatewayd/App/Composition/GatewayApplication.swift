// The composition root: chooses implementations, wires them in the one direction in which data flows, and owns their life.
// No logic of its own: wire → bus → reading → intake (alarm engine) → outbox → uplink.
import Alarms
import DeviceHAL
import DeviceHALLinux
import DiagnosticsProtocol
import GatewayConfig
import Glibc
import Logging
import NativeFormat
import Outbox
import Platform
import SensorModel
import ServiceLifecycle
import Uplink

/// The whole daemon.
public struct GatewayApplication: Sendable {
    /// Why the daemon does not start.
    public enum StartFailure: Error, CustomStringConvertible {
        /// Another process uses a serial line.
        case lineInUse(bus: String, device: String, holder: String)
        /// The store cannot be opened.
        case store(StoreError)

        /// One line for a technician.
        public var description: String {
            switch self {
            case .lineInUse(let bus, let device, let holder):
                "bus \(bus): \(device) is in use by \(holder); stop it, or give the bus another device"
            case .store(let error): error.description
            }
        }
    }

    /// The product's version.
    public static let version = Product.version
    /// What the daemon's program ends with, for its help text.
    public static let exitCodes = Product.exitCodes([0, 1, 64, 78])

    private(set) var start: StartConfiguration
    let surroundings: Surroundings
    let log: Logger
    let simulation: Simulation?
    let desk: ConfigurationDesk
    private(set) var safeMode: SafeMode?
    let handover: Handover?
    let storeReturn: StoreReturn?
    private let began: Timestamp

    var clock: any TimeSource { surroundings.clock }

    /// - Parameters:
    ///   - start: the configuration, current or last good.
    ///   - safeMode: how careful this run has to be; nil for not at all.
    ///   - simulation: a simulated field instead of the real one.
    ///   - desk: knows whether this configuration is on trial; nil where nobody changes it.
    ///   - handover: feeds the watchdog between this composition and another one; nil where there is no other one.
    ///   - storeReturn: takes what a store in memory has left along to the next composition; nil where there is none.
    ///   - began: when the process began; nil for now.
    public init(
        start: StartConfiguration, surroundings: Surroundings, log: Logger, safeMode: SafeMode? = nil,
        simulation: SimulationOrder? = nil, desk: ConfigurationDesk? = nil, handover: Handover? = nil,
        storeReturn: StoreReturn? = nil, began: Timestamp? = nil
    ) {
        self.start = start
        self.safeMode = safeMode
        (self.handover, self.storeReturn) = (handover, storeReturn)
        self.surroundings = surroundings
        self.log = log
        self.simulation = simulation.map { Simulation($0, start.configuration, real: surroundings.clock, log: log) }
        self.desk = desk ?? ConfigurationDesk(path: start.path)
        self.began = began ?? surroundings.clock.now()
    }

    /// Runs until somebody says stop, or another configuration shall take effect; returns when everything is committed and
    /// closed.
    public func run() async throws {
        let isField = simulation == nil && surroundings.ownsProcess
        // After a trial that was cut off only the store tells what is started with.
        let wasCutOff = desk.wasCutOff
        // What a store in memory has left must not go with the process because of a line: that is opened when it is free again.
        if isField, !wasCutOff, storeReturn?.left.isEmpty != false { try refuseBusyLines(start.configuration) }
        let boot = surroundings.boot()
        let workers = Dictionary(
            uniqueKeysWithValues: Lane.allCases.map { ($0, surroundings.worker("store-\($0.rawValue)")) })
        defer { for worker in workers.values { worker.end() } }
        var store = try await openStore(boot: boot, workers)
        defer { store.release() }
        var settled = self
        settled.start = desk.lookBack(start)
        let found = try await settled.begin(&store)
        settled.safeMode = SafeMode.joined(safeMode, newerStore: store.newer, at: clock.now().monotonic)
        if isField, wasCutOff { try refuseBusyLines(settled.start.configuration) }
        try await settled.run(store, found, boot: boot)
    }

    private func run(_ store: Store, _ found: Store.Found, boot: String) async throws {
        let configuration = start.configuration
        let fieldClock = simulation?.clock ?? clock
        for finding in store.findings { log.error("store: \(finding)") }
        let plan = WiringPlan(configuration)
        let inbox = CommandInbox(language: EntryLanguage(configuration.gateway.language))
        let uplinks = makeUplinks(configuration, store: store, found: found, boot: boot, inbox: inbox)
        let readings = ReadingsWriter(
            lane: store.readings, boot: boot, interval: configuration.store.commitInterval, clock: clock, log: log)
        let alarms = AlarmWriter(lane: store.alarms, clock: clock, log: log)
        let (memory, calibrations) = (EntryMemory(), RunningCalibrations())
        let cases = CaseInbox(periods: configuration.periods)
        let outputs = OutputBoard(
            Dictionary(uniqueKeysWithValues: configuration.outputs.map { ($0.id, $0.condition) }))
        let intake = Intake(
            Intake.Settings(configuration, plan, origin: simulation == nil ? .field : .simulated),
            engine: AlarmEngine(rules: configuration.rules, site: configuration.alarmSite),
            numbers: store.alarms.firstBlock, clock: fieldClock, readings: readings, alarms: alarms, uplinks: uplinks, log: log,
            chance: surroundings.chance(), outputs: outputs, onlooker: onlooker(memory, calibrations, cases))
        let over = restore(intake, found)
        let fieldBuses = plan.fieldBuses(
            configuration, surroundings, simulation: simulation, intake: intake, outputs: outputs, log: log)
        let auditWorker = surroundings.worker("audit")
        let auditThread = auditWorker.executor
        let commission = CommissionBook(
            folder: configuration.store.path, covers: configuration.covers, executor: auditThread, clock: clock)
        await takeUp(commission, fieldBuses)
        let live = LiveState { members, isUrgent in
            for uplink in uplinks { uplink.announce(members, isUrgent: isUrgent) }
        }
        let audit = AuditLog(folder: configuration.store.path, executor: auditThread, clock: clock) { live.set($0) }
        let caseWorker = surroundings.worker("cases")
        let recorder = CaseRecorder(
            start, cases, CaseScene(start, intake, fieldBuses, audit, fieldClock), store: store.id, boot: boot,
            isSimulated: simulation != nil, executor: caseWorker.executor, clock: clock, fieldClock: fieldClock, log: log)
        let modes = await ModesKeeper.begun(
            configuration, intake, live, calibrations, over: over, floor: store.trustedTime, executor: auditThread, clock: clock,
            fieldClock: fieldClock, log: log)
        let diagnostics = DaemonDiagnostics(
            start: start, boot: boot, store: store, intake: intake, memory: memory, fieldBuses: fieldBuses, uplinks: uplinks,
            readings: readings, alarms: alarms, audit: audit,
            profiles: ProfileLibrary(siteFolders: configuration.profileFolders, executor: auditThread),
            scanners: fieldBuses.compactMap {
                guard case .modbus(let poller) = $0 else { return nil }
                return BusScanner(poller: poller, clock: fieldClock, log: log)
            }, commission: commission, signer: Signer(folder: configuration.store.path, executor: auditThread), commands: inbox,
            machine: MachineLook(executor: auditThread), cases: recorder, modes: modes, desk: desk,
            examiner: ConfigurationExaminer(path: start.path, inForce: start.loaded, executor: auditThread),
            clock: surroundings.clock, fieldClock: fieldClock, simulation: simulation, safeMode: safeMode, started: began,
            log: log)
        // A good one has proved itself; but any that can be loaded is better than none.
        await keepConfiguration(diagnostics.examiner, isFirst: true)
        announce(store, boot: boot)
        desk.answer(uplinks, in: diagnostics.language)
        let served = clock.now().monotonic
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await serve(
                    configuration, store, uplinks, readings, alarms, intake, fieldBuses, diagnostics,
                    supervision(intake, readings, alarms, uplinks, fieldBuses)))
        } catch { outcome = .failure(error) }
        for bus in fieldBuses { await bus.close() }
        // Ended in order, and not too early to tell: a daemon may need a minute to fall over.
        if case .success = outcome, hasProved(since: served) { await keepConfiguration(diagnostics.examiner) }
        for worker in [auditWorker, caseWorker] { worker.end() }
        try outcome.get()
        sayFarewell(store, [alarms.problem(after: .zero), readings.problem(after: .zero)])
        if let simulation, simulation.order.once { try simulation.verify() }
    }

    /// Says in the log what runs.
    private func announce(_ store: Store, boot: String) {
        if let order = simulation?.order {
            log.notice(
                "the field is simulated",
                metadata: ["scenario": "\(order.scenario.name)", "seed": "\(order.seed)", "speed": "\(order.speed)"])
        }
        if let safeMode { log.critical("\(words(safeMode).en)") }
        log.info(
            "gatewayd \(Self.version) runs",
            metadata: ["gateway": "\(start.configuration.gateway.id)", "store": "\(store.id)", "boot": "\(boot)"])
    }

    /// Everybody who is told of readings and of the steps of alarms.
    private func onlooker(
        _ memory: EntryMemory, _ calibrations: RunningCalibrations, _ cases: CaseInbox
    ) -> IntakeOnlooker {
        IntakeOnlooker(
            reading: { [simulation] in
                memory.observe($0)
                calibrations.observe($0)
                cases.observe($0)
                simulation?.observe($0)
            },
            step: { [simulation] in
                memory.observe($0)
                simulation?.observe($0)
            }, numbered: { cases.take($0, $1) })
    }

    /// Services in the order of dependence; they are shut down in reverse, each waiting for the one before.
    private func serve(
        _ configuration: Configuration, _ store: Store, _ uplinks: [UplinkService], _ readings: ReadingsWriter,
        _ alarms: AlarmWriter, _ intake: Intake, _ fieldBuses: [FieldBus], _ diagnostics: DaemonDiagnostics,
        _ supervision: Supervision
    ) async throws {
        let clock = self.clock
        let log = self.log
        var services: [any Service] = [StoreService(store: store, intake: intake, clock: clock, log: log, keep: keepLeft)]
        services.append(
            UntilShutdown {
                await withDiscardingTaskGroup { group in
                    group.addTask { await self.keep(diagnostics.audit, diagnostics.modes) }
                    group.addTask {
                        await ClockWatch(clock: surroundings.clock, audit: diagnostics.audit, store: store, log: log).run()
                    }
                    group.addTask { await self.prove(intake, diagnostics.examiner, supervision) }
                    group.addTask { await self.returnToFiles(diagnostics) }
                }
            })
        services.append(UntilShutdown { if await self.usual() { await diagnostics.cases.run() } })
        services += uplinks.map { UplinkRun(uplink: $0) }
        services.append(
            UntilShutdown {
                await alarms.run(
                    committed: { seq in for uplink in uplinks { uplink.committed(.alarms, through: seq) } },
                    reserved: { intake.extendNumbers(through: $0) })
            })
        services.append(
            UntilShutdown {
                await readings.run { seq in for uplink in uplinks { uplink.committed(.readings, through: seq) } }
            })
        // All buses end together: their last transactions must not add up.
        let simulation = self.simulation
        let timekeeper = simulation?.seat() ?? clock
        services.append(
            UntilShutdown {
                await withDiscardingTaskGroup { group in
                    for bus in fieldBuses { group.addTask { await bus.run() } }
                    supervision.reached(.buses)
                    for scanner in diagnostics.scanners { group.addTask { if await self.usual() { await scanner.run() } } }
                    group.addTask { await intake.keepTime(timekeeper) }
                    group.addTask { await diagnostics.modes.run() }
                    group.addTask { await diagnostics.storage.run() }
                    group.addTask { await diagnostics.watchTrial() }
                    if let simulation {
                        group.addTask {
                            await simulation.run {
                                await Self.caughtUp(uplinks, readings, simulation.link, clock)
                            } over: {
                                // The same end as a stop from outside, in the same order.
                                kill(getpid(), SIGTERM)
                            }
                        }
                    }
                    if surroundings.ownsProcess { group.addTask { await Self.forgetStart(clock) } }
                }
            })
        let commands = CommandDesk(
            inbox: diagnostics.commands, source: diagnostics, audit: diagnostics.audit, lane: store.alarms, clock: clock,
            safeMode: safeMode)
        services.append(UntilShutdown { await commands.run() })
        services.append(Turn(desk: desk, clock: clock))
        if surroundings.ownsProcess {
            services += windows(of: diagnostics, supervision)
            services.append(UntilShutdown { await supervision.run() })
        }
        services += surroundings.askers(asking(diagnostics))
        try await surroundings.live(services, log)
    }

    /// Opens the audit log, which may take seconds when it is long, and settles what was only counted.
    private func keep(_ audit: AuditLog, _ modes: ModesKeeper) async {
        let problem = await audit.begin(
            configuration: start.configuration.hash,
            detail: ["path": start.path, "state": start.state, "version": Self.version])
        for words in audit.condition.problems { log.error("\(words.en)") }
        for entry in desk.takeEntries() where await audit.record(entry) != 0 {
            log.error("not on record: \(entry.action.rawValue) \(entry.subject)")
        }
        await modes.putLapsesOnRecord(audit)
        if problem == 0, let head = audit.head {
            log.info("audit log", metadata: ["seq": "\(head.seq)", "head": "\(head.hash)"])
        }
        while !Task.isCancelled {
            try? await clock.sleep(until: clock.now().monotonic + .seconds(60))
            await audit.settleRefusals(ending: Task.isCancelled)
        }
    }

    /// Waits as long as a publish is unacknowledged or more than 10,000 records wait: simulated time stands still meanwhile.
    /// What waits for a link that the scenario has cut does not count: it would wait for a moment that never comes.
    private static func caughtUp(
        _ uplinks: [UplinkService], _ readings: ReadingsWriter, _ link: LinkCut, _ clock: any TimeSource
    ) async {
        while !Task.isCancelled {
            let statuses = uplinks.map(\.status)
            let undelivered = link.isCut ? 0 : statuses.map(\.waiting).max() ?? 0
            let waiting = Int64(readings.uncommitted) + undelivered
            if waiting <= 10_000, statuses.allSatisfy({ $0.inFlightMessages == 0 }) { return }
            try? await clock.sleep(until: clock.now().monotonic + .milliseconds(1))
        }
    }

    /// Takes up what is known since the covers were commissioned.
    private func takeUp(_ commission: CommissionBook, _ fieldBuses: [FieldBus]) async {
        for news in await commission.open() { log.error("\(news)") }
        for (place, references) in await commission.use.references {
            for case .modbus(let poller) in fieldBuses { poller.setTiltReferences(references, of: place) }
        }
    }

    /// Takes up the alarms of the run before, and says whether the configuration was refused.
    /// - Returns: what is over with the restart.
    private func restore(_ intake: Intake, _ found: Store.Found) -> AlarmStateCoding.Left {
        let left = AlarmStateCoding.left(found.states)
        for key in left.unreadable {
            log.error("an alarm's state cannot be read and is not taken up", metadata: ["key": "\(key)"])
        }
        simulation?.knows(left.alarms)
        defer {
            intake.setGatewayAlarm(
                "configuration-refused", severity: .warning,
                problem: start.problem?[EntryLanguage(start.configuration.gateway.language)])
            intake.setGatewayAlarm(
                SafeMode.rule, severity: .warning,
                problem: safeMode.map { words($0)[EntryLanguage(start.configuration.gateway.language)] })
        }
        return intake.restore(left, isTrial: desk.isRunning)
    }
}

extension Intake.Settings {
    fileprivate init(_ configuration: Configuration, _ plan: WiringPlan, origin: Origin) {
        self.init(places: plan.places, covers: plan.covers, configurationHash: configuration.hash, origin: origin)
        texts = configuration.ruleTexts
    }
}
