// The end of safe mode, in the daemon's own composition on a clock that a test moves.
import DeviceHAL
@testable import Gateway
import GatewayConfig
import Logging
import Platform
import SensorModel
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

/// Why the daemon ended by itself.
private final class Failure: Sendable {
    let words = Mutex<String?>(nil)
}

/// A daemon on one thread, with a bus that answers and a broker in memory.
private final class Daemon {
    let clock = ManualClock()
    let broker = RecordingBroker()
    private let executor = SingleThreadExecutor()
    private let task: Task<Void, Never>
    private let failure = Failure()

    init(_ site: SmallSite, safeFor seconds: Int) throws {
        let start = try StartConfiguration.load(path: site.path, boards: site.boards)
        var surroundings = Surroundings(clock: clock)
        surroundings.boot = { "boot-1" }
        surroundings.worker = { [executor] _ in Surroundings.Worker(executor: executor, end: {}) }
        surroundings.registers = { _ in
            AnsweringRegisterBus(
                read: { _ throws(BusError) in [UInt16](repeating: 5, count: 1) }, write: { _ throws(BusError) in })
        }
        surroundings.connector = { [broker] _ in broker }
        surroundings.ownsProcess = false
        // On the one thread, which a service group is not.
        surroundings.live = { services, _ in
            try await withThrowingTaskGroup { group in
                for service in services { group.addTask { try await service.run() } }
                try await group.waitForAll()
            }
        }
        let mode = SafeMode(starts: 5, until: clock.now().monotonic + .seconds(seconds))
        let application = GatewayApplication(
            start: start, surroundings: surroundings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            safeMode: mode)
        task = executor.start { [failure] in
            do { try await application.run() } catch { failure.words.withLock { $0 = "\(error)" } }
        }
        executor.drain()
    }

    /// Lets time pass.
    func live(_ seconds: Int) throws {
        executor.run(clock, for: .seconds(seconds))
        #expect(failure.words.withLock { $0 } == nil)
    }

    /// The states that the alarm about safe mode went through, as the platform has them.
    var said: [String] {
        get throws {
            try broker.payloads("alarms").compactMap { text in
                guard case .object(let alarm) = try JSONReader.read(Array(text.utf8)), alarm["rule"] == .text("safe-mode"),
                    case .text(let state)? = alarm["to"]
                else { return nil }
                return state
            }
        }
    }

    /// Whether a command to read a point is carried out, which safe mode leaves out.
    func reads(_ id: String) throws -> Bool {
        broker.send(
            #"{"id":"\#(id)","verb":"read","args":{"point":"3205820102048188/ch4/gas"},"expires":"2199-01-01T00:00:00Z"}"#)
        executor.run(clock, for: .seconds(1))
        return broker.payloads("replies").contains { $0.hasPrefix(#"{"id":"\#(id)","ok":true"#) }
    }

    func end() {
        task.cancel()
        executor.drain()
    }
}

@Suite struct SafeModeEndTests {
    @Test func `after ten minutes everything is in place again, and the platform is told, without a restart`() throws {
        let site = SmallSite()
        site.folder.write(
            "boards/rules/gateway.yaml",
            """
            schema: 1
            rules:
              - {id: safe-mode, when: {gateway: safe-mode}, severity: 2, text: {zh: 甲, en: a}, source: a standard}
            """)
        let daemon = try Daemon(site, safeFor: 600)
        defer { daemon.end() }
        try daemon.live(590)
        #expect(try Set(daemon.said) == ["unacknowledged"])
        #expect(try !daemon.reads("c1"))
        try daemon.live(20)
        #expect(try daemon.said.last == "returned-unacknowledged")
        #expect(try daemon.reads("c2"))
        // It is over once.
        let known = try daemon.said.count
        try daemon.live(700)
        #expect(try daemon.said.dropFirst(known).allSatisfy { $0 == "returned-unacknowledged" })
    }
}
