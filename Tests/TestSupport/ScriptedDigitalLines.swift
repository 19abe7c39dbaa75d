// A GPIO chip in a test's hand: it pulls the lines, loses edges, lends lines to others, and unplugs the whole.
import DeviceHAL
import Platform
import SensorModel
import Synchronization

/// A chip of memory. Its events come at the clock's time, at once; it does not debounce, it gives what it is told.
public final class ScriptedDigitalLines: DigitalLines {
    private struct Line {
        var name: String?
        var high = false
        /// The level it is held at whatever drives it; nil for none.
        var shorted: Bool?
        var holder: String?
        var settings: LineSettings?
        var output = false
        var failSafe = false
        var sequence: UInt32 = 0
        var input: ScriptedDigitalInput.Path?
    }

    private struct State {
        var lines: [Line]
        var plugged = true
        var permitted = true
        var readable = true
        var levelTakes = Duration.zero
        var closed = false
        var claims = 0
    }

    /// What it says of itself.
    public let abilities: LineAbilities
    private let chip: String
    private let clock: any TimeSource
    private let state: Mutex<State>

    /// - Parameters:
    ///   - chip: its label.
    ///   - names: one for each line; nil for a line without.
    ///   - numbered: whether its events have numbers.
    ///   - debounces: whether it says that it debounces.
    ///   - clock: gives events and levels their time.
    public init(
        chip: String = "scripted", names: [String?], numbered: Bool = true, debounces: Bool = true, clock: any TimeSource
    ) {
        self.chip = chip
        self.clock = clock
        abilities = LineAbilities(library: "script", kernelDebounce: debounces, sequenceNumbers: numbered)
        state = Mutex(State(lines: names.map { Line(name: $0) }))
    }

    // MARK: the test's hand

    /// How often a line was asked for, successfully or not.
    public var claims: Int { state.withLock { $0.claims } }

    /// Pulls a line up or down from outside.
    /// - Parameter losing: the line follows, but the edge is lost.
    public func pull(_ offset: Int, high: Bool, losing: Bool = false) {
        let time = clock.now().monotonic
        state.withLock { state in
            guard state.plugged, state.lines[offset].high != high else { return }
            state.lines[offset].high = high
            state.lines[offset].sequence &+= 1
            let line = state.lines[offset]
            guard let input = line.input, let settings = line.settings, !losing else { return }
            input.send(
                .edge(LineEvent(active: high != settings.activeLow, time: time, sequence: numbered(line.sequence))))
        }
    }

    /// The electrical level of a line.
    public func isHigh(_ offset: Int) -> Bool { state.withLock { $0.lines[offset].high } }

    /// Lends a line to another program, or takes it back.
    public func lend(_ offset: Int, to holder: String?) { state.withLock { $0.lines[offset].holder = holder } }

    /// Holds a line at a level whatever drives it, or lets it go.
    public func short(_ offset: Int, high: Bool?) { state.withLock { $0.lines[offset].shorted = high } }

    /// Whether levels can be read.
    public func setReadable(_ readable: Bool) { state.withLock { $0.readable = readable } }

    /// How long the reading of a level takes; it is the level of the beginning.
    public func setLevelTakes(_ duration: Duration) { state.withLock { $0.levelTakes = duration } }

    /// Whether this user may claim lines.
    public func setPermitted(_ permitted: Bool) { state.withLock { $0.permitted = permitted } }

    /// Pulls the chip's plug.
    public func unplug() {
        state.withLock { state in
            state.plugged = false
            for offset in state.lines.indices { end(offset, .gone, &state) }
        }
    }

    /// Puts the plug back in.
    public func plug() { state.withLock { $0.plugged = true } }

    // MARK: the contract

    /// What the test made of it.
    public func describe() async throws(LineError) -> ChipDescription {
        let result = state.withLock { state -> Result<ChipDescription, LineError> in
            if let problem = trouble(state) { return .failure(problem) }
            return .success(description(state))
        }
        return try result.get()
    }

    /// Claims a line; its events are those of `pull`.
    public func watch(_ settings: LineSettings) async throws(LineError) -> any DigitalInput {
        let time = clock.now().monotonic
        let path = ScriptedDigitalInput.Path()
        let result = state.withLock { state -> Result<(offset: Int, level: LineLevel), LineError> in
            claim(settings, &state).map { offset in
                state.lines[offset].input = path
                state.lines[offset].sequence = 0
                return (offset, LineLevel(active: state.lines[offset].high != settings.activeLow, time: time))
            }
        }
        let claimed = try result.get()
        return ScriptedDigitalInput(lines: self, offset: claimed.offset, initial: claimed.level, path: path, clock: clock)
    }

    /// Claims a line as output; `isHigh` shows it.
    public func drive(_ settings: LineSettings, active: Bool, failSafe: Bool) async throws(LineError) -> any DigitalOutput {
        let result = state.withLock { state in
            claim(settings, &state).map { offset in
                state.lines[offset].output = true
                state.lines[offset].failSafe = failSafe
                state.lines[offset].high = active != settings.activeLow
                return offset
            }
        }
        return ScriptedDigitalOutput(lines: self, offset: try result.get())
    }

    /// Ends every line.
    public func close() async {
        state.withLock { state in
            for offset in state.lines.indices { end(offset, .closed, &state) }
            state.closed = true
        }
    }

    // MARK: for the lines

