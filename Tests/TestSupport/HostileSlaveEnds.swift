// The descriptors a hostile slave works on: the master side of a pty, or a listening socket.
import Glibc

/// Open ends, closed by the server's thread.
struct HostileSlaveEnds: Sendable {
    var wire: HostileSlave.Wire
    /// Readable when the slave shall stop.
    var stop: Int32
    /// Pty master, or listening socket.
    var main: Int32
    /// The pty's other side, kept open so that the line does not hang up between two masters; -1 on a socket.
    var keeper: Int32
    var device = ""
    var port = 0

    static func pty(stop: Int32) throws -> Self {
        var main: Int32 = -1
        var keeper: Int32 = -1
        var name = [CChar](repeating: 0, count: 64)
        guard openpty(&main, &keeper, &name, nil, nil) == 0 else { throw HostileSlave.StartFailure(error: errno) }
        _ = fcntl(main, F_SETFD, FD_CLOEXEC) | fcntl(keeper, F_SETFD, FD_CLOEXEC) | fcntl(main, F_SETFL, O_NONBLOCK)
        let device = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var settings = termios()
        guard tcgetattr(keeper, &settings) == 0 else { throw HostileSlave.StartFailure(error: errno) }
        cfmakeraw(&settings)
        tcsetattr(keeper, TCSANOW, &settings)
        return Self(wire: .serial, stop: stop, main: main, keeper: keeper, device: device)
    }

    static func socket(_ wire: HostileSlave.Wire, stop: Int32) throws -> Self {
        let listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) | listen(listener, 8) | getsockname(listener, address, &length)
            }
        }
        guard listener >= 0, result == 0 else { throw HostileSlave.StartFailure(error: errno) }
        return Self(wire: wire, stop: stop, main: listener, keeper: -1, port: Int(UInt16(bigEndian: address.sin_port)))
    }
}
