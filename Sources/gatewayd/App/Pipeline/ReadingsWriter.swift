// Readings on their way to the medium: collected for one commit interval, numbered, committed together.
// Limit and loss: 20,000 readings; when a medium hangs for longer the oldest give way, and a gap with their count stands
// for them.
import Logging
import NativeFormat
import Outbox
import Platform
import SensorModel
import Synchronization

/// The one writer of the readings lane.
public final class ReadingsWriter: Sendable {
    private static let stateKey = "unsynced-boot"

    private let lane: OutboxLane
    private let boot: String
    private let interval: Duration
    private let clock: any TimeSource
    private let log: Logger
    /// Half of it waits in the mailbox, half is being committed.
    private static let capacity = 20_000

    private let health = CommitHealth()
    /// Of the numbers that are reserved: commits succeed without them until those there are have been used up.
    private let numbers = CommitHealth()
    /// Of the one task; excused while it waits for the medium.
    public let pulse = Pulse()
    /// So long may the task be late.
    private static let patience = Duration.seconds(30)
    /// How often it is looked whether the lane answers while there is nothing to commit and nothing to settle.
    private static let rest = Duration.seconds(5)
    private let mailbox = Mailbox<Reading>(capacity: capacity / 2, whenFull: .dropOldest)
    /// Readings that came, and those of them that were committed.
    private let progress = Mutex((taken: 0, settled: 0))

    /// - Parameters:
    ///   - interval: how long a reading may wait for its commit.
    public init(lane: OutboxLane, boot: String, interval: Duration, clock: any TimeSource, log: Logger) {
        self.lane = lane
        self.boot = boot
        self.interval = interval
        self.clock = clock
        self.log = log
    }

    /// Readings that were given up because the medium hung.
    public var dropped: UInt64 { mailbox.dropped }

    /// Readings that were taken and are not committed yet.
    public var uncommitted: Int { progress.withLock { $0.taken - $0.settled } - Int(clamping: mailbox.dropped) }

    /// Why nothing has been committed, or no number reserved, for so long; nil when both succeed.
    func problem(after patience: Duration) -> String? {
        let now = clock.now().monotonic
        return health.problem(after: patience, now: now) ?? numbers.problem(after: patience, now: now)
    }

    /// Takes a reading; never waits.
    public func take(_ reading: Reading) {
        progress.withLock { $0.taken += 1 }
        mailbox.send(reading)
    }

    /// Commits until cancelled, and once more then.
    /// - Parameter committed: told after each commit up to which number the lane is committed.
    public func run(committed: @Sendable (Int64) -> Void) async {
        var work = Work(numbers: lane.firstBlock, unsynced: await wasUnsynced())
        while !Task.isCancelled {
            let now = clock.now().monotonic
            let isAtRest = !work.isRetry && work.lostNamed == mailbox.dropped && !lane.isUnsettled
            let look = now + max(interval, isAtRest ? Self.rest : .seconds(1))
            pulse.promise(by: look + interval + Self.patience)
            if work.isRetry {
                try? await clock.sleep(until: look)
                await commit(&work, committed)
                continue
            }
            let first = await mailbox.next(until: look, clock: clock)
            if let first {
                work.collected.append(first)
                await collect(&work)
            }
            await commit(&work, committed)
        }
        await commit(&work, committed)
    }

    /// What one run of the writer carries from commit to commit.
    fileprivate struct Work {
        var numbers: SequenceBlock
        /// True while readings of this boot without a trusted time have been written and no clock record after them.
        var unsynced: Bool
        var collected: [Reading] = []
        /// True while `collected` is what a failed commit left.
        var isRetry = false
        /// How many of the mailbox's losses have been named in gaps.
        var lostNamed: UInt64 = 0
        var encoder = ReadingEncoder()
    }

