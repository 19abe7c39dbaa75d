// An IP address with a TCP port, as `diagnostics.http` has it.
import Glibc

/// Where to listen. An address and no name: what is open to whom shall stand in the file.
public struct HTTPAddress: Sendable, Equatable {
    /// An IPv4 or IPv6 address, without brackets.
    public let address: String
    /// A TCP port, from 1.
    public let port: Int
    /// True when only programs on the gateway itself can reach it.
    public let isLoopback: Bool

    /// - Parameter text: `127.0.0.1:9100` or `[::1]:9100`; nil when it is neither.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        let family = isBracketed ? AF_INET6 : AF_INET
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(family, String(host), &bytes) == 1 else { return nil }
        address = String(host)
        self.port = Int(port)
        let isMapped = bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        isLoopback =
            switch (isBracketed, isMapped) {
            case (false, _): bytes[0] == 127
            case (true, true): bytes[12] == 127
            case (true, false): bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
            }
    }
}

extension HTTPAddress: CustomStringConvertible {
    /// As it is written in the file.
    public var description: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }
}
