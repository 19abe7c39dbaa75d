// The files of cases in the store's folder: history and uptime by month, evidence by alarm; each kind within bounds.
import DiagnosticsProtocol
import FoundationEssentials
import Glibc
import Platform

/// Where they stand; every call may wait for the medium.
struct CaseFiles: Sendable {
    /// What may be kept.
    struct Bounds: Sendable {
        /// Months of history and uptime.
        var months = 13
        /// All months of history together.
        var historyBytes: Int64 = 64 << 20
        /// Documents.
        var documents = 500
        /// All documents together.
        var documentBytes: Int64 = 64 << 20
    }

    private let history: String, uptime: String, evidence: String
    private let bounds: Bounds

    /// - Parameter folder: of the store, or one in it.
    init(folder: String, bounds: Bounds = Bounds()) {
        history = folder + "/history"
        uptime = folder + "/uptime"
        evidence = folder + "/evidence"
        self.bounds = bounds
        self.folder = folder
    }

    private let folder: String

    /// Makes the folders.
    /// - Returns: 0, or the errno of what failed.
    func prepare() -> Int32 {
        for path in [folder, history, uptime, evidence] where mkdir(path, 0o750) != 0 && errno != EEXIST { return errno }
        return 0
    }

    // MARK: history

    /// Months that there is history of, oldest first.
    var months: [Month] { names(history, ".jsonl").compactMap { Month($0) }.sorted() }

    /// Adds lines at the end of a month, behind whole lines only, and lets the oldest months give way.
    /// - Returns: 0, or the errno of what failed: `ENOSPC` when the month alone fills what may be kept.
    func append(_ rows: [AlarmHistoryRow], to month: Month) -> Int32 {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes: [UInt8] = []
        for row in rows {
            guard let line = try? encoder.encode(row) else { return EINVAL }
            bytes += Array(line) + [0x0A]
        }
        let path = file(month)
        let size = LineFile.size(path)
        guard size + Int64(bytes.count) <= bounds.historyBytes else { return ENOSPC }
        let problem = prepare()
        guard problem == 0 else { return problem }
        if size == 0 { forgetOldMonths(before: month) }
        var others = months.filter { $0 != month }
        var total = others.reduce(size + Int64(bytes.count)) { $0 + LineFile.size(file($1)) }
        while total > bounds.historyBytes, let oldest = others.first {
            total -= LineFile.size(file(oldest))
            _ = LineFile.remove(file(oldest))
            others.removeFirst()
        }
        // A power cut may have left half a line.
        let end = endsWhole(path) ? [] : [UInt8(0x0A)]
        return TextFile.append(path, end + bytes)
    }

    /// The lines of a month that have a text in them, oldest first, and how many cannot be read.
    func rows(of month: Month, with text: String? = nil) -> (rows: [AlarmHistoryRow], unreadable: Int) {
        var rows: [AlarmHistoryRow] = []
        var unreadable = 0
        let decoder = JSONDecoder()
        let wanted = text.map { Array($0.utf8) }
        let problem = LineFile.lines(file(month)) { line, _, _ in
            guard !line.isEmpty, wanted.map({ Self.holds(line, $0) }) ?? true else { return }
            if let row = try? decoder.decode(AlarmHistoryRow.self, from: Data(line)) {
                rows.append(row)
            } else {
                unreadable += 1
            }
        }
        return (rows, unreadable + (problem == 0 ? 0 : 1))
    }

    /// Whether the text stands in the line. Each alarm has up to 64 MB of lines looked through: the C library does it.
    private static func holds(_ line: ArraySlice<UInt8>, _ text: [UInt8]) -> Bool {
        guard let first = text.first else { return true }
        return line.withUnsafeBytes { line in
            guard let end = line.baseAddress.map({ $0 + line.count }), var at = line.baseAddress else { return false }
            while end - at >= text.count, let found = memchr(at, Int32(first), end - at - text.count + 1) {
                if memcmp(found, text, text.count) == 0 { return true }
                at = UnsafeRawPointer(found) + 1
            }
            return false
        }
    }

