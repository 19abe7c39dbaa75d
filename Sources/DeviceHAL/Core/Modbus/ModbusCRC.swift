// The checksum at the end of every serial Modbus frame.

/// CRC-16 with polynomial 0xA001 (reflected) and initial value 0xFFFF, sent low byte first.
///
/// Source: Modbus over Serial Line V1.02, §2.5.1.2 and appendix B.
public enum ModbusCRC {
    /// The checksum of the bytes.
    public static func of(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var crc: UInt16 = 0xFFFF
        for byte in bytes {
            crc ^= UInt16(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
        }
        return crc
    }

    /// True when the last two bytes are the checksum of those before them.
    public static func agrees(_ frame: some BidirectionalCollection<UInt8>) -> Bool {
        guard frame.count > 2 else { return false }
        // Run over a frame and its own checksum, the CRC leaves nothing.
        return of(frame) == 0
    }
}
