// Readings on their way to the medium: collected for one commit interval, numbered, committed together.
// Limit and loss: 20,000 readings; when a medium hangs for longer the oldest give way, and a gap with their count stands
// for them.
import Logging
import NativeFormat
import Outbox
import Platform
import SensorModel

/// The one writer of the readings lane.
public final class ReadingsWriter: Sendable {
    private static let stateKey = "unsynced-boot"

    private let lane: OutboxLane
    private let boot: String
    private let interval: Duration
    private let clock: any TimeSource
    private let log: Logger
    private let mailbox = Mailbox<Reading>(capacity: 20_000, whenFull: .dropOldest)

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

    /// Takes a reading; never waits.
    public func take(_ reading: Reading) { mailbox.send(reading) }

    /// Commits until cancelled, and once more then.
    /// - Parameter committed: told after each commit up to which number the lane is committed.
    public func run(committed: @Sendable (Int64) -> Void) async {
        var work = Work(numbers: lane.firstBlock, unsynced: await wasUnsynced())
        while !Task.isCancelled {
            let now = clock.now().monotonic
            let first = await mailbox.next(until: now + max(interval, .seconds(1)), clock: clock)
            if let first {
                work.collected.append(first)
                try? await clock.sleep(until: clock.now().monotonic + interval)
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
        var lostBefore: UInt64 = 0
        var encoder = ReadingEncoder()
    }

    /// After a failure the readings are kept and tried again with the next ones; the mailbox bounds what can pile up.
    private func commit(_ work: inout Work, _ committed: @Sendable (Int64) -> Void) async {
        while work.collected.count < 20_000, let reading = mailbox.take() { work.collected.append(reading) }
        let now = clock.now()
        do throws(StoreError) {
            guard !work.collected.isEmpty else { return try await lane.flush(now: now) }
            var next = work
            let dropped = mailbox.dropped
            let lost = next.give(up: dropped - work.lostBefore)
            next.lostBefore = dropped
            let (records, states) = next.encode(boot: boot, stateKey: Self.stateKey)
            let reserved = try await lane.append(records, lost: lost, states: states, now: now)
            next.numbers.extend(through: reserved)
            work = next
            if work.numbers.last > 0 { committed(work.numbers.last) }
        } catch {
            log.error("readings cannot be committed, kept in memory: \(error)")
        }
    }

    private func wasUnsynced() async -> Bool {
        guard let states = try? await lane.states() else { return false }
        return states.contains { $0.key == Self.stateKey && $0.body == Array(boot.utf8) }
    }
}

extension ReadingsWriter.Work {
    /// Uses numbers up for readings that were given up, so that the platform sees how many.
    fileprivate mutating func give(up count: UInt64) -> [Gap] {
        guard count > 0, let first = numbers.take() else { return [] }
        var last = first
        for _ in 1..<max(1, count) {
            guard let number = numbers.take() else { break }
            last = number
        }
        return [Gap(from: first, to: last, count: Int64(count), reason: .evicted)]
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