    /// Lets one commit interval pass; a burst that fills the half of the room is committed before.
    private func collect(_ work: inout Work) async {
        let deadline = clock.now().monotonic + interval
        while !Task.isCancelled, work.collected.count < Self.capacity / 2, clock.now().monotonic < deadline {
            // Taken over when the mailbox is half full: what comes before this task runs must find room.
            let room = Self.capacity / 2 - work.collected.count
            await mailbox.fill(to: min(Self.capacity / 4, room), until: deadline, clock: clock)
            drain(&work)
        }
    }

    private func drain(_ work: inout Work) {
        while work.collected.count < Self.capacity / 2, let reading = mailbox.take() { work.collected.append(reading) }
    }

    /// After a failure the same readings are tried again, alone, so that their numbers and a gap behind them stay in order;
    /// the mailbox bounds what can pile up meanwhile.
    private func commit(_ work: inout Work, _ committed: @Sendable (Int64) -> Void) async {
        var next = work
        var lost: [Gap] = []
        if !work.isRetry {
            lost = next.nameLosses(mailbox.dropped)
            drain(&next)
        }
        let collected = next.collected
        let now = clock.now()
        pulse.excuse()
        health.begun(now: now.monotonic)
        defer { health.ended() }
        do throws(StoreError) {
            guard !collected.isEmpty || !lost.isEmpty else {
                next.numbers.extend(through: try await lane.settle(after: max(.seconds(5), interval), now: now))
                work = next
                health.succeeded()
                return noteNumbers()
            }
            let (records, states) = next.encode(boot: boot, stateKey: Self.stateKey)
            next.numbers.extend(through: try await lane.append(records, lost: lost, states: states, now: now))
            next.isRetry = false
            let settled = collected.count - next.collected.count
            progress.withLock { $0.settled += settled }
            work = next
            health.succeeded()
            noteNumbers()
            committed(work.numbers.last)
        } catch {
            work.collected = collected
            // Without readings it was a delivery that could not be noted: new readings must not wait for that.
            work.isRetry = !collected.isEmpty
            if health.failed(error, now: clock.now().monotonic) {
                log.error("readings cannot be committed, kept in memory: \(error)")
            }
        }
    }

    private func noteNumbers() {
        let failure = lane.condition.unreserved
        if numbers.noted(failure, now: clock.now().monotonic), let failure {
            log.error("no numbers can be reserved for readings, they wait in memory when there are none left: \(failure)")
        }
    }

    private func wasUnsynced() async -> Bool {
        guard let states = try? await lane.states() else { return false }
        return states.contains { $0.key == Self.stateKey && $0.body == Array(boot.utf8) }
    }
}

extension ReadingsWriter.Work {
    /// Uses numbers up for readings that were given up since the last gap, so that the platform sees how many.
    /// What finds no number is named next time.
    fileprivate mutating func nameLosses(_ lost: UInt64) -> [Gap] {
        guard lost > lostNamed, let first = numbers.take() else { return [] }
        var last = first
        while Int64(lost - lostNamed) > last - first + 1, let number = numbers.take() { last = number }
        lostNamed += UInt64(last - first + 1)
        return [Gap(from: first, to: last, count: last - first + 1, reason: .evicted)]
    }

    /// Numbers and encodes what was collected; when a boot's clock has become known, a clock record follows.
    /// What finds no number stays collected.
    fileprivate mutating func encode(boot: String, stateKey: String) -> ([NumberedRecord], [StateChange]) {
        var records: [NumberedRecord] = []
        records.reserveCapacity(collected.count + 1)
        let before = unsynced
        var kept = 0
        for reading in collected {
            if unsynced, reading.time.clock != .unsynced, let seq = numbers.take() {
                records.append(NumberedRecord(seq: seq, body: ReadingEncoder.clockBody(boot: boot, at: reading.time)))
                unsynced = false
            }
            guard let seq = numbers.take() else { break }
            records.append(NumberedRecord(seq: seq, body: encoder.body(reading)))
            if reading.time.clock == .unsynced { unsynced = true }
            kept += 1
        }
        collected.removeFirst(kept)
        guard unsynced != before else { return (records, []) }
        return (records, [StateChange(key: stateKey, body: unsynced ? Array(boot.utf8) : nil)])
    }
}
