// One life of the daemon: from a start to a stop, a kill or a power cut. Everything in it is the daemon's own composition.
import DeviceHAL
import Gateway
import GatewayConfig
import Logging
import MemoryDisk
import Platform
import SensorModel
import ServiceLifecycle
import Synchronization
import TestSupport
import Uplink

/// A running daemon.
///
/// `@unchecked Sendable`: the daemon and its closures ask for it; all of it runs on the one thread of `VirtualTime`, which checks
/// that at each moment and each line of the log.
final class Life: @unchecked Sendable {
    let number: Int
    let clock: BootClock
    let began: Int64
    /// The daemon's own, above the raw one.
    let trusted: TrustedClock
    private let time: VirtualTime
    private var group: ServiceGroup?
    private var task: Task<Void, Never>?
    private var technician: Technician?
    private let complain: (String) -> Void
    private let isDiskSound: () -> Bool
    /// True when `run` has returned, and what it threw.
    private(set) var isOver = false
    private(set) var failure: String?
    private var isStopped = false

    /// Starts a daemon.
    /// - Parameters:
    ///   - boot: the kernel's boot: the same after a kill, another one with the power.
    ///   - chance: of this life.
    ///   - crews: what people were told.
    ///   - complain: told what is wrong with the answers at the local interface.
    ///   - isDiskSound: nothing was ever done to the disk that may be seen in the store.
    init(
        number: Int, _ start: StartConfiguration, _ clock: BootClock, boot: String, field: Field, broker: Broker, log: EventLog,
        seed: UInt64, crews: CrewBook, complain: @escaping (String) -> Void, isDiskSound: @escaping () -> Bool
    ) {
        (self.number, self.clock, time) = (number, clock, clock.time)
        (self.complain, self.isDiskSound) = (complain, isDiskSound)
        began = time.now
        let chance = Mutex(SeededGenerator(seed: seed))
        var surroundings = Surroundings(clock: clock)
        trusted = surroundings.clock
        surroundings.boot = { boot }
        surroundings.unique = { chance.withLock { Identity.uuid(using: &$0) } }
        surroundings.chance = { SeededGenerator(seed: chance.withLock { $0.next() }) }
        surroundings.worker = { [time] _ in Surroundings.Worker(executor: time.actors, end: {}) }
        field.floor = { [trusted] in trusted.floor.milliseconds }
        surroundings.registers = { FieldBus($0.id, field, clock, life: number) }
        surroundings.connector = { [trusted] earliest in
            broker.attempt = { [unowned broker] in
                let judged = max(clock.now().wall.milliseconds / 1000, earliest() ?? 0)
                let passed = trusted.floor.milliseconds / 1000
                if judged < passed - 2 { broker.complaint("certificates are judged at \(judged) s, and \(passed) s had passed") }
            }
            return broker
        }
        surroundings.ownsProcess = false
        let lookers = chance.withLock { $0.next() }
        surroundings.askers = { [self] asking in
            let technician = Technician(
                asking, clock, log, seed: lookers, crews: crews, complain: self.complain, isDiskSound: self.isDiskSound)
            self.technician = technician
            return [technician]
        }
        surroundings.live = { [self] services, log in
            let group = Surroundings.group(services, log)
            self.group = group
            field.beginnings += 1
            // A stop that came between two compositions.
            if isStopped { stop() }
            try await group.run()
        }
        broker.life = number
        let logger = Logger(label: "gatewayd") { _ in DaemonLog(log: log) }
        let run = GatewayRun(start: start, surroundings: surroundings, log: logger)
        task = Task {
            do { try await run.run() } catch { self.failure = "\(error)" }
            self.isOver = true
        }
    }

    /// Says stop, as SIGTERM does.
    func stop() {
        isStopped = true
        guard let group else { return }
        Task { await group.triggerGracefulShutdown() }
    }

    /// What is left of a daemon whose disk and connection are dead is taken away.
    /// - Returns: how many bytes of memory it held.
    @discardableResult
    func bury() -> Int {
        let before = Heap.bytes
        task?.cancel()
        technician?.isGone = true
        technician = nil
        group = nil
        time.drain()
        return before - Heap.bytes
    }
}
