// An extract of the covers' ledger as comma-separated values: the first column is the code, the second one, if any, the name.

/// Looks a code up in the file's bytes; nothing of the file is kept.
///
/// Source: RFC 4180 for quotes and line ends; a byte order mark at the beginning is skipped.
public struct LedgerExtract: Sendable {
    /// What a ledger says of a code.
    public struct Entry: Sendable, Equatable {
        /// How many rows have the code.
        public var rows: Int
        /// The second column of the first of them; nil when there is none, or when it is not UTF-8.
        public var name: String?
    }

    private let bytes: [UInt8]

    /// - Parameter bytes: of the file.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// - Parameter code: compared as it stands, without the blanks around a field.
    public func entry(_ code: String) -> Entry {
        var entry = Entry(rows: 0, name: nil)
        var position = 0
        while position < bytes.count {
            let row = nextRow(from: &position)
            guard let first = row.first, Self.trimmed(first) == Array(code.utf8) else { continue }
            if entry.rows == 0, row.count > 1 { entry.name = String(validating: Self.trimmed(row[1]), as: UTF8.self) }
            entry.rows += 1
        }
        return entry
    }

    /// The first two fields of a row; `position` is moved behind it.
    private func nextRow(from position: inout Int) -> [[UInt8]] {
        var fields: [[UInt8]] = [[]]
        var isQuoted = false
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                // Two of them inside quotes are one character.
                if isQuoted, position < bytes.count, bytes[position] == byte {
                    position += 1
                    if fields.count <= 2 { fields[fields.count - 1].append(byte) }
                } else {
                    isQuoted.toggle()
                }
            case UInt8(ascii: ",") where !isQuoted: if fields.count <= 2 { fields.append([]) }
            case UInt8(ascii: "\n") where !isQuoted: return Array(fields.prefix(2))
            default: if fields.count <= 2 { fields[fields.count - 1].append(byte) }
            }
        }
        return Array(fields.prefix(2))
    }

    private static func trimmed(_ field: [UInt8]) -> [UInt8] {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        return Array(field.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
