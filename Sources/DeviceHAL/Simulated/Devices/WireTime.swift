// How long a transaction keeps a line busy: simulated buses are as slow as real ones.
import DeviceHAL
import SensorModel

/// What carries a simulated bus.
public enum WireTime: Sendable, Equatable {
    /// A serial line of so many bits a second.
    case serial(baud: Int)
    /// A network; unit 0 is a unit like any other.
    case tcp

    /// How long a device thinks before it replies on a serial line.
    static let devicePause = Duration.milliseconds(20)
    /// A request and its reply on a local network.
    static let roundTrip = Duration.milliseconds(2)

    /// The silence between two frames and the request, until its last byte.
    ///
    /// Source: Modbus over Serial Line V1.02, §2.5.1.1: 3.5 characters of 11 bits, 1.75 ms above 19,200 bit/s.
    func request(_ frame: RequestFrame) -> Duration {
        guard case .serial(let baud) = self else { return .zero }
        return characters(frame.serial.count, baud) + (baud > 19_200 ? .microseconds(1750) : characters(7, baud) / 2)
    }

    /// From the last byte of the request to the last byte of the reply.
    /// - Parameter isException: the reply is an exception, which is short.
    func reply(to frame: RequestFrame, isException: Bool) -> Duration {
        guard case .serial(let baud) = self else { return Self.roundTrip }
        // Around the reply's PDU stand the unit and a checksum; an exception is two bytes.
        return Self.devicePause + characters((isException ? 2 : frame.replyLength) + 3, baud)
    }

    private func characters(_ count: Int, _ baud: Int) -> Duration {
        .nanoseconds(Int64(count) * 11_000_000_000 / Int64(max(baud, 1)))
    }
}
