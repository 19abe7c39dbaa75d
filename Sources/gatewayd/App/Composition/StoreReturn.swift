// A store that is kept in memory because of its medium, and its way back into its files. Lives as long as the process.
import Outbox
import SensorModel
import Synchronization

/// When the medium is tried again, and what goes along when everything begins anew.
public final class StoreReturn: Sendable {
    /// The first try comes so long after the start, each further one after twice the time before, up to the longest.
    static let first = Duration.seconds(10), longest = Duration.seconds(600)
    /// A beginning takes outputs and link away for a moment: where the medium looks well and the store still cannot be had, it is
    /// left to people after so many.
    static let mostBeginnings = 3

    private struct State {
        var pause = StoreReturn.first
        var left: [Lane: LaneLeft] = [:]
        var said = ""
        /// Beginnings that have not brought the store back.
        var beginnings = 0
    }

    private let state = Mutex(State())

    /// The store is in its files: the next time it is not, it is tried again soon.
    func isBack() { state.withLock { $0 = State() } }

    /// How long to wait before the next try. It grows over beginnings that did not help, too.
    func pause() -> Duration {
        state.withLock { state in
            defer { state.pause = min(state.pause * 2, Self.longest) }
            return state.pause
        }
    }

    /// Whether this is not what was said before.
    func isNew(_ words: String) -> Bool {
        state.withLock { state in
            defer { state.said = words }
            return state.said != words
        }
    }

    /// What a lane has left is kept for the next beginning.
    func keep(_ left: LaneLeft, of lane: Lane) { state.withLock { $0.left[lane] = left } }

    /// What was kept.
    var left: [Lane: LaneLeft] { state.withLock { $0.left } }

    /// What was kept stands in a store now.
    func isPlaced() { state.withLock { $0.left = [:] } }

    /// Whether everything may begin anew once more.
    var mayBegin: Bool { state.withLock { $0.beginnings < Self.mostBeginnings } }

    /// Everything begins anew.
    func begins() { state.withLock { $0.beginnings += 1 } }

    /// Records that were kept, and that nobody takes up any more.
    var lost: Int { state.withLock { $0.left.values.reduce(0) { $0 + $1.records } } }
}
