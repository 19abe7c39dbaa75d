// A task's word about when it will be seen again: the watchdog judges it by nothing else.
import SensorModel
import Synchronization

/// The pulse of one task. Neither giving nor reading it waits for anybody.
public final class Pulse: Sendable {
    private let promised = Atomic<Int64>(.max)

    /// Of a task that has promised nothing yet.
    public init() {}

    /// By when the task has said that it will be seen; nil while it is excused.
    public var due: MonotonicTime? {
        let nanoseconds = promised.load(ordering: .relaxed)
        return nanoseconds == .max ? nil : MonotonicTime(nanoseconds: nanoseconds)
    }

    /// The task will promise anew, or excuse itself, before this moment.
    public func promise(by moment: MonotonicTime) { promised.store(moment.nanoseconds, ordering: .relaxed) }

    /// The task waits for something that no restart mends, or has nothing to do: it is not judged until its next promise.
    public func excuse() { promised.store(.max, ordering: .relaxed) }
}
