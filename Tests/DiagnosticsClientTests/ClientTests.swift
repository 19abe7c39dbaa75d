// The client against sockets that behave well and badly.
import DiagnosticsClient
import DiagnosticsProtocol
import Glibc
import Testing

/// Takes one connection on a thread of its own, reads until the request's blank line and answers with fixed bytes.
private final class CannedServer {
    private final class Job {
        let descriptor: Int32
        let answer: [UInt8]
        init(_ descriptor: Int32, _ answer: [UInt8]) {
            self.descriptor = descriptor
            self.answer = answer
        }
    }

    let folder: String
    var path: String { folder + "/s" }
    private var thread = pthread_t()
    private let descriptor: Int32

    /// - Parameter answer: nil only binds: nobody listens there.
    init(answer: String?) {
        var template = Array("/tmp/gatewayctl-test-XXXXXX".utf8CString)
        folder = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp/gatewayctl-test"
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: (folder + "/s").utf8) }
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { [descriptor] in
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard let answer else { return }
        listen(descriptor, 4)
        pthread_create(
            &thread, nil,
            { @Sendable argument in
                guard let argument else { return nil }
                CannedServer.serve(Unmanaged<Job>.fromOpaque(argument).takeRetainedValue())
                return nil
            }, Unmanaged.passRetained(Job(descriptor, Array(answer.utf8))).toOpaque())
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        if thread != pthread_t() { pthread_join(thread, nil) }
        close(descriptor)
        unlink(path)
        rmdir(folder)
    }

    private static func serve(_ job: Job) {
        let client = accept(job.descriptor, nil, nil)
        guard client >= 0 else { return }
        defer { close(client) }
        var seen: [UInt8] = []
        var byte: UInt8 = 0
        while !seen.suffix(4).elementsEqual([13, 10, 13, 10]), read(client, &byte, 1) == 1 { seen.append(byte) }
        _ = job.answer.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }
}

@Suite struct ClientTests {
    private func ask(_ answer: String?) -> Result<AlarmReport, ClientFailure> {
        let server = CannedServer(answer: answer)
        return withExtendedLifetime(server) {
            Result { () throws(ClientFailure) in
                try DiagnosticsClient(path: server.path).get(.alarms, as: AlarmReport.self).report
            }
        }
    }

    private func response(_ status: Int, _ body: String) -> String {
        "HTTP/1.1 \(status) X\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func failure(_ result: Result<AlarmReport, ClientFailure>) -> ClientFailure? {
        if case .failure(let failure) = result { failure } else { nil }
    }

    @Test func `a report comes back decoded`() throws {
        #expect(try ask(response(200, #"{"alarms":[],"cases":[]}"#)).get() == AlarmReport(alarms: []))
    }

    @Test(arguments: [(400, 64), (403, 77), (404, 64), (409, 1), (422, 78), (503, 69), (500, 69)])
    func `a refusal carries the daemon's words and its exit code`(status: Int, exit: Int32) {
        let result = failure(ask(response(status, #"{"error":"some-code","message":"what to do"}"#)))
        #expect(result == ClientFailure(exitStatus: exit, message: "what to do", code: "some-code"))
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{", "",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
    ])
    func `another program's answer is no report`(answer: String) {
        #expect(failure(ask(answer))?.exitStatus == ExitStatus.unreachable)
    }

    @Test func `nobody behind the socket, and no socket, are told apart and name the socket`() throws {
        let refused = try #require(failure(ask(nil)))
        #expect(refused.exitStatus == 69)
        #expect(refused.message.contains("nobody answers at"))
        let missing = #expect(throws: ClientFailure.self) {
            try DiagnosticsClient(path: "/tmp/no-such-folder/gatewayd.sock").get(.status, as: StatusReport.self)
        }
        #expect(missing?.exitStatus == 69)
        #expect(missing?.message.contains("no socket at /tmp/no-such-folder/gatewayd.sock") == true)
    }
}
