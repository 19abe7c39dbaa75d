// A GPIO chip without a kernel: its lines are pulled by the plant's contacts, and whoever waits for an edge waits on the clock.
import DeviceHAL
import SensorModel
import Synchronization

/// A simulated chip. It debounces and numbers edges, as libgpiod 2 does.
///
/// Between two questions nothing runs: an edge is found when it is asked for, with the time at which it happened.
public final class SimulatedDigitalLines: DigitalLines {
    private struct Slot {
        var line: SimulatedLine?
        var settings: LineSettings?
        var input: SimulatedDigitalInput.Path?
        /// The level an output drives or has left behind; nil for a line that nobody has driven.
        var drivenHigh: Bool?
        var failSafe = false
        /// Tells one claim of the line from the next.
        var claim: UInt64 = 0

        var isOutput: Bool { settings != nil && input == nil }
    }

    private struct State {
        var slots: [Slot]
        var claims: UInt64 = 0
        var isClosed = false
    }

    private let chip: String
    private let clock: any TimeSource
    private let begin: MonotonicTime
    private let state: Mutex<State>

    /// What it says of itself.
    public let abilities = LineAbilities(library: "simulated", kernelDebounce: true, sequenceNumbers: true)

    /// - Parameters:
    ///   - chip: as the configuration names it.
    ///   - lines: what there is to watch and to drive.
    ///   - clock: for lines without one of their own.
    ///   - begin: when simulated time began, by the clock.
    public init(chip: String, lines: [SimulatedLine], clock: any TimeSource, begin: MonotonicTime) {
        self.chip = chip
        self.clock = clock
        self.begin = begin
        state = Mutex(State(slots: Self.slots(lines)))
    }

    /// Lines with an offset have it; the others take the free ones in their order.
    private static func slots(_ lines: [SimulatedLine]) -> [Slot] {
        let highest = lines.compactMap(\.offset).max() ?? -1
        var slots = Array(repeating: Slot(), count: max(highest + 1, lines.count))
        for line in lines {
            if let offset = line.offset, slots.indices.contains(offset) { slots[offset].line = line }
        }
        for line in lines where line.offset == nil {
            guard let free = slots.firstIndex(where: { $0.line == nil }) else {
                slots.append(Slot(line: line))
                continue
            }
            slots[free].line = line
        }
        return slots
    }

    // MARK: the contract

    /// The chip and its lines.
    public func describe() async throws(LineError) -> ChipDescription {
        try state.withLock { state -> Result<ChipDescription, LineError> in
            state.isClosed ? .failure(LineError(kind: .closed, chip: chip)) : .success(description(state))
        }.get()
    }

    /// Claims a line as input; see `DigitalLines`.
    public func watch(_ settings: LineSettings) async throws(LineError) -> any DigitalInput {
        try state.withLock { state -> Result<any DigitalInput, LineError> in
            claim(settings, &state).map { offset in
                let line = state.slots[offset].line
                let path = SimulatedDigitalInput.Path(
                    source: line?.source ?? SteadyLine(isHigh: state.slots[offset].drivenHigh ?? false),
                    clock: line?.clock ?? clock, begin: begin, settings: settings, chip: chip)
                state.slots[offset].input = path
                let claim = state.slots[offset].claim
                return SimulatedDigitalInput(path: path) { [weak self] in self?.release(offset, claim) }
            }
        }.get()
    }

    /// Claims a line as output; see `DigitalLines`. What it drives is remembered, and moves nothing in the plant.
    public func drive(_ settings: LineSettings, active: Bool, failSafe: Bool) async throws(LineError) -> any DigitalOutput {
        try state.withLock { state -> Result<any DigitalOutput, LineError> in
            claim(settings, &state).map { offset in
                state.slots[offset].drivenHigh = active != settings.activeLow
                state.slots[offset].failSafe = failSafe
                return SimulatedDigitalOutput(lines: self, offset: offset, claim: state.slots[offset].claim)
            }
        }.get()
    }

    /// Ends every line; outputs go to their fail-safe level.
    public func close() async {
        state.withLock { state in
            for offset in state.slots.indices { end(offset, &state) }
            state.isClosed = true
        }
    }

