// What one message takes out of a lane. SQLite finds rows by their numbers and believes them: a flipped bit in one makes it hand
// out rows in disorder or leave some out, so every selection is looked at before it goes.
import SensorModel

extension OutboxLane {
    /// The records after a number, for one message or several.
    /// - Parameters:
    ///   - cursor: what was selected before.
    ///   - end: nothing from this number on.
    ///   - records: the most records, at least 1.
    ///   - bytes: the most bytes of bodies; the first record is taken in any case.
    ///   - withTrailingGap: whether a gap with no record behind it is selected; otherwise it waits for its record.
    public func select(
        after cursor: Int64, before end: Int64 = .max, records: Int, bytes: Int, withTrailingGap: Bool
    ) throws(StoreError) -> Selection? {
        do throws(StoreError) {
            return try find(after: cursor, before: end, records, bytes, withTrailingGap)
        } catch  where error.kind == .damaged {
            try beginAnew(because: error)
            return try find(after: cursor, before: end, records, bytes, withTrailingGap)
        }
    }

    /// What a scan has found.
    private struct Scan {
        /// Records, and a gap for each that is not what was written.
        var elements: [LaneElement] = []
        /// Numbers of the latter.
        var wrong: Set<Int64> = []
        var boot: Int64?
        var bytes = 0
        /// There was nothing more.
        var isWhole = true
        /// A number that does not ascend.
        var misplaced: Int64?
    }

    private func find(
        after cursor: Int64, before end: Int64, _ records: Int, _ bytes: Int, _ withTrailingGap: Bool
    ) throws(StoreError) -> Selection? {
        let scan = try scan(after: cursor, before: end, records, bytes)
        let behind = scan.elements.last?.last ?? (withTrailingGap ? end : cursor)
        var elements = (scan.elements + (try gaps(after: cursor, before: min(end, behind)))).sorted { $0.first < $1.first }
        // So many gaps that they fill a message of their own: what stands behind them comes with the next one.
        let gaps = elements.indices.filter { if case .gap = elements[$0] { true } else { false } }
        let isCut = gaps.count >= Self.mostGaps
        if isCut { elements.removeSubrange((gaps[Self.mostGaps - 1] + 1)...) }
        try examine(elements, after: cursor, wrong: scan.wrong)
        let last = elements.last?.last ?? cursor
        if scan.isWhole, !isCut, last < min(end - 1, lastSeq), let lost = try firstMissing([last + 1...min(end - 1, lastSeq)]) {
            throw disorder("there is neither a record \(lost) nor a gap that stands for it")
        }
        let wrong = elements.map(\.first).filter(scan.wrong.contains)
        if !wrong.isEmpty { try quarantine(wrong) }
        guard !elements.isEmpty else { return nil }
        let bootName = try database.text("SELECT boot FROM boots WHERE id = ?", [.integer(scan.boot ?? bootReference)]) ?? ""
        return Selection(after: cursor, elements: elements, boot: bootName, bytes: scan.bytes)
    }

    private func scan(after cursor: Int64, before end: Int64, _ records: Int, _ bytes: Int) throws(StoreError) -> Scan {
        var scan = Scan()
        try database.query(
            "SELECT seq, boot, crc, body FROM records WHERE seq > ? AND seq < ? ORDER BY seq LIMIT ?",
            [.integer(cursor), .integer(end), .integer(Int64(records))]
        ) { row in
            let (seq, boot, body) = (row.integer(0), row.integer(1), row.blob(3))
            guard seq > scan.elements.last?.last ?? cursor, seq < end else {
                scan.misplaced = seq
                return false
            }
            guard row.integer(2) == Checksum.record(seq: seq, boot: boot, body: body) else {
                scan.wrong.insert(seq)
                scan.elements.append(.gap(Gap(from: seq, to: seq, count: 1, reason: .corrupt)))
                return true
            }
            if let before = scan.boot, before != boot || scan.bytes + body.count > bytes {
                scan.isWhole = false
                return false
            }
            scan.boot = boot
            scan.bytes += body.count
            scan.elements.append(.record(seq: seq, body: body))
            return true
        }
        if let misplaced = scan.misplaced { throw disorder("record \(misplaced) is not where its number belongs") }
        if scan.elements.count >= records { scan.isWhole = false }
        return scan
    }

    /// Every number behind the cursor has to be a record or in one gap, unless it was freed.
    private func examine(_ elements: [LaneElement], after cursor: Int64, wrong: Set<Int64>) throws(StoreError) {
        var next = cursor + 1
        for element in elements {
            var begin = element.first
            if case .gap(let gap) = element {
                guard gap.from <= gap.to, gap.count > 0, gap.count <= gap.to - gap.from + 1 else {
                    throw disorder("there is a gap from \(gap.from) to \(gap.to) with \(gap.count) records")
                }
                // One that has grown meanwhile may begin before.
                if next == cursor + 1 { begin = max(begin, next) }
            }
            guard begin >= next, element.last <= lastSeq else { throw disorder("two stand for the number \(element.last)") }
            guard begin == next || begin - 1 <= freedThrough else {
                throw disorder("there is neither a record \(next) nor a gap that stands for it")
            }
            next = element.last + 1
        }
        guard case .gap(let gap)? = elements.last, !wrong.contains(gap.from) else { return }
        // Nothing has looked for a record of its numbers yet.
        let hidden = try database.integer(
            "SELECT count(*) FROM (SELECT 1 FROM records WHERE seq >= ? AND seq <= ? LIMIT 1)",
            [.integer(gap.from), .integer(gap.to)])
        if hidden > 0 { throw disorder("a gap stands for numbers that have a record, \(gap.from) to \(gap.to)") }
    }
}
