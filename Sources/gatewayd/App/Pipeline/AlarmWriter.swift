// Alarm transitions on their way to the medium: each at once, several together only when they came together.
// Limit and loss: 4,096 transitions; more than that while a medium hangs displaces the oldest, which the uplink has been offered.
import Logging
import Outbox
import Platform
import SensorModel

/// The one writer of the alarm lane.
public final class AlarmWriter: Sendable {
    private struct Commit: Sendable {
        var record: NumberedRecord
        var state: StateChange
    }

    private let lane: OutboxLane
    private let clock: any TimeSource
    private let log: Logger
    private let mailbox = Mailbox<Commit>(capacity: 4096, whenFull: .dropOldest)

    /// A writer for the lane.
    public init(lane: OutboxLane, clock: any TimeSource, log: Logger) {
        self.lane = lane
        self.clock = clock
        self.log = log
    }

    /// Transitions that were displaced because the medium hung.
    public var dropped: UInt64 { mailbox.dropped }

    /// Takes a numbered transition and the alarm's state after it; never waits.
    public func take(_ record: NumberedRecord, state: StateChange) { mailbox.send(Commit(record: record, state: state)) }

    /// Commits until cancelled, and once more then.
    /// - Parameters:
    ///   - committed: told after each commit up to which number the lane is committed.
    ///   - reserved: told up to which number the lane may be numbered.
    public func run(committed: @Sendable (Int64) -> Void, reserved: @Sendable (Int64) async -> Void) async {
        var pending: [Commit] = []
        while !Task.isCancelled {
            let retry = clock.now().monotonic + .seconds(1)
            if pending.isEmpty {
                if let first = await mailbox.next(until: retry, clock: clock) { pending.append(first) }
            } else {
                try? await clock.sleep(until: retry)
            }
            await commit(&pending, committed, reserved)
        }
        await commit(&pending, committed, reserved)
    }

    private func commit(
        _ pending: inout [Commit], _ committed: @Sendable (Int64) -> Void, _ reserved: @Sendable (Int64) async -> Void
    ) async {
        while pending.count < 4096, let next = mailbox.take() { pending.append(next) }
        do throws(StoreError) {
            guard let last = pending.last else { return try await lane.flush(now: clock.now()) }
            let through = try await lane.append(pending.map(\.record), states: pending.map(\.state), now: clock.now())
            pending = []
            committed(last.record.seq)
            await reserved(through)
        } catch {
            log.error("alarms cannot be committed, kept in memory: \(error)")
        }
    }
}
