// How long a transaction keeps a line busy: simulated buses are as slow as real ones.
import DeviceHAL
import SensorModel

/// What carries a simulated bus.
public enum WireTime: Sendable, Equatable {
    /// A serial line.
    case serial(LineTiming)
    /// A network; unit 0 is a unit like any other.
    case tcp

    /// A request and its reply on a local network.
    static let roundTrip = Duration.milliseconds(2)

    /// The silence between two frames and the request, until its last byte.
    func request(_ frame: RequestFrame) -> Duration {
        guard case .serial(let line) = self else { return .zero }
        return line.frameSilence + line.duration(ofCharacters: frame.serial.count)
    }

    /// From the last byte of the request to the last byte of the reply.
    /// - Parameter isException: the reply is an exception, which is short.
    func reply(to frame: RequestFrame, isException: Bool) -> Duration {
        guard case .serial(let line) = self else { return Self.roundTrip }
        // Around the reply's PDU stand the unit and a checksum; an exception is two bytes.
        let characters = (isException ? 2 : frame.replyLength) + 3
        return line.frameSilence + DeviceProfile.Timing.usualReplyDelay + line.duration(ofCharacters: characters)
    }
}
