// CRC-32C over a row: SQLite does not notice a flipped byte in one, and an auditor would believe it.

/// CRC-32C (Castagnoli), as in RFC 3720, appendix B.4.
struct Checksum {
    /// Eight tables of 256, so that eight bytes take one step (slicing by eight). Every record is summed up when it is stored
    /// and when it is sent: byte by byte that was a twentieth of all processor time.
    private static let tables: [UInt32] = {
        var tables: [UInt32] = (0..<256).map { index in
            (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0x82F6_3B78 ^ (value >> 1) : value >> 1 }
        }
        for index in 0..<1792 {
            let before = tables[index]
            tables.append(before >> 8 ^ tables[Int(before & 0xFF)])
        }
        return tables
    }()

    private var state: UInt32 = 0xFFFF_FFFF

    mutating func add(_ bytes: [UInt8]) {
        var value = state
        Self.tables.withUnsafeBufferPointer { tables in
            bytes.withUnsafeBytes { bytes in
                let whole = bytes.count & ~7
                for index in stride(from: 0, to: whole, by: 8) {
                    let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                    value = Self.step(value, word, tables)
                }
                for byte in bytes[whole...] { value = tables[Int((value ^ UInt32(byte)) & 0xFF)] ^ (value >> 8) }
            }
        }
        state = value
    }

    /// Least significant byte first.
    mutating func add(_ number: Int64) {
        Self.tables.withUnsafeBufferPointer { state = Self.step(state, UInt64(bitPattern: number), $0) }
    }

    /// Eight bytes, the first in the lowest bits: each is looked up in the table for its distance from the end.
    private static func step(_ value: UInt32, _ word: UInt64, _ tables: UnsafeBufferPointer<UInt32>) -> UInt32 {
        let word = word ^ UInt64(value)
        var result: UInt32 = 0
        for place in 0..<8 { result ^= tables[(7 - place) << 8 | Int(word >> UInt64(place * 8) & 0xFF)] }
        return result
    }

    var value: UInt32 { ~state }

    /// Over everything that makes a record what it is: its lane's number, its boot, its body.
    static func record(seq: Int64, boot: Int64, body: [UInt8]) -> Int64 {
        var checksum = Checksum()
        checksum.add(seq)
        checksum.add(boot)
        checksum.add(body)
        return Int64(checksum.value)
    }
    /// How long it is, and what: two texts one behind the other are not two others.
    private mutating func add(_ text: String) {
        let bytes = Array(text.utf8)
        add(Int64(bytes.count))
        add(bytes)
    }

    /// Over how far an uplink is.
    static func cursor(uplink: String, delivered: Int64, islands: String) -> Int64 {
        var checksum = Checksum()
        checksum.add(uplink)
        checksum.add(delivered)
        checksum.add(islands)
        return Int64(checksum.value)
    }

    /// Over a state and its key.
    static func state(key: String, body: [UInt8]) -> Int64 {
        var checksum = Checksum()
        checksum.add(key)
        checksum.add(body)
        return Int64(checksum.value)
    }
}
