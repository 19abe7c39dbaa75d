// One manhole of the plant: its physics and, behind a lock, the seconds that were already computed.
import Synchronization

/// A manhole that may be asked from any thread, in any order.
final class Manhole: Sendable {
    private let model: ManholeModel
    /// Only a memory of pure results: whoever comes first, the answers are the same.
    private let history: Mutex<SlowHistory>

    /// - Parameter model: its physics.
    init(model: ManholeModel) {
        self.model = model
        history = Mutex(SlowHistory(begin: model.begin))
    }

    /// How many slow states are held now.
    var heldStates: Int { history.withLock { $0.size } }

    /// At a moment, s from the story's begin, from 0.
    func state(at seconds: Double) -> ManholeState {
        let second = Int(seconds)
        let (from, to) = history.withLock { $0.pair(at: second, model: model) }
        return model.state(at: seconds, slow: from.blended(to: to, by: seconds - Double(second)))
    }
}
