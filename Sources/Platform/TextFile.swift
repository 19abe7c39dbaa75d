// Small files of the kernel and of the store, without Foundation.
import Glibc

/// Reading and durably replacing small files.
public enum TextFile {
    /// The file's text, or nil when it cannot be read or is longer than `atMost` bytes.
    public static func read(_ path: String, atMost limit: Int) -> String? {
        bytes(path, atMost: limit).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The file's bytes, or nil when it cannot be read or is longer than `atMost` bytes.
    public static func bytes(_ path: String, atMost limit: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 { return nil }
            if count == 0 { return content }
            content.append(contentsOf: chunk[..<count])
            if content.count > limit { return nil }
        }
    }

    /// Replaces the file so that a power cut leaves the old or the new content, never neither:
    /// temporary file, fsync, rename, fsync of the folder.
    /// - Parameters:
    ///   - mode: who may read it, before it has any content.
    ///   - isDurable: false leaves the syncs out: what is written outlives the process, and not the power.
    /// - Returns: 0, or the errno of the step that failed.
    public static func replace(
        _ path: String, with content: [UInt8], mode: mode_t = 0o640, isDurable: Bool = true
    ) -> Int32 {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { return errno }
        let written = write(all: content, to: descriptor)
        let synced = written == 0 && isDurable && fsync(descriptor) != 0 ? errno : written
        close(descriptor)
        guard synced == 0 else { return synced }
        guard rename(temporary, path) == 0 else { return errno }
        guard isDurable else { return 0 }
        let folder = open(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) + "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return errno }
        defer { close(folder) }
        return fsync(folder) == 0 ? 0 : errno
    }

    /// Adds to the end of the file and syncs it.
    /// - Returns: 0, or the errno of the step that failed.
    public static func append(_ path: String, _ content: [UInt8]) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        let written = write(all: content, to: descriptor)
        return written == 0 && fsync(descriptor) != 0 ? errno : written
    }

    private static func write(all content: [UInt8], to descriptor: Int32) -> Int32 {
        var offset = 0
        while offset < content.count {
            let count = content[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 { return errno }
            offset += count
        }
        return 0
    }
}
