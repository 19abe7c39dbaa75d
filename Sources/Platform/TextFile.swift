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
        var problem: Int32 = 0
        return bytes(path, atMost: limit, problem: &problem)
    }

    /// The same for whoever has to tell damage from a medium that cannot be read.
    /// - Parameter problem: the errno of the step that failed; `EFBIG` when the file is longer.
    public static func bytes(_ path: String, atMost limit: Int, problem: inout Int32) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            problem = errno
            return nil
        }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 { problem = errno }
            if count == 0 { return content }
            if count > 0 { content.append(contentsOf: chunk[..<count]) }
            if content.count > limit { problem = EFBIG }
            if problem != 0 { return nil }
        }
    }

    /// Replaces the file so that a power cut leaves the old or the new content, never neither:
    /// temporary file, fsync, rename, fsync of the folder.
    ///
    /// What stands at the temporary file's place is removed, never followed or written into: where others may write into the
    /// folder, too, it could be a link to a file of ours, or be open already.
    /// - Parameters:
    ///   - mode: who may read it, whatever the process's mask is, before it has any content; nil for 0640 less the mask.
    ///   - owner: whose it is, before it has any content, where the process may give it away; nil for the process's own.
    ///   - isDurable: false leaves the syncs out: what is written outlives the process, and not the power.
    /// - Returns: 0, or the errno of the step that failed.
    public static func replace(
        _ path: String, with content: [UInt8], mode: mode_t? = nil, owner: (user: uid_t, group: gid_t)? = nil,
        isDurable: Bool = true
    ) -> Int32 {
        let temporary = path + ".new"
        guard unlink(temporary) == 0 || errno == ENOENT else { return errno }
        // What is to have a certain mode or owner is nobody else's until it has them.
        let exact: mode_t? = owner == nil ? mode : mode ?? 0o640
        let first: mode_t = exact == nil ? 0o640 : 0o600
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, first)
        guard descriptor >= 0 else { return errno }
        var code = give(descriptor, to: owner, mode: exact)
        if code == 0 { code = write(all: content, to: descriptor) }
        if code == 0, isDurable, fsync(descriptor) != 0 { code = errno }
        close(descriptor)
        if code == 0, rename(temporary, path) != 0 { code = errno }
        guard code == 0 else {
            unlink(temporary)
            return code
        }
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

    /// The owner first: changing it takes bits of the mode away.
    private static func give(_ descriptor: Int32, to owner: (user: uid_t, group: gid_t)?, mode: mode_t?) -> Int32 {
        if let owner, fchown(descriptor, owner.user, owner.group) != 0, errno != EPERM { return errno }
        if let mode, fchmod(descriptor, mode) != 0 { return errno }
        return 0
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
