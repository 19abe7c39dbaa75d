// The bytes of a read request, and the shape its reply must have.

/// A read request of function 1, 2, 3 or 4, in range by construction.
///
/// Source: Modbus Application Protocol V1.1b3, §6.1 to §6.4.
public struct ReadRequestFrame: Sendable, Hashable {
    /// The unit that is asked.
    public let unit: UInt8
    /// The table that is read; it gives the function code.
    public let table: RegisterTable
    /// Zero-based PDU address of the first item.
    public let address: UInt16
    /// Number of items, 1 to `table.largestRead`.
    public let count: UInt16

    /// - Returns: nil when the count is 0 or more than the table allows, or when the range ends behind address 65535.
    public init?(unit: UInt8, table: RegisterTable, address: UInt16, count: UInt16) {
        guard count >= 1, Int(count) <= table.largestRead, Int(address) + Int(count) <= 65_536 else { return nil }
        self.unit = unit
        self.table = table
        self.address = address
        self.count = count
    }

    /// The function code.
    public var function: UInt8 { table.readFunction }

    /// The byte count field of the right reply: two a register, one for every eight bits begun.
    public var replyByteCount: Int { Self.replyByteCount(table, Int(count)) }

    static func replyByteCount(_ table: RegisterTable, _ count: Int) -> Int {
        table.isBits ? (count + 7) / 8 : count * 2
    }

    /// Function code and data, five bytes.
    public var pdu: [UInt8] {
        [function, UInt8(address >> 8), UInt8(truncatingIfNeeded: address), UInt8(count >> 8), UInt8(truncatingIfNeeded: count)]
    }

    /// Unit address and PDU, as libmodbus wants it for a serial line; it adds the checksum.
    public var unitAndPDU: [UInt8] { [unit] + pdu }

    /// The frame as it is on a serial line, eight bytes.
    public var serial: [UInt8] {
        let frame = unitAndPDU
        let crc = ModbusCRC.of(frame)
        return frame + [UInt8(truncatingIfNeeded: crc), UInt8(crc >> 8)]
    }

    /// The frame as it is on a TCP connection, twelve bytes with the MBAP header.
    ///
    /// Source: Modbus Messaging on TCP/IP Implementation Guide V1.0b, §3.1.3.
    public func tcp(transaction: UInt16) -> [UInt8] {
        [UInt8(transaction >> 8), UInt8(truncatingIfNeeded: transaction), 0, 0, 0, 6] + unitAndPDU
    }
}
