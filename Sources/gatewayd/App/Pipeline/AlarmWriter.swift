// Alarm transitions on their way to the medium: each at once, several together only when they came together.
// Limit and loss: 4,096 transitions; more than that while a medium hangs displaces the oldest, which the uplink has been
// offered; a gap stands in its place.
import Logging
import Outbox
import Platform
import SensorModel
import Synchronization

/// The one writer of the alarm lane.
public final class AlarmWriter: Sendable {
    private struct Commit: Sendable {
        /// Nil for a state that changes without a record.
        var record: NumberedRecord?
        var states: [StateChange]
        /// Which one it is of all that was taken, from 1.
        let ticket: UInt64
    }

    /// What was taken, how far it is committed, and who waits for that.
    private struct Progress {
        var taken: UInt64 = 0
        var committed: UInt64 = 0
        var waiting: [(ticket: UInt64, bell: Mailbox<Void>)] = []
    }

    private let lane: OutboxLane
    private let clock: any TimeSource
    private let log: Logger
    private let health = CommitHealth()
    /// Of the numbers that are reserved: commits succeed without them until those there are have been used up.
    private let numbers = CommitHealth()
    /// Of the one task; excused while it waits for the medium.
    public let pulse = Pulse()
    /// So long may the task be late.
    private static let patience = Duration.seconds(30)
    /// How often it is looked whether the lane answers while there is nothing to commit and nothing to settle.
    private static let rest = Duration.seconds(5)
    private let mailbox = Mailbox<Commit>(capacity: 4096, whenFull: .dropOldest)
    private let progress = Mutex(Progress())

    /// A writer for the lane.
    public init(lane: OutboxLane, clock: any TimeSource, log: Logger) {
        self.lane = lane
        self.clock = clock
        self.log = log
    }

    /// Transitions that were displaced because the medium hung.
    public var dropped: UInt64 { mailbox.dropped }

    /// Why nothing has been committed, or no number reserved, for so long; nil when both succeed.
    func problem(after patience: Duration) -> String? {
        let now = clock.now().monotonic
        return health.problem(after: patience, now: now) ?? numbers.problem(after: patience, now: now)
    }

    /// Takes a numbered transition and the alarm's state after it; never waits.
    public func take(_ record: NumberedRecord, state: StateChange) { send(record, [state]) }

    /// Takes states that change without a record; never waits.
    public func keep(_ states: [StateChange]) { send(nil, states) }

    private func send(_ record: NumberedRecord?, _ states: [StateChange]) {
        progress.withLock { progress in
            progress.taken += 1
            mailbox.send(Commit(record: record, states: states, ticket: progress.taken))
        }
    }

    /// Waits until all that has been taken by now is committed: a person who was told that something is done relies on it, also
    /// after a power cut.
    /// - Parameter patience: how long a medium that hangs is waited for.
    /// - Returns: whether it is; at once, and no, when the task is cancelled or the medium has not taken anything for so long.
    func isCommitted(within patience: Duration) async -> Bool {
        guard health.problem(after: patience, now: clock.now().monotonic) == nil else { return false }
        let bell = Mailbox<Void>(capacity: 1, whenFull: .dropNewest)
        let waits = progress.withLock { progress in
            guard progress.committed < progress.taken else { return false }
            progress.waiting.append((progress.taken, bell))
            return true
        }
        guard waits else { return true }
        defer { progress.withLock { $0.waiting.removeAll { $0.bell === bell } } }
        return await bell.next(until: clock.now().monotonic + patience, clock: clock) != nil
    }

    /// Commits until cancelled, and once more then.
    /// - Parameters:
    ///   - committed: told after each commit up to which number the lane is committed.
    ///   - reserved: told up to which number the lane may be numbered.
    public func run(committed: @Sendable (Int64) -> Void, reserved: @Sendable (Int64) async -> Void) async {
        var work = Work(lastCommitted: lane.firstBlock.last, reserved: lane.firstBlock.reservedThrough)
        while !Task.isCancelled {
            let retry = clock.now().monotonic + (work.pending.isEmpty && !lane.isUnsettled ? Self.rest : .seconds(1))
            pulse.promise(by: retry + Self.patience)
            if work.pending.isEmpty {
                if let first = await mailbox.next(until: retry, clock: clock) { work.pending.append(first) }
            } else {
                try? await clock.sleep(until: retry)
            }
            await commit(&work, committed, reserved)
        }
        await commit(&work, committed, reserved)
    }

    /// What one run of the writer carries from commit to commit.
    private struct Work {
        /// The highest number that is committed.
        var lastCommitted: Int64
        /// Up to which number it was told that the lane may be numbered.
        var reserved: Int64
        var pending: [Commit] = []

        /// Numbers come one after the other, so what is missing among them was displaced: a gap stands in its place.
        var displaced: [Gap] {
            var expected = lastCommitted + 1
            return pending.compactMap(\.record).compactMap { record in
                defer { expected = record.seq + 1 }
                guard record.seq > expected else { return nil }
                return Gap(from: expected, to: record.seq - 1, count: record.seq - expected, reason: .evicted)
            }
        }
    }

    private func commit(
        _ work: inout Work, _ committed: @Sendable (Int64) -> Void, _ reserved: @Sendable (Int64) async -> Void
    ) async {
        while work.pending.count < 4096, let next = mailbox.take() { work.pending.append(next) }
        pulse.excuse()
        health.begun(now: clock.now().monotonic)
        defer { health.ended() }
        do throws(StoreError) {
            guard !work.pending.isEmpty else {
                let through = try await lane.settle(now: clock.now())
                health.succeeded()
                noteNumbers()
                guard through > work.reserved else { return }
                work.reserved = through
                return await reserved(through)
            }
            let records = work.pending.compactMap(\.record)
            let through = try await lane.append(
                records, lost: work.displaced, states: work.pending.flatMap(\.states), now: clock.now())
            let last = records.last?.seq ?? work.lastCommitted
            let ticket = work.pending.last?.ticket ?? 0
            work = Work(lastCommitted: last, reserved: through)
            health.succeeded()
            noteNumbers()
            committed(last)
            await reserved(through)
            // What waited for numbers has them by now.
            progress.withLock { progress in
                progress.committed = ticket
                for one in progress.waiting where one.ticket <= ticket { one.bell.send(()) }
            }
        } catch {
            if health.failed(error, now: clock.now().monotonic) {
                log.error("alarms cannot be committed, kept in memory: \(error)")
            }
        }
    }

    private func noteNumbers() {
        let failure = lane.condition.unreserved
        if numbers.noted(failure, now: clock.now().monotonic), let failure {
            log.error("no numbers can be reserved for alarms, they wait in memory when there are none left: \(failure)")
        }
    }
}
