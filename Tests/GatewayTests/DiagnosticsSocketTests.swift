// The socket's file and the rights of the peer.
import DiagnosticsProtocol
import Gateway
import Glibc
import Testing

@Suite struct DiagnosticsSocketTests {
    @Test func `the socket is for owner and group only, and goes away with the server`() async throws {
        let folder = SocketFolder()
        let (listening, ready) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let server = DiagnosticsServer(path: folder.socket, source: ScriptedSource())
            tasks.addTask { try await server.run { ready.finish() } }
            for await _ in listening {}
            var info = stat()
            #expect(lstat(folder.socket, &info) == 0)
            #expect(info.st_mode & 0o777 == 0o660)
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
        #expect(access(folder.socket, F_OK) != 0)
    }

    @Test func `a socket nobody serves is replaced`() async throws {
        let folder = SocketFolder()
        mkdir(folder.path + "/run", 0o755)
        var address = SocketAddress.unix(folder.socket)
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        #expect(bound == 0)
        close(dead)
        let (listening, ready) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let server = DiagnosticsServer(path: folder.socket, source: ScriptedSource())
            tasks.addTask {
                defer { ready.finish() }
                try await server.run { ready.finish() }
            }
            for await _ in listening {}
            #expect(await RawClient.ask(folder.socket, "GET", "/v1/status")?.status == 200)
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
    }

    @Test func `a living daemon keeps its socket`() async throws {
        try await withServer { socket in
            let second = DiagnosticsServer(path: socket, source: ScriptedSource())
            await #expect(throws: DiagnosticsServerError.inUse(path: socket)) { try await second.run() }
            #expect(await RawClient.ask(socket, "GET", "/v1/status")?.status == 200)
        }
    }

    @Test func `a file that is no socket is not touched`() async throws {
        let folder = SocketFolder()
        mkdir(folder.path + "/run", 0o755)
        close(open(folder.socket, O_CREAT | O_WRONLY, 0o600))
        let server = DiagnosticsServer(path: folder.socket, source: ScriptedSource())
        await #expect(throws: DiagnosticsServerError.notASocket(path: folder.socket)) { try await server.run() }
        #expect(access(folder.socket, F_OK) == 0)
    }

    @Test func `a path too long for a socket is named`() async throws {
        let path = "/tmp/" + String(repeating: "x", count: 120)
        let server = DiagnosticsServer(path: path, source: ScriptedSource())
        await #expect(throws: DiagnosticsServerError.pathTooLong(path: path)) { try await server.run() }
    }

    @Test func `only root and the operators may change state`() {
        func may(user: UInt32, groups: Set<UInt32>, operators: UInt32?) -> Bool {
            PeerIdentity(user: user, name: "x", groups: groups, operators: operators).mayChangeState
        }
        #expect(may(user: 0, groups: [], operators: nil))
        #expect(may(user: 1000, groups: [1000, 990], operators: 990))
        #expect(!may(user: 1000, groups: [1000], operators: 990))
        #expect(!may(user: 1000, groups: [1000, 0], operators: nil))
    }

    @Test func `names and groups come from the system, and an unknown user is named by number`() {
        let root = PeerIdentity.lookUp(PeerCredentials(process: 1, user: 0, group: 0))
        #expect(root.name == "root")
        #expect(root.groups.contains(0))
        let nobody = PeerIdentity.lookUp(PeerCredentials(process: 1, user: 4_000_000_000, group: 4_000_000_001))
        #expect(nobody.name == "uid 4000000000")
        #expect(nobody.groups == [4_000_000_001])
        #expect(!nobody.mayChangeState)
    }
}
