// What arrives after a request, cut into the pieces that matter: echo, old frames of other requests, the reply.

/// Received bytes of one bus, and where the reply to the present request is in them.
public struct ReplyStream: Sendable {
    /// How frames are delimited.
    public enum Framing: Sendable {
        /// Modbus RTU: by length and silence, with a checksum.
        case serial
        /// Modbus TCP: by the MBAP header, with a transaction id.
        case tcp
    }

    /// What the stream says next.
    public enum Event: Sendable, Equatable {
        /// Wait for more bytes.
        case needMore
        /// The request itself came back and was thrown away; the reply may follow (two-wire adapters hear themselves).
        case echo
        /// A well-formed frame that answers an earlier request was thrown away; the reply may follow.
        case stale(unit: UInt8)
        /// The right reply; no words for a confirmed write.
        case reply([UInt16])
        /// The unit's refusal.
        case exception(code: UInt8)
        /// Something else: the fault.
        case mismatch(ReplyFrame.Mismatch)
    }

    /// How frames are delimited.
    public let framing: Framing
    /// Bytes not yet accounted for.
    public private(set) var bytes: ArraySlice<UInt8> = []
    private var echoed = false

    /// - Parameter framing: how frames are delimited.
    public init(framing: Framing) { self.framing = framing }

    /// Adds what was received.
    public mutating func append(_ received: some Sequence<UInt8>) { bytes.append(contentsOf: received) }

    /// Forgets everything: a new connection, or silence on the line.
    public mutating func clear() {
        bytes = []
        echoed = false
    }

    /// Drops the whole TCP frames that wait before a request is sent, and keeps the beginning of the next one.
    /// - Returns: how many bytes were dropped; nil when the place in the stream is lost.
    public mutating func dropWaitingFrames() -> Int? {
        let before = bytes.count
        while true {
            switch header() {
            case .none: return before - bytes.count
            case .nonsense: return nil
            case .frame(_, let length): bytes = bytes.dropFirst(length)
            }
        }
    }

    /// The next event for the request.
    /// - Parameters:
    ///   - transaction: the request's id on TCP; not looked at on a serial line.
    ///   - echoes: whether a serial line is known to echo. It decides where the echo may be a right reply; any other echo is told
    ///     from every reply, and looked for on every line.
    ///   - owes: whether a unit may still deliver replies to earlier requests.
    public mutating func next(
        for request: RequestFrame, transaction: UInt16, echoes: Bool = false, owes: (UInt8) -> Bool
    ) -> Event {
        switch framing {
        case .serial: nextSerial(for: request, mayEcho: echoes || !request.mayBeItsOwnReply, owes: owes)
        case .tcp: nextTCP(for: request, transaction: transaction)
        }
    }

    /// Takes whole, well-formed serial frames of units that owe some off the start of the bytes.
    /// - Returns: those units, and how many bytes nobody owed.
    public static func owedFrames(in bytes: [UInt8], owes: (UInt8) -> Bool) -> (units: Set<UInt8>, rest: Int) {
        var rest = bytes[...]
        var units: Set<UInt8> = []
        while let unit = rest.first, owes(unit), let length = ReplyFrame.anyFrameLength(rest), length > 0 {
            units.insert(unit)
            rest = rest.dropFirst(length)
        }
        return (units, rest.count)
    }

    private mutating func nextSerial(for request: RequestFrame, mayEcho: Bool, owes: (UInt8) -> Bool) -> Event {
        // One echo, and only as the first thing: the same bytes later could be a reply.
        if mayEcho, !echoed {
            let echo = request.serial
            if bytes.starts(with: echo) {
                bytes = bytes.dropFirst(echo.count)
                echoed = true
                return .echo
            }
            if bytes.count < echo.count, echo.starts(with: bytes) { return .needMore }
        }
        if let unit = bytes.first, unit != request.unit, owes(unit), let length = ReplyFrame.anyFrameLength(bytes) {
            if length == 0 { return .needMore }
            bytes = bytes.dropFirst(length)
            return .stale(unit: unit)
        }
        return event(ReplyFrame.serial(bytes, for: request))
    }

    private mutating func nextTCP(for request: RequestFrame, transaction: UInt16) -> Event {
        switch header() {
        case .none: return .needMore
        case .nonsense: return .mismatch(.header)
        case .frame(let carried, let length):
            let frame = Array(bytes.prefix(length))
            bytes = bytes.dropFirst(length)
            if carried != transaction { return .stale(unit: frame[6]) }
            // TCP frames have no checksum: what follows is the only sign that this one was completed by the next one's bytes.
            if case .nonsense = header() { return .mismatch(.header) }
            return event(ReplyFrame.tcp(unit: frame[6], pdu: frame[7...], for: request))
        }
    }

    private enum Header {
        case none
        case nonsense
        case frame(transaction: UInt16, length: Int)
    }

    /// The whole TCP frame at the start: protocol id 0, and a length field that fits a unit and a PDU.
    private func header() -> Header {
        let head = Array(bytes.prefix(6))
        if head.count >= 4, head[2] != 0 || head[3] != 0 { return .nonsense }
        guard head.count == 6 else { return .none }
        let length = Int(head[4]) << 8 | Int(head[5])
        guard (3...254).contains(length) else { return .nonsense }
        return bytes.count < 6 + length ? .none : .frame(transaction: UInt16(head[0]) << 8 | UInt16(head[1]), length: 6 + length)
    }

    private func event(_ frame: ReplyFrame) -> Event {
        switch frame {
        case .needMore: .needMore
        case .reply(let words): .reply(words)
        case .exception(let code): .exception(code: code)
        case .mismatch(let why): .mismatch(why)
        }
    }
}
