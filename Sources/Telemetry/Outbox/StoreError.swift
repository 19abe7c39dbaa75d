// What can go wrong with the store: a closed kind, the operation, and SQLite's own words.
import Glibc

/// A failed operation on the store.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong.
    public enum Kind: String, Sendable {
        /// The content is not what SQLite wrote, or the file is no database.
        case damaged
        /// No room on the file system.
        case full
        /// The file system may not be written.
        case readOnly = "read-only"
        /// Reading or writing the medium failed.
        case inputOutput = "input-output"
        /// Somebody else holds the store.
        case inUse = "in-use"
        /// The store was made by a newer version.
        case newer
        /// A promise of the medium could not be had, like `synchronous=FULL`.
        case unsafe
        /// Anything else SQLite reports.
        case other
    }

    /// What went wrong.
    public var kind: Kind
    /// What was being done.
    public var operation: String
    /// SQLite's extended result code, or the errno; 0 where there is none.
    public var code: Int32
    /// What was seen, with the file's name.
    public var detail: String
    /// The transaction that opens a lane stands all the same, and with it what a lane in memory had left.
    var isOpened = false

    /// One line for a technician.
    public var description: String {
        let what = "store: \(operation): \(detail)"
        return code == 0 ? what : "\(what) (\(kind.rawValue), code \(code))"
    }

    /// - Parameters: as the properties.
    public init(kind: Kind, operation: String, code: Int32 = 0, detail: String) {
        self.kind = kind
        self.operation = operation
        self.code = code
        self.detail = detail
    }

    /// Whether the content is in doubt, and not the way to it: what cannot be read or written now may be again, as it was.
    /// What SQLite has no better word for is a table that is another one.
    var isOfContent: Bool { kind == .damaged || kind == .other }

    /// A step on a file that the operating system refused.
    init(errno code: Int32, operation: String, path: String) {
        let kind: Kind =
            switch code {
            case ENOSPC, EDQUOT: .full
            case EROFS, EACCES, EPERM: .readOnly
            default: .inputOutput
            }
        self.init(kind: kind, operation: operation, code: code, detail: "\(path): \(String(cString: strerror(code)))")
    }
}
