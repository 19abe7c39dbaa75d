// The lines of a GPIO chip of this machine, through libgpiod 1 or 2: the front that any task may call.
import CGPIO
import DeviceHAL
import Platform
import SensorModel

/// A GPIO chip with a thread of its own for the calls and the edges.
///
/// The kernel stamps an edge with CLOCK_MONOTONIC, which stands still while the machine is suspended; the house's time is
/// CLOCK_BOOTTIME, which does not. The difference is measured when the edge is read, so an edge that had to wait through a
/// suspension is stamped too late by as long as that took; never too early, and never in the future.
public final class LinuxDigitalLines: DigitalLines {
    private let chip: String
    private let thread: LineThread
    private let gate = CallGate()

    /// What the installed libgpiod can do.
    public static var abilities: LineAbilities {
        LineAbilities(
            library: "libgpiod " + String(cString: cgpio_library_version()), kernelDebounce: cgpio_has_debounce(),
            sequenceNumbers: cgpio_has_sequence_numbers())
    }

    /// What the installed libgpiod can do.
    public var abilities: LineAbilities { Self.abilities }

    /// Starts the thread; opens nothing yet.
    /// - Parameters:
    ///   - id: the bus's id, for the thread's name.
    ///   - chip: label or path.
    public init(id: String, chip: String) {
        self.chip = chip
        thread = LineThread(name: "gpio-\(id)", chip: chip)
    }

    // No job holds this object, so its last reference never goes away on the chip's own thread.
    deinit { thread.stop() }

    /// Looks at the chip and all its lines.
    public func describe() async throws(LineError) -> ChipDescription {
        try await run { table in LineResult { () throws(LineError) in try table.describe() } }
    }

    /// Claims a line and watches both its edges; see `DigitalLines`.
    public func watch(_ settings: LineSettings) async throws(LineError) -> any DigitalInput {
        let path = LinePath()
        let claimed = try await run { table in LineResult { () throws(LineError) in try table.watch(settings, path) } }
        return LinuxDigitalInput(lines: self, id: claimed.id, initial: claimed.level, path: path)
    }

    /// Claims a line as output; see `DigitalLines`.
    public func drive(_ settings: LineSettings, active: Bool, failSafe: Bool) async throws(LineError) -> any DigitalOutput {
        let id = try await run { table in
            LineResult { () throws(LineError) in try table.drive(settings, active: active, failSafe: failSafe) }
        }
        return LinuxDigitalOutput(lines: self, id: id)
    }

    /// Puts outputs to their fail-safe level, releases every line and ends the thread.
    public func close() async {
        guard await gate.close() else { return }
        thread.stop()
    }

    /// Runs a job on the chip's thread.
    func run<Value: Sendable>(
        _ job: @escaping @Sendable (LineTable) -> LineResult<Value>
    ) async throws(LineError) -> Value {
        guard gate.enter() else { throw LineError(kind: .closed, chip: chip) }
        defer { gate.leave() }
        return try await thread.run(job).get()
    }

    /// Gives a line back that nobody refers to any more, without waiting for it.
    func abandon(_ id: LineTable.ID) {
        guard gate.enter() else { return }
        defer { gate.leave() }
        thread.post { $0.release(id) }
    }
}

/// What a job on the chip's thread brought.
typealias LineResult<Value> = Result<Value, LineError>

extension Result where Failure == LineError {
    init(_ body: () throws(LineError) -> Success) {
        do throws(LineError) { self = .success(try body()) } catch { self = .failure(error) }
    }
}

/// An input of a chip of this machine. Given back when it goes away.
final class LinuxDigitalInput: DigitalInput {
    let initial: LineLevel
    private let lines: LinuxDigitalLines
    private let id: LineTable.ID
    private let path: LinePath

    init(lines: LinuxDigitalLines, id: LineTable.ID, initial: LineLevel, path: LinePath) {
        self.lines = lines
        self.id = id
        self.initial = initial
        self.path = path
    }

    deinit { if path.ended == nil { lines.abandon(id) } }

    func take() -> LineNotice? { path.take() }

    func arrival(until deadline: MonotonicTime?) async { await path.arrival(until: deadline) }

    func wake() { path.wake() }

    func level() async throws(LineError) -> LineLevel {
        if let ended = path.ended { throw ended }
        return try await lines.run { [id] table in LineResult { () throws(LineError) in try table.level(id) } }
    }

    func release() async {
        // Closed lines are given back already.
        _ = try? await lines.run { [id] table in LineResult.success(table.release(id)) }
    }
}

/// An output of a chip of this machine. Given back, at its fail-safe level, when it goes away.
final class LinuxDigitalOutput: DigitalOutput {
    private let lines: LinuxDigitalLines
    private let id: LineTable.ID

    init(lines: LinuxDigitalLines, id: LineTable.ID) {
        self.lines = lines
        self.id = id
    }

    deinit { lines.abandon(id) }

    func set(active: Bool) async throws(LineError) {
        try await lines.run { [id] table in LineResult { () throws(LineError) in try table.set(id, active: active) } }
    }

    func level() async throws(LineError) -> LineLevel {
        try await lines.run { [id] table in LineResult { () throws(LineError) in try table.level(id) } }
    }

    func release() async {
        // Closed lines are given back already.
        _ = try? await lines.run { [id] table in LineResult.success(table.release(id)) }
    }
}
