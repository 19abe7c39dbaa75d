// The keeper of calibration.jsonl: one line for each test of a sensor, appended and synced, never changed.
import Alarms
import DiagnosticsProtocol
import FoundationEssentials
import Glibc
import Platform
import SensorModel

/// What is on record of tests, durably. A line has the members of `CalibrationRow`.
actor CalibrationBook {
    /// The line was not written, with this errno.
    struct WriteFailure: Error, Sendable, Equatable {
        var code: Int32
    }

    /// So many of the last tests are at hand; the file has all.
    static let mostTests = 1000

    private struct Device: Hashable {
        var point: String
        var serial: String?
    }

    private let path: String
    private let executor: any SerialExecutor
    /// A time that has certainly passed, by what an earlier run has committed.
    private let floor: WallTime?
    /// The last tests, oldest first.
    private(set) var tests: [CalibrationRow] = []
    /// Lines that cannot be read.
    private(set) var unreadable = 0
    private var passes: [Device: PassedTest] = [:]
    /// The errno of what failed when the file was read.
    private var problem: Int32 = 0

    /// The thread that waits for the medium.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - folder: of the store.
    ///   - floor: a time that has certainly passed; nil when none is known.
    init(folder: String, floor: WallTime? = nil, executor: any SerialExecutor) {
        path = folder + "/calibration.jsonl"
        self.floor = floor
        self.executor = executor
    }

    /// Reads the file. Half a line that a power cut has left stays and gets an end.
    func open() {
        var end: Int64?
        problem = LineFile.lines(path) { line, isWhole, offset in
            if !isWhole { end = offset + Int64(line.count) }
            guard let row = try? JSONDecoder().decode(CalibrationRow.self, from: Data(line)) else { return unreadable += 1 }
            take(row)
        }
        if problem == 0, let end { problem = LineFile.end(path, at: end, with: [0x0A]) }
    }

    /// One sentence for `status` when the file cannot be read.
    var problems: [Bilingual] {
        guard problem != 0 else { return [] }
        let cause = String(cString: strerror(problem))
        return [
            Bilingual(
                zh: "calibration.jsonl 无法读取（\(cause)）：本次启动之前的标定记录未知；请修复存储目录后重启",
                en: "calibration.jsonl cannot be read (\(cause)): tests before this start are not known; "
                    + "mend the store's folder, then restart")
        ]
    }

    /// Whether this very test has a line already.
    func hasLine(of test: SensorTest) -> Bool {
        tests.contains { $0.point == test.point.description && $0.start == test.since.wall.rfc3339 }
    }

    /// Puts a test on record.
    func record(_ row: CalibrationRow) throws(WriteFailure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(row) else { throw WriteFailure(code: EILSEQ) }
        let code = TextFile.append(path, Array(line) + [0x0A])
        guard code == 0 else { throw WriteFailure(code: code) }
        take(row)
    }

    /// When each of the gas sensors has to be tested again. Another device's test says nothing of the one that sits there now.
    func states(of tested: [Point: TestedPoint], now: Timestamp) -> [Point: CalibrationState] {
        var states: [Point: CalibrationState] = [:]
        for (point, place) in tested where Quantity.gases.contains(place.quantity) {
            let passed = passes[Device(point: point.description, serial: place.serial)]
            states[point] = CalibrationState(passed: passed, now: now, floor: floor)
        }
        return states
    }

    private func take(_ row: CalibrationRow) {
        if tests.count >= Self.mostTests { tests.removeFirst() }
        tests.append(row)
        guard row.passed == true, let end = WallTime(rfc3339: row.end) else { return }
        let device = Device(point: row.point, serial: row.serial)
        if let known = passes[device], known.end > end { return }
        passes[device] = PassedTest(end: end, isDated: row.clock != ClockState.unsynced.rawValue)
    }
}
