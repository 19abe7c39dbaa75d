// The log of tests of sensors: durable, append-only, and what it says of a device that sits there now.
import Alarms
import DiagnosticsProtocol
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Gateway

@Suite struct CalibrationBookTests {
    private let folder = TemporaryFolder()
    private let point = Point(cover: "C1", sensor: "ch4", channel: "gas")
    private let place = TestedPoint(coverName: "56", serial: "XCD-1", quantity: .methane)

    private func row(_ passed: Bool?, at seconds: Int = 0, serial: String? = "XCD-1") -> CalibrationRow {
        let now = ManualClock().now() + .seconds(seconds)
        let test = SensorTest(point: point, by: "chen", reason: "bump test", since: now, until: now + .seconds(1800))
        var place = place
        place.serial = serial
        var row = place.row(of: test, CalibrationTally(), end: now)
        row.passed = passed
        return row
    }

    /// The book of the folder, read, asked on its own thread.
    private func book<Answer: Sendable>(
        _ ask: @escaping @Sendable (isolated CalibrationBook) throws -> Answer
    ) async throws -> Answer {
        let thread = ThreadExecutor(name: "test")
        defer { thread.shutdown() }
        let book = CalibrationBook(folder: folder.path, executor: thread)
        await book.open()
        return try await ask(book)
    }

    @Test func `a test is found again after a restart, as it was`() async throws {
        try await book { try $0.record(row(true)) }
        try await book { try $0.record(row(nil, at: 60)) }
        #expect(try await book { $0.tests } == [row(true), row(nil, at: 60)])
    }

    @Test func `a passed test counts for its device only, and not before it was done`() async throws {
        try await book { book in
            try book.record(row(true))
            try book.record(row(false, at: 60))
            try book.record(row(nil, at: 70))
        }
        let done = ManualClock().now()
        let due = try #require(WallTime(rfc3339: "2027-05-20T04:00:00.000Z"))
        func state(_ serial: String, after: Duration, _ clock: ClockState = .synced) async throws -> CalibrationState? {
            var place = place
            place.serial = serial
            var now = done + after
            now.clock = clock
            return try await book { [place, now, point] book in book.states(of: [point: place], now: now)[point] }
        }
        let early = try #require(await state("XCD-1", after: .seconds(1)))
        #expect((early.passed, early.due, early.overdueSince, early.word) == (done.wall, due, nil, "later"))
        #expect(try await state("XCD-2", after: .seconds(1))?.word == "never", "another device sits there now")
        #expect(try await state("XCD-1", after: .seconds(-1))?.word == "never", "the clock says that it was in the future")
        let late = Duration.seconds(180 * 86_400 + 1)
        #expect(try await state("XCD-1", after: late)?.overdueSince == due)
        #expect(try await state("XCD-1", after: late, .holdover)?.word == "due")
        #expect(try await state("XCD-1", after: late, .unsynced)?.word == "later", "such a clock makes nothing due")
        #expect(try await state("XCD-1", after: .seconds(-1), .unsynced)?.passed == done.wall, "nor says what lies in the future")
    }

    @Test
    func `a test by a clock that nobody vouched for says nothing of the next one, and an older one takes no newer one's place`()
        async throws
    {
        try await book { book in
            try book.record(row(true, at: 1000))
            var wrong = row(true, at: -400_000_000)
            wrong.clock = "unsynced"
            try book.record(wrong)
            try book.record(row(true, at: 10))
        }
        let now = ManualClock().now() + .seconds(2000)
        let state = try await book { [point, place] in $0.states(of: [point: place], now: now)[point] }
        #expect(state?.passed == (ManualClock().now() + .seconds(1000)).wall)
    }

    @Test func `a test by a clock that nobody vouched for is shown while it may be true, and makes nothing due`() async throws {
        var undated = row(true)
        undated.clock = "unsynced"
        try await book { [undated] in try $0.record(undated) }
        func state(after: Duration) async throws -> CalibrationState? {
            let now = ManualClock().now() + after
            return try await book { [point, place] in $0.states(of: [point: place], now: now)[point] }
        }
        #expect(try await state(after: .seconds(60))?.word == "later")
        let much = try #require(try await state(after: .seconds(400 * 86_400)))
        #expect((much.word, much.overdueSince) == ("never", nil))
    }

