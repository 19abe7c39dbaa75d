// The whole file that takes the place of a damaged one. The power may fail between any two steps: the next start goes on there.
import Glibc
import Platform

/// A file beside a lane's own: unfinished and worth nothing, or whole. A whole one is the lane's file from that moment on, and
/// the one in the place is the damaged one, with its log.
enum Replacement {
    /// What is being written.
    static func unfinished(_ path: String) -> String { path + ".fresh" }

    private static func whole(_ path: String) -> String { path + ".carried" }

    /// Where the lane's file is.
    static func current(_ path: String) -> String { LineFile.exists(whole(path)) ? whole(path) : path }

    /// Removes what was not finished.
    static func clear(_ path: String) { for suffix in SetAside.suffixes { unlink(unfinished(path) + suffix) } }

    /// What was written is whole, synced and closed. The new name need not be durable: nothing is committed before the place is
    /// taken, and until then the damaged file is as good as it was.
    static func finish(_ path: String) throws(StoreError) { try step(rename(unfinished(path), whole(path)), path) }

    /// Moves the damaged file and its log out of the way and puts the whole one into its place. Each step may be done already.
    /// - Parameter limit: bytes that are kept of each damaged file.
    /// - Returns: where the damaged files are; nil when there is no whole one.
    static func takePlace(of path: String, keeping limit: Int64) throws(StoreError) -> [String]? {
        clear(path)
        guard LineFile.exists(whole(path)) else { return nil }
        let files = try SetAside.move(path, atMost: limit, isBegun: !LineFile.exists(path))
        // The log of the damaged file must be gone for good before another file has its name.
        try sync(path)
        try step(rename(whole(path), path), path)
        try sync(path)
        return files
    }

    private static func sync(_ path: String) throws(StoreError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let code = LineFile.sync(folder: folder)
        if code != 0 { throw StoreError(errno: code, operation: "replace", path: path) }
    }

    private static func step(_ result: Int32, _ path: String) throws(StoreError) {
        if result != 0 { throw StoreError(errno: errno, operation: "replace", path: path) }
    }
}
