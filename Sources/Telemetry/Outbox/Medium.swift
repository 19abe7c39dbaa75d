// Reads files as they are, without SQLite: what the medium does not give is told apart from what is not there.
import Glibc

/// The medium below a lane's files.
enum Medium {
    /// Bytes of each file that are read to know whether it can be; a lane that is longer is not looked at from end to end.
    static let mostRead: Int64 = 64 << 20

    /// The file's content.
    /// - Returns: nil when there is no such file, or it is longer than the limit, or no file.
    static func bytes(_ path: String, atMost limit: Int64) throws(StoreError) -> [UInt8]? {
        var content: [UInt8] = []
        let isWhole = try read(path) { chunk in
            content += chunk
            return content.count <= limit
        }
        return isWhole ? content : nil
    }

    /// The first bytes of a file; nil when there is none, or it is shorter.
    static func head(_ path: String, bytes count: Int) throws(StoreError) -> [UInt8]? {
        var content: [UInt8] = []
        _ = try read(path) { chunk in
            content += chunk
            return content.count < count
        }
        return content.count >= count ? Array(content.prefix(count)) : nil
    }

    /// Why a lane's file cannot be read, or the log beside it; nil when they can be, as far as that was looked at.
    ///
    /// SQLite's check takes a page that it was not given for a damaged one, and says so in the same words.
    static func failure(of path: String) -> StoreError? {
        do throws(StoreError) {
            for suffix in ["", "-wal"] {
                var left = mostRead
                _ = try read(path + suffix) { chunk in
                    left -= Int64(chunk.count)
                    return left > 0
                }
            }
            return nil
        } catch {
            return error
        }
    }

    /// Asks for the right to write a file; what is not there is in nobody's way.
    static func mustBeWritable(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        // A folder in its place is damage.
        if descriptor < 0, errno != ENOENT, errno != EISDIR { throw StoreError(errno: errno, operation: "open", path: path) }
        if descriptor >= 0 { close(descriptor) }
    }

    /// Writes and syncs a file, and takes it away again.
    static func mustTake(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw StoreError(errno: errno, operation: "write", path: path) }
        let bytes = [UInt8](repeating: 0, count: 16_384)
        let isTaken = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        unlink(path)
        if !isTaken { throw StoreError(errno: code, operation: "write", path: path) }
    }

    /// Reads until the end, or until the closure says stop.
    /// - Returns: whether it came to the end of a file.
    private static func read(_ path: String, _ take: (ArraySlice<UInt8>) -> Bool) throws(StoreError) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            // No file, or nothing that could be one.
            if [ENOENT, ENOTDIR, ELOOP].contains(errno) { return false }
            throw StoreError(errno: errno, operation: "read", path: path)
        }
        defer { close(descriptor) }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var place: off_t = 0
        while true {
            let count = pread(descriptor, &chunk, chunk.count, place)
            if count == 0 { return true }
            guard count > 0 else {
                // Something else stands in the place of the file: that is damage.
                if errno == EISDIR || errno == ESPIPE { return false }
                throw StoreError(errno: errno, operation: "read", path: path)
            }
            place += off_t(count)
            if !take(chunk[..<count]) { return false }
        }
    }
}
