// How the audit log is, as far as is known without reading it anew.
import SensorModel
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
    public var problems: [Bilingual] {
        var result: [Bilingual] = []
        if problem != 0 {
            let cause = String(cString: strerror(problem))
            result.append(
                Bilingual(
                    zh: "审计日志无法写入（\(cause)），在此期间不能做任何更改：检查存储介质和权限",
                    en: "audit log: it cannot be written (\(cause)), and nothing may be changed meanwhile: "
                        + "look after the store's medium and rights"))
        }
        if let fault {
            result.append(
                Bilingual(
                    zh: "审计日志从第 \(fault.seq) 条起被改动或损坏（\(fault.message.zh)）：见 gatewayctl audit verify，并复制日志文件",
                    en: "audit log: \(fault.message.en); the log was changed or damaged from record \(fault.seq) on: "
                        + "see `gatewayctl audit verify`, and keep a copy of the files"))
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