    @Test func `what was due when the clock was right is due after a start without one`() {
        var now = ManualClock().now()
        let passed = PassedTest(end: (now + .seconds(-200 * 86_400)).wall, isDated: true)
        let floor = (now + .seconds(-86_400)).wall
        now.clock = .unsynced
        #expect(!CalibrationState(passed: passed, now: now).isDue)
        #expect(CalibrationState(passed: passed, now: now, floor: floor).isDue)
        #expect(!CalibrationState(passed: passed, now: now, floor: (now + .seconds(-30 * 86_400)).wall).isDue)
    }

    @Test func `only gas sensors have to be tested`() async throws {
        let depth = Point(cover: "C1", sensor: "level", channel: "depth")
        let now = ManualClock().now()
        let states = try await book { [place, point] book in
            book.states(of: [point: place, depth: TestedPoint(coverName: nil, serial: nil, quantity: .waterDepth)], now: now)
        }
        #expect(states.keys.map(\.description) == [point.description])
    }

    @Test func `a test that has its line is known by its point and beginning, over a restart`() async throws {
        try await book { try $0.record(row(nil)) }
        let now = ManualClock().now()
        func test(at seconds: Int, _ channel: String = "gas") -> SensorTest {
            SensorTest(
                point: Point(cover: "C1", sensor: "ch4", channel: channel), by: "chen", reason: "bump test",
                since: now + .seconds(seconds), until: now + .seconds(1800))
        }
        let tests = [test(at: 0), test(at: 60), test(at: 0, "temperature")]
        #expect(try await book { book in tests.map(book.hasLine) } == [true, false, false])
    }

    @Test func `half a line of a power cut costs no other line`() async throws {
        try await book { try $0.record(row(true)) }
        #expect(TextFile.append(folder.file("calibration.jsonl"), Array(#"{"point":"C1/"#.utf8)) == 0)
        try await book { try $0.record(row(true, at: 60)) }
        try await book { book in
            #expect(book.tests.count == 2)
            #expect(book.unreadable == 1)
            #expect(book.problems.isEmpty)
        }
    }

    @Test func `what cannot be written is said`() async throws {
        let path = folder.path + "/none"
        let thread = ThreadExecutor(name: "test")
        defer { thread.shutdown() }
        let book = CalibrationBook(folder: path, executor: thread)
        await #expect(throws: CalibrationBook.WriteFailure.self) { try await book.record(row(true)) }
    }
}

@Suite struct RunningCalibrationsTests {
    private let point = Point(cover: "C1", sensor: "ch4", channel: "gas")

    private func test(at seconds: Int = 0) -> SensorTest {
        let now = ManualClock().now() + .seconds(seconds)
        return SensorTest(point: point, by: "chen", reason: "bump", since: now, until: now + .seconds(60))
    }

    private func reading(_ measurement: Measurement, _ point: Point? = nil) -> Reading {
        Reading(
            point: point ?? self.point, quantity: .methane, measurement: measurement, time: ManualClock().now(), origin: .field)
    }

    @Test func `values of the tested point count, from its beginning on`() {
        let running = RunningCalibrations()
        running.observe(reading(.good(99)))
        running.begin(test())
        for value in [0.5, 49, 48.0] { running.observe(reading(.uncertain(value, .testGas))) }
        running.observe(reading(.bad(.timeout)))
        running.observe(reading(.good(99), Point(cover: "C1", sensor: "co", channel: "gas")))
        running.begin(test())
        #expect(running.end(point) == CalibrationTally(readings: 3, lowest: 0.5, highest: 49, last: 48))
    }

    @Test func `one that ends by itself is taken over once, one that a person ends is theirs`() {
        let running = RunningCalibrations()
        running.begin(test())
        #expect(running.takeOver(on: [point]).isEmpty)
        _ = running.end(point)
        #expect(running.takeOver(on: []).isEmpty)
        running.goOn(point)
        #expect(running.takeOver(on: []).map(\.test) == [test()])
        #expect(running.takeOver(on: []).isEmpty)
        running.begin(test(at: 60))
        running.forget(point)
        #expect(running.takeOver(on: []).isEmpty)
    }
}
