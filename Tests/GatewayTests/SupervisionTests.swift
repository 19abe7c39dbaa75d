// What a service manager is told of the daemon, and of its end.
@testable import Gateway
import Logging
import Platform
import SensorModel
import TestSupport
import Testing

@Suite struct SupervisionTests {
    private let folder = TemporaryFolder()
    private let clock = ManualClock()
    private let socket: ManagerSocket
    private let manager: ServiceManager

    init() throws {
        socket = ManagerSocket(folder.file("notify"))
        manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": folder.file("notify")]))
    }

    private func supervision(goesOn: Bool = false) -> Supervision {
        let mode = SafeMode(starts: 5, until: clock.now().monotonic + .seconds(600))
        return Supervision(
            manager, vitals: [], clock: clock, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            status: { [clock] in mode.isOn(clock.now().monotonic) ? "safe mode, watching" : "watching" }, goesOn: { goesOn },
            handover: nil)
    }

    @Test func `the status is what holds when it is told`() {
        let supervision = supervision()
        supervision.reached(.buses)
        #expect(socket.next == nil)
        supervision.reached(.interface)
        #expect(socket.next == "READY=1\nSTATUS=safe mode, watching")
        clock.advance(by: .seconds(600))
        supervision.tellStatus()
        #expect(socket.next == "STATUS=watching")
    }

    @Test(arguments: [false, true])
    func `an end is told where the process ends, and not where it goes on`(goesOn: Bool) {
        let (supervision, executor) = (supervision(goesOn: goesOn), SingleThreadExecutor())
        let task = executor.start { await supervision.run() }
        executor.drain()
        #expect(socket.next == nil)
        task.cancel()
        executor.drain()
        #expect(socket.next == (goesOn ? "STATUS=taking another configuration" : "STOPPING=1\nSTATUS=stopping"))
        #expect(socket.next == nil)
    }
}
