// A scan on a bus that is polled: whom it finds, in which gaps, how it ends; and that a lent line always comes back.
import DeviceHAL
import DiagnosticsProtocol
import Gateway
import Logging
import SensorModel
import Synchronization
import TestSupport
import Testing

@Suite struct BusScannerTests {
    private static let own = SerialSettings(baud: 9600, parity: .none, stopBits: 1)
    private static let other = SerialSettings(baud: 19_200, parity: .even, stopBits: 1)

    /// Known by holding 100; leaves the factory as unit 12 at other settings.
    private static let model: DeviceProfile = {
        var profile = PollerTests.profile
        profile.name = "model"
        profile.requirements = [.init(table: .holding, address: 100, equals: 0x2500, reason: .anotherModel)]
        profile.serial = .init(address: 12, baud: other.baud, parity: other.parity, stopBits: other.stopBits)
        return profile
    }()

    private let folder = TemporaryFolder()
    private let image = RegisterImage()

    private static func order(
        otherSettings: Bool = false, isTCP: Bool = false, mayTakeLive: @escaping @Sendable () -> Bool = { false }
    ) -> BusScanner.Order {
        let line = ScanPlan.Line(settings: isTCP ? nil : own, isTCP: isTCP, responseTimeout: .milliseconds(500))
        return BusScanner.Order(
            plan: ScanPlan(line: line, profiles: [model], otherSettings: otherSettings), profiles: [model],
            mayTakeLive: mayTakeLive)
    }

