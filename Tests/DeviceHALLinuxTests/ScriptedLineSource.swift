// What pulls one line of a simulated chip in a test: its hand, now.
import DeviceHALSimulated
import SensorModel
import Synchronization

/// A line in a test's hand. It knows no future: who waits is told when it is pulled.
final class ScriptedLineSource: LineSource {
    private struct State {
        /// When the level became another one; it begins low.
        var changes: [Duration] = []
        var tell: (@Sendable () -> Void)?
    }

    private let clock: any TimeSource
    private let begin: MonotonicTime
    private let state = Mutex(State())

    init(clock: any TimeSource, begin: MonotonicTime) {
        self.clock = clock
        self.begin = begin
    }

    func pull(high: Bool) {
        let tell = state.withLock { state -> (@Sendable () -> Void)? in
            guard high == state.changes.count.isMultiple(of: 2) else { return nil }
            // Two pulls are two moments, however fast they follow each other.
            let earliest = (state.changes.last ?? .zero) + .nanoseconds(1)
            state.changes.append(max(earliest, clock.now().monotonic - begin))
            return state.tell
        }
        tell?()
    }

    func isHigh(at time: Duration) -> Bool {
        state.withLock { state in !state.changes.count { $0 <= time }.isMultiple(of: 2) }
    }

    func change(after time: Duration, from isHigh: Bool, upTo end: Duration) -> Duration? {
        state.withLock { state in state.changes.first { $0 > time && $0 <= end } }
    }

    func whenSurprised(_ tell: @escaping @Sendable () -> Void) { state.withLock { $0.tell = tell } }
}
