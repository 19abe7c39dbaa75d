// Alarm transitions on their way to the medium: each at once, several together only when they came together.
// Limit and loss: 4,096 transitions; more than that while a medium hangs displaces the oldest, which the uplink has been
// offered; a gap stands in its place.
import Logging
import Outbox
import Platform
import SensorModel

/// The one writer of the alarm lane.
public final class AlarmWriter: Sendable {
    private struct Commit: Sendable {
        /// Nil for a state that changes without a record.
        var record: NumberedRecord?
        var states: [StateChange]
    }

    private let lane: OutboxLane
    private let clock: any TimeSource
    private let log: Logger
    private let health = CommitHealth()
    /// Of the one task; excused while it waits for the medium.
    public let pulse = Pulse()
    /// So long may the task be late.
    private static let patience = Duration.seconds(30)
    private let mailbox = Mailbox<Commit>(capacity: 4096, whenFull: .dropOldest)

    /// A writer for the lane.
    public init(lane: OutboxLane, clock: any TimeSource, log: Logger) {
        self.lane = lane
        self.clock = clock
        self.log = log
    }

    /// Transitions that were displaced because the medium hung.
    public var dropped: UInt64 { mailbox.dropped }

    /// Why nothing has been committed for so long; nil when commits succeed.
    func problem(after patience: Duration) -> String? { health.problem(after: patience, now: clock.now().monotonic) }

    /// Takes a numbered transition and the alarm's state after it; never waits.
    public func take(_ record: NumberedRecord, state: StateChange) { mailbox.send(Commit(record: record, states: [state])) }

    /// Takes states that change without a record; never waits.
    public func keep(_ states: [StateChange]) { mailbox.send(Commit(record: nil, states: states)) }

    /// Commits until cancelled, and once more then.
    /// - Parameters:
    ///   - committed: told after each commit up to which number the lane is committed.
    ///   - reserved: told up to which number the lane may be numbered.
    public func run(committed: @Sendable (Int64) -> Void, reserved: @Sendable (Int64) async -> Void) async {
        var work = Work(lastCommitted: lane.firstBlock.last)
        while !Task.isCancelled {
            let retry = clock.now().monotonic + .seconds(1)
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
                try await lane.settle(now: clock.now())
                return health.succeeded()
            }
            let records = work.pending.compactMap(\.record)
            let through = try await lane.append(
                records, lost: work.displaced, states: work.pending.flatMap(\.states), now: clock.now())
            let last = records.last?.seq ?? work.lastCommitted
            work = Work(lastCommitted: last)
            health.succeeded()
            committed(last)
            await reserved(through)
        } catch {
            if health.failed(error, now: clock.now().monotonic) {
                log.error("alarms cannot be committed, kept in memory: \(error)")
            }
        }
    }
}
