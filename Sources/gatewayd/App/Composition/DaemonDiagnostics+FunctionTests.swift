// Function tests: begun by a person, stepped as fast as their tool asks, put on record when they say so.
import DiagnosticsProtocol
import Glibc
import SensorModel

extension DaemonDiagnostics {
    /// The least time between two readings of a test: a line would answer thousands in a second, and each is kept.
    private static let stride = Duration.milliseconds(250)

    func startTest(_ request: FunctionTestRequest, actor: String) async throws(DiagnosticsFailure) -> FunctionTestReport {
        guard let expectation = FunctionTest.Expectation(rawValue: request.expect) else {
            throw DiagnosticsFailure(
                .invalid, zh: "expect 为 rise、fall 或 change，实为 \(request.expect)",
                en: "expect is rise, fall or change, found \(request.expect)")
        }
        guard (5...600).contains(request.seconds) else {
            throw DiagnosticsFailure(
                .invalid, zh: "功能测试为 5 至 600 秒，实为 \(request.seconds)",
                en: "a function test takes 5 to 600 seconds, found \(request.seconds)")
        }
        let tested = try tested(request.point)
        _ = await tested.bus.read(tested.place)
        guard let reading = intake.last(tested.point),
            let test = FunctionTest(
                expectation, of: tested.quantity, before: reading, seconds: request.seconds, now: fieldClock.now().monotonic)
        else {
            let reason = intake.last(tested.point)?.measurement.reason ?? "–"
            throw DiagnosticsFailure(
                .conflict, FunctionTestWords.noValue(at: tested.called[language], reason: reason))
        }
        try await putOnRecord(actor, .commission, "test \(tested.point) \(request.expect)")
        runningTests.begin(test, of: tested.point)
        return report(test, of: tested)
    }

    func stepTest(_ request: FunctionTestStep) async throws(DiagnosticsFailure) -> FunctionTestReport {
        let tested = try tested(request.point)
        guard let before = runningTests.test(of: tested.point) else { throw noTest(tested.point) }
        if before.state(at: fieldClock.now().monotonic) == .waiting {
            if let last = intake.last(tested.point) {
                // What has come by itself meanwhile counts too: a lid may be open for less than a stride.
                runningTests.take(last)
                try? await fieldClock.sleep(until: last.time.monotonic + Self.stride)
            }
            _ = await tested.bus.read(tested.place)
            if let reading = intake.last(tested.point) { runningTests.take(reading) }
        }
        guard let test = runningTests.test(of: tested.point) else { throw noTest(tested.point) }
        return report(test, of: tested)
    }

    func confirmTest(
        _ request: FunctionTestConfirmation, actor: String
    ) async throws(DiagnosticsFailure) -> FunctionTestReport {
        let tested = try tested(request.point)
        guard let test = runningTests.test(of: tested.point) else { throw noTest(tested.point) }
        let state = test.state(at: fieldClock.now().monotonic)
        guard state != .waiting else {
            throw DiagnosticsFailure(.conflict, FunctionTestWords.verdict(.waiting))
        }
        guard state == .moved || !request.passed else {
            throw DiagnosticsFailure(.conflict, FunctionTestWords.verdict(.notMoved))
        }
        let record = FunctionTestRecord(
            test, of: tested.point, serial: tested.serial, passed: request.passed, at: clock.now(), by: actor)
        try await putOnRecord(actor, .commission, "\(tested.point) \(record.words)")
        do throws(CommissionBook.WriteFailure) { try await commission.record(record) } catch {
            let cause = String(cString: strerror(error.code))
            throw DiagnosticsFailure(
                .unavailable, zh: "未保存：commissioning.json 无法写入：\(cause)",
                en: "nothing was kept: commissioning.json cannot be written: \(cause)")
        }
        runningTests.end(tested.point)
        return report(test, of: tested, record: FunctionTestRow(record, serial: tested.serial, language))
    }

    private struct Tested {
        var point: Point
        var place: SensorPlace
        var quantity: Quantity
        var serial: String?
        var coverName: String?
        var bus: FieldBus
        /// As people find it.
        var called: Bilingual
    }

    private func tested(_ text: String) throws(DiagnosticsFailure) -> Tested {
        guard let point = Point(text) else { throw DiagnosticsFailure.notAPoint(text) }
        let (cover, sensor) = try sensor(at: "\(point.cover)/\(point.sensor)")
        guard let channel = sensor.channels.first(where: { $0.name == point.channel }),
            let bus = fieldBuses.first(where: { $0.id == sensor.bus })
        else { throw DiagnosticsFailure.noPoint(text) }
        return Tested(
            point: point, place: SensorPlace(cover: cover.code, sensor: sensor.id), quantity: channel.quantity,
            serial: sensor.serial, coverName: cover.name, bus: bus,
            called: cover.title(point.description))
    }

    private func noTest(_ point: Point) -> DiagnosticsFailure {
        let called = cover(point.cover)?.title(point.description) ?? .same(point.description)
        return DiagnosticsFailure(
            .notFound, zh: "\(called.zh)：没有开始功能测试：gatewayctl commission test \(point) --expect …",
            en: "\(called.en): no function test was begun: gatewayctl commission test \(point) --expect …")
    }

    private func report(_ test: FunctionTest, of tested: Tested, record: FunctionTestRow? = nil) -> FunctionTestReport {
        let now = fieldClock.now().monotonic
        let state = test.state(at: now)
        let gas = tested.quantity.isGas ? FunctionTestWords.gasIsReal[language] : nil
        return FunctionTestReport(
            point: tested.point.description, coverName: tested.coverName, unit: tested.quantity.unit.rawValue,
            expect: test.expectation.rawValue, state: state.rawValue, least: test.least, before: test.before, value: test.value,
            furthest: test.furthest, readings: test.readings, bad: test.bad,
            secondsLeft: state == .waiting ? max(0, (test.end - now).seconds) : 0,
            instruction: FunctionTestWords.instruction(tested.quantity, test.expectation)[language],
            notice: state == .waiting ? gas : FunctionTestWords.verdict(state)[language], record: record)
    }
}

extension FunctionTestRecord {
    /// For the audit log.
    fileprivate var words: String {
        "\(expect) \(before) to \(furthest) \(unit): \(passed ? "passed" : "failed"), device \(serial ?? "without serial")"
    }
}
