// Finding the place of a byte, and the first byte that is not UTF-8.

/// Questions about a file's bytes as text.
enum UTF8Text {
    /// Offset of the first byte that does not belong to a well-formed character (Unicode 15, table 3-7).
    static func firstInvalidByte(of bytes: [UInt8]) -> Int? {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded): offset += encoded.count
            case .emptyInput: return nil
            case .error: return offset
            }
        }
    }

    /// The first character that ends a line for libyaml and for no editor: the positions behind it would be wrong.
    static func firstLineSeparator(of bytes: [UInt8]) -> (offset: Int, character: String)? {
        for (offset, byte) in bytes.enumerated() where byte == 0xE2 || byte == 0xC2 {
            switch bytes[offset...].prefix(3) {
            case [0xE2, 0x80, 0xA8]: return (offset, "U+2028")
            case [0xE2, 0x80, 0xA9]: return (offset, "U+2029")
            case let found where found.prefix(2) == [0xC2, 0x85]: return (offset, "U+0085")
            default: continue
            }
        }
        return nil
    }

    /// Line and column of a byte; columns count characters, not bytes.
    static func mark(of offset: Int, in bytes: [UInt8]) -> Mark {
        var mark = Mark(line: 1, column: 1)
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                mark = Mark(line: mark.line + 1, column: 1)
            } else if byte & 0xC0 != 0x80 {
                mark.column += 1
            }
        }
        return mark
    }

    /// The character at an index that counts characters.
    static func character(at index: Int, of bytes: [UInt8]) -> Unicode.Scalar? {
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
        return scalars.dropFirst(index).first
    }
}
