// Whether a device is alive behind registers that go on answering: its heartbeat has to move. Time is a parameter.
import SensorModel

/// The heartbeat of one device. Constant in memory.
struct HeartbeatWatch {
    /// How alive the device is.
    enum Pulse: Equatable {
        /// It was seen to move, and moves.
        case beating
        /// It was not seen to move yet, and the time for it is not over.
        case unseen
        /// It stands still for more than two periods.
        case stopped
    }

    private let period: Duration
    private var word: UInt16?
    private var since = MonotonicTime(nanoseconds: 0)
    private var moved = false

    /// - Parameter period: how often the register changes.
    init(period: Duration) { self.period = period }

    /// Takes the register's content.
    mutating func see(_ word: UInt16, at now: MonotonicTime) -> Pulse {
        guard let last = self.word, last == word else {
            moved = self.word != nil
            self.word = word
            since = now
            return moved ? .beating : .unseen
        }
        // A register that stands still is no evidence until it had the time to move twice.
        if now - since > period + period { return .stopped }
        return moved ? .beating : .unseen
    }

    /// After a silence the device has to be seen alive again.
    mutating func forget() {
        word = nil
        moved = false
    }
}
