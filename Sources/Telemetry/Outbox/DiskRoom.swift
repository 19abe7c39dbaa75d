// Room on the disk that a lane keeps for itself: given back when the disk is full, so that there is something left to work with.
import Glibc
import SensorModel

/// The reserve of a lane, a file that holds nothing. Measured reason: on a full disk SQLite can neither insert nor delete nor
/// bring its log into the file, and what is delivered could never be freed.
struct DiskRoom {
    let path: String
    let bytes: Int64
    /// True while the reserve is there.
    private(set) var isHeld = false
    /// When it is looked for again.
    var lookAgain: MonotonicTime?

    /// Takes the reserve, if there is room.
    init(path: String, bytes: Int64) {
        (self.path, self.bytes) = (path, bytes)
        take()
    }

    /// Tries to have it again.
    mutating func take() {
        guard !isHeld else { return }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return }
        isHeld = posix_fallocate(descriptor, 0, off_t(bytes)) == 0
        close(descriptor)
        if !isHeld { unlink(path) }
    }

    /// Gives it back to the disk.
    mutating func release() {
        unlink(path)
        isHeld = false
    }
}