    /// Unit 3 is a sensor, read every 5 s; unit 17 is a device nobody has configured.
    private func bench(_ bus: (any RegisterBus)? = nil) throws -> (PipelineBench, BusScanner) {
        let bench = try PipelineBench(folder: folder)
        bench.broker.set(away: true)
        image.set(unit: 3, .holding, 2, words: [3])
        image.set(unit: 17, .holding, 100, words: [0x2500])
        let poller = PollerTests.poller(bench, bus ?? image, [(3, .seconds(5))])
        let scanner = BusScanner(
            poller: poller, clock: bench.clock, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        bench.start()
        bench.live { await poller.run() }
        bench.live { await scanner.run() }
        bench.pass(.seconds(1))
        return (bench, scanner)
    }

    private func finish(_ bench: PipelineBench, _ scanner: BusScanner) throws -> BusScanReport {
        for _ in 0..<100 where scanner.report?.state == "running" { bench.pass(.seconds(2)) }
        return try #require(scanner.report)
    }

    @Test func `everybody who answers is found, the model named, and the sensor read as before`() throws {
        let (bench, scanner) = try bench()
        #expect(scanner.report == nil)
        let begun = try #require(scanner.begin(Self.order()))
        #expect(begun.state == "running" && begun.remaining == 247 && begun.remainingSeconds > 120)
        let report = try finish(bench, scanner)
        #expect(report.state == "done" && report.remaining == 0 && report.asked == 247 && report.problem == nil)
        #expect(report.devices.map(\.unit) == [3, 17])
        #expect(report.devices.map(\.profiles) == [[], ["model"]])
        #expect(report.devices.map(\.sensors) == [["C3/ch4"], []])
        #expect(report.devices.allSatisfy { $0.settings == "9600 8N1" && !$0.seen.isEmpty })
        let polls = image.requests.filter { $0.unit == 3 && $0.address == 2 }.count
        bench.pass(.seconds(10))
        #expect(polls >= 1 && image.requests.filter { $0.unit == 3 && $0.address == 2 }.count == polls + 2)
    }

    @Test func `a configured unit that gives no value is said as what it is configured, and what it looks like instead`() throws {
        let bench = try PipelineBench(folder: folder)
        bench.broker.set(away: true)
        image.set(unit: 3, .holding, 100, words: [0x2500])
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let poller = PollerTests.poller(bench, image, [(3, .seconds(5))])
        let scanner = BusScanner(poller: poller, clock: bench.clock, log: log)
        bench.start()
        bench.live { await poller.run() }
        bench.live { await scanner.run() }
        bench.pass(.seconds(1))
        _ = scanner.begin(Self.order())
        let device = try #require(try finish(bench, scanner).devices.first)
        #expect(device.unit == 3 && device.profiles == ["model"])
        #expect(device.seen.hasSuffix("; configured as plain, but looks like model"), "\(device.seen)")
    }

    @Test func `a second one is refused while the first runs; one that was stopped keeps what it found and asks no more`() throws
    {
        let (bench, scanner) = try bench()
        image.fail(unit: 30, with: .disconnected)
        #expect(scanner.begin(Self.order()) != nil && scanner.begin(Self.order()) == nil)
        bench.pass(.milliseconds(500))
        let stopped = try #require(scanner.stop())
        #expect(stopped.state == "stopped" && stopped.devices.map(\.unit) == [3, 17] && stopped.remaining == 0)
        let asked = image.requests.filter { $0.unit != 3 }.count
        bench.pass(.seconds(20))
        #expect(image.requests.filter { $0.unit != 3 }.count <= asked + 1)
        image.fail(unit: 30, with: nil)
        #expect(scanner.begin(Self.order()) != nil, "another one may begin")
        #expect(try finish(bench, scanner).state == "done")
    }

    @Test func `a port that stays away ends the scan with its words`() throws {
        let (bench, scanner) = try bench()
        for unit in UInt8(20)...29 { image.fail(unit: unit, with: .disconnected) }
        _ = scanner.begin(Self.order())
        let report = try finish(bench, scanner)
        #expect(report.state == "stopped" && report.problem?.hasPrefix("ended early: ") == true)
        #expect(report.devices.map(\.unit) == [3, 17])
    }

    @Test func `a line is lent for other settings, used at them, and is back at the end; polls say who has it`() throws {
        let line = LendableImage(image)
        let elsewhere = RegisterImage()
        elsewhere.set(unit: 12, .holding, 100, words: [0x2500])
        line.put(elsewhere, at: Self.other)
        image.fail(unit: 3, with: .timeout)
        let (bench, scanner) = try bench(line)
        #expect(scanner.liveUnit() == 3, "one lost reply says nothing")
        bench.pass(.seconds(30))
        #expect(scanner.liveUnit() == nil)
        let begun = try #require(scanner.begin(Self.order(otherSettings: true)))
        #expect(begun.blindSeconds > 0)
        let report = try finish(bench, scanner)
        #expect(report.state == "done" && report.problem == nil)
        let found = try #require(report.devices.first { $0.unit == 12 })
        #expect(found.settings == "19200 8E1" && found.profiles == ["model"] && found.sensors == [])
        #expect(report.devices.contains { $0.unit == 17 && $0.settings == "9600 8N1" })
        #expect(line.loans == 1 && line.askedFor == [Self.other] && line.borrower == nil)
        #expect(image.requests.allSatisfy { $0.unit != 12 || $0.address == 0 }, "nothing of it was asked at the own settings")
    }

    @Test func `other settings are left out when a sensor has come alive, and it says so`() throws {
        let line = LendableImage(image)
        let (bench, scanner) = try bench(line)
        #expect(scanner.liveUnit() == 3)
        _ = scanner.begin(Self.order(otherSettings: true))
        let report = try finish(bench, scanner)
        #expect(report.problem?.contains("other settings were left out: unit 3 answers") == true && line.loans == 0)
    }

    @Test(arguments: [true, false])
    func `the bus is taken from a live sensor while its cover is under maintenance only`(isMaintained: Bool) throws {
        let line = LendableImage(image)
        let (bench, scanner) = try bench(line)
        _ = scanner.begin(Self.order(otherSettings: true) { isMaintained })
        let report = try finish(bench, scanner)
        #expect(scanner.liveUnit() == 3)
        #expect(line.loans == (isMaintained ? 1 : 0))
        #expect((report.problem == nil) == isMaintained)
    }

    @Test func `a scan that is stopped while it has the line gives it back`() throws {
        let line = LendableImage(image)
        image.fail(unit: 3, with: .timeout)
        let (bench, scanner) = try bench(line)
        bench.pass(.seconds(30))
        line.whenLent { _ = scanner.stop() }
        _ = scanner.begin(Self.order(otherSettings: true))
        bench.pass(.seconds(10))
        #expect(scanner.report?.state == "stopped" && line.loans == 1 && line.borrower == nil)
    }

    @Test func `a server that answers for every unit is not asked for all of them`() throws {
        for unit in UInt8(1)...247 { image.set(unit: unit, .holding, 0, words: [7]) }
        let bench = try PipelineBench(folder: folder)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let poller = BusPoller(
            id: "plc", kind: .tcp, address: "here", bus: image, sensors: [], clock: bench.clock, intake: bench.intake,
            log: log)
        let scanner = BusScanner(poller: poller, clock: bench.clock, log: log)
        bench.live { await poller.run() }
        bench.live { await scanner.run() }
        _ = scanner.begin(Self.order(isTCP: true))
        let report = try finish(bench, scanner)
        #expect(report.state == "done" && report.devices.map(\.unit) == Array(1...32))
        #expect(report.devices.allSatisfy { $0.settings == nil })
        #expect(report.problem?.contains("does not look at the address") == true)
        #expect(image.requests.allSatisfy { $0.unit <= 32 })
    }

    @Test func `a gap is waited for, and not for ever`() throws {
        let (bench, scanner) = try bench()
        let poller = scanner.poller
        let returned = Mutex<[Duration]>([])
        let clock = bench.clock
        let start = clock.now().monotonic
        func wait(_ need: Duration) {
            bench.live {
                await poller.gap(for: need, patience: .seconds(5), clock: clock)
                returned.withLock { $0.append(clock.now().monotonic - start) }
            }
        }
        // The sensor was read at 0 s; this is 1 s, the next poll is in 4 s.
        wait(.milliseconds(500))
        bench.executor.drain()
        #expect(returned.withLock { $0 } == [.zero], "there is time until the next poll")
        wait(.milliseconds(4500))
        bench.pass(.milliseconds(3900))
        #expect(returned.withLock { $0.count } == 1)
        bench.pass(.milliseconds(200))
        #expect(returned.withLock { $0.count } == 2, "the poll is over")
        let asked = bench.clock.now().monotonic - start
        wait(.seconds(20))
        bench.pass(.seconds(4))
        #expect(returned.withLock { $0.count } == 2)
        bench.pass(.seconds(2))
        #expect(returned.withLock { $0.count } == 3)
        #expect(try #require(returned.withLock { $0.last }) - asked == .seconds(5), "its patience is over")
    }
}
