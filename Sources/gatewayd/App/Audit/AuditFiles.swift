// The audit log's files: audit.log, and older ones as audit.1.log to audit.10.log, the oldest with the highest number.
import Platform

/// Reads and turns the files; what stands in them is judged elsewhere.
struct AuditFiles: Sendable {
    /// A file this large makes room for a new one, in bytes.
    static let largest: Int64 = 8 << 20
    /// How many older files are kept beside audit.log.
    static let kept = 10
    /// The log that is written.
    static let current = "audit.log"
    /// Where a log without chain, of an earlier version, is kept.
    static let unchained = "audit.unchained.log"

    /// The folder.
    let folder: String

    /// The log that is written.
    var current: String { path(Self.current) }

    /// The path of one of the files.
    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// The name of an older file.
    static func older(_ number: Int) -> String { "audit.\(number).log" }

    /// Names of the files that there are, oldest first.
    var names: [String] {
        (1...Self.kept).reversed().map(Self.older).filter { LineFile.exists(path($0)) } + [Self.current]
    }

    /// Takes all lines, oldest first, into the chain.
    /// - Parameter torn: the offset of a last line that is not whole.
    /// - Returns: 0, or the errno of the file that cannot be read.
    func read(into chain: inout AuditChain, torn: inout Int64?) -> Int32 {
        for name in names {
            var number = 0
            var found: Int64?
            let problem = LineFile.lines(path(name)) { line, isWhole, offset in
                number += 1
                if !isWhole { found = offset }
                // Only the newest file can end in the middle of a line: the others were whole when they were set aside.
                chain.take(line, isWhole: isWhole || name != Self.current, file: name, number: number)
            }
            guard problem == 0 else { return problem }
            torn = name == Self.current ? found : nil
        }
        chain.finish()
        return 0
    }

    /// The last records' lines, oldest first.
    func last(_ count: Int) -> (lines: [[UInt8]], problem: Int32) {
        var result: [[UInt8]] = []
        for name in names.reversed() where result.count < count {
            var lines: [[UInt8]] = []
            let problem = LineFile.lines(path(name)) { line, _, _ in
                lines.append(Array(line))
                // Twice as many at most, so that not every line moves all others.
                if lines.count >= 2 * count { lines.removeFirst(lines.count - count) }
            }
            guard problem == 0 else { return (result, problem) }
            result = lines.suffix(count - result.count) + result
        }
        return (result, 0)
    }

    /// The last record of a file.
    func head(of name: String) -> AuditHead? {
        var head: AuditHead?
        _ = LineFile.lines(path(name)) { line, _, _ in
            if let record = AuditRecord(line) { head = AuditHead(seq: record.seq, hash: record.hash) }
        }
        return head
    }

    /// The SHA-256 of a file's bytes and how many lines it has; nil when it cannot be read.
    func digest(of name: String) -> (hash: String, lines: Int)? {
        var (hash, lines) = (SHA256(), 0)
        let problem = LineFile.lines(path(name)) { line, isWhole, _ in
            hash.update(line)
            if isWhole { hash.update([0x0A]) }
            lines += 1
        }
        return problem == 0 && LineFile.exists(path(name)) ? (hash.hexadecimal, lines) : nil
    }

    /// Makes room for a new audit.log: every file gets the next number, and the one without a number is gone.
    /// - Returns: 0, or the errno of the step that failed.
    func turn() -> Int32 {
        let oldest = path(Self.older(Self.kept))
        if LineFile.exists(oldest) {
            let problem = LineFile.remove(oldest)
            guard problem == 0 else { return problem }
        }
        for number in (1..<Self.kept).reversed() where LineFile.exists(path(Self.older(number))) {
            let problem = LineFile.move(path(Self.older(number)), to: path(Self.older(number + 1)))
            guard problem == 0 else { return problem }
        }
        let problem = LineFile.move(current, to: path(Self.older(1)))
        return problem == 0 ? LineFile.sync(folder: folder) : problem
    }
}
