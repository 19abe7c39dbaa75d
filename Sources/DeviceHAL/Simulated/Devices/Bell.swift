// Ends a wait on the clock before its time: for lines that have something new, and for those that were closed.
import SensorModel
import Synchronization

/// A bell with one listener. Rung while nobody listens, it is heard at the next wait.
final class Bell: Sendable {
    private struct State {
        var isRung = false
        var listener: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())

    /// Ends the wait under way, or else the next one.
    func ring() {
        let listener = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            state.isRung = state.listener == nil
            return state.listener.take()
        }
        listener?.resume(returning: true)
    }

    /// Whether it was rung while nobody listened.
    func takeRing() -> Bool {
        state.withLock { state in
            defer { state.isRung = false }
            return state.isRung
        }
    }

    /// Waits until it rings, the deadline has passed or the task was cancelled.
    /// - Returns: true when it was not the deadline.
    func wait(until deadline: MonotonicTime, clock: any TimeSource) async -> Bool {
        if takeRing() || Task.isCancelled { return true }
        let isEnded = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.listen() }
            // Time that has ended refuses to be waited for.
            group.addTask { (try? await clock.sleep(until: deadline)) == nil && !Task.isCancelled }
            // Both are heard: a ring in the moment of the deadline must not be lost.
            var isEnded = false
            for await ends in group {
                group.cancelAll()
                isEnded = isEnded || ends
            }
            return isEnded
        }
        return isEnded || Task.isCancelled
    }

    /// - Returns: false when it was cancelled.
    private func listen() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isRung = state.withLock { state -> Bool? in
                    if state.isRung || Task.isCancelled {
                        defer { state.isRung = false }
                        return state.isRung
                    }
                    state.listener = continuation
                    return nil
                }
                if let isRung { continuation.resume(returning: isRung) }
            }
        } onCancel: {
            let listener = state.withLock { $0.listener.take() }
            listener?.resume(returning: false)
        }
    }
}
