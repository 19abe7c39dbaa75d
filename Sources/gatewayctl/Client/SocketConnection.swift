// One connection to a Unix socket, with a deadline on everything.
import Glibc

/// Sends one request and reads one response.
final class SocketConnection {
    /// What went wrong, as an errno.
    struct Failure: Error { let code: Int32 }

    /// The socket, for a poll(2) of the caller's own.
    let descriptor: Int32
    private let deadline: Int64

    /// Connects.
    /// - Parameter seconds: for connecting, sending and reading together.
    convenience init(path: String, seconds: Int) throws(Failure) {
        try self.init(path: path, milliseconds: Int64(seconds) * 1000)
    }

    /// Connects.
    /// - Parameter milliseconds: for connecting, sending and reading together.
    init(path: String, milliseconds: Int64) throws(Failure) {
        deadline = Self.milliseconds() + milliseconds
        var address = sockaddr_un()
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Failure(code: ENAMETOOLONG) }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        while true {
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { [descriptor] in
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            if result == 0 { return }
            // A Unix socket whose queue of waiting clients is full says EAGAIN and cannot be polled for room.
            guard errno == EAGAIN || errno == EINTR else { throw Failure(code: errno) }
            guard Self.milliseconds() < deadline else { throw Failure(code: ETIMEDOUT) }
            poll(nil, 0, 20)
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Sends all bytes. A peer that has closed already may have said why: that is not an error here, `receive` tells.
    func send(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE || errno == ECONNRESET {
                return
            } else if errno == EAGAIN {
                try wait(for: Int16(POLLOUT))
            } else if errno != EINTR {
                throw Failure(code: errno)
            }
        }
    }

    /// Reads what is there, waiting for the first byte.
    /// - Returns: an empty array at the end.
    func receive() throws(Failure) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count >= 0 { return Array(chunk.prefix(count)) }
            if errno == ECONNRESET { return [] }
            if errno == EAGAIN { try wait(for: Int16(POLLIN)) } else if errno != EINTR { throw Failure(code: errno) }
        }
    }

    /// Reads what is there without waiting.
    /// - Returns: nil when nothing has come yet, an empty array at the end.
    /// - Throws: `ETIMEDOUT` when nothing has come and the time is over.
    func receiveNow() throws(Failure) -> [UInt8]? {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        if poll(&request, 1, 0) > 0 { return try receive() }
        guard Self.milliseconds() < deadline else { throw Failure(code: ETIMEDOUT) }
        return nil
    }

    private func wait(for events: Int16) throws(Failure) {
        let left = deadline - Self.milliseconds()
        guard left > 0 else { throw Failure(code: ETIMEDOUT) }
        var request = pollfd(fd: descriptor, events: events, revents: 0)
        guard poll(&request, 1, Int32(clamping: left)) >= 0 || errno == EINTR else { throw Failure(code: errno) }
    }

    private static func milliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}
