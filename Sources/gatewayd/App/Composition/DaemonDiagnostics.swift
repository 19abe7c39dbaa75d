// The daemon's answers to the technician: read from the parts as they are, nothing kept of its own.
import Alarms
import DeviceHAL
import DiagnosticsProtocol
import Doctor
import GatewayConfig
import Logging
import Outbox
import Platform
import SensorModel
import Uplink

/// Answers the local interface.
struct DaemonDiagnostics: DiagnosticsSource {
    let start: StartConfiguration
    let boot: String
    let store: Store
    let intake: Intake
    let memory: EntryMemory
    let fieldBuses: [FieldBus]
    let uplinks: [UplinkService]
    let readings: ReadingsWriter
    let alarms: AlarmWriter
    let audit: AuditLog
    let profiles: ProfileLibrary
    let scanners: [BusScanner]
    let commission: CommissionBook
    let signer: Signer
    let commands: CommandInbox
    let machine: MachineLook
    let cases: CaseRecorder
    let modes: ModesKeeper
    let desk: ConfigurationDesk
    let examiner: ConfigurationExaminer
    let log: Logger
    let runningTests = RunningTests()
    let exports = OutboxExports()
    let clock: TrustedClock
    /// Time at the sensors: another one than `clock` only in a simulation.
    let fieldClock: any TimeSource
    let simulation: Simulation?
    let safeMode: SafeMode?
    /// When the process began; in this composition, the configuration is in force since then.
    let started: Timestamp, inForceSince: Timestamp
    let fieldStarted: Timestamp
    /// How the store is.
    var storage: StorageWatch {
        StorageWatch(store: store, readings: readings, alarms: alarms, intake: intake, clock: clock, language: language)
    }

    init(
        start: StartConfiguration, boot: String, store: Store, intake: Intake, memory: EntryMemory, fieldBuses: [FieldBus],
        uplinks: [UplinkService],
        readings: ReadingsWriter, alarms: AlarmWriter, audit: AuditLog, profiles: ProfileLibrary, scanners: [BusScanner],
        commission: CommissionBook, signer: Signer, commands: CommandInbox, machine: MachineLook, cases: CaseRecorder,
        modes: ModesKeeper, desk: ConfigurationDesk, examiner: ConfigurationExaminer, clock: TrustedClock,
        fieldClock: any TimeSource, simulation: Simulation?, safeMode: SafeMode?, started: Timestamp, log: Logger
    ) {
        self.start = start
        self.boot = boot
        self.store = store
        self.intake = intake
        self.memory = memory
        self.fieldBuses = fieldBuses
        self.uplinks = uplinks
        self.readings = readings
        self.alarms = alarms
        self.audit = audit
        self.profiles = profiles
        self.scanners = scanners
        self.commission = commission
        self.signer = signer
        self.commands = commands
        self.machine = machine
        self.cases = cases
        self.modes = modes
        self.desk = desk
        self.examiner = examiner
        self.log = log
        self.clock = clock
        self.fieldClock = fieldClock
        self.simulation = simulation
        self.safeMode = safeMode
        self.started = started
        inForceSince = clock.now()
        fieldStarted = fieldClock.now()
    }

    var language: EntryLanguage { EntryLanguage(start.configuration.gateway.language) }

    var simulatedTime: String? { simulation.map { _ in fieldClock.now().wall.rfc3339 } }

    func status() async throws(DiagnosticsFailure) -> StatusReport {
        var lanes: [OutboxReport.Lane]?
        var problem: Bilingual?
        // What is known is said also while the store cannot be asked, and that it cannot.
        do throws(DiagnosticsFailure) { lanes = try await outbox().lanes } catch { problem = error.message }
        return try await status(lanes, unasked: problem)
    }

    /// - Parameters:
    ///   - lanes: what the outbox holds; nil when it cannot be asked.
    ///   - unasked: why it cannot, where nobody else says so.
    func status(
        _ lanes: [OutboxReport.Lane]?, unasked: Bilingual? = nil
    ) async throws(DiagnosticsFailure) -> StatusReport {
        let now = clock.now()
        let rows = try await sensors(cover: nil).sensors
        let buses = try await self.buses(bus: nil).buses
        let links = try await self.uplinks().uplinks
        let active = intake.activeAlarms
        let bad = rows.count { $0.quality == "bad" }
        let silent = unasked.map { [Bilingual(zh: "待发送：", en: "outbox: ") + $0] } ?? []
        let problems = (silent + (await problems(rows, buses, lanes ?? [], links))).map { $0[language] }
        let (crews, tests) = (intake.maintenance.map { row(of: $0) }, intake.tests.map(row))
        return StatusReport(
            gateway: start.configuration.gateway.id, version: GatewayApplication.version, healthy: problems.isEmpty,
            problems: problems,
            started: started.wall.rfc3339, uptimeSeconds: (now.monotonic - started.monotonic).seconds, boot: boot,
            store: store.id,
            clock: now.clock.rawValue,
            simulation: simulation.map {
                .init(
                    scenario: $0.order.scenario.name, seed: String($0.order.seed), speed: $0.order.speed,
                    begin: $0.begin.wall.rfc3339, time: fieldClock.now().wall.rfc3339)
            },
            safeMode: safeMode.flatMap { mode in
                guard mode.isOn(now.monotonic) else { return nil }
                let left = mode.newerStore == nil ? (mode.until - now.monotonic).seconds : nil
                return .init(starts: mode.starts, secondsLeft: left, newerStore: mode.newerStore)
            },
            configuration: .init(
                path: start.path, hash: start.configuration.hash, state: start.state,
                errors: start.refused.map(\.description), trial: trialReport),
            buses: buses.map { .init(id: $0.id, connected: $0.connected, problem: $0.problem) },
            sensors: .init(total: rows.count, good: rows.count { $0.quality == "good" }, bad: bad),
            alarms: .init(
                active: active.count { $0.state.isRaised }, unacknowledged: active.count { $0.state.needsAcknowledgement }),
            outbox: .init(
                readingsWaiting: lanes?.first { $0.lane == "readings" }?.waiting,
                alarmsWaiting: lanes?.first { $0.lane == "alarms" }?.waiting,
                lossWindowSeconds: start.configuration.store.lossWindow.seconds,
                writtenBytesPerDay: ProcessFigures.writtenBytes().map { written in
                    Int64(Double(written) * 86_400 / max(1, (now.monotonic - started.monotonic).seconds))
                }),
            uplinks: links.map { .init(id: $0.id, state: $0.state, problem: $0.problem) }, maintenance: crews, tests: tests,
            thresholds: changedThresholds, sampling: samplingRows)
    }

