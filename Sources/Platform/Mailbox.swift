// The only queue between services: bounded, with a named loss policy and a counter, and a wait that a clock can end.
import SensorModel
import Synchronization

/// A bounded queue with one consumer. Its code is compiled for each kind of element where it is used: otherwise each look into an
/// empty mailbox would ask the runtime what its elements are.
public final class Mailbox<Element: Sendable>: Sendable {
    /// What happens to an element that comes when the mailbox is full.
    public enum WhenFull: Sendable {
        /// The oldest waiting element makes room, and is counted.
        case dropOldest
        /// The new element is dropped, and is counted: right where elements only say «look again».
        case dropNewest
    }

    @usableFromInline
    struct State {
        @usableFromInline var elements: [Element] = []
        @usableFromInline var head = 0
        /// Who waits, and for how many elements.
        @usableFromInline var waiter: (id: UInt64, wanted: Int, continuation: CheckedContinuation<Void, Never>)?
        @usableFromInline var waits: UInt64 = 0
        /// The wait whose time is over.
        @usableFromInline var over: UInt64 = 0
        @usableFromInline var dropped: UInt64 = 0
        @usableFromInline var count: Int { elements.count - head }

        @usableFromInline init() {}
    }

    @usableFromInline let state = Mutex(State())
    @usableFromInline let capacity: Int
    @usableFromInline let whenFull: WhenFull

    /// - Parameters:
    ///   - capacity: the most elements that may wait, at least 1.
    ///   - whenFull: the loss policy.
    public init(capacity: Int, whenFull: WhenFull) {
        precondition(capacity > 0)
        self.capacity = capacity
        self.whenFull = whenFull
    }

    /// How many elements were lost by the policy.
    @inlinable
    public var dropped: UInt64 { state.withLock { $0.dropped } }

    /// How many elements wait.
    @inlinable
    public var count: Int { state.withLock { $0.count } }

    /// Puts an element in; never waits.
    @inlinable
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
            guard let waiter = state.waiter, state.count >= waiter.wanted else { return nil }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume()
    }

    /// Takes the oldest element if there is one.
    @inlinable
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
    @inlinable
    public func next(until deadline: MonotonicTime?, clock: any TimeSource) async -> Element? {
        if let element = take() { return element }
        await fill(to: 1, until: deadline, clock: clock)
        return take()
    }

    /// Waits until so many elements are there, at most until the deadline; takes nothing, so cancellation cannot lose anything.
    /// - Parameter count: at most the capacity.
    @inlinable
    public func fill(to count: Int, until deadline: MonotonicTime?, clock: any TimeSource) async {
        guard self.count < count, !Task.isCancelled else { return }
        let id = state.withLock { state -> UInt64 in
            state.waits += 1
            return state.waits
        }
        guard let deadline else { return await arrival(of: count, id) }
        guard deadline > clock.now().monotonic else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { if (try? await clock.sleep(until: deadline)) != nil { self.end(id) } }
            await self.arrival(of: count, id)
            group.cancelAll()
        }
    }

    /// Returns when the elements are there, the wait's time is over or the task is cancelled.
    @inlinable
    func arrival(of count: Int, _ id: UInt64) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    precondition(state.waiter == nil, "a mailbox has one consumer")
                    if state.count >= count || state.over == id || Task.isCancelled { return true }
                    state.waiter = (id, count, continuation)
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            end(id)
        }
    }

    /// The wait's time is over, whether it has begun or not.
    @inlinable
    func end(_ id: UInt64) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.over = id
            guard let waiter = state.waiter, waiter.id == id else { return nil }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume()
    }
}
