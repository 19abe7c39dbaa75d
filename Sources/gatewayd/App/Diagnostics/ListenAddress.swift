// Where the local interface is served: the socket that knows its clients, or a TCP port that does not and only reads.

/// An address to listen at.
enum ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// The path of a Unix socket.
    case socket(path: String)
    /// An IP address and a TCP port; 0 for any free one.
    case http(address: String, port: Int)

    /// The path, or `127.0.0.1:9100`, `[::1]:9100`.
    var description: String {
        switch self {
        case .socket(let path): path
        case .http(let address, let port): address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
        }
    }
}