    func level(_ offset: Int, of path: ScriptedDigitalInput.Path) async throws(LineError) -> LineLevel {
        let time = clock.now().monotonic
        let takes = state.withLock { $0.levelTakes }
        let result = state.withLock { state -> Result<LineLevel, LineError> in
            if let problem = trouble(state) { return .failure(problem) }
            let line = state.lines[offset]
            guard let settings = line.settings, line.input === path else {
                return .failure(LineError(kind: .closed, chip: chip))
            }
            guard state.readable else {
                return .failure(LineError(kind: .failed, chip: chip, line: settings.line, detail: "scripted"))
            }
            return .success(LineLevel(active: line.high != settings.activeLow, time: time))
        }
        if takes > .zero { try? await clock.sleep(until: time + takes) }
        return try result.get()
    }

    func set(_ offset: Int, active: Bool) throws(LineError) {
        let problem = state.withLock { state -> LineError? in
            if let problem = trouble(state) { return problem }
            guard let settings = state.lines[offset].settings else { return LineError(kind: .closed, chip: chip) }
            state.lines[offset].high = active != settings.activeLow
            return nil
        }
        if let problem { throw problem }
    }

    func driven(_ offset: Int) throws(LineError) -> LineLevel {
        let time = clock.now().monotonic
        return try state.withLock { state -> Result<LineLevel, LineError> in
            if let problem = trouble(state) { return .failure(problem) }
            let line = state.lines[offset]
            guard let settings = line.settings else { return .failure(LineError(kind: .closed, chip: chip)) }
            guard state.readable else {
                return .failure(LineError(kind: .failed, chip: chip, line: settings.line, detail: "scripted"))
            }
            return .success(LineLevel(active: (line.shorted ?? line.high) != settings.activeLow, time: time))
        }.get()
    }

    func release(_ offset: Int) { state.withLock { end(offset, .closed, &$0) } }

    /// Gives an input back, unless the line has been claimed anew meanwhile.
    func release(_ offset: Int, of path: ScriptedDigitalInput.Path) {
        state.withLock { state in
            if state.lines[offset].input === path { end(offset, .closed, &state) }
        }
    }

    // MARK: inside

    private func numbered(_ sequence: UInt32) -> UInt32? { abilities.sequenceNumbers ? sequence : nil }

    private func trouble(_ state: State) -> LineError? {
        if state.closed { return LineError(kind: .closed, chip: chip) }
        return state.plugged ? nil : LineError(kind: .chipMissing, chip: chip, detail: "scripted")
    }

    private func description(_ state: State) -> ChipDescription {
        let lines = state.lines.enumerated().map { offset, line in
            LineDescription(
                offset: offset, name: line.name, holder: line.holder, direction: line.output ? .output : .input,
                activeLow: line.settings?.activeLow ?? false,
                bias: line.settings.flatMap { $0.bias == .asIs ? nil : $0.bias })
        }
        return ChipDescription(path: "/dev/scripted", label: chip, lines: lines)
    }

    private func claim(_ settings: LineSettings, _ state: inout State) -> Result<Int, LineError> {
        state.claims += 1
        if let problem = trouble(state) { return .failure(problem) }
        if !state.permitted { return .failure(LineError(kind: .notPermitted, chip: chip, line: settings.line)) }
        do throws(LineError) {
            let offset = try description(state).offset(of: settings.line, chip: chip)
            if let holder = state.lines[offset].holder {
                return .failure(LineError(kind: .lineTaken(holder: holder), chip: chip, line: settings.line))
            }
            state.lines[offset].holder = "gatewayd"
            state.lines[offset].settings = settings
            return .success(offset)
        } catch { return .failure(error) }
    }

    private func end(_ offset: Int, _ kind: LineError.Kind, _ state: inout State) {
        guard let settings = state.lines[offset].settings else { return }
        if state.lines[offset].output, state.plugged {
            state.lines[offset].high = state.lines[offset].failSafe != settings.activeLow
        }
        state.lines[offset].input?.send(.ended(LineError(kind: kind, chip: chip, line: settings.line)))
        state.lines[offset].input = nil
        state.lines[offset].settings = nil
        state.lines[offset].holder = nil
        state.lines[offset].output = false
    }
}

/// An input of a scripted chip.
final class ScriptedDigitalInput: DigitalInput {
    /// What the chip sends, and a bell.
    final class Path: Sendable {
        let notices = Mailbox<LineNotice>(capacity: 10_000, whenFull: .dropOldest)
        let bell = Mailbox<Void>(capacity: 1, whenFull: .dropNewest)

        func send(_ notice: LineNotice) {
            notices.send(notice)
            bell.send(())
        }
    }

    let initial: LineLevel
    private let lines: ScriptedDigitalLines
    private let offset: Int
    private let path: Path
    private let clock: any TimeSource

    init(lines: ScriptedDigitalLines, offset: Int, initial: LineLevel, path: Path, clock: any TimeSource) {
        self.lines = lines
        self.offset = offset
        self.initial = initial
        self.path = path
        self.clock = clock
    }

    func take() -> LineNotice? { path.notices.take() }

    func arrival(until deadline: MonotonicTime?) async {
        if path.notices.count > 0 { return }
        _ = await path.bell.next(until: deadline, clock: clock)
    }

    func wake() { path.bell.send(()) }

    func level() async throws(LineError) -> LineLevel { try await lines.level(offset, of: path) }

    func release() async { lines.release(offset, of: path) }
}

/// An output of a scripted chip.
final class ScriptedDigitalOutput: DigitalOutput {
    private let lines: ScriptedDigitalLines
    private let offset: Int

    init(lines: ScriptedDigitalLines, offset: Int) {
        self.lines = lines
        self.offset = offset
    }

    func set(active: Bool) async throws(LineError) { try lines.set(offset, active: active) }

    func level() async throws(LineError) -> LineLevel { try lines.driven(offset) }

    func release() async { lines.release(offset) }
}
