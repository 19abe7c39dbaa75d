// Looking into a lane while it works: page by page, each a short read, so that no commit waits for a whole lane.
import SensorModel

/// One step of an export.
public struct LanePage: Sendable {
    /// One element with the boot it belongs to; gaps belong to none.
    public struct Entry: Sendable {
        /// The element.
        public var element: LaneElement
        /// The boot's id, as far as it is known.
        public var boot: String?
    }

    /// Elements in order.
    public var entries: [Entry] = []
    /// Records that were left out because they are not what was written.
    public var corrupt = 0
    /// Where the next page begins; nil at the end.
    public var next: Int64?
}

/// Which records are wanted.
public struct LaneFilter: Sendable, Equatable {
    /// The cover's code.
    public var cover: String?
    /// From this time on and before that one: UTC as in RFC 3339, cut off behind any part, without the `Z`.
    public var from: String?, to: String?
    /// Nothing behind this number.
    public var through: Int64

    /// - Parameters: as the properties.
    public init(cover: String? = nil, from: String? = nil, to: String? = nil, through: Int64 = .max) {
        (self.cover, self.from, self.to, self.through) = (cover, from, to, through)
    }

    /// What is about the clock or the gateway itself has no cover; a clock record has no time, and belongs to all.
    func takes(cover: String?, time: String?) -> Bool {
        if let wanted = self.cover, wanted != cover { return false }
        guard let time else { return true }
        return from.map { time >= $0 } ?? true && to.map { time < $0 } ?? true
    }
}

/// One step of a check from end to end.
public struct LaneCheck: Sendable, Equatable {
    /// What is wrong first.
    public struct Fault: Sendable, Equatable {
        /// What can be wrong.
        public enum Kind: String, Sendable {
            /// The record is not what was written.
            case checksum
            /// There is neither a record of this number nor a gap.
            case missing
            /// The file cannot be read from here on.
            case unreadable
            /// How far an uplink is is not what was written.
            case cursor
            /// A state is not what was written.
            case state
        }

        /// The number; 0 where the fault is none of a record.
        public var seq: Int64
        /// What is wrong with it.
        public var kind: Kind
        /// In words.
        public var message: String
    }

    /// Records and gaps that were looked at.
    public var records = 0, gaps = 0
    /// Where the next step begins; nil when this was the last one.
    public var next: Int64?
    /// The first fault; nothing behind it was looked at.
    public var fault: Fault?
}

extension OutboxLane {
    private static let rowsOfAPage: Int64 = 2000, bytesOfAPage = 256 << 10, rowsOfACheck: Int64 = 5000

    /// A page of what the lane holds.
    /// - Parameters:
    ///   - cursor: the number behind which it begins.
    ///   - filter: which records; gaps come in any case, they say what may be missing.
    public func page(after cursor: Int64, _ filter: LaneFilter) throws(StoreError) -> LanePage {
        var page = LanePage()
        var (rows, bytes, reached) = (Int64(0), 0, cursor)
        try database.query(
            """
            WITH page AS (SELECT seq, boot, crc, body, '{' || CAST(body AS TEXT) || '}' AS text FROM records
            WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?)
            SELECT p.seq, p.boot, p.crc, p.body, b.boot,
            CASE WHEN json_valid(text) THEN json_extract(text, '$.cover') END,
            CASE WHEN json_valid(text) THEN coalesce(json_extract(text, '$.time'), json_extract(text, '$.detected')) END
            FROM page p LEFT JOIN boots b ON b.id = p.boot ORDER BY p.seq
            """, [.integer(cursor), .integer(filter.through), .integer(Self.rowsOfAPage)]
        ) { row in
            let (seq, body) = (row.integer(0), row.blob(3))
            rows += 1
            guard row.integer(2) == Checksum.record(seq: seq, boot: row.integer(1), body: body), seq > reached else {
                page.corrupt += 1
                // Its number may be anything: the next page must neither begin far behind it nor here again.
                reached += 1
                return true
            }
            reached = seq
            if filter.takes(cover: row.text(5), time: row.text(6)) {
                page.entries.append(.init(element: .record(seq: seq, body: body), boot: row.text(4)))
                bytes += body.count
            }
            return bytes < Self.bytesOfAPage
        }
        let isLast = rows < Self.rowsOfAPage && bytes < Self.bytesOfAPage
        let end = isLast ? min(filter.through, lastSeq) : reached
        try database.query(
            "SELECT first, last, count, reason FROM gaps WHERE first > ? AND first <= ? ORDER BY first",
            [.integer(cursor), .integer(end)]
        ) { row in
            let reason = row.text(3).flatMap(Gap.Reason.init) ?? .corrupt
            let gap = Gap(from: row.integer(0), to: row.integer(1), count: row.integer(2), reason: reason)
            page.entries.append(.init(element: .gap(gap), boot: nil))
            return true
        }
        page.entries.sort { $0.element.first < $1.element.first }
        page.next = isLast ? nil : reached
        return page
    }

