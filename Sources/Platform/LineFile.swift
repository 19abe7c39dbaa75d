// A file of lines that only grows: read in pieces, its end set right, its number in a row of files changed.
import Glibc

/// What a log needs of files beside appending.
public enum LineFile {
    /// Gives every line of the file, without its end, in pieces that do not hold the file in memory.
    /// - Parameters:
    ///   - line: the line, whether it had an end, and its offset in the file.
    /// - Returns: 0, also when there is no file, or the errno of the step that failed.
    public static func lines(_ path: String, _ line: (ArraySlice<UInt8>, _ isWhole: Bool, _ offset: Int64) -> Void) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? 0 : errno }
        defer { close(descriptor) }
        var (rest, offset) = ([UInt8](), Int64(0))
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return errno }
            if count == 0 { break }
            rest += chunk[..<count]
            var start = 0
            while let end = rest[start...].firstIndex(of: 0x0A) {
                line(rest[start..<end], true, offset + Int64(start))
                start = end + 1
            }
            rest.removeFirst(start)
            offset += Int64(start)
        }
        if !rest.isEmpty { line(rest[...], false, offset) }
        return 0
    }

    /// The file's size in bytes; 0 when there is none.
    public static func size(_ path: String) -> Int64 {
        var information = stat()
        return stat(path, &information) == 0 ? Int64(information.st_size) : 0
    }

    /// Whether there is such a file.
    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Writes from the offset on, ends the file behind it, and syncs it.
    /// - Returns: 0, or the errno of the step that failed.
    public static func end(_ path: String, at offset: Int64, with content: [UInt8]) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var written = 0
        while written < content.count {
            let count = content[written...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset) + off_t(written))
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 { return errno }
            written += count
        }
        guard ftruncate(descriptor, off_t(offset) + off_t(content.count)) == 0, fsync(descriptor) == 0 else { return errno }
        return 0
    }

    /// Gives the file another name in its folder; takes the place of a file of that name.
    /// - Returns: 0, or the errno of the step that failed.
    public static func move(_ path: String, to new: String) -> Int32 { rename(path, new) == 0 ? 0 : errno }

    /// Removes the file.
    /// - Returns: 0, or the errno of the step that failed.
    public static func remove(_ path: String) -> Int32 { unlink(path) == 0 ? 0 : errno }

    /// Makes new names of files in the folder durable.
    /// - Returns: 0, or the errno of the step that failed.
    public static func sync(folder: String) -> Int32 {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        return fsync(descriptor) == 0 ? 0 : errno
    }
}
