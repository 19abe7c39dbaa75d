// The only queue between services: bounded, with a named loss policy and a counter, and a wait that a clock can end.
import SensorModel
import Synchronization

/// A bounded queue with one consumer.
public final class Mailbox<Element: Sendable>: Sendable {
    /// What happens to an element that comes when the mailbox is full.
    public enum WhenFull: Sendable {
        /// The oldest waiting element makes room, and is counted.
        case dropOldest
        /// The new element is dropped, and is counted: right where elements only say «look again».
        case dropNewest
    }

    private struct State {
        var elements: [Element] = []
        var head = 0
        var waiter: (id: UInt64, continuation: CheckedContinuation<Void, Never>)?
        var waits: UInt64 = 0
        var dropped: UInt64 = 0
        var count: Int { elements.count - head }
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let whenFull: WhenFull

    /// - Parameters:
    ///   - capacity: the most elements that may wait, at least 1.
    ///   - whenFull: the loss policy.
    public init(capacity: Int, whenFull: WhenFull) {
        precondition(capacity > 0)
        self.capacity = capacity
        self.whenFull = whenFull
    }

    /// How many elements were lost by the policy.
    public var dropped: UInt64 { state.withLock { $0.dropped } }

    /// How many elements wait.
    public var count: Int { state.withLock { $0.count } }

    /// Puts an element in; never waits.
    public func send(_ element: Element) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.count >= capacity {
                state.dropped += 1
                if whenFull == .dropNewest { return nil }
                state.head += 1
            }
            state.elements.append(element)
            if state.head > 64, state.head * 2 > state.elements.count {
                state.elements.removeFirst(state.head)
                state.head = 0
            }
            defer { state.waiter = nil }
            return state.waiter?.continuation
        }
        waiter?.resume()
    }

    /// Takes the oldest element if there is one.
    public func take() -> Element? {
        state.withLock { state in
            guard state.count > 0 else { return nil }
            let element = state.elements[state.head]
            state.head += 1
            if state.head == state.elements.count {
                state.elements.removeAll(keepingCapacity: true)
                state.head = 0
            }
            return element
        }
    }

    /// Waits for an element, at most until the deadline.
    /// - Returns: the oldest element, or nil when the deadline passed or the task was cancelled.
    public func next(until deadline: MonotonicTime?, clock: some TimeSource) async -> Element? {
        if let element = take() { return element }
        guard !Task.isCancelled else { return nil }
        guard let deadline else {
            await arrival()
            return take()
        }
        guard deadline > clock.now().monotonic else { return nil }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.arrival() }
            group.addTask { try? await clock.sleep(until: deadline) }
            await group.next()
            group.cancelAll()
        }
        return take()
    }

    /// Returns when an element is there or the task is cancelled; takes nothing, so cancellation cannot lose anything.
    private func arrival() async {
        let id = state.withLock { state -> UInt64 in
            state.waits += 1
            return state.waits
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    precondition(state.waiter == nil, "a mailbox has one consumer")
                    if state.count > 0 || Task.isCancelled { return true }
                    state.waiter = (id, continuation)
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard let waiter = state.waiter, waiter.id == id else { return nil }
                state.waiter = nil
                return waiter.continuation
            }
            waiter?.resume()
        }
    }
}
