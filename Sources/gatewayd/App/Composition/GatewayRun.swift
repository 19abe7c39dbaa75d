// The life of the process: one composition after the other, each with the configuration that is in force then.
import GatewayConfig
import Logging
import Platform
import SensorModel
import ServiceLifecycle

/// Runs the daemon, and begins anew inside the process when another configuration is to take effect.
///
/// A new configuration means new buses, points, rules and uplinks: the parts are made for one and never changed. What has to last
/// is on the disk, so a composition that ends in order and another one that begins lose nothing
/// (docs/adr/0015-configuration-changes.md).
public struct GatewayRun: Service {
    private let start: StartConfiguration
    private let surroundings: Surroundings
    private let log: Logger
    private let safeMode: SafeMode?
    private let simulation: SimulationOrder?

    /// - Parameters:
    ///   - start: the configuration, current or last good.
    ///   - safeMode: how careful this run has to be; nil for not at all.
    ///   - simulation: a simulated field instead of the real one.
    public init(
        start: StartConfiguration, surroundings: Surroundings, log: Logger, safeMode: SafeMode? = nil,
        simulation: SimulationOrder? = nil
    ) {
        self.start = start
        self.surroundings = surroundings
        self.log = log
        self.safeMode = safeMode
        self.simulation = simulation
    }

    /// Runs until SIGTERM or SIGINT; returns when everything is committed and closed. The signals are caught for the whole of it,
    /// also between two compositions.
    public func runUntilSignal() async throws {
        let alone = ServiceGroupConfiguration.ServiceConfiguration(
            service: self, successTerminationBehavior: .gracefullyShutdownGroup)
        let settings = ServiceGroupConfiguration(
            services: [alone], gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        try await ServiceGroup(configuration: settings).run()
    }

    /// Runs until its group is shut down.
    public func run() async throws {
        let desk = ConfigurationDesk(path: start.path)
        try await withGracefulShutdownHandler {
            try await run(desk)
        } onGracefulShutdown: {
            desk.leave()
        }
    }

    private func run(_ desk: ConfigurationDesk) async throws {
        let began = surroundings.clock.now()
        let storeReturn = StoreReturn()
        defer {
            if storeReturn.lost > 0 { log.error("\(storeReturn.lost) records that were in memory only are lost with this end") }
        }
        let handover = Handover(clock: surroundings.clock, log: log)
        defer { handover.end() }
        var next: StartConfiguration? = start
        while let start = next {
            do {
                let careful = SafeMode.still(safeMode, at: surroundings.clock.now().monotonic)
                try await GatewayApplication(
                    start: start, surroundings: surroundings, log: log, safeMode: careful, simulation: simulation, desk: desk,
                    handover: handover, storeReturn: storeReturn, began: began
                ).run()
                next = desk.takeNext()
            } catch {
                next = desk.failed("\(error)", now: surroundings.clock.now().monotonic)
                guard next != nil else { throw error }
                log.error("the configuration on trial does not start: \(error)")
                if surroundings.ownsProcess { handover.begin(ServiceManager.ofThisProcess()) }
            }
            // What was armed for the end of a composition is not meant for the next one.
            LastResort.standDown()
            if Task.isShuttingDownGracefully { return }
        }
    }
}
