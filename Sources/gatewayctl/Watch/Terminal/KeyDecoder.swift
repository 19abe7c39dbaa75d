// From a terminal's bytes to keys; sequences may come in pieces, and the Escape key is the beginning of them all.

/// A key that means something here.
public enum Key: Sendable, Equatable {
    case up, down, left, right, pageUp, pageDown, home, end, enter, escape
    /// Ctrl-C, where the terminal does not make a signal of it.
    case interrupt
    /// Ctrl-L: draw everything anew.
    case redraw
    /// A printable character of ASCII.
    case character(Character)
}

/// Takes bytes as they come and gives keys; what it does not know it drops.
public struct KeyDecoder: Sendable {
    private enum State: Equatable {
        case ground, escape
        case sequence([UInt8])
        /// After ESC O: one byte follows.
        case single
    }

    private static let longestSequence = 16

    private var state = State.ground

    /// A decoder that has seen nothing.
    public init() {}

    /// Whether it waits for the rest of a sequence; if none comes within a moment, call `expire`.
    public var isPending: Bool { state != .ground }

    /// The keys of these bytes.
    public mutating func receive(_ bytes: some Sequence<UInt8>) -> [Key] { bytes.compactMap { receive($0) } }

    /// Nothing more came: a lone ESC was the key.
    public mutating func expire() -> [Key] {
        let wasEscape = state == .escape
        state = .ground
        return wasEscape ? [.escape] : []
    }

    private mutating func receive(_ byte: UInt8) -> Key? {
        switch state {
        case .ground:
            return plain(byte)
        case .escape:
            switch byte {
            case UInt8(ascii: "["): state = .sequence([])
            case UInt8(ascii: "O"): state = .single
            case 0x1B: return .escape
            default: state = .ground  // Alt with a key means nothing here.
            }
            return nil
        case .single:
            state = .ground
            return Self.cursor(byte)
        case .sequence(let before):
            // Source: ECMA-48 §5.4: parameters and intermediates are 0x20 to 0x3F, the final byte is 0x40 to 0x7E.
            if (0x20...0x3F).contains(byte), before.count < Self.longestSequence {
                state = .sequence(before + [byte])
                return nil
            }
            state = byte == 0x1B ? .escape : .ground
            return (0x40...0x7E).contains(byte) ? Self.sequence(before, final: byte) : nil
        }
    }

    private mutating func plain(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x1B:
            state = .escape
            return nil
        case 0x03: return .interrupt
        case 0x0C: return .redraw
        case 0x0A, 0x0D: return .enter
        case 0x08, 0x7F: return .left
        case 0x20...0x7E: return .character(Character(Unicode.Scalar(byte)))
        default: return nil
        }
    }

    private static func sequence(_ parameters: [UInt8], final: UInt8) -> Key? {
        guard final == UInt8(ascii: "~") else { return cursor(final) }
        switch parameters.prefix(while: { $0 != UInt8(ascii: ";") }) {
        case [UInt8(ascii: "1")], [UInt8(ascii: "7")]: return .home
        case [UInt8(ascii: "4")], [UInt8(ascii: "8")]: return .end
        case [UInt8(ascii: "5")]: return .pageUp
        case [UInt8(ascii: "6")]: return .pageDown
        default: return nil
        }
    }

    private static func cursor(_ final: UInt8) -> Key? {
        switch final {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "M"): .enter
        default: nil
        }
    }
}