    /// The electrical level that a line is driven to, or was when it was given back; nil when nobody has driven it.
    public func drivenHigh(_ offset: Int) -> Bool? {
        state.withLock { $0.slots.indices.contains(offset) ? $0.slots[offset].drivenHigh : nil }
    }

    // MARK: for the lines

    func set(_ offset: Int, _ claim: UInt64, active: Bool) throws(LineError) {
        let problem = state.withLock { state -> LineError? in
            guard !state.isClosed, let settings = state.slots[offset].settings, state.slots[offset].claim == claim else {
                return LineError(kind: .closed, chip: chip)
            }
            state.slots[offset].drivenHigh = active != settings.activeLow
            return nil
        }
        if let problem { throw problem }
    }

    func level(_ offset: Int, _ claim: UInt64) throws(LineError) -> LineLevel {
        let time = clock.now().monotonic
        return try state.withLock { state -> Result<LineLevel, LineError> in
            guard !state.isClosed, let settings = state.slots[offset].settings, state.slots[offset].claim == claim else {
                return .failure(LineError(kind: .closed, chip: chip))
            }
            return .success(LineLevel(active: (state.slots[offset].drivenHigh ?? false) != settings.activeLow, time: time))
        }.get()
    }

    /// Gives a line back, unless it has been claimed anew meanwhile.
    func release(_ offset: Int, _ claim: UInt64) {
        state.withLock { state in
            if state.slots[offset].claim == claim { end(offset, &state) }
        }
    }

    // MARK: inside

    private func description(_ state: State) -> ChipDescription {
        let lines = state.slots.enumerated().map { offset, slot in
            LineDescription(
                offset: offset, name: slot.line?.name, holder: slot.settings == nil ? slot.line?.holder : "gatewayd",
                direction: slot.isOutput ? .output : .input, activeLow: slot.settings?.activeLow ?? false,
                bias: slot.settings.flatMap { $0.bias == .asIs ? nil : $0.bias })
        }
        return ChipDescription(path: chip.hasPrefix("/") ? chip : "/dev/simulated", label: chip, lines: lines)
    }

    private func claim(_ settings: LineSettings, _ state: inout State) -> Result<Int, LineError> {
        if state.isClosed { return .failure(LineError(kind: .closed, chip: chip)) }
        do throws(LineError) {
            let chipNow = description(state)
            let offset = try chipNow.offset(of: settings.line, chip: chip)
            if let holder = chipNow.lines[offset].holder {
                return .failure(LineError(kind: .lineTaken(holder: holder), chip: chip, line: settings.line))
            }
            state.claims += 1
            state.slots[offset].settings = settings
            state.slots[offset].claim = state.claims
            return .success(offset)
        } catch { return .failure(error) }
    }

    private func end(_ offset: Int, _ state: inout State) {
        guard let settings = state.slots[offset].settings else { return }
        if state.slots[offset].isOutput { state.slots[offset].drivenHigh = state.slots[offset].failSafe != settings.activeLow }
        state.slots[offset].input?.finish(LineError(kind: .closed, chip: chip, line: settings.line))
        state.slots[offset].input = nil
        state.slots[offset].settings = nil
    }
}

/// A line that nothing pulls.
struct SteadyLine: LineSource {
    let isHigh: Bool

    func isHigh(at time: Duration) -> Bool { isHigh }

    func change(after time: Duration, from isHigh: Bool, upTo end: Duration) -> Duration? { nil }
}

/// An output of a simulated chip. Given back, at its fail-safe level, when it goes away.
final class SimulatedDigitalOutput: DigitalOutput {
    private let lines: SimulatedDigitalLines
    private let offset: Int
    private let claim: UInt64

    init(lines: SimulatedDigitalLines, offset: Int, claim: UInt64) {
        self.lines = lines
        self.offset = offset
        self.claim = claim
    }

    deinit { lines.release(offset, claim) }

    func set(active: Bool) async throws(LineError) { try lines.set(offset, claim, active: active) }

    func level() async throws(LineError) -> LineLevel { try lines.level(offset, claim) }

    func release() async { lines.release(offset, claim) }
}
