// A service manager's end of its socket.
import Glibc

/// Hears what a daemon tells its service manager.
public final class ManagerSocket: Sendable {
    private let descriptor: Int32

    /// Opens it.
    /// - Parameter name: a path; a leading `@` stands for an abstract name.
    public init(_ name: String) {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(name.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: bytes.first == UInt8(ascii: "@") ? [0] + bytes.dropFirst() : bytes)
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        precondition(bound == 0, "the socket \(name) cannot be had: \(String(cString: strerror(errno)))")
    }

    deinit { close(descriptor) }

    /// The next datagram, if one waits.
    public var next: String? {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
}
