// A GPIO chip with sixteen lines, of memory, of the simulation or of the kernel's simulator, and the hand that pulls them.
import DeviceHAL
import DeviceHALLinux
import DeviceHALSimulated
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

/// What stands behind the lines.
enum DigitalKind: String, CaseIterable, Sendable {
    case scripted, simulated, kernel
}

struct DigitalBench: Sendable {
    /// The chip's label (GATEWAYD_TEST_GPIO_CHIP) and the simulator's folder of it (GATEWAYD_TEST_GPIO_SIM), as the virtual board
    /// sets them; nil elsewhere.
    static let simulated: (label: String, folder: String)? = {
        guard let label = getenv("GATEWAYD_TEST_GPIO_CHIP"), let folder = getenv("GATEWAYD_TEST_GPIO_SIM") else { return nil }
        return (String(cString: label), String(cString: folder))
    }()

    /// The kinds that can be had here.
    static var kinds: [DigitalKind] { DigitalKind.allCases.filter { $0 != .kernel || simulated != nil } }

    /// The lines' names on the virtual board: line 12 is held by `somebody`.
    static let names: [String] = (0..<13).map { "GPIO\($0)" } + ["cover switch", "twice", "twice"]

    let kind: DigitalKind
    let lines: any DigitalLines
    private let script: ScriptedDigitalLines?
    /// What pulls the lines of a simulated chip.
    private let hands: [ScriptedLineSource]

    /// - Parameter mine: the lines that the suite pulls; they begin low. The suites run at the same time, on one chip.
    init(_ kind: DigitalKind, mine: Range<Int> = 0..<8) throws {
        self.kind = kind
        switch kind {
        case .scripted:
            let script = ScriptedDigitalLines(names: Self.names, clock: SystemClock())
            script.lend(12, to: "somebody")
            (lines, self.script, hands) = (script, script, [])
        case .simulated:
            let clock = SystemClock()
            let begin = clock.now().monotonic
            let hands = Self.names.map { _ in ScriptedLineSource(clock: clock, begin: begin) }
            let simulated = zip(Self.names, hands).enumerated().map { offset, item in
                SimulatedLine(offset: offset, name: item.0, source: item.1, holder: offset == 12 ? "somebody" : nil)
            }
            lines = SimulatedDigitalLines(chip: "plant", lines: simulated, clock: clock, begin: begin)
            (script, self.hands) = (nil, hands)
        case .kernel:
            lines = LinuxDigitalLines(id: "test", chip: try #require(Self.simulated).label)
            (script, hands) = (nil, [])
        }
        for offset in mine { try pull(offset, high: false) }
    }

    /// Another holder of the same chip.
    func other() throws -> any DigitalLines {
        if kind != .kernel { return lines }
        return LinuxDigitalLines(id: "other", chip: try #require(Self.simulated).label)
    }

    func pull(_ offset: Int, high: Bool) throws {
        if let script { return script.pull(offset, high: high) }
        if kind == .simulated { return hands[offset].pull(high: high) }
        try Self.write(high ? "pull-up" : "pull-down", to: "\(try #require(Self.simulated).folder)/sim_gpio\(offset)/pull")
    }

    /// What the chip drives a line to.
    func isHigh(_ offset: Int) throws -> Bool {
        if let script { return script.isHigh(offset) }
        if let lines = lines as? SimulatedDigitalLines { return lines.drivenHigh(offset) == true }
        let path = "\(try #require(Self.simulated).folder)/sim_gpio\(offset)/value"
        return try #require(TextFile.read(path, atMost: 8)).hasPrefix("1")
    }

    static func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        try #require(file >= 0, "\(path): errno \(errno)")
        defer { close(file) }
        try #require(Glibc.write(file, text, text.utf8.count) == text.utf8.count, "\(path): errno \(errno)")
    }

    /// The next notice of an input, waited for as long as a busy machine may need.
    static func notice(_ input: any DigitalInput) async throws -> LineNotice {
        let deadline = SystemClock().now().monotonic + .seconds(20)
        while SystemClock().now().monotonic < deadline {
            if let notice = input.take() { return notice }
            await input.arrival(until: deadline)
        }
        return try #require(nil as LineNotice?, "the line said nothing")
    }

    static func edge(_ input: any DigitalInput) async throws -> LineEvent {
        let notice = try await notice(input)
        guard case .edge(let event) = notice else { return try #require(nil as LineEvent?, "\(notice) instead of an edge") }
        return event
    }

    /// What an operation fails with.
    static func failure<Value>(_ operation: () async throws(LineError) -> Value) async -> LineError? {
        do throws(LineError) {
            _ = try await operation()
            return nil
        } catch { return error }
    }

    /// How many threads of this process carry the name.
    static func threads(named name: String) -> Int {
        guard let folder = opendir("/proc/self/task") else { return -1 }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            // The record ends with the name: read no further than that.
            let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) ?? 19
            let task = String(cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
            if TextFile.read("/proc/self/task/\(task)/comm", atMost: 64)?.hasPrefix(name) == true { count += 1 }
        }
        return count
    }
}
