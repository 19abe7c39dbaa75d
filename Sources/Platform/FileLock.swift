// One owner for a store or a serial line, and the owner's name for whoever comes second.
import CPlatform
import Glibc
import Synchronization

/// An advisory exclusive lock on a file, held until it is released or the value goes away.
public final class FileLock: Sendable {
    /// Why the lock could not be had.
    public enum Failure: Error, Equatable {
        /// Another process holds it; its name as far as the kernel tells, like `gatewayd (pid 812)`.
        case held(by: String)
        /// The file could not be opened or locked: the errno.
        case system(Int32)
    }

    private let descriptor: Atomic<Int32>

    /// Opens (and creates) the file and locks it without waiting.
    /// - Parameter path: a file on the same file system as what it protects.
    public init(path: String) throws(Failure) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw .system(errno) }
        do { try Self.lock(descriptor: descriptor) } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = Atomic(descriptor)
    }

    deinit { release() }

    /// Gives the lock up, whoever still has the value; again does nothing.
    public func release() {
        let held = descriptor.exchange(-1, ordering: .acquiringAndReleasing)
        guard held >= 0 else { return }
        Self.unlock(descriptor: held)
        close(held)
    }

    /// Locks an already open file; the lock lives as long as the descriptor.
    public static func lock(descriptor: Int32) throws(Failure) {
        let error = cplatform_lock(descriptor)
        if error == EWOULDBLOCK { throw .held(by: holder(of: descriptor)) }
        if error != 0 { throw .system(error) }
    }

    /// Gives a lock up before its descriptor is closed. Closing alone does not: the lock belongs to the open file, and a child
    /// process on its way to another program has that too until it is there.
    public static func unlock(descriptor: Int32) { cplatform_unlock(descriptor) }

    private static func holder(of descriptor: Int32) -> String {
        let pid = cplatform_lock_holder(descriptor)
        guard pid > 0 else { return "another process" }
        guard let name = TextFile.read("/proc/\(pid)/comm", atMost: 64) else { return "pid \(pid)" }
        return "\(name.prefix { $0 != "\n" }) (pid \(pid))"
    }
}
