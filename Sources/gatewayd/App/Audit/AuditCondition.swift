// How the audit log is, as far as is known without reading it anew.
import Glibc

/// Head and troubles of the log.
public struct AuditCondition: Sendable, Equatable {
    /// The last record; nil while there is none, or before the log was read.
    public var head: AuditHead?
    /// Where the chain is broken, as far as was seen.
    public var fault: AuditFault?
    /// The errno of the last step that failed; 0 when it worked.
    public var problem: Int32 = 0

    /// What a person has to know, one sentence each.
    public var problems: [String] {
        var result: [String] = []
        if problem != 0 {
            result.append(
                "audit log: it cannot be written (\(String(cString: strerror(problem)))), and nothing may be changed meanwhile: "
                    + "look after the store's medium and rights")
        }
        if let fault {
            result.append(
                "audit log: \(fault.message); the log was changed or damaged from record \(fault.seq) on: "
                    + "see `gatewayctl audit verify`, and keep a copy of the files")
        }
        return result
    }
}

/// What the log's files hold.
public struct AuditVerdict: Sendable, Equatable {
    /// Names of the files, oldest first.
    public var files: [String]
    /// How many lines have the form of a record.
    public var records: Int64
    /// The number of the oldest record that is kept; nil when there is none.
    public var first: Int64?
    /// The last record.
    public var head: AuditHead?
    /// The first place where the log is not what was written.
    public var fault: AuditFault?
    /// The errno of a file that cannot be read; then nothing else is known.
    public var problem: Int32
}