    func sensors(cover: String?) async throws(DiagnosticsFailure) -> SensorReport {
        if let cover, !start.configuration.covers.contains(where: { $0.code == cover }) {
            throw DiagnosticsFailure.noCover(cover)
        }
        var rows: [SensorRow] = []
        for place in start.configuration.covers where cover == nil || place.code == cover {
            for sensor in place.sensors { rows += await self.rows(of: sensor, at: place) }
        }
        return SensorReport(sensors: rows)
    }

    func read(point text: String) async throws(DiagnosticsFailure) -> ReadReport {
        guard let point = Point(text) else { throw DiagnosticsFailure.notAPoint(text) }
        guard let place = start.configuration.covers.first(where: { $0.code == point.cover }),
            let settings = place.sensors.first(where: { $0.id == point.sensor }),
            settings.channels.contains(where: { $0.name == point.channel }),
            let bus = fieldBuses.first(where: { $0.id == settings.bus })
        else { throw DiagnosticsFailure.noPoint(text) }
        _ = await bus.read(SensorPlace(cover: point.cover, sensor: point.sensor))
        return ReadReport(readings: await rows(of: settings, at: place).filter { $0.point == text })
    }

    func uplinks() async throws(DiagnosticsFailure) -> UplinkReport {
        let now = clock.now()
        return UplinkReport(
            uplinks: uplinks.map { uplink in
                let status = uplink.status
                let counts = commands.counts(of: uplink.id)
                return UplinkRow(
                    id: uplink.id, kind: "mqtt", format: "native", state: status.state.rawValue, link: status.link,
                    since: status.since.wall.rfc3339, problem: status.problem.isEmpty ? nil : status.problem,
                    nobodyListening: status.nobodyListening, inflightMessages: status.inFlightMessages,
                    inflightBytes: status.inFlightBytes,
                    windowBytes: status.windowBytes, sent: Int(status.sent), acknowledged: Int(status.acknowledged),
                    refused: Int(status.refused), commandsReceived: Int(counts.received), commandsRefused: Int(counts.refused),
                    receipts: Int(counts.receipts), receiptsAwaited: status.receiptsAwaited,
                    alarmsSentAgain: Int(status.alarmsSentAgain), receiptsGivenUp: Int(status.receiptsGivenUp),
                    repliesDropped: Int(status.repliesDropped),
                    reconnects: max(0, Int(status.connections) - 1),
                    lastAck: status.lastAcknowledgement?.wall.rfc3339,
                    nextAttemptInSeconds: status.nextAttempt.map { max(0, ($0 - now.monotonic).seconds) })
            })
    }

    func name(of cover: String?) -> String? { self.cover(cover)?.name }

    func place(of cover: String?) -> String? { self.cover(cover)?.place }

    /// The cover of this code.
    func cover(_ code: String?) -> CoverSettings? { start.configuration.covers.first { $0.code == code } }

    private func rows(of sensor: SensorSettings, at cover: CoverSettings) async -> [SensorRow] {
        let now = fieldClock.now()
        let bus = fieldBuses.first { $0.id == sensor.bus }
        let problem = await bus?.problem(of: SensorPlace(cover: cover.code, sensor: sensor.id))
        var rows: [SensorRow] = []
        for channel in sensor.channels {
            let point = Point(cover: cover.code, sensor: sensor.id, channel: channel.name)
            let last = intake.last(point)
            rows.append(
                SensorRow(
                    point: point.description, cover: cover.code, coverName: cover.name, place: cover.place,
                    sensor: sensor.id, channel: channel.name,
                    quantity: channel.quantity.rawValue, unit: channel.quantity.unit.rawValue, value: last?.measurement.value,
                    quality: last?.measurement.quality ?? "bad", reason: last == nil ? "not-read-yet" : last?.measurement.reason,
                    time: last?.time.wall.rfc3339, ageSeconds: last.map { (now.monotonic - $0.time.monotonic).seconds },
                    bus: sensor.bus,
                    unitAddress: sensor.unit.map(Int.init), profile: sensor.profile?.name, serial: sensor.serial,
                    problem: last?.measurement.quality == "good" ? nil : problem ?? intake.objection(to: point)?[language]))
        }
        return rows
    }
}

extension CoverSettings {
    /// Where it is, in words.
    var place: String? { location?.text ?? road }

    /// As people find it.
    var label: DoctorCover { DoctorCover(code: code, name: name, place: place) }

    /// The same of a sensor or a point, whose name begins with the cover's code.
    func title(_ text: String) -> Bilingual { DoctorCover(code: text, name: name, place: place).title }
}
