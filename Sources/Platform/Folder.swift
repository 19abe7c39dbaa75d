// What is in a folder, without Foundation.
import Glibc

/// Folders of the file system.
public enum Folder {
    /// The names in a folder, sorted, without `.` and `..`; none when it cannot be read. Source: readdir(3).
    public static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        // The record ends with the name: read no further than that.
        let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) ?? 19
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = String(cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
