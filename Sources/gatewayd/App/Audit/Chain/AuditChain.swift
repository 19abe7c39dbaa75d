// Walks along the lines of an audit log and finds the first one that is not what was written. Pure: lines in, verdict out.
import SensorModel
import FoundationEssentials
import Platform

/// What is known of a log after its lines were taken, oldest first.
struct AuditChain {
    /// How many lines were taken, and how many of them are of the form of a record.
    private(set) var lines: Int64 = 0, records: Int64 = 0
    /// The number of the oldest record that is kept.
    private(set) var first: Int64?
    /// The highest number so far, with the hash that stands in its record, or that of its bytes where there is none.
    private(set) var head: AuditHead?
    /// What the next record has to name as the hash before it.
    private(set) var link = AuditHead.none.hash
    /// The first fault.
    private(set) var fault: AuditFault?
    /// The first fault that no record of the log itself speaks of.
    private(set) var unrecorded: AuditFault?
    /// The configuration that was put on record last.
    private(set) var configuration: String?
    /// The file that the chain began beside, with its hash.
    private(set) var adopted: (file: String, hash: String)?
    /// Bytes of a last line that is not whole.
    private(set) var tornTail: [UInt8]?
    /// Whether every line is of the form without chain that earlier versions wrote.
    private(set) var isUnchained = true

    private var expected: Int64?
    /// False behind a line whose hash cannot be known.
    private var knowsLink = true
    private var beginning: (head: AuditHead, file: String)?
    private var dropped: [AuditHead] = []
    private var absent: ClosedRange<Int64>?
    /// Faults that records of the log speak of.
    private var told: Set<String> = []
    private static let oldOpening = Array("{\"time\":".utf8)

    private let wanted: Set<Int64>
    /// Where the wanted records stand, with their hashes.
    private var found: [Int64: (hash: String, file: String, line: Int)] = [:]

    /// - Parameter wanted: numbers of records that are known elsewhere.
    init(wanted: Set<Int64> = []) { self.wanted = wanted }

    /// Takes the next line.
    /// - Parameters:
    ///   - isWhole: whether it had an end; only the very last line of a log can be without.
    mutating func take(_ line: ArraySlice<UInt8>, isWhole: Bool, file: String, number: Int) {
        lines += 1
        if !line.starts(with: Self.oldOpening) { isUnchained = false }
        guard isWhole else {
            tornTail = Array(line)
            return note(
                .torn, next, file, number, zh: "\(file) 的最后一行不完整：有 \(line.count) 字节而没有行尾",
                en: "the last line of \(file) is not whole: it has \(line.count) bytes and no end")
        }
        guard let record = AuditRecord(line) else {
            note(
                .altered, next, file, number, zh: "\(file) 第 \(number) 行应为记录 \(next)，却不是记录",
                en: "line \(number) of \(file), where record \(next) belongs, is no record")
            return pass(AuditHead(seq: next, hash: SHA256.hexadecimal(of: line)), isSure: false)
        }
        records += 1
        guard record.isIntact else {
            note(
                .altered, next, file, number, zh: "\(file) 第 \(number) 行的记录 \(next) 与其中所写的哈希不符",
                en: "record \(next), line \(number) of \(file), does not have the hash that stands in it")
            return pass(AuditHead(seq: next, hash: record.hash), isSure: false)
        }
        if wanted.contains(record.seq), found[record.seq] == nil { found[record.seq] = (record.hash, file, number) }
        compare(record, file, number)
        understand(record, line)
    }

    /// The number that the next line should have.
    private var next: Int64 { expected ?? 1 }

    private mutating func compare(_ record: AuditRecord, _ file: String, _ number: Int) {
        let place = Bilingual(zh: "\(file) 第 \(number) 行", en: "line \(number) of \(file)")
        if expected == nil {
            beginning = (AuditHead(seq: record.seq - 1, hash: record.previous), file)
        } else if record.seq < next {
            if let absent, absent.contains(record.seq), fault?.kind == .missing, fault?.seq == absent.lowerBound {
                let isUntold = unrecorded == fault
                fault?.kind = .reordered
                let words = Bilingual(
                    zh: "；记录 \(record.seq) 在\(place.zh)：顺序被改动",
                    en: "; record \(record.seq) stands at \(place.en): the order was changed")
                fault = fault.map { fault in
                    var fault = fault
                    fault.message = fault.message + words
                    return fault
                }
                if isUntold { unrecorded = fault }
            } else {
                misplaced(.reordered, record.seq, record.seq, place, file, number)
            }
            return
        } else if record.seq > next {
            absent = absent ?? next...record.seq - 1
            misplaced(.missing, next, record.seq, place, file, number)
        } else if knowsLink, record.previous != link {
            note(
                .altered, max(1, next - 1), file, max(1, number - 1),
                zh: "\(place.zh)的记录 \(next) 是接在另一条记录之后写入的：其前一条被替换",
                en: "record \(next), \(place.en), was written behind another record than the one before it: that one was replaced"
            )
        }
        pass(AuditHead(seq: record.seq, hash: record.hash), isSure: true)
    }

