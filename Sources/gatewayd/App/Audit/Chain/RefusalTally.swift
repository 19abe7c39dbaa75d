// How many refusals are put on record one by one: a flood of them must fill neither the disk nor the log. Pure.
import SensorModel

/// Counts refusals. In an hour the first 20 stand in the log by themselves, all further ones in one record for each action.
///
/// Reason for the figures: a flood that never ends then takes about 0.2 MB a day, so that the log's 88 MiB last for 13 months.
struct RefusalTally {
    /// How many are recorded by themselves in one window.
    static let single = 20
    /// How long a window is.
    static let window = Duration.seconds(3600)
    /// How many actors are told apart.
    static let actors = 12

    private struct Count {
        var first: WallTime
        var total: Int64 = 0
        var by: [String: Int64] = [:]
    }

    private var since: MonotonicTime?
    private var recorded = 0
    private var counts: [AuditAction: Count] = [:]

    /// Takes one refusal.
    /// - Returns: whether it is to be put on record by itself; otherwise it was counted.
    mutating func take(_ entry: AuditEntry, now: Timestamp) -> Bool {
        since = since ?? now.monotonic
        guard recorded >= Self.single else {
            recorded += 1
            return true
        }
        var count = counts[entry.action] ?? Count(first: now.wall)
        count.total += 1
        let actor = count.by[entry.actor] != nil || count.by.count < Self.actors ? entry.actor : "others"
        count.by[actor, default: 0] += 1
        counts[entry.action] = count
        return false
    }

    /// The counts of a window that is over, one entry for each action; none while it runs.
    /// - Parameter ending: ends the window before its time.
    mutating func summaries(now: MonotonicTime, ending: Bool = false) -> [AuditEntry] {
        guard let since, ending || now - since >= Self.window else { return [] }
        defer { self = RefusalTally() }
        return counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { action, count in
            var detail = ["count": "\(count.total)", "since": count.first.rfc3339]
            for (actor, number) in count.by { detail["by \(actor)"] = "\(number)" }
            return AuditEntry(
                actor: count.by.count == 1 ? count.by.keys.first ?? "" : "several",
                via: action == .commandRefused ? .platform : .local, action: action,
                subject: "\(count.total) further attempts", detail: detail)
        }
    }
}
