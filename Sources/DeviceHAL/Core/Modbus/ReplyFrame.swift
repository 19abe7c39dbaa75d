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
        /// The confirmation of another write.
        case confirmation(address: UInt16, value: UInt16)
        /// Not a Modbus TCP header: protocol id or length field.
        case header
    }

    /// The reply may still become complete.
    case needMore
    /// The reply: one word per register, or one word (0 or 1) per bit; none for a confirmed write.
    case reply([UInt16])
    /// The unit's refusal (V1.1b3 §7).
    case exception(code: UInt8)
    /// Not the reply, and it cannot become it.
    case mismatch(Mismatch)

    /// Judges the bytes of a serial line, from the reply's first byte to the last one received.
    public static func serial(_ bytes: ArraySlice<UInt8>, for request: RequestFrame) -> Self {
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
    public static func tcp(unit: UInt8, pdu: ArraySlice<UInt8>, for request: RequestFrame) -> Self {
        guard unit == request.unit else { return .mismatch(.unit(unit)) }
        switch head(of: pdu, for: request) {
        case .undecided: return .mismatch(.length(got: pdu.count, expected: request.replyLength))
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
        let length: Int
        switch head[1] {
        case 1...4: length = 5 + Int(head[2])
        case 5, 6, 15, 16: length = 8
        case 0x81...0x86, 0x8F, 0x90: length = 5
        default: return nil
        }
        guard bytes.count >= length else { return 0 }
        return ModbusCRC.agrees(bytes.prefix(length)) ? length : nil
    }

    private enum Head {
        case undecided
        case wrong(Mismatch)
        /// The PDU's full length.
        case length(Int)
    }

    private static func head(of pdu: ArraySlice<UInt8>, for request: RequestFrame) -> Head {
        guard let function = pdu.first else { return .undecided }
        if function == request.function | 0x80 { return .length(2) }
        guard function == request.function else { return .wrong(.function(function)) }
        guard case .items(let expected) = request.reply else { return .length(request.replyLength) }
        guard let byteCount = pdu.dropFirst().first else { return .undecided }
        guard Int(byteCount) == expected else { return .wrong(.byteCount(got: byteCount, expected: expected)) }
        return .length(request.replyLength)
    }

    /// A PDU whose length was checked.
    private static func content(of pdu: ArraySlice<UInt8>, for request: RequestFrame) -> Self {
        if pdu.first != request.function { return .exception(code: pdu.last ?? 0) }
        func word(_ high: UInt8, _ low: UInt8) -> UInt16 { UInt16(high) << 8 | UInt16(low) }
        guard case .items = request.reply else {
            let confirmed = Array(pdu.dropFirst())
            let (address, value) = (word(confirmed[0], confirmed[1]), word(confirmed[2], confirmed[3]))
            return request.reply == .confirmation(address: address, value: value)
                ? .reply([]) : .mismatch(.confirmation(address: address, value: value))
        }
        let data = Array(pdu.dropFirst(2))
        if request.table.isBits {
            return .reply((0..<Int(request.count)).map { UInt16(data[$0 / 8] >> UInt8($0 % 8) & 1) })
        }
        return .reply((0..<Int(request.count)).map { word(data[2 * $0], data[2 * $0 + 1]) })
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
        case .confirmation(let address, let value): "a confirmation of \(value) at address \(address), which was not written"
        case .header: "no Modbus TCP header"
        }
    }
}
