// Who changed what, one JSON line each, linked by hashes, appended and synced before the change is confirmed.
import Glibc
import Platform
import SensorModel
import Synchronization

/// The append-only audit log in the store's folder; on a thread of its own because it waits for the medium.
///
/// docs/audit.md has its form, and what a third party needs to check it.
public actor AuditLog {
    let files: AuditFiles
    private let executor: any SerialExecutor
    let clock: any TimeSource
    private let largest: Int64
    private let told: @Sendable (AuditHead) -> Void
    private let known = Mutex(AuditCondition())
    private var refusals = RefusalTally()
    /// The end of the log as this daemon has left it: anything else was done by somebody else.
    private var end: End?
    /// The configuration that is on record.
    private var configuration: String?

    private struct End {
        var seq: Int64
        var link: String
        var size: Int64
    }

    /// The log's thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - folder: where its files stand.
    ///   - largest: a file of so many bytes makes room for a new one.
    ///   - told: called with each new head, on the log's thread.
    public init(
        folder: String, executor: any SerialExecutor, clock: any TimeSource, largest: Int64 = 8 << 20,
        told: @escaping @Sendable (AuditHead) -> Void = { _ in }
    ) {
        files = AuditFiles(folder: folder)
        self.executor = executor
        self.clock = clock
        self.largest = largest
        self.told = told
    }

    /// How the log is, without waiting for the medium.
    public nonisolated var condition: AuditCondition { known.withLock { $0 } }

    /// Number and hash of the last record; nil while there is none, or before the log was read.
    public nonisolated var head: AuditHead? { condition.head }

    /// Reads and checks the log, and puts on record with which configuration the daemon runs, if that is another one.
    /// - Returns: 0, or the errno of what failed: then the next record tries again.
    @discardableResult
    public func begin(configuration hash: String, detail: [String: String]) -> Int32 {
        let problem = ready()
        guard problem == 0, configuration != hash else { return problem }
        var detail = detail
        detail["before"] = configuration
        return write(
            AuditEntry(actor: AuditEntry.system, via: .local, action: .configurationChange, subject: hash, detail: detail))
    }

    /// Puts one action on record.
    /// - Returns: 0, or the errno of the write that failed: then it is not on record.
    public func record(_ entry: AuditEntry) -> Int32 {
        let problem = ready()
        return problem == 0 ? write(entry) : problem
    }

    /// Puts one action on record and says where it stands; nil when it could not be.
    public func place(_ entry: AuditEntry) -> AuditHead? { record(entry) == 0 ? head : nil }

    /// Puts a refusal on record, or counts it when there were many already.
    public func refused(_ entry: AuditEntry) {
        settleRefusals()
        if refusals.take(entry, now: clock.now()) { _ = record(entry) }
    }

    /// Puts refusals that were only counted on record when their hour is over.
    /// - Parameter ending: also when it is not.
    public func settleRefusals(ending: Bool = false) {
        for entry in refusals.summaries(now: clock.now().monotonic, ending: ending) { _ = record(entry) }
    }

    /// The lines of the last records, oldest first, and the errno of a file that cannot be read.
    public func last(_ count: Int) -> (lines: [[UInt8]], problem: Int32) { files.last(count) }

    /// What the log's files hold, read anew.
    /// - Parameter known: a record that is known elsewhere.
    public func verify(knowing known: AuditHead? = nil) -> AuditVerdict {
        let own = end.flatMap { $0.seq == 0 ? nil : AuditHead(seq: $0.seq, hash: $0.link) }
        var chain = AuditChain(wanted: Set([known?.seq, own?.seq].compactMap { $0 }))
        var torn: Int64?
        let problem = files.read(into: &chain, torn: &torn)
        var fault = own.map { earlier(chain.fault, chain.fault(knowing: $0)) } ?? chain.fault
        if fault == nil, let (file, hash) = chain.adopted, files.digest(of: file)?.hash != hash {
            fault = AuditFault(
                kind: .altered, seq: 1, file: file, line: 0,
                message: Bilingual(
                    zh: "\(file) 与记录 1 中所写的哈希不符", en: "\(file) does not have the hash that stands in record 1"))
        }
        // What somebody else says to know is judged for them, and makes the log no worse.
        if problem == 0 { self.known.withLock { [fault] in $0.fault = fault } }
        if let known { fault = earlier(fault, chain.fault(knowing: known)) }
        return AuditVerdict(
            files: files.names, records: chain.records, first: chain.first, head: chain.head, fault: fault, problem: problem)
    }

    private nonisolated func earlier(_ one: AuditFault?, _ other: AuditFault?) -> AuditFault? {
        guard let one, let other else { return one ?? other }
        // A tail that is known to be cut off says more than the half line it ends with.
        if one.kind == .torn { return other }
        return other.seq < one.seq ? other : one
    }

    /// Opens the log, and anew when its file is not as it was left.
    private func ready() -> Int32 {
        if let end, end.size == LineFile.size(files.current) { return 0 }
        let before = end
        let problem = takeUp(before)
        // What was known of the end stays known until it could be compared.
        if problem != 0 { end = before }
        known.withLock { $0.problem = problem }
        return problem
    }

    /// Reads the log and continues behind what was found, after records of what is wrong with it.
    private func takeUp(_ before: End?) -> Int32 {
        var chain = AuditChain(wanted: before.map { [$0.seq] } ?? [])
        var torn: Int64?
        var problem = files.read(into: &chain, torn: &torn)
        guard problem == 0 else { return problem }
        configuration = chain.configuration
        if before == nil, chain.isUnchained, chain.lines == 0 || !LineFile.exists(files.path(AuditFiles.unchained)) {
            return start(besides: chain.lines > 0)
        }
        if let torn, let bytes = chain.tornTail, let record = AuditRecord(bytes[...]), record.isIntact,
            record.previous == chain.link
        {
            // Only the line's end is missing: the record was written to its last byte, and stays.
            problem = LineFile.end(files.current, at: torn, with: bytes + [0x0A])
            return problem == 0 ? takeUp(before) : problem
        }
        let own = before.map { AuditHead(seq: $0.seq, hash: $0.link) }
        var broken = chain.unrecorded?.kind == .torn ? nil : chain.unrecorded
        if broken == nil, let own, let fault = chain.fault(knowing: own), fault != chain.fault { broken = fault }
        let fault = chain.fault?.kind == .torn ? broken : chain.fault ?? broken
        known.withLock { ($0.head, $0.fault) = (chain.head, fault) }
        end = End(seq: max(chain.head?.seq ?? 0, own?.seq ?? 0), link: chain.link, size: torn ?? LineFile.size(files.current))
        if let torn { problem = append(Self.repair(chain.tornTail ?? []), at: torn) }
        if problem == 0, let broken { problem = append(Self.breach(broken)) }
        if problem == 0, let head = self.head { told(head) }
        return problem
    }

    /// Begins a chain; a log without one is kept beside it, and the first record names its hash.
    private func start(besides hasOld: Bool) -> Int32 {
        let (old, name) = (files.path(AuditFiles.unchained), AuditFiles.unchained)
        if hasOld {
            let problem = LineFile.move(files.current, to: old)
            guard problem == 0 else { return problem }
        }
        end = End(seq: 0, link: AuditHead.none.hash, size: 0)
        // Also when a power cut came between its move and the first record.
        guard LineFile.exists(old) else { return 0 }
        guard let (hash, lines) = files.digest(of: name) else { return EIO }
        return append(
            AuditEntry(
                actor: AuditEntry.system, via: .local, action: .logAdopt, subject: name,
                detail: ["sha256": hash, "lines": "\(lines)"]))
    }

    private static func repair(_ bytes: [UInt8]) -> AuditEntry {
        AuditEntry(
            actor: AuditEntry.system, via: .local, action: .logTorn, subject: "half a line at the end of the log",
            detail: ["bytes": "\(bytes.count)", "text": String(decoding: bytes.prefix(1024), as: UTF8.self)])
    }

    private static func breach(_ fault: AuditFault) -> AuditEntry {
        AuditEntry(
            actor: AuditEntry.system, via: .local, action: .logBroken, subject: fault.name,
            detail: ["file": fault.file, "line": "\(fault.line)", "found": fault.message.en])
    }

    private func write(_ entry: AuditEntry) -> Int32 {
        if let end, end.size >= largest {
            let problem = turn()
            guard problem == 0 else { return problem }
        }
        return append(entry)
    }

    /// Begins a new file; before the oldest one goes, a record says up to where the chain was in it.
    private func turn() -> Int32 {
        let oldest = AuditFiles.older(AuditFiles.kept)
        if LineFile.exists(files.path(oldest)), let head = files.head(of: oldest) {
            let problem = append(
                AuditEntry(
                    actor: AuditEntry.system, via: .local, action: .logDrop, subject: oldest,
                    detail: ["through": "\(head.seq)", "hash": head.hash]))
            guard problem == 0 else { return problem }
        }
        let problem = files.turn()
        if problem == 0 { end?.size = 0 }
        known.withLock { $0.problem = problem }
        return problem
    }

    /// Writes one record at the end of the log.
    /// - Parameter torn: where half a line begins that it takes the place of.
    private func append(_ entry: AuditEntry, at torn: Int64? = nil) -> Int32 {
        guard var end else { return EIO }
        let (bytes, hash) = AuditRecord.line(entry, seq: end.seq + 1, previous: end.link, now: clock.now())
        var problem =
            torn.map { LineFile.end(files.current, at: $0, with: bytes) } ?? TextFile.append(files.current, bytes)
        if problem == 0, end.size == 0 { problem = LineFile.sync(folder: files.folder) }
        known.withLock { $0.problem = problem }
        // What was written in part shows by the file's size, before the next record.
        guard problem == 0 else { return problem }
        end = End(seq: end.seq + 1, link: hash, size: end.size + Int64(bytes.count))
        self.end = end
        if entry.action == .configurationChange { configuration = entry.subject }
        let head = AuditHead(seq: end.seq, hash: hash)
        known.withLock { $0.head = head }
        told(head)
        return 0
    }
}
