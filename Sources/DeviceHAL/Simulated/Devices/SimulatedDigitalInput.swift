// One watched line of a simulated chip: edges up to now, and the wait for the next one on the clock.
import DeviceHAL
import SensorModel
import Synchronization

/// An input of a simulated chip. Given back when it goes away.
final class SimulatedDigitalInput: DigitalInput {
    /// What is known of the line, and a bell for whoever waits.
    final class Path: Sendable {
        /// The plant is looked into so far ahead in one step.
        static let outlook = Duration.seconds(60)

        private struct State {
            var trace: EdgeTrace
            var ended: LineError?
            var isEndTold = false
        }

        let initial: LineLevel
        private let source: any LineSource
        private let clock: any TimeSource
        private let begin: MonotonicTime
        private let settings: LineSettings
        private let chip: String
        private let bell = Bell()
        private let state: Mutex<State>

        init(source: any LineSource, clock: any TimeSource, begin: MonotonicTime, settings: LineSettings, chip: String) {
            self.source = source
            self.clock = clock
            self.begin = begin
            self.settings = settings
            self.chip = chip
            let now = clock.now().monotonic
            let isHigh = source.isHigh(at: now - begin)
            initial = LineLevel(active: isHigh != settings.activeLow, time: now)
            state = Mutex(State(trace: EdgeTrace(isHigh: isHigh, at: now - begin, debounce: settings.debounce)))
            source.whenSurprised { [bell] in bell.ring() }
        }

        /// Says that nothing follows.
        func finish(_ error: LineError) {
            state.withLock { state in
                state.trace.follow(source, upTo: clock.now().monotonic - begin)
                state.ended = state.ended ?? error
            }
            bell.ring()
        }

        func ring() { bell.ring() }

        func take() -> LineNotice? {
            let now = clock.now().monotonic - begin
            return state.withLock { state in
                if state.ended == nil { state.trace.follow(source, upTo: now) }
                if let edge = state.trace.take() {
                    return .edge(
                        LineEvent(
                            active: edge.isHigh != settings.activeLow, time: begin + edge.time, sequence: edge.sequence,
                            lost: edge.lost))
                }
                guard let ended = state.ended, !state.isEndTold else { return nil }
                state.isEndTold = true
                return .ended(ended)
            }
        }

        /// The level now; every edge up to now waits afterwards.
        func level() throws(LineError) -> LineLevel {
            let now = clock.now().monotonic
            return try state.withLock { state -> Result<LineLevel, LineError> in
                if let ended = state.ended { return .failure(ended) }
                state.trace.follow(source, upTo: now - begin)
                return .success(LineLevel(active: state.trace.isHigh != settings.activeLow, time: now))
            }.get()
        }

        func arrival(until deadline: MonotonicTime?) async {
            while !Task.isCancelled, !bell.takeRing() {
                let now = clock.now().monotonic
                if let deadline, deadline <= now { return }
                let horizon = min(deadline ?? now + Self.outlook, now + Self.outlook)
                let next = state.withLock { state -> MonotonicTime? in
                    guard state.ended == nil else { return nil }
                    state.trace.follow(source, upTo: now - begin)
                    if state.trace.hasEdge { return nil }
                    return begin + (state.trace.next(in: source, upTo: horizon - begin) ?? horizon - begin)
                }
                guard let next, await !bell.wait(until: next, clock: clock) else { return }
            }
        }
    }

    private let path: Path
    private let giveBack: @Sendable () -> Void

    init(path: Path, giveBack: @escaping @Sendable () -> Void) {
        self.path = path
        self.giveBack = giveBack
    }

    deinit { giveBack() }

    var initial: LineLevel { path.initial }

    func take() -> LineNotice? { path.take() }

    func arrival(until deadline: MonotonicTime?) async { await path.arrival(until: deadline) }

    func wake() { path.ring() }

    func level() async throws(LineError) -> LineLevel { try path.level() }

    func release() async { giveBack() }
}
