// What the daemon finds around itself: clocks, threads, chance, wires, brokers and the process it lives in. One value, so that a
// whole daemon can be run with others (ADR 14).
import DeviceHAL
import GatewayConfig
import Logging
import MQTTTransport
import Platform
import SensorModel
import ServiceLifecycle
import Uplink

/// Everything that the daemon does not make itself. `Surroundings(clock:)` is the real world.
public struct Surroundings: Sendable {
    /// A thread for an actor whose calls block, and how it is ended.
    public struct Worker: Sendable {
        /// Runs the actor's jobs.
        public var executor: any SerialExecutor
        /// Lets the thread end after what is queued.
        public var end: @Sendable () -> Void

        /// - Parameters: as the properties.
        public init(executor: any SerialExecutor, end: @escaping @Sendable () -> Void) {
            self.executor = executor
            self.end = end
        }
    }

    /// Time with the trust in it, and waiting.
    public let clock: TrustedClock
    /// The id of this boot.
    public var boot: @Sendable () -> String = Identity.boot
    /// An id that was never there before.
    public var unique: @Sendable () -> String = Identity.unique
    /// What chance is made of.
    public var chance: @Sendable () -> any RandomNumberGenerator & Sendable = { SystemRandomNumberGenerator() }
    /// Starts a thread of this name.
    public var worker: @Sendable (_ name: String) -> Worker = { name in
        let thread = ThreadExecutor(name: name)
        return Worker(executor: thread, end: thread.shutdown)
    }
    /// The registers at a bus of the configuration; nil is the bus that stands there.
    public var registers: @Sendable (BusSettings) -> (any RegisterBus)? = { _ in nil }
    /// Makes the connector of the uplinks; told what `MosquittoConnector.earliestTime` says.
    public var connector: @Sendable (_ earliestTime: @escaping @Sendable () -> Int64?) -> any BrokerConnector = {
        MosquittoConnector(earliestTime: $0)
    }
    /// A request of the local interface without its socket, by root: method, path with query, and body. Gives status and body.
    public typealias Asking =
        @Sendable (_ method: String, _ target: String, _ body: [UInt8]) async -> (status: Int, body: [UInt8])
    /// Those who ask besides the clients of the socket.
    public var askers: @Sendable (@escaping Asking) -> [any Service] = { _ in [] }
    /// Whether the process is the daemon's alone: then it looks who holds its lines, listens to technicians, gives memory back,
    /// and has the kernel end it when nothing else does.
    public var ownsProcess = true
    /// Lets the services live until somebody says stop, or a `Turn` among them ends: that ends them in reverse. The signals are
    /// caught around it, for all compositions of the process (`GatewayRun`).
    public var live: @Sendable ([any Service], Logger) async throws -> Void = { services, log in
        try await Surroundings.group(services, log, patience: .seconds(9)).run()
    }

    /// The group in which services live: the end of a `Turn` among them ends all others in reverse.
    /// - Parameter patience: by the kernel's clock, for all of them to end; nil for any time.
    public static func group(_ services: [any Service], _ log: Logger, patience: Duration? = nil) -> ServiceGroup {
        let each = services.map { service in
            ServiceGroupConfiguration.ServiceConfiguration(
                service: service, successTerminationBehavior: service is Turn ? .gracefullyShutdownGroup : .cancelGroup)
        }
        var settings = ServiceGroupConfiguration(services: each, logger: log)
        settings.maximumGracefulShutdownDuration = patience
        return ServiceGroup(configuration: settings)
    }

    /// The real world.
    /// - Parameter clock: the raw clocks.
    public init(clock: any TimeSource) { self.clock = TrustedClock(clock) }
}
