// The socket's file: taken over when its owner is dead, never when it lives, and removed by its owner only.
import Glibc

/// Why the socket cannot be served.
public enum DiagnosticsServerError: Error, Equatable, CustomStringConvertible {
    /// Somebody answers there.
    case inUse(path: String)
    /// A file that is not a socket stands there.
    case notASocket(path: String)
    /// The IP address and TCP port cannot be had.
    case http(address: String, errno: Int32)
    /// The path does not fit into a socket address.
    case pathTooLong(path: String)
    /// A system call failed.
    case system(operation: String, path: String, errno: Int32)

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .inUse(let path):
            "another daemon answers at \(path): stop it, or give this one another diagnostics.socket"
        case .notASocket(let path):
            "\(path) is not a socket: move it away, or choose another diagnostics.socket"
        case .pathTooLong(let path):
            "\(path) is longer than the \(SocketFile.longestPath) bytes of a socket's path: choose another diagnostics.socket"
        case .http(let address, EADDRINUSE):
            "something else listens at \(address): stop it, or choose another diagnostics.http"
        case .http(let address, let code):
            "cannot listen at \(address): \(String(cString: strerror(code))); look at diagnostics.http"
        case .system(let operation, let path, let code):
            "cannot \(operation) \(path): \(String(cString: strerror(code)))"
        }
    }
}

/// The path of a listening Unix socket.
struct SocketFile {
    /// Room in `sockaddr_un.sun_path` (unix(7)), without the final zero.
    static let longestPath = 107
    /// Members of this group may open the socket.
    static let readerGroup = "gatewayd"

    private let path: String
    private let identity: (device: UInt64, inode: UInt64)

    /// Makes the way free for bind(2): creates the folder, removes a socket that nobody serves.
    static func clear(path: String) throws(DiagnosticsServerError) {
        guard path.utf8.count <= longestPath else { throw .pathTooLong(path: path) }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try makeFolder(String(path[..<slash])) }
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        guard info.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        guard !answers(path: path) else { throw .inUse(path: path) }
        guard unlink(path) == 0 || errno == ENOENT else {
            throw .system(operation: "remove the old socket", path: path, errno: errno)
        }
    }

    /// Sets mode 0660 and the readers' group where the system has it, and remembers which file is ours.
    init(listeningAt path: String) throws(DiagnosticsServerError) {
        self.path = path
        guard chmod(path, 0o660) == 0 else { throw .system(operation: "set the mode of", path: path, errno: errno) }
        // Without the right to give the file away it keeps the daemon's own group, which is the same one in the packaged service.
        if let group = PeerIdentity.groupID(named: Self.readerGroup) { _ = chown(path, uid_t.max, group) }
        var info = stat()
        guard lstat(path, &info) == 0 else { throw .system(operation: "look at", path: path, errno: errno) }
        identity = (UInt64(info.st_dev), UInt64(info.st_ino))
    }

    /// Removes the file if it is still ours.
    func remove() {
        var info = stat()
        guard lstat(path, &info) == 0, (UInt64(info.st_dev), UInt64(info.st_ino)) == identity else { return }
        unlink(path)
    }

    private static func makeFolder(_ folder: String) throws(DiagnosticsServerError) {
        var prefix = folder.hasPrefix("/") ? "" : "."
        for part in folder.split(separator: "/") {
            prefix += "/" + part
            guard mkdir(prefix, 0o755) == 0 || errno == EEXIST else {
                throw .system(operation: "create the folder", path: prefix, errno: errno)
            }
        }
    }

    /// Whether somebody accepts connections there; anything but a plain refusal counts as yes.
    private static func answers(path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(longestPath)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 || (errno != ECONNREFUSED && errno != ENOENT)
    }
}
