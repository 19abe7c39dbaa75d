// The daemon's inside from intake to uplink, on one thread and a manual clock: what the pipeline's tests have in common.
import Alarms
import DeviceHAL
@testable import Gateway
import Logging
import NativeFormat
@testable import Outbox
import Platform
import SensorModel
import TestSupport
import Uplink
import Validity

/// One run of the pipeline on a store in the given folder. `restart` begins the next run on the same store.
final class PipelineBench {
    static let gas = Point(cover: "C1", sensor: "ch4", channel: "gas")
    /// The points of the tests: one at each of nine covers.
    static let places = (1...9).map { Point(cover: "C\($0)", sensor: "ch4", channel: "gas") }
    static let rule = AlarmRule(
        id: "methane-high", quantity: .methane, direction: .above, threshold: 20, clearThreshold: 15, severity: .warning)

    let executor: SingleThreadExecutor
    let clock: ManualClock
    let broker = RecordingBroker()
    let store: Store
    let readings: ReadingsWriter
    let alarms: AlarmWriter
    let uplink: UplinkService
    let intake: Intake
    /// Where commands from the broker come in; `startDesk` carries them out.
    let inbox = CommandInbox(language: .en)
    /// What the lanes said was committed, in order.
    let committed = Mailbox<String>(capacity: 10_000, whenFull: .dropOldest)
    private let folder: TemporaryFolder
    private let boot: String
    private var running: [Task<Void, Never>] = []

    init(
        folder: TemporaryFolder, clock: ManualClock = ManualClock(), boot: String = "boot-1", seed: UInt64 = 1,
        executor: SingleThreadExecutor = SingleThreadExecutor(), points: [Point] = places, rules: [AlarmRule] = [rule],
        covers: [WatchedCover] = [], alarmNumbers: Int64? = nil, storeBytes: Int64 = 8 << 20, outputs: OutputBoard = OutputBoard()
    ) throws {
        self.folder = folder
        self.clock = clock
        self.boot = boot
        self.executor = executor
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let path = folder.file("store")
        store = try executor.result {
            var chance = SeededGenerator(seed: 77)
            return try await Store.open(
                Store.Settings(path: path, maxBytes: storeBytes, boot: boot), executor: { _ in executor },
                makeID: { Identity.uuid(using: &chance) })
        }
        readings = ReadingsWriter(lane: store.readings, boot: boot, interval: .seconds(2), clock: clock, log: log)
        alarms = AlarmWriter(lane: store.alarms, clock: clock, log: log)
        let lanes = [Lane.readings: store.readings, .alarms: store.alarms]
        let delivered = try executor.result { [store] in
            var store = store
            return try await store.begin(uplinks: ["city"], keepingOthers: false, makeID: { "another" }).delivered
        }
        uplink = UplinkService(
            UplinkSessionSettings(
                id: "city", links: [BrokerEndpoint(host: "broker", port: 8883)], batchInterval: .seconds(10),
                speaker: Speaker(gateway: "gw-1", store: store.id), boot: boot),
            lanes: lanes, delivered: delivered.mapValues { $0["city"] ?? Delivered() },
            committed: lanes.mapValues { $0.firstBlock.last }, connector: broker,
            clock: clock,
            chance: SeededGenerator(seed: seed), log: log, onCommand: { [inbox] in inbox.take($1, from: $0) })
        var numbers = store.alarms.firstBlock
        if let alarmNumbers { numbers = SequenceBlock(next: numbers.next, reservedThrough: numbers.next + alarmNumbers - 1) }
        intake = Intake(
            Intake.Settings(
                places: [:], covers: covers, configurationHash: "sha256:0", origin: .field),
            engine: AlarmEngine(rules: rules, site: AlarmSite(points.map { ($0, .methane) })), numbers: numbers, clock: clock,
            readings: readings, alarms: alarms,
            uplinks: [uplink], log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            chance: SeededGenerator(seed: seed &+ 1), outputs: outputs)
    }

    /// Begins the services, in the order of the composition.
    func start() {
        startUplink()
        startAlarmWriter()
        let (readings, uplink, committed) = (readings, uplink, committed)
        live {
            await readings.run { seq in
                committed.send("readings \(seq)")
                uplink.committed(.readings, through: seq)
            }
        }
        executor.drain()
    }

    /// Begins the uplink alone.
    func startUplink() {
        let uplink = uplink
        live { await uplink.run() }
        executor.drain()
    }

    /// Begins the alarm lane's writer alone.
    func startAlarmWriter() {
        let (alarms, uplink, intake, committed) = (alarms, uplink, intake, committed)
        live {
            await alarms.run(
                committed: { seq in
                    committed.send("alarms \(seq)")
                    uplink.committed(.alarms, through: seq)
                }, reserved: { intake.extendNumbers(through: $0) })
        }
        executor.drain()
    }

    /// Takes up the alarms of the run before, as the composition does.
    /// - Returns: the keys that could not be read.
    func restoreAlarms() throws -> [String] {
        let (store, intake) = (store, intake)
        return try executor.result {
            let left = AlarmStateCoding.left(try await store.alarms.states())
            _ = intake.restore(left)
            return left.unreadable
        }
    }

    /// Starts something that lives until `stop`.
    func live(_ work: @escaping @Sendable () async -> Void) { running.append(executor.start(work)) }

    /// Ends the services in reverse order and closes the lanes.
    func stop() throws {
        for task in running.reversed() {
            task.cancel()
            executor.drain()
        }
        running = []
        let (store, clock) = (store, clock)
        try executor.result {
            for lane in [store.alarms, store.readings] { try await lane.close(now: clock.now()) }
        }
    }

    /// Lets time pass.
    func pass(_ duration: Duration) { executor.run(clock, for: duration) }

    /// Hands one measurement of a point over, made now.
    func read(_ measurement: Measurement, _ point: Point = gas) throws {
        try accept([Reading(point: point, quantity: .methane, measurement: measurement, time: clock.now(), origin: .field)])
    }

    /// Hands readings over.
    func accept(_ readings: [Reading]) throws {
        let intake = intake
        try executor.result { intake.accept(readings) }
    }

    /// What a lane holds, one text for each element: the body after its number, or the gap.
    func content(_ lane: Lane) throws -> [String] {
        let outbox = store.lane(lane)
        let selection = try executor.result {
            try await outbox.select(after: 0, records: 100_000, bytes: .max, withTrailingGap: true)
        }
        return (selection?.elements ?? []).map { element in
            switch element {
            case .record(let seq, let body): "\(seq) {\(String(decoding: body, as: UTF8.self))}"
            case .gap(let gap): "\(gap.from)-\(gap.to) \(gap.count) \(gap.reason.rawValue)"
            }
        }
    }

    /// From now on a lane's file takes nothing, or does again.
    func setTakesNothing(_ lane: Lane, _ takesNothing: Bool) throws {
        let outbox = store.lane(lane)
        try executor.result { try await outbox.setTakesNothing(takesNothing) }
    }

    /// What the lanes said was committed since the last call.
    func takeCommitted() -> [String] {
        var all: [String] = []
        while let next = committed.take() { all.append(next) }
        return all
    }

    /// The alarms that are not normal.
    func activeAlarms() throws -> [ActiveAlarm] {
        let intake = intake
        return try executor.result { intake.activeAlarms }
    }
}

extension OutboxLane {
    fileprivate func setTakesNothing(_ takesNothing: Bool) throws {
        try database.execute("PRAGMA query_only = \(takesNothing ? "ON" : "OFF")")
    }
}
