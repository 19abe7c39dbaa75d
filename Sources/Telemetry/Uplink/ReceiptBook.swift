// The platform's receipts for alarms: a broker's acknowledgement can be lost together with the broker, a receipt cannot.
// Limit and loss: as many alarms as the alarm lane has room for, at most 1,000; the oldest give way, counted: they are not sent
// again for want of a receipt.
import Outbox
import SensorModel

/// The alarms of one uplink that the broker has acknowledged and the platform has not. Pure: time is a parameter, and the store
/// keeps what this says.
///
/// A platform that has never given a receipt is not asked for any. The first one that comes says that it gives them, and that is
/// kept: from then on an alarm without a receipt is sent again.
public struct ReceiptBook: Sendable {
    /// Until an alarm without a receipt is sent again; doubled each time.
    static let patience = Duration.seconds(60)
    /// The longest time between two times.
    static let longestPause = Duration.seconds(900)
    /// After so many times it is told.
    static let sendingsBeforeTold = 2
    /// How many alarms are remembered whose receipt may come before the broker's acknowledgement.
    static let early = 256

    private static let givenPrefix = "receipts/", alarmPrefix = "receipt/"

    private struct Entry: Sendable {
        let alarm: String
        let seq: Int64
        /// When the broker acknowledged it.
        let since: WallTime
        /// When it is sent again.
        var due: MonotonicTime
        /// How often it was sent again by this run.
        var sendings = 0

        var isTold: Bool { sendings >= ReceiptBook.sendingsBeforeTold }
    }

    private let uplink: String
    private let store: String
    private let capacity: Int
    /// In the order of acknowledgement.
    private var entries: [Entry] = [] { didSet { summarise() } }
    /// When the first of them is due, and how many are told: asked for at every step of the uplink.
    private var earliest: MonotonicTime?, told = 0
    /// Alarms that the platform has, the newest last.
    private var confirmed: [String] = []
    /// Alarms that wait in another store, the files of one in memory for instance: their receipt may come here.
    private var elsewhere: Set<String> = []
    /// Of these one is on its way: nothing else is sent again before it is answered, or for so long.
    private var underway: (seq: Int64, until: MonotonicTime)?
    /// Whether the platform gives receipts.
    public private(set) var areGiven = false
    /// Alarms that were sent again since start, and those that are no longer waited for though no receipt came.
    public private(set) var sentAgain: UInt64 = 0, givenUp: UInt64 = 0

    /// - Parameters:
    ///   - states: what the store kept; others' states are left alone.
    ///   - uplink: the uplink's id.
    ///   - store: the store's id. What was delivered under another one cannot come again under this one: it is given up.
    ///   - laneBytes: the most bytes of the lane that keeps them.
    public init(_ states: [(key: String, body: [UInt8])], uplink: String, store: String, laneBytes: Int64) {
        (self.uplink, self.store) = (uplink, store)
        capacity = Int(min(1000, max(16, laneBytes / 2048)))
        let prefix = Self.alarmPrefix + uplink + "/"
        let found = states.compactMap { state -> Entry? in
            guard state.key.hasPrefix(prefix) else { return nil }
            guard let (seq, since, home) = Self.read(state.body), home == store else { return nil }
            // Its minute begins with the first connection.
            return Entry(
                alarm: String(state.key.dropFirst(prefix.count)), seq: seq, since: since, due: MonotonicTime(nanoseconds: 0))
        }
        elsewhere = Set(
            states.lazy.filter { $0.key.hasPrefix(prefix) && Self.read($0.body).map { $0.store != store } ?? false }
                .map { String($0.key.dropFirst(prefix.count)) })
        givenUp = UInt64(elsewhere.count)
        entries = Array(found.sorted { $0.seq < $1.seq }.suffix(capacity))
        areGiven = states.contains { $0.key == Self.givenPrefix + uplink }
        summarise()
    }

    private mutating func summarise() {
        earliest = entries.lazy.map(\.due).min()
        told = entries.count { $0.isTold }
    }

    /// What the store keeps for uplinks that are no longer there, and of another store, to be forgotten.
    /// - Parameter store: nil for one in memory: what its files know belongs to them.
    public static func leftOver(
        _ states: [(key: String, body: [UInt8])], besides uplinks: [String], of store: String?
    ) -> [StateChange] {
        let gone = states.filter { key, body in
            guard key.hasPrefix(givenPrefix) || key.hasPrefix(alarmPrefix) else { return false }
            if let store, key.hasPrefix(alarmPrefix), let (_, _, home) = read(body), home != store { return true }
            return !uplinks.contains { key == givenPrefix + $0 || key.hasPrefix(alarmPrefix + $0 + "/") }
        }
        return gone.map { StateChange(key: $0.key, body: nil) }
    }

    /// What `kept` has written; nil for anything else.
    private static func read(_ body: [UInt8]) -> (seq: Int64, since: WallTime, store: String)? {
        let words = String(decoding: body, as: UTF8.self).split(separator: " ")
        guard words.count == 3, let seq = Int64(words[0]), let since = Int64(words[1]) else { return nil }
        return (seq, WallTime(nanoseconds: since), String(words[2]))
    }

    /// How many alarms wait for their receipt; none as long as none is given.
    public var waiting: Int { areGiven ? entries.count : 0 }

    // MARK: What happens

