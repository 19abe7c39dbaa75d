// The services that answer people: the local socket, and the port that only reads.
import GatewayConfig
import Glibc
import Logging
import Platform
import SensorModel
import ServiceLifecycle

extension GatewayApplication {
    /// In the order of dependence. A window that cannot be opened must not stop the watch: it is tried again, the sensors are
    /// read meanwhile.
    func windows(of diagnostics: DaemonDiagnostics, _ supervision: Supervision) -> [any Service] {
        let (configuration, clock, log) = (start.configuration, self.clock, self.log)
        let server = DiagnosticsServer(path: configuration.socket, source: diagnostics)
        let socket = UntilShutdown {
            defer { LastResort.endProcess(after: .seconds(10)) }
            while !Task.isCancelled {
                do {
                    try await server.run {
                        log.info("listening", metadata: ["socket": "\(configuration.socket)"])
                        supervision.reached(.interface)
                    }
                } catch {
                    supervision.reached(.interface)
                    log.error("gatewayctl cannot be served: \(error)", metadata: ["socket": "\(configuration.socket)"])
                    try? await clock.sleep(until: clock.now().monotonic + .seconds(10))
                }
            }
        }
        return [socket] + (configuration.http.map { [readers(at: $0, diagnostics)] } ?? [])
    }

    /// The local interface without a socket.
    func asking(_ diagnostics: DaemonDiagnostics) -> Surroundings.Asking {
        let router = DiagnosticsRouter(source: diagnostics)
        return { method, target, body in
            let request = DiagnosticsRequest(peer: nil, method: method, target: target, body: body)
            let response = await router.respond(to: request) {
                PeerIdentity(user: 0, name: "root", groups: [0], operators: nil)
            }
            return (response.status, response.body)
        }
    }

    /// Serves those who only read, on a TCP port.
    private func readers(at http: HTTPAddress, _ diagnostics: DaemonDiagnostics) -> UntilShutdown {
        let (clock, log) = (self.clock, self.log)
        let server = DiagnosticsServer(http: http.address, port: http.port, source: diagnostics)
        return UntilShutdown {
            guard await self.usual() else { return }
            if !http.isLoopback {
                log.warning(
                    "diagnostics.http is no loopback address: whoever reaches it can read everything, without password",
                    metadata: ["http": "\(http)"])
            }
            while !Task.isCancelled {
                do {
                    try await server.run { log.info("listening", metadata: ["http": "\(http)"]) }
                } catch {
                    log.error("reading over HTTP cannot be served: \(error)", metadata: ["http": "\(http)"])
                    try? await clock.sleep(until: clock.now().monotonic + .seconds(10))
                }
            }
        }
    }
}
