// Making, moving and removing the small folders of the last good configuration.
import Glibc
import Platform

/// Steps on folders, each of which says where it failed.
enum FolderTree {
    typealias SaveError = LastGoodConfiguration.SaveError

    /// Makes a folder.
    static func create(_ path: String) throws(SaveError) {
        guard mkdir(path, 0o750) == 0 else { throw SaveError(operation: .create, path: path, code: errno) }
    }

    /// Renames a folder.
    static func move(_ path: String, to target: String) throws(SaveError) {
        guard rename(path, target) == 0 else { throw SaveError(operation: .rename, path: path, code: errno) }
    }

    /// Makes the folder's entries durable.
    static func sync(_ path: String) throws(SaveError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SaveError(operation: .sync, path: path, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SaveError(operation: .sync, path: path, code: errno) }
    }

    /// Removes a folder with what is in it; nothing happens when it is not there. Links are removed, not followed.
    static func remove(_ path: String) throws(SaveError) {
        var information = stat()
        guard lstat(path, &information) == 0 else { return }
        if information.st_mode & S_IFMT == S_IFDIR {
            for name in Folder.names(in: path) { try remove("\(path)/\(name)") }
            guard rmdir(path) == 0 else { throw SaveError(operation: .remove, path: path, code: errno) }
        } else {
            guard unlink(path) == 0 else { throw SaveError(operation: .remove, path: path, code: errno) }
        }
    }
}
