// The technician's window: HTTP/1.1 on a Unix socket or, read only, on a TCP port, bounded in every direction, on one
// event-loop thread.
import DiagnosticsProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Serves the local interface until its task is cancelled.
public struct DiagnosticsServer: Sendable {
    /// An accepted connection, and the request it will bring.
    private struct Client: Sendable {
        let channel: any Channel
        let request: EventLoopFuture<DiagnosticsRequest?>
    }

    /// How many clients are served.
    private final class Seats: Sendable {
        private let taken = Mutex(0)

        func take(atMost limit: Int) -> Bool {
            taken.withLock { taken in
                guard taken < limit else { return false }
                taken += 1
                return true
            }
        }

        func leave() { taken.withLock { $0 -= 1 } }
    }

    private let address: ListenAddress
    private let limits: DiagnosticsLimits
    private let router: DiagnosticsRouter
    private let identify: @Sendable (PeerCredentials) -> PeerIdentity

    /// - Parameters:
    ///   - path: the socket's path.
    ///   - source: gives the answers.
    ///   - limits: bounds.
    ///   - identify: looks a peer up; replaced in tests, which run as one user.
    public init(
        path: String, source: any DiagnosticsSource, limits: DiagnosticsLimits = DiagnosticsLimits(),
        identify: @escaping @Sendable (PeerCredentials) -> PeerIdentity = PeerIdentity.lookUp
    ) {
        address = .socket(path: path)
        self.limits = limits
        self.identify = identify
        router = DiagnosticsRouter(source: source)
    }

    /// Serves reads on a TCP port, to everybody who reaches it.
    /// - Parameters:
    ///   - http: an IP address to listen at.
    ///   - port: a TCP port.
    ///   - source: gives the answers.
    ///   - limits: bounds.
    public init(http: String, port: Int, source: any DiagnosticsSource, limits: DiagnosticsLimits = DiagnosticsLimits()) {
        address = .http(address: http, port: port)
        self.limits = limits
        identify = PeerIdentity.lookUp
        router = DiagnosticsRouter(source: source)
    }

    /// Serves until the task is cancelled, then closes all connections, removes the socket and returns.
    /// - Parameter onListening: called once clients can connect.
    /// - Throws: `DiagnosticsServerError` when the socket or the port cannot be served.
    public func run(onListening: @Sendable () -> Void = {}) async throws {
        if case .socket(let path) = address { try SocketFile.clear(path: path) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do { try await listen(on: group, onListening: onListening) } catch {
            try? await group.shutdownGracefully()
            if error is CancellationError, Task.isCancelled { return }
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func listen(on group: MultiThreadedEventLoopGroup, onListening: @Sendable () -> Void) async throws {
        try await bind(on: group).executeThenClose { clients in
            var file: SocketFile?
            if case .socket(let path) = address { file = try SocketFile(listeningAt: path) }
            defer { file?.remove() }
            onListening()
            let seats = Seats()
            try await withThrowingDiscardingTaskGroup { tasks in
                for try await client in clients {
                    let seated = seats.take(atMost: limits.clients)
                    tasks.addTask {
                        defer { if seated { seats.leave() } }
                        await serve(client, seated: seated)
                    }
                }
            }
        }
    }

    private func bind(on group: MultiThreadedEventLoopGroup) async throws -> NIOAsyncChannel<Client, Never> {
        let limits = self.limits
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(DescriptorPause()) }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
        do {
            switch address {
            case .socket(let path):
                return try await bootstrap.bind(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture { try Self.prepare(channel, limits: limits, asksForPeer: true) }
                }
            case .http(let host, let port):
                // A port of the run before, whose last connections the kernel still remembers, is free.
                return try await bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .bind(to: NIOCore.SocketAddress(ipAddress: host, port: port)) { channel in
                        channel.eventLoop.makeCompletedFuture { try Self.prepare(channel, limits: limits, asksForPeer: false) }
                    }
            }
        } catch let error as IOError {
            switch address {
            case .socket(let path):
                throw DiagnosticsServerError.system(operation: "listen at", path: path, errno: error.errnoCode)
            case .http: throw DiagnosticsServerError.http(address: address.description, errno: error.errnoCode)
            }
        }
    }

    private static func prepare(_ channel: any Channel, limits: DiagnosticsLimits, asksForPeer: Bool) throws -> Client {
        let whole = channel.eventLoop.makePromise(of: DiagnosticsRequest?.self)
        let headerLimit = HeaderLimit(limit: limits.headerBytes)
        let connection = DiagnosticsConnection(
            limits: limits, headerLimit: headerLimit, asksForPeer: asksForPeer, whole: whole)
        do {
            try channel.pipeline.syncOperations.addHandlers([
                headerLimit, HTTPResponseEncoder(),
                ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)), connection,
            ])
        } catch {
            whole.succeed(nil)
            throw error
        }
        return Client(channel: channel, request: whole.futureResult)
    }

    /// Answers one client; returns when its connection is closed, which the handler's deadlines bring about.
    private func serve(_ client: Client, seated: Bool) async {
        await withTaskCancellationHandler {
            if !seated {
                send(DiagnosticsResponse(.busy, "\(limits.clients) clients are being served: try again in a moment"), to: client)
            } else if let request = try? await client.request.get() {
                var response = await answer(to: request)
                if response.contentType == "application/json" {
                    response.language = response.language ?? router.source.language
                    response.simulatedTime = router.source.simulatedTime
                }
                send(response, to: client)
                try? await client.channel.closeFuture.get()
                if response.status == 200 { await router.answered(request) }
            }
            try? await client.channel.closeFuture.get()
        } onCancel: {
            client.channel.close(promise: nil)
        }
    }

    private func send(_ response: DiagnosticsResponse, to client: Client) {
        client.channel.write(response, promise: nil)
    }

    private func answer(to request: DiagnosticsRequest) async -> DiagnosticsResponse {
        if case .http = address { return await router.respondReadOnly(to: request) }
        guard let peer = request.peer else { return DiagnosticsResponse(.failed, "the kernel does not say who is asking") }
        return await router.respond(to: request) { identify(peer) }
    }
}
