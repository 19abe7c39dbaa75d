// Where a Modbus bus is reached, and how patient its owner is with the way there.
import DeviceHAL
import Glibc
import Platform

/// The way to a Modbus bus.
public enum ModbusLink: Sendable, Equatable {
    /// A serial line with 8 data bits, RTU framing: device path, bits per second, parity, 1 or 2 stop bits.
    case serial(device: String, baud: Int, parity: Parity, stopBits: Int)
    /// A Modbus TCP server.
    case tcp(host: String, port: Int)
    /// A serial device server that passes the bytes of a serial line through a TCP connection: RTU framing with its
    /// checksum, no header. Nothing ties a reply to its request, so late ones are as dangerous as on the line itself, also
    /// across a new connection. The time-outs of the units include the way over the line, whose speed is not known here.
    case rtuOverTCP(host: String, port: Int)

    /// For messages.
    public var name: String {
        switch self {
        case .serial(let device, _, _, _): device
        case .tcp(let host, let port), .rtuOverTCP(let host, let port): "\(host) port \(port)"
        }
    }

    /// True for a serial line of this machine.
    public var isSerial: Bool { if case .serial = self { true } else { false } }

    /// How frames are delimited, and what tells the reply to one request from that to another.
    var framing: ReplyStream.Framing {
        switch self {
        case .serial, .rtuOverTCP: .serial
        case .tcp: .tcp
        }
    }

    /// The frame in the form `cmodbus_send` asks for.
    func bytes(of frame: RequestFrame, transaction: UInt16) -> [UInt8] {
        switch self {
        case .serial: frame.unitAndPDU
        case .rtuOverTCP: frame.serial
        case .tcp: frame.tcp(transaction: transaction)
        }
    }

    /// The speed of a serial line of this machine; that of a line behind a network is not known here.
    private var timing: LineTiming? {
        guard case .serial(_, let baud, let parity, let stopBits) = self else { return nil }
        return LineTiming(baud: baud, parity: parity, stopBits: stopBits)
    }

    /// How long so many characters take on the line; nothing on TCP.
    func duration(ofCharacters count: Int) -> Duration { timing?.duration(ofCharacters: count) ?? .zero }

    /// The silence that ends a frame. Through a tunnel no silence of the line can be seen: there a frame ends where its length
    /// says, and a rest shows whether more comes.
    var frameSilence: Duration { timing?.frameSilence ?? (framing == .serial ? Self.tunnelRest : .zero) }

    /// As long as a serial device server commonly gathers characters before it sends them on.
    private static let tunnelRest = Duration.milliseconds(20)

    /// Asks whether another process holds the serial line, so that a second daemon can refuse to start.
    ///
    /// A device that is missing or cannot be opened is no failure here: the bus reports it while it runs.
    /// - Throws: `FileLock.Failure.held` with the holder's name.
    public static func checkFree(device: String) throws(FileLock.Failure) {
        let descriptor = open(device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        do { try FileLock.lock(descriptor: descriptor) } catch {
            if case .held = error { throw error }
        }
        FileLock.unlock(descriptor: descriptor)
    }
}

/// The waiting times of a bus that do not belong to a unit.
public struct ModbusPatience: Sendable, Equatable {
    /// How long a TCP connection may take to stand, for each address of the host.
    public var connectTimeout: Duration
    /// Pause before the port is opened again: the first, doubled after each failure up to the longest. Looking for a device
    /// costs next to nothing, and a sensor must be back within 5 s of its adapter.
    public var reopenPause: ClosedRange<Duration>
    /// How long a unit that ignored every probe must have been silent to be believed again without one.
    public var oblivion: Duration

    /// - Parameters: as the properties.
    public init(
        connectTimeout: Duration = .seconds(3), reopenPause: ClosedRange<Duration> = .milliseconds(500)...(.seconds(2)),
        oblivion: Duration = .seconds(10)
    ) {
        self.connectTimeout = connectTimeout
        self.reopenPause = reopenPause
        self.oblivion = oblivion
    }
}