    /// The broker has acknowledged an alarm's first message.
    /// - Returns: what the store has to keep.
    mutating func acknowledged(_ alarm: String, seq: Int64, now: Timestamp) -> [StateChange] {
        guard !confirmed.contains(alarm), !entries.contains(where: { $0.alarm == alarm }) else { return [] }
        if !areGiven { forgetOld(now.monotonic) }
        var changes: [StateChange] = []
        if entries.count >= capacity {
            let oldest = entries.removeFirst()
            if areGiven {
                givenUp += 1
                changes.append(forgotten(oldest.alarm))
            }
        }
        let entry = Entry(alarm: alarm, seq: seq, since: now.wall, due: now.monotonic + Self.patience)
        entries.append(entry)
        if areGiven { changes.append(kept(entry)) }
        return changes
    }

    /// The platform has given the receipt for this alarm. Nothing else ends the wait: who acknowledges an alarm may know it by a
    /// later step only.
    /// - Returns: what the store has to keep.
    mutating func confirm(_ alarm: String, now: Timestamp) -> [StateChange] {
        if !confirmed.contains(alarm) { confirmed.append(alarm) }
        if confirmed.count > Self.early { confirmed.removeFirst() }
        var changes: [StateChange] = []
        let index = entries.firstIndex { $0.alarm == alarm }
        let entry = index.map { entries.remove(at: $0) }
        if areGiven {
            if entry != nil || elsewhere.remove(alarm) != nil { changes.append(forgotten(alarm)) }
        } else {
            areGiven = true
            // What came to the broker with it may have been lost there; what is older belongs to the time without receipts.
            forgetOld(now.monotonic)
            changes.append(StateChange(key: Self.givenPrefix + uplink, body: [UInt8(ascii: "1")]))
            changes += entries.map(kept)
        }
        return changes
    }

    // MARK: Sending again

    /// When something is to be done on a connection that has stood since then; nil when nothing is.
    func due(standingSince since: MonotonicTime) -> MonotonicTime? {
        guard areGiven, let earliest else { return nil }
        return max(underway?.until ?? earliest, since + Self.patience)
    }

    /// Takes the alarm that is due first, and notes that it is on its way.
    /// - Returns: the number of its record.
    mutating func next(at now: MonotonicTime, standingSince since: MonotonicTime) -> Int64? {
        guard let due = due(standingSince: since), due <= now, let entry = entries.min(by: { $0.due < $1.due })
        else { return nil }
        underway = (entry.seq, now + Self.patience)
        return entry.seq
    }

    /// The broker has answered for it.
    mutating func answered(_ seq: Int64, at now: MonotonicTime) {
        underway = nil
        sentAgain += 1
        guard let index = entries.firstIndex(where: { $0.seq == seq }) else { return }
        entries[index].sendings += 1
        entries[index].due = now + min(Self.longestPause, Self.patience * (1 << min(entries[index].sendings, 4)))
    }

    /// The broker has refused it, or nobody listens: for a while nothing is sent again.
    mutating func refused(_ seq: Int64, at now: MonotonicTime) { underway = (seq, now + Self.patience) }

    /// The broker has refused it for what it is: the others go, and it is tried again later.
    mutating func putOff(_ seq: Int64, at now: MonotonicTime) {
        underway = nil
        guard let index = entries.firstIndex(where: { $0.seq == seq }) else { return }
        entries[index].due = now + Self.longestPause
    }

    /// It is on its way: its slot may have been waited for.
    mutating func launched(_ seq: Int64, at now: MonotonicTime) { underway = (seq, now + Self.patience) }

    /// It could not be read now.
    mutating func postpone(_ seq: Int64, at now: MonotonicTime) {
        underway = nil
        guard let index = entries.firstIndex(where: { $0.seq == seq }) else { return }
        entries[index].due = now + Self.patience
    }

    /// The store no longer has it: it was freed after its seven days, or had to make room.
    /// - Returns: what the store has to keep.
    mutating func gone(_ seq: Int64) -> [StateChange] {
        underway = nil
        guard let index = entries.firstIndex(where: { $0.seq == seq }) else { return [] }
        givenUp += 1
        let entry = entries.remove(at: index)
        return [forgotten(entry.alarm)]
    }

    /// Nothing is on its way any more: the connection is gone, or the receipt was faster.
    mutating func release() { underway = nil }

    /// Whether it is still waited for.
    func awaits(_ seq: Int64) -> Bool { entries.contains { $0.seq == seq } }

    /// Whether the receipt for this alarm is waited for, which begins with this number.
    func awaits(_ seq: Int64, of alarm: String?) -> Bool { entries.contains { $0.seq == seq && $0.alarm == alarm } }

    /// What is wrong, and what to do; empty while nothing is.
    /// - Parameter topic: where alarms go.
    func words(topic: String) -> String {
        guard areGiven, told > 0, let first = entries.first(where: \.isTold) else { return "" }
        let others = told > 1 ? " and \(told - 1) more" : ""
        return """
            the platform has not confirmed alarm \(first.alarm)\(others), which the broker took at \(first.since.rfc3339) \
            and which has been sent again \(first.sendings) times: see that the platform receives \(topic), and gives a \
            receipt for each alarm, also for one it has
            """
    }

    // MARK: In the store

    private func kept(_ entry: Entry) -> StateChange {
        StateChange(
            key: Self.alarmPrefix + uplink + "/" + entry.alarm,
            body: Array("\(entry.seq) \(entry.since.nanoseconds) \(store)".utf8))
    }

    private func forgotten(_ alarm: String) -> StateChange {
        StateChange(key: Self.alarmPrefix + uplink + "/" + alarm, body: nil)
    }

    /// Without receipts nothing is waited for longer.
    private mutating func forgetOld(_ now: MonotonicTime) { entries.removeAll { $0.due < now } }
}