    private func file(_ month: Month) -> String { "\(history)/\(month).jsonl" }

    private func endsWhole(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var last: UInt8 = 0x0A
        let size = LineFile.size(path)
        return size == 0 || pread(descriptor, &last, 1, off_t(size - 1)) != 1 || last == 0x0A
    }

    private func forgetOldMonths(before month: Month) {
        let kept = (names(history, ".jsonl") + names(uptime, ".json") + ["\(month)"]).compactMap { Month($0) }
        for old in Set(kept).sorted().dropLast(bounds.months) {
            if LineFile.exists(file(old)) { _ = LineFile.remove(file(old)) }
            if LineFile.exists(uptimeFile(old)) { _ = LineFile.remove(uptimeFile(old)) }
        }
    }

    // MARK: uptime

    private struct UptimeFile: Codable {
        var schema = 1
        var month: String
        var points: [String: Uptime]
    }

    /// What was counted in a month; empty when nothing was, or it cannot be read.
    func uptime(of month: Month) -> [String: Uptime] {
        guard let bytes = TextFile.bytes(uptimeFile(month), atMost: 16 << 20),
            let read = try? JSONDecoder().decode(UptimeFile.self, from: Data(bytes))
        else { return [:] }
        return read.points
    }

    /// Replaces what was counted in a month.
    /// - Returns: 0, or the errno of what failed.
    func keep(_ points: [String: Uptime], of month: Month) -> Int32 {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(UptimeFile(month: "\(month)", points: points)) else { return EINVAL }
        let problem = prepare()
        guard problem == 0 else { return problem }
        forgetOldMonths(before: month)
        return TextFile.replace(uptimeFile(month), with: Array(bytes))
    }

    private func uptimeFile(_ month: Month) -> String { "\(uptime)/\(month).json" }

    // MARK: evidence

    /// Whether a text can be an alarm's id: it becomes a file's name.
    static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "-")
            }
    }

    /// The document that is kept of an alarm.
    func document(of alarm: String) -> EvidenceDocument? {
        guard Self.isID(alarm) else { return nil }
        return TextFile.bytes("\(evidence)/\(alarm).json", atMost: 16 << 20).flatMap { EvidenceDocument($0) }
    }

    /// Keeps a document in the place of the alarm's earlier one; the oldest give way.
    /// - Returns: 0, or the errno of what failed, and how many gave way.
    func keep(_ document: EvidenceDocument) -> (problem: Int32, gaveWay: Int) {
        guard Self.isID(document.alarm), let bytes = document.bytes else { return (EINVAL, 0) }
        let problem = prepare()
        guard problem == 0 else { return (problem, 0) }
        let path = "\(evidence)/\(document.alarm).json"
        var others = names(evidence, ".json").map { "\(evidence)/\($0).json" }.filter { $0 != path }
            .map { (path: $0, changed: Self.changed($0), size: LineFile.size($0)) }.sorted {
                ($0.changed, $0.path) < ($1.changed, $1.path)
            }
        var total = others.reduce(Int64(bytes.count)) { $0 + $1.size }
        var gaveWay = 0
        while let oldest = others.first, others.count >= bounds.documents || total > bounds.documentBytes {
            if LineFile.remove(oldest.path) == 0 { gaveWay += 1 }
            total -= oldest.size
            others.removeFirst()
        }
        return (TextFile.replace(path, with: bytes), gaveWay)
    }

    /// When a file was changed last, in nanoseconds.
    private static func changed(_ path: String) -> Int64 {
        var information = stat()
        guard stat(path, &information) == 0 else { return 0 }
        return Int64(information.st_mtim.tv_sec) * 1_000_000_000 + Int64(information.st_mtim.tv_nsec)
    }

    /// Names in a folder that have an ending, without it.
    private func names(_ folder: String, _ ending: String) -> [String] {
        Folder.names(in: folder).filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }
    }
}
