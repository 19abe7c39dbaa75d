// The few questions this target asks about files and folders, without Foundation.
import Glibc
import Platform

/// Paths, and what is found at them.
enum FileSystem {
    /// Why a regular file cannot be read, in words; nil when it can.
    static func problem(reading path: String) -> String? {
        var information = stat()
        guard stat(path, &information) == 0 else { return String(cString: strerror(errno)) }
        guard information.st_mode & S_IFMT == S_IFREG else { return "not a file" }
        return access(path, R_OK) == 0 ? nil : String(cString: strerror(errno))
    }

    /// True when there is anything at the path, readable or not.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// True for a folder.
    static func isFolder(_ path: String) -> Bool {
        var information = stat()
        return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
    }

    /// The names of a folder's `.yaml` files without the ending, sorted.
    static func yamlNames(in folder: String) -> [String] {
        Folder.names(in: folder).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.map { String($0.dropLast(5)) }
    }

    /// The folder part of a path; `.` when there is none.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// `path` as seen from `folder`; an absolute path stays as it is.
    static func join(_ folder: String, _ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        var rest = path[...]
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        if rest == "." || rest.isEmpty { return folder }
        if folder == "." { return String(rest) }
        return folder.hasSuffix("/") ? folder + rest : "\(folder)/\(rest)"
    }

    /// The absolute path without symbolic links; the path itself when there is nothing there.
    static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
