// Whether a writer's commits succeed, and since when they do not: for the status, and for the alarm about the store.
import Outbox
import SensorModel
import Synchronization

/// The last word about a writer's commits.
final class CommitHealth: Sendable {
    private let failing = Mutex<(since: MonotonicTime, words: String)?>(nil)

    /// A commit stands.
    func succeeded() { failing.withLock { $0 = nil } }

    /// A commit failed.
    /// - Returns: true when the one before had not failed, or in another way.
    func failed(_ error: StoreError, now: MonotonicTime) -> Bool {
        let words = error.description
        return failing.withLock { failing in
            defer { failing = (failing?.since ?? now, words) }
            return failing?.words != words
        }
    }

    /// What is wrong, when commits have failed for so long.
    func problem(after patience: Duration, now: MonotonicTime) -> String? {
        failing.withLock { $0 }.flatMap { now - $0.since >= patience ? $0.words : nil }
    }
}
