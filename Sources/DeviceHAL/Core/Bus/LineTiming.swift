// How long frames take on a serial line: the physics that schedules, checks and simulations share.
import SensorModel

/// The speed of a serial line.
///
/// Source: Modbus over Serial Line V1.02, §2.5.1: a start bit, eight data bits, a parity bit if there is one, the stop bits;
/// §2.5.1.1: at least 3.5 characters of silence before a frame.
public struct LineTiming: Sendable, Hashable {
    /// Bits per second.
    public let baud: Int
    /// Bits of one character, 10 to 12.
    public let characterBits: Int

    /// - Parameters:
    ///   - baud: bits per second, above zero.
    ///   - parity: adds a bit unless it is none.
    ///   - stopBits: 1 or 2.
    public init(baud: Int, parity: Parity, stopBits: Int) {
        self.baud = max(baud, 1)
        characterBits = 9 + (parity == .none ? 0 : 1) + stopBits
    }

    /// How long so many characters take.
    public func duration(ofCharacters count: Int) -> Duration {
        .nanoseconds(Int64(count) * Int64(characterBits) * 1_000_000_000 / Int64(baud))
    }

    /// The silence that parts two frames: 3.5 characters of 11 bits, 1.75 ms above 19200 bit/s (§2.5.1.1).
    public var frameSilence: Duration {
        baud > 19_200 ? .microseconds(1750) : .nanoseconds(38_500_000_000 / Int64(baud))
    }

    /// One transaction: silence, request, the unit's silence and delay, reply.
    /// - Parameters:
    ///   - characters: of request and reply together, unit address and checksum included.
    ///   - replyDelay: how long the unit thinks after the silence that ends the request.
    public func transaction(characters: Int, replyDelay: Duration) -> Duration {
        duration(ofCharacters: characters) + frameSilence * 2 + replyDelay
    }
}
