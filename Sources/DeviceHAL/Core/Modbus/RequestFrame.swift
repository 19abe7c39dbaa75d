// The bytes of a request, and the shape its reply must have.

/// A request of function 1 to 6, 15 or 16, in range by construction.
///
/// Source: Modbus Application Protocol V1.1b3, §6.1 to §6.6, §6.11, §6.12.
public struct RequestFrame: Sendable, Hashable {
    /// The reply a request must have, as far as the request decides it.
    public enum Reply: Sendable, Hashable {
        /// The items of a read: this many data bytes.
        case items(byteCount: Int)
        /// The confirmation of a write: address, and value or number of items, as they were sent.
        case confirmation(address: UInt16, value: UInt16)
    }

    /// What two requests have in common when the reply to one passes for the reply to the other.
    public struct Shape: Sendable, Hashable {
        /// Function code.
        public let function: UInt8
        /// What the rest of the reply must be.
        public let reply: Reply
    }

    /// The unit that is asked.
    public let unit: UInt8
    /// The function code.
    public let function: UInt8
    /// The table that is read or written.
    public let table: RegisterTable
    /// Zero-based PDU address of the first item.
    public let address: UInt16
    /// Number of items.
    public let count: UInt16
    /// The reply it must have.
    public let reply: Reply
    /// Function code and data.
    public let pdu: [UInt8]

    /// A read.
    /// - Returns: nil when the count is 0 or more than the table allows, or when the range ends behind address 65535.
    public init?(unit: UInt8, table: RegisterTable, address: UInt16, count: UInt16) {
        guard count >= 1, Int(count) <= table.largestRead, Int(address) + Int(count) <= 65_536 else { return nil }
        self.unit = unit
        function = table.readFunction
        self.table = table
        self.address = address
        self.count = count
        reply = .items(byteCount: Self.byteCount(table, Int(count)))
        pdu = [table.readFunction] + Self.bytes(address) + Self.bytes(count)
    }

    /// A write.
    /// - Returns: nil when there are no items or more than one write may carry, or when the range ends behind address 65535.
    public init?(unit: UInt8, _ action: RegisterWrite.Action) {
        let items = action.words
        let most = action.table.isBits ? RegisterWrite.mostCoils : RegisterWrite.mostRegisters
        guard (1...most).contains(items.count), Int(action.address) + items.count <= 65_536 else { return nil }
        self.unit = unit
        function = action.function
        table = action.table
        address = action.address
        count = UInt16(items.count)
        let value: UInt16
        let data: [UInt8]
        switch action {
        case .coil(_, let on): (value, data) = (on ? 0xFF00 : 0, [])
        case .register(_, let word): (value, data) = (word, [])
        case .coils: (value, data) = (count, Self.packed(items))
        case .registers: (value, data) = (count, items.flatMap(Self.bytes))
        }
        reply = .confirmation(address: address, value: value)
        pdu =
            [function] + Self.bytes(address) + Self.bytes(value)
            + (data.isEmpty ? [] : [UInt8(truncatingIfNeeded: data.count)] + data)
    }

    /// True for a write.
    public var isWrite: Bool { if case .confirmation = reply { true } else { false } }

    /// True when a right reply may be the request byte for byte, or begin with it: writes, and reads of 17 to 24 bits, whose
    /// reply is as long as the request.
    public var mayBeItsOwnReply: Bool { isWrite || replyLength == 5 }

    /// Function and reply.
    public var shape: Shape { Shape(function: function, reply: reply) }

    /// The length of the right reply's PDU.
    public var replyLength: Int {
        switch reply {
        case .items(let byteCount): 2 + byteCount
        case .confirmation: 5
        }
    }

    /// Whether the reply to the other request would pass for this one's and be wrong: a second read of the same items
    /// gives a value that was right a moment ago, a second equal write would be believed without having been carried out.
    public func confuses(with other: Self) -> Bool {
        unit == other.unit && shape == other.shape && (isWrite || address != other.address)
    }

    /// Unit address and PDU, as libmodbus wants it for a serial line; it adds the checksum.
    public var unitAndPDU: [UInt8] { [unit] + pdu }

    /// The frame as it is on a serial line, with its checksum.
    public var serial: [UInt8] {
        let frame = unitAndPDU
        let crc = ModbusCRC.of(frame)
        return frame + [UInt8(truncatingIfNeeded: crc), UInt8(crc >> 8)]
    }

    /// The frame as it is on a Modbus TCP connection, with the MBAP header.
    ///
    /// Source: Modbus Messaging on TCP/IP Implementation Guide V1.0b, §3.1.3.
    public func tcp(transaction: UInt16) -> [UInt8] {
        Self.bytes(transaction) + [0, 0] + Self.bytes(UInt16(pdu.count + 1)) + unitAndPDU
    }

    /// Data bytes of so many items: two a register, one for every eight bits begun.
    static func byteCount(_ table: RegisterTable, _ count: Int) -> Int { table.isBits ? (count + 7) / 8 : count * 2 }

    private static func bytes(_ word: UInt16) -> [UInt8] { [UInt8(word >> 8), UInt8(truncatingIfNeeded: word)] }

    private static func packed(_ bits: [UInt16]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount(.coil, bits.count))
        for (index, bit) in bits.enumerated() where bit == 1 { bytes[index / 8] |= 1 << UInt8(index % 8) }
        return bytes
    }
}
