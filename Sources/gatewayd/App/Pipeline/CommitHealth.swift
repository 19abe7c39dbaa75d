// Whether a writer's commits succeed, and since when they do not: for the status, and for the alarm about the store.
import Outbox
import SensorModel
import Synchronization

/// The last word about a writer's commits.
final class CommitHealth: Sendable {
    private struct State {
        /// Commits fail since then, and what the last one said.
        var failing: (since: MonotonicTime, words: String)?
        /// When the commit under way began.
        var begun: MonotonicTime?
    }

    /// A medium that has not answered for so long hangs.
    static let longest = Duration.seconds(30)

    private let state = Mutex(State())

    /// The medium is asked.
    func begun(now: MonotonicTime) { state.withLock { $0.begun = now } }

    /// The medium has answered, whatever it said.
    func ended() { state.withLock { $0.begun = nil } }

    /// A commit stands.
    func succeeded() { state.withLock { $0.failing = nil } }

    /// A commit failed.
    /// - Returns: true when the one before had not failed, or in another way.
    func failed(_ error: StoreError, now: MonotonicTime) -> Bool {
        let words = error.description
        return state.withLock { state in
            defer { state.failing = (state.failing?.since ?? now, words) }
            return state.failing?.words != words
        }
    }

    /// What the last try has said; nil when it succeeded.
    /// - Returns: as `failed`.
    func noted(_ failure: StoreError?, now: MonotonicTime) -> Bool {
        guard let failure else {
            succeeded()
            return false
        }
        return failed(failure, now: now)
    }

    /// What is wrong, when commits have failed for so long, or one has not come back.
    func problem(after patience: Duration, now: MonotonicTime) -> String? {
        let state = state.withLock { $0 }
        if let failing = state.failing, now - failing.since >= patience { return failing.words }
        guard let begun = state.begun, now - begun >= Self.longest else { return nil }
        return "commit: the medium has not answered for \(Int(Self.longest.seconds)) s"
    }
}