    /// Checks the checksums of cursors, states and records, and that every number is a record, in a gap, or freed.
    /// - Parameter cursor: the number behind which it begins; 0 is the front.
    public func check(after cursor: Int64) -> LaneCheck {
        var check = LaneCheck()
        var (expected, rows) = (cursor + 1, Int64(0))
        do throws(StoreError) {
            if cursor == 0 { check.fault = try faultBesideRecords() }
            guard check.fault == nil else { return check }
            // What lies before the first element was freed.
            if cursor == 0 { expected = max(1, try firstElement()) }
            var holes: [ClosedRange<Int64>] = []
            try database.query(
                "SELECT seq, boot, crc, body FROM records WHERE seq > ? ORDER BY seq LIMIT ?",
                [.integer(cursor), .integer(Self.rowsOfACheck)]
            ) { row in
                let seq = row.integer(0)
                rows += 1
                guard row.integer(2) == Checksum.record(seq: seq, boot: row.integer(1), body: row.blob(3)) else {
                    check.fault = .init(
                        seq: seq, kind: .checksum, message: "the record is not what was written: its checksum is wrong")
                    return false
                }
                if seq > expected { holes.append(expected...seq - 1) }
                expected = seq + 1
                check.records += 1
                return true
            }
            let isLast = check.fault == nil && rows < Self.rowsOfACheck
            if isLast, lastSeq >= expected { holes.append(expected...lastSeq) }
            if let missing = try firstMissing(holes) {
                check.fault = .init(
                    seq: missing, kind: .missing, message: "there is no record of this number, and no gap that stands for it")
            }
            check.gaps = Int(
                try database.integer(
                    "SELECT count(*) FROM gaps WHERE first > ? AND first <= ?",
                    [.integer(cursor), .integer(isLast ? lastSeq : expected - 1)]))
            check.next = isLast || check.fault != nil ? nil : expected - 1
        } catch {
            check.fault = .init(seq: expected, kind: .unreadable, message: "cannot be read: \(error.detail)")
        }
        return check
    }

    private func faultBesideRecords() throws(StoreError) -> LaneCheck.Fault? {
        let wrong = "is not what was written: its checksum is wrong"
        if let uplink = try KeptRows.cursors(of: database).wrong.first {
            return .init(seq: 0, kind: .cursor, message: "how far the uplink \(uplink) is \(wrong)")
        }
        return try KeptRows.states(of: database).wrong.first.map {
            .init(seq: 0, kind: .state, message: "the state \($0.key) \(wrong)")
        }
    }

    /// The first number of a record or gap; behind the last one when there is none.
    private func firstElement() throws(StoreError) -> Int64 {
        let record = try database.integer("SELECT coalesce(min(seq), ?) FROM records", [.integer(lastSeq + 1)])
        return min(record, try database.integer("SELECT coalesce(min(first), ?) FROM gaps", [.integer(lastSeq + 1)]))
    }

    /// The first number of these that no gap covers and that was not freed.
    func firstMissing(_ holes: [ClosedRange<Int64>]) throws(StoreError) -> Int64? {
        for hole in holes where hole.upperBound > freedThrough {
            var next = max(hole.lowerBound, freedThrough + 1)
            try database.query(
                "SELECT first, last FROM gaps WHERE last >= ? AND first <= ? ORDER BY first",
                [.integer(next), .integer(hole.upperBound)]
            ) { row in
                guard row.integer(0) <= next else { return false }
                next = max(next, row.integer(1) + 1)
                return true
            }
            if next <= hole.upperBound { return next }
        }
        return nil
    }
}
