// The server on a TCP port: everybody may look, nobody may touch.
import DiagnosticsProtocol
import Glibc
import Synchronization
import Testing

@testable import Gateway

@Suite struct ReadOnlyServerTests {
    /// Runs a server on a free port for the time of `body`.
    private func withPort(
        source: ScriptedSource = ScriptedSource(), _ body: @escaping @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        let port = try #require(FreePort())
        let (listening, ready) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let server = DiagnosticsServer(http: "127.0.0.1", port: port.release(), source: source)
            tasks.addTask {
                defer { ready.finish() }
                try await server.run { ready.yield() }
            }
            for await _ in listening { break }
            try await body(port.number)
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
    }

    @Test func `every route that reads answers, and every other is refused with its reason`() async throws {
        let source = ScriptedSource()
        try await withPort(source: source) { port in
            for route in DiagnosticsRoute.allCases where route.method == "GET" {
                let reply = try #require(await RawClient.ask(port: port, "GET", route.exampleTarget))
                // Evidence goes to people with a name only.
                let other: [DiagnosticsRoute: Int] = [.outbox: 503, .uplinks: 409, .evidence: 403]
                #expect(reply.status == other[route] ?? 200, "\(route)")
            }
            #expect(!source.questions.contains { $0.hasPrefix("evidence") })
            let asked = source.questions.count
            for route in DiagnosticsRoute.allCases {
                for method in ["POST", "PUT", "DELETE", "PATCH"] {
                    let reply = try #require(await RawClient.ask(port: port, method, route.path, body: #"{"alarm":"A1"}"#))
                    #expect(reply.status == 403 && reply.error == "not-allowed", "\(method) \(route)")
                }
            }
            #expect(await RawClient.ask(port: port, "GET", "/v1/alarms/ack")?.status == 405)
            #expect(await RawClient.ask(port: port, "GET", "/v1/read?point=C1/ch4/gas")?.status == 405)
            #expect(await RawClient.ask(port: port, "GET", "/v1/nothing")?.status == 404)
            #expect(source.questions.count == asked)
        }
    }

    @Test func `HEAD is answered like GET, without the body`() async throws {
        try await withPort { port in
            for (target, status) in [("/metrics", 200), ("/v1/status", 200), ("/v1/nothing", 404), ("/v1/alarms/ack", 405)] {
                let whole = try #require(await RawClient.ask(port: port, "GET", target))
                let head = try #require(await RawClient.ask(port: port, "HEAD", target))
                #expect(head.status == status && head.head == whole.head, "\(target)")
                #expect(head.body.isEmpty && !whole.body.isEmpty, "\(target)")
            }
        }
    }

    @Test func `metrics come as Prometheus text, on the port and on the socket`() async throws {
        try await withPort { port in
            let reply = try #require(await RawClient.ask(port: port, "GET", "/metrics"))
            #expect(reply.head.lowercased().contains("content-type: text/plain; version=0.0.4; charset=utf-8"))
            #expect(String(decoding: reply.body, as: UTF8.self).hasSuffix("gatewayd_healthy 1\n"))
            #expect(await RawClient.ask(port: port, "GET", "/metrics?all=1")?.error == "bad-request")
        }
        try await withServer { socket in
            let reply = try #require(await RawClient.ask(socket, "GET", "/metrics"))
            #expect(reply.head.lowercased().contains("content-type: text/plain; version=0.0.4; charset=utf-8"))
        }
    }

    @Test func `the ninth client is sent away here too`() async throws {
        let source = ScriptedSource(held: true)
        try await withPort(source: source) { port in
            var seated: [RawClient] = []
            for _ in 0..<8 {
                let client = try #require(RawClient(port: port))
                await client.send("GET /v1/status HTTP/1.1\r\nhost: x\r\n\r\n")
                seated.append(client)
            }
            #expect(await RawClient.ask(port: port, "GET", "/metrics")?.error == "busy")
            source.release()
            for client in seated { #expect(await client.reply()?.status == 200) }
        }
    }

    @Test func `a port that somebody has is named`() async throws {
        try await withPort { port in
            let second = DiagnosticsServer(http: "127.0.0.1", port: port, source: ScriptedSource())
            await #expect(throws: DiagnosticsServerError.http(address: "127.0.0.1:\(port)", errno: EADDRINUSE)) {
                try await second.run()
            }
            #expect(await RawClient.ask(port: port, "GET", "/v1/status")?.status == 200)
        }
    }

    @Test func `an address is written as it is typed`() {
        #expect(ListenAddress.http(address: "::1", port: 9100).description == "[::1]:9100")
        #expect(ListenAddress.http(address: "127.0.0.1", port: 9100).description == "127.0.0.1:9100")
    }
}

/// A TCP port of the loopback that the kernel has just given out.
private final class FreePort: Sendable {
    let number: Int
    private let descriptor: Mutex<Int32>

    init?() {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = TCPAddress.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        self.descriptor = Mutex(descriptor)
        number = Int(UInt16(bigEndian: address.sin_port))
        guard result == 0 else { return nil }
    }

    deinit { _ = release() }

    /// Gives the port free.
    func release() -> Int {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
        return number
    }
}
