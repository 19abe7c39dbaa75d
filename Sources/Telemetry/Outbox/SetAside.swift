// What becomes of a damaged file: it is kept beside its place, to be looked at, and never in the way.
import Glibc
import Platform

/// Moves damaged files of a lane out of the way.
/// Limit and loss: two sets of each lane are kept, each file up to a bound; what is longer is cut, what is older is removed.
enum SetAside {
    /// Bytes that are kept of a damaged file of a lane with this bound.
    static func limit(of maxBytes: Int64) -> Int64 { max(1 << 20, maxBytes / 4) }

    /// Bytes that are kept where the disk is full.
    static let least: Int64 = 64 << 10

    static let suffixes = ["", "-wal", "-shm"]

    /// Gives the lane's files other names.
    /// - Parameters:
    ///   - path: the lane's file.
    ///   - limit: bytes that are kept of each.
    ///   - isBegun: whether a run that the power has ended has moved some of them: the rest belongs to that set.
    /// - Returns: the new names.
    static func move(_ path: String, atMost limit: Int64, isBegun: Bool = false) throws(StoreError) -> [String] {
        if !isBegun { makePlace(for: path) }
        var moved: [String] = []
        for suffix in suffixes where exists(path + suffix) {
            let aside = "\(path).damaged\(suffix)"
            guard rename(path + suffix, aside) == 0 else {
                throw StoreError(errno: errno, operation: "set aside", path: path + suffix)
            }
            moved.append(aside)
        }
        cut(moved, to: limit)
        return moved
    }

    /// Cuts what is longer.
    static func cut(_ files: [String], to limit: Int64) {
        for file in files {
            var information = stat()
            if stat(file, &information) == 0, Int64(information.st_size) > limit { truncate(file, off_t(limit)) }
        }
    }

    /// Gives up what was kept before: what can be delivered yet needs the room.
    static func giveUp(_ path: String) {
        for suffix in suffixes {
            for set in [".damaged", ".damaged.1"] { remove(path + set + suffix, depth: 4) }
        }
    }

    /// Cuts what was kept before to next to nothing.
    static func cut(setsOf path: String) {
        let files = suffixes.flatMap { ["\(path).damaged\($0)", "\(path).damaged.1\($0)"] }
        cut(files, to: least)
    }

    /// Keeps the content of a log that SQLite is about to throw away.
    /// - Parameter limit: bytes that are kept, the first ones.
    /// - Returns: the name it has.
    static func keepLog(_ bytes: [UInt8], of path: String, atMost limit: Int64) -> String? {
        makePlace(for: path)
        let aside = "\(path).damaged-wal"
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let count = min(bytes.count, Int(limit))
        return write(descriptor, bytes, count) == count ? aside : nil
    }

    /// The set before becomes the older one, in the place of the one before that.
    private static func makePlace(for path: String) {
        for suffix in suffixes {
            remove("\(path).damaged.1\(suffix)", depth: 4)
            if exists("\(path).damaged\(suffix)") { rename("\(path).damaged\(suffix)", "\(path).damaged.1\(suffix)") }
        }
    }

    private static func exists(_ path: String) -> Bool {
        var information = stat()
        return lstat(path, &information) == 0
    }

    /// A folder may have stood where the file should be.
    private static func remove(_ path: String, depth: Int) {
        guard unlink(path) != 0, errno == EISDIR, depth > 0 else { return }
        for name in Folder.names(in: path) { remove("\(path)/\(name)", depth: depth - 1) }
        rmdir(path)
    }
}
