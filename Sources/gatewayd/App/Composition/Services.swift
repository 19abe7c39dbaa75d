// The services' lives, as ServiceLifecycle wants them: run until shutdown, then finish in order.
import Logging
import Outbox
import SensorModel
import ServiceLifecycle
import Uplink

/// Work that ends when its task is cancelled, and finishes what it has begun.
struct UntilShutdown: Service {
    let work: @Sendable () async throws -> Void

    init(_ work: @escaping @Sendable () async throws -> Void) { self.work = work }

    func run() async throws { try await cancelWhenGracefulShutdown { try await work() } }
}

/// Ends when the process shall go on with another configuration, and with it all others.
struct Turn: Service {
    let desk: ConfigurationDesk
    let clock: any TimeSource

    func run() async throws { await cancelWhenGracefulShutdown { await desk.untilTurn(clock) } }
}

/// An uplink; it says farewell before it ends.
struct UplinkRun: Service {
    let uplink: UplinkService

    func run() async throws {
        await withGracefulShutdownHandler {
            await uplink.run()
        } onGracefulShutdown: {
            uplink.stop()
        }
    }
}

/// Waits for all others to end, then closes the lanes.
struct StoreService: Service {
    let store: Store
    let intake: Intake
    let clock: any TimeSource
    let log: Logger
    /// Asked of each lane before it is closed.
    let keep: @Sendable (OutboxLane) async throws -> Void

    func run() async throws {
        try? await gracefulShutdown()
        // Numbers that uplinks have seen are not given back, committed or not.
        let shown = intake.lastNumber
        for (lane, numbered) in [(store.alarms, shown), (store.readings, 0)] {
            do {
                try await keep(lane)
                try await lane.close(now: clock.now(), numbered: numbered)
            } catch {
                log.error("the \(lane.lane.rawValue) lane did not close: \(error)")
            }
        }
    }
}
