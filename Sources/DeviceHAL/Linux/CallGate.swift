// Counts the calls that are under way to a thread, so that it ends only when none can get stuck behind it.
import Synchronization

/// Lets calls in until it is closed, and tells when the last one has left.
final class CallGate: Sendable {
    private struct State {
        var closing = false
        var inside = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// True once nobody is let in any more.
    var isClosing: Bool { state.withLock { $0.closing } }

    /// - Returns: false when the gate is closed; otherwise `leave` must follow.
    func enter() -> Bool {
        state.withLock { state in
            guard !state.closing else { return false }
            state.inside += 1
            return true
        }
    }

    /// Ends what `enter` began.
    func leave() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.inside -= 1
            guard state.inside == 0 else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Closes the gate and waits until everybody has left.
    /// - Returns: false when it was closed before.
    func close() async -> Bool {
        let first = state.withLock { state in
            defer { state.closing = true }
            return !state.closing
        }
        guard first else { return false }
        await withCheckedContinuation { continuation in
            let empty = state.withLock { state in
                if state.inside > 0 { state.waiter = continuation }
                return state.inside == 0
            }
            if empty { continuation.resume() }
        }
        return true
    }
}
