// Where the audit log's chain is broken first, and why.
import SensorModel

/// The first place at which the log is not what was written.
public struct AuditFault: Sendable, Equatable {
    /// What is wrong there. Closed.
    public enum Kind: String, CaseIterable, Sendable {
        /// A record is not the one that was written.
        case altered
        /// Records are gone, and others stand behind them.
        case missing
        /// Records stand in another order, or a second time.
        case reordered
        /// The log's last line is not whole.
        case torn
        /// The log ends before a record that is known.
        case cut
    }

    /// What is wrong.
    public var kind: Kind
    /// The first record concerned.
    public var seq: Int64
    /// The file it stands in, or should; without its folder.
    public var file: String
    /// The line in that file, from 1.
    public var line: Int
    /// What was seen, in words.
    public var message: Bilingual
    /// A name for it, by which a record of the log itself speaks of it.
    var name: String { "record \(seq) \(kind.rawValue)" }

    /// - Parameters: as the properties.
    public init(kind: Kind, seq: Int64, file: String, line: Int, message: Bilingual) {
        self.kind = kind
        self.seq = seq
        self.file = file
        self.line = line
        self.message = message
    }
}
