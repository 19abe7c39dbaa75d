// CRC-32C over a record: SQLite does not notice a flipped byte in a row, and an auditor would believe it.

/// CRC-32C (Castagnoli), as in RFC 3720, appendix B.4.
struct Checksum {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0x82F6_3B78 ^ (value >> 1) : value >> 1 }
    }

    private var state: UInt32 = 0xFFFF_FFFF

    mutating func add(_ bytes: [UInt8]) {
        var value = state
        Self.table.withUnsafeBufferPointer { table in
            for byte in bytes { value = table[Int((value ^ UInt32(byte)) & 0xFF)] ^ (value >> 8) }
        }
        state = value
    }

    /// Least significant byte first.
    mutating func add(_ number: Int64) {
        for shift in stride(from: Int64(0), to: 64, by: 8) {
            let byte = UInt32(truncatingIfNeeded: number >> shift) & 0xFF
            state = Self.table[Int((state ^ byte) & 0xFF)] ^ (state >> 8)
        }
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
}
