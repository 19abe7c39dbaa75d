// Judges bytes against the one request they may answer. Any bytes may come in; nothing but the exact reply comes out.

/// What the bytes received so far are, seen from one request.
public enum ReplyFrame: Sendable, Equatable {
    /// Why a frame is not the reply.
    public enum Mismatch: Sendable, Equatable {
        /// The checksum is wrong.
        case checksum
        /// Another unit's address.
        case unit(UInt8)
        /// Another function code.
        case function(UInt8)
        /// Another number of data bytes than was asked for.
        case byteCount(got: UInt8, expected: Int)
        /// More or fewer bytes than the reply has.
        case length(got: Int, expected: Int)
        /// Not a Modbus TCP header: protocol id or length field.
        case header
    }

    /// The reply may still become complete.
    case needMore
    /// The reply: one word per register, or one word (0 or 1) per bit.
    case reply([UInt16])
    /// The unit's refusal (V1.1b3 §7).
    case exception(code: UInt8)
    /// Not the reply, and it cannot become it.
    case mismatch(Mismatch)

    /// Judges the bytes of a serial line, from the reply's first byte to the last one received.
    public static func serial(_ bytes: ArraySlice<UInt8>, for request: ReadRequestFrame) -> Self {
        guard let unit = bytes.first else { return .needMore }
        guard unit == request.unit else { return .mismatch(.unit(unit)) }
        let pdu = bytes.dropFirst()
        let expected: Int
        switch head(of: pdu, for: request) {
        case .undecided: return .needMore
        case .wrong(let why): return .mismatch(why)
        case .length(let length): expected = length + 3
        }
        guard bytes.count >= expected else { return .needMore }
        guard bytes.count == expected else { return .mismatch(.length(got: bytes.count, expected: expected)) }
        guard ModbusCRC.agrees(bytes) else { return .mismatch(.checksum) }
        return content(of: pdu.dropLast(2), for: request)
    }

    /// Judges one whole PDU of a TCP frame that carries the request's transaction id.
    public static func tcp(unit: UInt8, pdu: ArraySlice<UInt8>, for request: ReadRequestFrame) -> Self {
        guard unit == request.unit else { return .mismatch(.unit(unit)) }
        switch head(of: pdu, for: request) {
        case .undecided: return .mismatch(.length(got: pdu.count, expected: request.replyByteCount + 2))
        case .wrong(let why): return .mismatch(why)
        case .length(let length):
            guard pdu.count == length else { return .mismatch(.length(got: pdu.count, expected: length)) }
        }
        return content(of: pdu, for: request)
    }

    /// The length of the well-formed reply frame of any unit at the start of serial bytes: nil when there is none,
    /// 0 when more bytes are needed to say.
    static func anyFrameLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        let head = Array(bytes.prefix(3))
        guard head.count == 3 else { return 0 }
        guard (1...4).contains(head[1] & 0x7F) else { return nil }
        let length = head[1] & 0x80 != 0 ? 5 : 5 + Int(head[2])
        guard bytes.count >= length else { return 0 }
        return ModbusCRC.agrees(bytes.prefix(length)) ? length : nil
    }

    private enum Head {
        case undecided
        case wrong(Mismatch)
        /// The PDU's full length.
        case length(Int)
    }

    private static func head(of pdu: ArraySlice<UInt8>, for request: ReadRequestFrame) -> Head {
        guard let function = pdu.first else { return .undecided }
        if function == request.function | 0x80 { return .length(2) }
        guard function == request.function else { return .wrong(.function(function)) }
        guard let byteCount = pdu.dropFirst().first else { return .undecided }
        let expected = request.replyByteCount
        guard Int(byteCount) == expected else { return .wrong(.byteCount(got: byteCount, expected: expected)) }
        return .length(2 + expected)
    }

    /// A PDU whose length was checked.
    private static func content(of pdu: ArraySlice<UInt8>, for request: ReadRequestFrame) -> Self {
        let data = Array(pdu.dropFirst(2))
        if pdu.first != request.function { return .exception(code: pdu.last ?? 0) }
        if request.table.isBits {
            return .reply((0..<Int(request.count)).map { UInt16(data[$0 / 8] >> UInt8($0 % 8) & 1) })
        }
        return .reply((0..<Int(request.count)).map { UInt16(data[2 * $0]) << 8 | UInt16(data[2 * $0 + 1]) })
    }
}

extension ReplyFrame.Mismatch: CustomStringConvertible {
    /// For people, in a few words.
    public var description: String {
        switch self {
        case .checksum: "wrong checksum"
        case .unit(let unit): "a frame of unit \(unit)"
        case .function(let function): "function code \(function)"
        case .byteCount(let got, let expected): "byte count \(got) where \(expected) was asked"
        case .length(let got, let expected): "\(got) bytes where the reply has \(expected)"
        case .header: "no Modbus TCP header"
        }
    }
}
