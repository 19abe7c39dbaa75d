// The platform's book: every number arrives or is named in a gap, none has two contents, nothing comes twice that was
// acknowledged, first arrivals are in order, and `after` is right.
import SensorModel
import Uplink

/// One lane of one store, as it arrived.
struct LedgerLane {
    struct Key: Hashable {
        let store: String
        let lane: Lane
    }

    /// An acknowledgement that the gateway has heard.
    struct Acknowledgement {
        let numbers: ClosedRange<Int64>
        let life: Int
        let moment: Int64
    }

    var records: [Int64: UInt64] = [:]
    var gaps: [Gap] = []
    var newest: Int64 = 0
    var last: Int64
    /// Numbers that the broker has refused: they come when they come.
    var refused: Set<Int64> = []
    var acknowledged: [Acknowledgement] = []

    init(last: Int64 = 0) { self.last = last }

    func covers(_ seq: Int64) -> Bool { records[seq] != nil || gaps.contains { $0.from <= seq && seq <= $0.to } }

    /// Records that gaps give up, each once: a gap that has grown came before as a smaller one.
    var givenUp: Int64 {
        var (sum, end) = (Int64(0), Int64(0))
        for gap in gaps.filter({ $0.reason != .unused }).sorted(by: { ($0.from, -$0.to) < ($1.from, -$1.to) }) where gap.to > end
        {
            sum += gap.count
            end = gap.to
        }
        return sum
    }

    var highest: Int64 { max(newest, gaps.map(\.to).max() ?? 0) }

    /// Numbers that neither arrived nor stand in a gap.
    var missing: [ClosedRange<Int64>] {
        var missing: [ClosedRange<Int64>] = []
        var expected: Int64 = 1
        var spans = records.keys.map { $0...$0 }
        spans += gaps.map { $0.from...$0.to }
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if span.lowerBound > expected { missing.append(expected...span.lowerBound - 1) }
            expected = max(expected, span.upperBound + 1)
        }
        return missing
    }
}

/// How a life of the gateway ended, and what that excuses.
struct LifeEnd {
    let moment: Int64
    let isGraceful: Bool
    /// What was acknowledged or read since then may be forgotten.
    let safeUntil: Int64
}

/// Everything that arrived at the platform.
///
/// `@unchecked Sendable`: the daemon and its closures ask for it; all of it runs on the one thread of `VirtualTime`, which checks
/// that at each moment and each line of the log.
final class Ledger: @unchecked Sendable {
    let time: VirtualTime
    private(set) var lanes: [LedgerLane.Key: LedgerLane] = [:]
    /// Told what is wrong.
    var complaint: (String) -> Void = { _ in }
    private(set) var records = 0, duplicates = 0
    /// By the number of a life.
    var ends: [Int: LifeEnd] = [:]
    /// Something on the disk has been changed: what had been delivered may be forgotten.
    var isDamaged = false
    /// Told of every reading and alarm that comes for the first time.
    var reading: (JSONObject) -> Void = { _ in }
    var alarm: (JSONObject) -> Void = { _ in }
    var clock: (JSONObject) -> Void = { _ in }
    var reply: (JSONObject) -> Void = { _ in }
    /// Told of every alarm's record that comes, also again.
    var arrival: (JSONObject) -> Void = { _ in }
    /// Whether an alarm's record may come again though its acknowledgement was heard.
    var mayComeAgain: (JSONObject) -> Bool = { _ in false }

    init(_ time: VirtualTime) { self.time = time }

    private func complain(_ words: String) { complaint(words) }

    private static func lane(_ message: OutgoingMessage) -> Lane? {
        message.topic.hasSuffix("/readings") ? .readings : message.topic.hasSuffix("/alarms") ? .alarms : nil
    }

    /// The numbers a message of a lane stands for, from the first behind `after`.
    struct Span {
        let key: LedgerLane.Key
        let numbers: ClosedRange<Int64>

        fileprivate init(_ key: LedgerLane.Key, after: Int64, last: Int64) {
            (self.key, numbers) = (key, after + 1...max(after + 1, last))
        }
    }

    private static func last(of items: [JSONObject]) -> Int64 {
        items.compactMap { $0.integer("seq") ?? $0.object("gap")?.integer("to") }.max() ?? 0
    }

    /// The broker did not take it.
    func refused(_ message: OutgoingMessage) { expectLater(message) }

    /// The broker took it, and has lost it.
    func lost(_ message: OutgoingMessage) { expectLater(message) }

    private func expectLater(_ message: OutgoingMessage) {
        let object = JSONObject(bytes: message.payload[...])
        guard let lane = Self.lane(message), let store = object.text("store"), let after = object.integer("after") else { return }
        let span = Span(
            .init(store: store, lane: lane), after: after, last: Self.last(of: object.objects("readings") ?? [object]))
        var book = takeBook(span.key, after: after)
        book.refused.formUnion(span.numbers)
        lanes[span.key] = book
    }

    /// The book of a lane, to be put back. A store that took the place of another one may go on with its numbers.
    private func takeBook(_ key: LedgerLane.Key, after: Int64) -> LedgerLane {
        let isFirstStore = !lanes.keys.contains { $0.lane == key.lane }
        return lanes.removeValue(forKey: key) ?? LedgerLane(last: isFirstStore ? 0 : after)
    }

    /// The gateway has heard that it was taken.
    func acknowledged(_ span: Span, _ life: Int) {
        lanes[span.key]?.acknowledged.append(.init(numbers: span.numbers, life: life, moment: time.now))
    }