    private mutating func pass(_ record: AuditHead, isSure: Bool) {
        first = first ?? record.seq
        expected = record.seq + 1
        if head.map({ $0.seq < record.seq }) ?? true { head = record }
        link = record.hash
        knowsLink = isSure
    }

    private mutating func misplaced(
        _ kind: AuditFault.Kind, _ seq: Int64, _ record: Int64, _ place: Bilingual, _ file: String, _ line: Int
    ) {
        note(
            kind, seq, file, line, zh: "\(place.zh)应为记录 \(next)，却是记录 \(record)",
            en: "record \(record) stands at \(place.en), where record \(next) belongs")
    }

    private mutating func note(
        _ kind: AuditFault.Kind, _ seq: Int64, _ file: String, _ line: Int, zh: String, en: String
    ) {
        let new = AuditFault(kind: kind, seq: seq, file: file, line: line, message: Bilingual(zh: zh, en: en))
        fault = fault ?? new
        unrecorded = unrecorded ?? new
    }

    /// What the log says about itself.
    private struct Content: Decodable {
        var subject: String
        var detail: [String: String]?
    }

    private mutating func understand(_ record: AuditRecord, _ line: ArraySlice<UInt8>) {
        guard let action = AuditAction(rawValue: record.action), action.isOfTheLog || action == .configurationChange,
            let content = try? JSONDecoder().decode(Content.self, from: Data(line))
        else { return }
        let detail = content.detail ?? [:]
        switch action {
        case .configurationChange: configuration = content.subject
        case .logBroken:
            unrecorded = nil
            told.insert(content.subject)
        case .logDrop:
            guard let through = detail["through"].flatMap({ Int64($0) }), let hash = detail["hash"] else { return }
            dropped.append(AuditHead(seq: through, hash: hash))
        case .logAdopt: adopted = adopted ?? (content.subject, detail["sha256"] ?? "")
        default: break
        }
    }

    /// To be called behind the last line: judges the beginning, whose reason may stand further on.
    mutating func finish() {
        guard let beginning, beginning.head != .none, !dropped.contains(beginning.head) else { return }
        let head = beginning.head
        let words =
            head.seq == 0
            ? Bilingual(zh: "记录 1 指向它之前的记录", en: "record 1 names a record before it")
            : Bilingual(
                zh: "日志从记录 \(head.seq + 1) 开始，而没有记录说明更早的已删除",
                en: "the log begins with record \(head.seq + 1), and no record says that older ones were dropped")
        let new = AuditFault(kind: head.seq == 0 ? .altered : .missing, seq: 1, file: beginning.file, line: 1, message: words)
        // The beginning comes before everything else.
        fault = new
        if !told.contains(new.name) { unrecorded = new }
    }

    /// Compares with a record that is known from elsewhere; its number has to be among the wanted ones.
    /// - Returns: the first fault that then shows, or nil.
    func fault(knowing known: AuditHead) -> AuditFault? {
        if let fault, fault.kind != .torn, fault.seq <= known.seq { return fault }
        if let place = found[known.seq] {
            guard place.hash != known.hash else { return fault }
            return AuditFault(
                kind: .altered, seq: known.seq, file: place.file, line: place.line,
                message: Bilingual(
                    zh: "记录 \(known.seq) 完整，但不是已知的那一条：日志至少到此处被重写",
                    en: "record \(known.seq) is whole and not the one that is known: "
                        + "the log was written anew up to there, or further"))
        }
        let last = head?.seq ?? 0
        guard last < known.seq, fault == nil || fault?.kind == .torn else { return fault }
        let torn = fault.map { Bilingual(zh: "；", en: "; ") + $0.message } ?? .same("")
        return AuditFault(
            kind: .cut, seq: last + 1, file: AuditFiles.current, line: 0,
            message: Bilingual(
                zh: "日志止于记录 \(last)，而已知有记录 \(known.seq)：其后被截去",
                en: "the log ends with record \(last), and record \(known.seq) is known: what stood behind was cut off") + torn)
    }
}
