// A disk of a few kibibytes, so that a test can fill it.
import Glibc

/// A file system in memory, mounted below a test's own folder and gone with it. Needs root.
public final class SmallDisk: Sendable {
    /// Why it cannot be had.
    public struct Failure: Error {
        /// What the system said.
        public var code: Int32
    }

    /// Whether the system lets this user mount one.
    public static var isPossible: Bool { geteuid() == 0 }

    /// Its folder.
    public let path: String
    private let folder = TemporaryFolder()
    private static let detach: Int32 = 2

    /// Mounts it.
    public init(kibibytes: Int) throws(Failure) {
        path = folder.file("disk")
        folder.make("disk")
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0 else { throw Failure(code: errno) }
    }

    deinit { umount2(path, Self.detach) }

    /// A path inside.
    public func file(_ name: String) -> String { path + "/" + name }

    /// Takes all the room that is left.
    public func fill() throws(Failure) {
        var figures = statvfs()
        guard statvfs(path, &figures) == 0 else { throw Failure(code: errno) }
        let descriptor = open(file("filler"), O_WRONLY | O_CREAT, 0o600)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        defer { close(descriptor) }
        let bytes = off_t(figures.f_bavail) * off_t(figures.f_frsize)
        if bytes > 0, case let code = posix_fallocate(descriptor, 0, bytes), code != 0 { throw Failure(code: code) }
    }

    /// Gives the room back.
    public func empty() { unlink(file("filler")) }
}
