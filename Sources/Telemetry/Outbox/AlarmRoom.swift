// What the alarms ask of the readings: room on a full disk, and a part of their bound when alarms that nobody has fill their own.
import Synchronization

/// Where the alarm lane says that it needs room; the readings then give some of theirs. Neither waits for the other's thread.
/// Lanes in files share one, lanes in memory another: who has no file has no room on the disk to give.
public final class AlarmRoom: Sendable {
    /// The alarms find no room on the disk.
    let isWanted = Atomic<Bool>(false)
    /// While the disk is full for the alarms, whether they have found room so far or not.
    let isShort = Atomic<Bool>(false)
    /// Bytes of their bound that the readings give at most: an eighth of the store stays theirs.
    let offered = Atomic<Int64>(0)
    /// Bytes that the alarms take beyond their own bound, and how many of them the readings have given so far.
    let taken = Atomic<Int64>(0), given = Atomic<Int64>(0)

    /// Nothing is wanted.
    public init() {}

    /// Bytes by which the readings' bound is lower now, and that of the alarms higher.
    var lent: Int64 { min(taken.load(ordering: .relaxed), offered.load(ordering: .relaxed)) }

    /// Whether the readings have not given it all yet.
    var isOwed: Bool { lent > given.load(ordering: .relaxed) }
}
