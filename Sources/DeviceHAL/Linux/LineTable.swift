// The lines of one chip that this process holds, and what is done with them. Lives on the chip's thread and nowhere else.
import CGPIO
import DeviceHAL
import SensorModel

/// Synchronous, and never waits: the thread's waiting is `LineThread`'s.
final class LineTable {
    /// The number by which a held line is known outside.
    typealias ID = UInt64

    private struct Held {
        let line: OpaquePointer
        let selector: LineSelector
        /// An input's way out; nil for an output.
        var path: LinePath?
        /// An output's level at the end.
        var failSafe = false
    }

    /// Fewer than `cgpio_wait` can watch, its waker included.
    private static let mostLines = 250

    private let selector: String
    private var chip: LineChip?
    private var held: [ID: Held] = [:]
    private var ids: ID = 0
    /// The inputs' descriptors, and whose they are.
    private(set) var watched: [(descriptor: Int32, id: ID)] = []

    init(chip selector: String) { self.selector = selector }

    func describe() throws(LineError) -> ChipDescription {
        let chip = try open()
        do throws(LineError) { return try chip.describe() } catch { throw noticed(error) }
    }

    func watch(_ settings: LineSettings, _ path: LinePath) throws(LineError) -> (id: ID, level: LineLevel) {
        let debounce = cgpio_has_debounce() ? settings.debounce : .zero
        let id = try claim(settings) { chip throws(LineError) in
            Held(line: try chip.claimInput(settings, debounce: debounce), selector: settings.line, path: path)
        }
        do throws(LineError) { return (id, try read(id)) } catch {
            release(id)
            throw error
        }
    }

    func drive(_ settings: LineSettings, active: Bool, failSafe: Bool) throws(LineError) -> ID {
        try claim(settings) { chip throws(LineError) in
            let line = try chip.claimOutput(settings, active: active)
            return Held(line: line, selector: settings.line, failSafe: failSafe)
        }
    }

    /// Reads a line; an input's edges that happened before are on their way when it returns.
    func level(_ id: ID) throws(LineError) -> LineLevel {
        let level = try read(id)
        serve(id)
        return level
    }

    func set(_ id: ID, active: Bool) throws(LineError) {
        guard let held = held[id] else { throw LineError(kind: .closed, chip: selector) }
        let result = cgpio_set(held.line, active)
        if result != 0 { throw noticed(LineChip.error(-result, chip: selector, line: held.selector)) }
    }

    /// Takes the events that a line has.
    func serve(_ id: ID) {
        guard let input = held[id], let path = input.path else { return }
        var events = [cgpio_event](repeating: cgpio_event(), count: Int(CGPIO_EVENTS))
        // Not until nothing is left: a line that is faster than this loop must not keep out all others. The rest wakes again.
        for _ in 0..<4 {
            let count = cgpio_read(input.line, &events)
            if count < 0 {
                // A descriptor that cannot be read would wake the thread for ever.
                return lose(LineChip.error(-count, chip: selector, line: input.selector), id)
            }
            let suspended = cgpio_suspended()
            let now = cgpio_now()
            for event in events.prefix(Int(count)) {
                // Kernels before 5.7 gave wall time, which would be far in the future.
                let time = MonotonicTime(nanoseconds: min(event.time &+ suspended, now))
                let number = cgpio_has_sequence_numbers() ? event.sequence : nil
                path.send(LineEvent(active: event.active, time: time, sequence: number))
            }
            if count < CGPIO_EVENTS { return }
        }
    }

    /// Puts an output to its fail-safe level and gives the line back.
    func release(_ id: ID) {
        guard let line = held.removeValue(forKey: id) else { return }
        watched.removeAll { $0.id == id }
        // Nothing more can be done when this fails: the line is given back either way.
        if line.path == nil { cgpio_set(line.line, line.failSafe) }
        cgpio_release(line.line)
        line.path?.finish(LineError(kind: .closed, chip: selector, line: line.selector))
    }

    func close() {
        for id in held.keys.sorted() { release(id) }
        chip = nil
    }

    /// Everything is over: the wait for the lines failed.
    func waitFailed(_ number: Int32) { loseAll(LineChip.error(number, chip: selector)) }

    // MARK: inside

    private func open() throws(LineError) -> LineChip {
        if let chip { return chip }
        let opened = try LineChip(selector)
        chip = opened
        return opened
    }

    private func claim(
        _ settings: LineSettings, _ request: (LineChip) throws(LineError) -> Held
    ) throws(LineError) -> ID {
        guard held.count < Self.mostLines else {
            throw LineError(kind: .failed, chip: selector, line: settings.line, detail: "\(held.count) lines are held already")
        }
        let chip = try open()
        let claimed: Held
        do throws(LineError) { claimed = try request(chip) } catch { throw noticed(error) }
        ids += 1
        held[ids] = claimed
        if claimed.path != nil { watched.append((cgpio_descriptor(claimed.line), ids)) }
        return ids
    }

    private func read(_ id: ID) throws(LineError) -> LineLevel {
        guard let held = held[id] else { throw LineError(kind: .closed, chip: selector) }
        let time = MonotonicTime(nanoseconds: cgpio_now())
        let result = cgpio_level(held.line)
        if result < 0 { throw noticed(LineChip.error(-result, chip: selector, line: held.selector)) }
        return LineLevel(active: result == 1, time: time)
    }

    /// Lets go of a chip that turns out to be gone, so that the next call looks for it anew.
    private func noticed(_ error: LineError) -> LineError {
        if error.kind == .gone { loseAll(error) }
        return error
    }

    private func lose(_ error: LineError, _ id: ID) {
        if error.kind == .gone { return loseAll(error) }
        let path = held[id]?.path
        path?.finish(error)
        release(id)
    }

    private func loseAll(_ error: LineError) {
        for (id, line) in held {
            line.path?.finish(LineError(kind: error.kind, chip: selector, line: line.selector, detail: error.detail))
            release(id)
        }
        chip = nil
    }
}