    /// A message arrives.
    /// - Returns: what it stands for; nil when it is of no lane.
    func receive(_ message: OutgoingMessage, _ life: Int) -> Span? {
        let object = JSONObject(bytes: message.payload[...])
        if message.topic.hasSuffix("/replies") {
            reply(object)
            return nil
        }
        guard let lane = Self.lane(message), let store = object.text("store"), let after = object.integer("after") else {
            complain("no message of ours: \(String(decoding: message.payload.prefix(200), as: UTF8.self))")
            return nil
        }
        let key = LedgerLane.Key(store: store, lane: lane)
        var book = takeBook(key, after: after)
        let items = object.objects("readings") ?? [object]
        chain(lane, after, items, book)
        var (before, last) = (after, after)
        for item in items {
            if let gap = item.object("gap") {
                before = max(before, takeGap(gap, lane, &book))
                last = max(last, before)
                continue
            }
            guard let seq = item.integer("seq") else {
                complain("\(lane): a record without number")
                continue
            }
            if seq <= before { complain("\(lane): \(seq) stands after \(before) in one message") }
            before = seq
            last = max(last, seq)
            takeRecord(seq, item, lane, life, &book)
        }
        book.last = max(book.last, before)
        lanes[key] = book
        return Span(key, after: after, last: last)
    }

    /// `after` is not the last one we have exactly when something was lost; a repetition explains a smaller one.
    private func chain(_ lane: Lane, _ after: Int64, _ items: [JSONObject], _ book: LedgerLane) {
        let gaps = items.compactMap { $0.object("gap") }.compactMap { gap -> ClosedRange<Int64>? in
            guard let from = gap.integer("from"), let to = gap.integer("to"), from <= to else { return nil }
            return from...to
        }
        if after > book.last {
            let lost = (book.last + 1...after).first { seq in
                !book.covers(seq) && !book.refused.contains(seq) && !gaps.contains { $0.contains(seq) }
            }
            if let lost { complain("\(lane): after is \(after), the last one here \(book.last): lost from \(lost)") }
        }
        let isRepeated =
            items.contains { $0.integer("seq").map { book.covers($0) || book.refused.contains($0) } ?? false }
            || gaps.contains { $0.contains { book.covers($0) || book.refused.contains($0) } }
        if after < book.last, !isRepeated, (after + 1...book.last).contains(where: { book.records[$0] != nil }) {
            let numbers = items.compactMap { $0.integer("seq") }
            complain(
                "\(lane): after is \(after) though \(book.last) came before, and nothing in the message is a repetition: "
                    + "\(numbers.first ?? 0) to \(numbers.last ?? 0), gaps \(gaps)")
        }
    }

    private func takeRecord(_ seq: Int64, _ item: JSONObject, _ lane: Lane, _ life: Int, _ book: inout LedgerLane) {
        // Only the record: the envelope of an alarm differs with what was sent before it.
        let content = hash(of: lane == .alarms ? Self.record(item) : item.bytes)
        if lane == .alarms { arrival(item) }
        if let known = book.records[seq] {
            duplicates += 1
            if known != content { complain("\(lane): \(seq) has two contents") }
            if lane == .alarms, mayComeAgain(item) { return }
            if !isDamaged, let words = Self.unexcused(seq, book, life, ends) { complain("\(lane): \(seq) came twice: \(words)") }
            return
        }
        if seq < book.newest, !book.refused.contains(seq) { complain("\(lane): first arrival of \(seq) after \(book.newest)") }
        book.newest = max(book.newest, seq)
        book.records[seq] = content
        records += 1
        if lane == .alarms { alarm(item) } else if item.member("quality") != nil { reading(item) } else { clock(item) }
    }

    /// An alarm's message from its number on.
    private static func record(_ item: JSONObject) -> ArraySlice<UInt8> {
        let mark = Array(",\"seq\":".utf8)
        guard let start = item.bytes.indices.first(where: { item.bytes[$0...].starts(with: mark) }) else { return item.bytes }
        return item.bytes[start...]
    }

    /// Why a repetition is none that a break explains; nil when it is one.
    private static func unexcused(_ seq: Int64, _ book: LedgerLane, _ life: Int, _ ends: [Int: LifeEnd]) -> String? {
        guard let heard = book.acknowledged.last(where: { $0.numbers.contains(seq) }) else { return nil }
        if heard.life == life { return "its acknowledgement had been heard" }
        guard let end = ends[heard.life] else { return "its acknowledgement had been heard in a life without end" }
        let times = (heard: heard.moment / World.second, ended: end.moment / World.second)
        let when = "heard at \(times.heard) s by life \(heard.life), which ended at \(times.ended) s"
        if end.isGraceful { return heard.moment < end.moment ? "acknowledged, \(when) in order" : nil }
        return heard.moment < end.safeUntil ? "acknowledged, \(when)" : nil
    }

    private func takeGap(_ gap: JSONObject, _ lane: Lane, _ book: inout LedgerLane) -> Int64 {
        guard let from = gap.integer("from"), let to = gap.integer("to"), let count = gap.integer("count"),
            let reason = gap.text("reason").flatMap(Gap.Reason.init), from > 0, from <= to, count > 0, count <= to - from + 1
        else {
            complain("\(lane): a gap that cannot be: \(String(decoding: gap.bytes, as: UTF8.self))")
            return 0
        }
        let gap = Gap(from: from, to: to, count: count, reason: reason)
        if !book.gaps.contains(gap) { book.gaps.append(gap) }
        return to
    }
}
