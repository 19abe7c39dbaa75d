// The service manager's socket: paths and abstract names, what the environment asks for, and one that is not there.
import CPlatform
import Glibc
import Platform
import TestSupport
import Testing

@Suite struct ServiceManagerTests {
    private let folder = TemporaryFolder()

    @Test("lines arrive as one datagram at a path, and at an abstract name")
    func arrives() throws {
        for name in [folder.file("notify"), "@gatewayd-test-\(getpid())"] {
            let ear = ManagerSocket(name)
            let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": name]))
            #expect(manager.tell(["READY=1", "STATUS=all well"]) == 0)
            #expect(ear.next == "READY=1\nSTATUS=all well")
        }
    }

    @Test("without a socket in the environment there is no manager")
    func none() {
        #expect(ServiceManager(environment: [:]) == nil)
        #expect(ServiceManager(environment: ["NOTIFY_SOCKET": "", "WATCHDOG_USEC": "30000000"]) == nil)
    }

    @Test("the watchdog's patience counts for the process it is meant for, when it is a time")
    func patience() {
        func patience(_ more: [String: String]) -> Duration? {
            let environment = more.merging(["NOTIFY_SOCKET": "/run/n"]) { first, _ in first }
            return ServiceManager(environment: environment, process: 42)?.patience
        }
        #expect(patience(["WATCHDOG_USEC": "30000000"]) == .seconds(30))
        #expect(patience(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"]) == .seconds(30))
        #expect(patience(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "43"]) == nil)
        #expect(patience(["WATCHDOG_USEC": "0"]) == nil)
        #expect(patience(["WATCHDOG_USEC": "soon"]) == nil)
        #expect(patience([:]) == nil)
    }

    @Test("what cannot be told has its errno: nobody there, no path, a path that is too long")
    func failures() throws {
        let long = "/" + String(repeating: "x", count: 200)
        for (path, code) in [(folder.file("nobody"), ENOENT), ("notify", EINVAL), ("/", EINVAL), (long, ENAMETOOLONG)] {
            let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": path]))
            #expect(manager.tell(["READY=1"]) == code)
        }
    }
}
