// Where the shipped sensor models and rules are: beside the program, wherever it was installed.
import Glibc

/// Finds the shipped folder, which holds `profiles/` and `rules/`.
public enum BoardFiles {
    /// Where a Debian package puts it.
    public static let system = "/usr/share/gatewayd/boards"

    /// The shipped folder, or nil when there is none.
    public static func locate() -> String? {
        locate(from: programFolder)
    }

    /// The shipped folder seen from a folder, or nil when there is none.
    public static func locate(from folder: String) -> String? {
        candidates(from: folder).first { FileSystem.isFolder("\($0)/profiles") }
    }

    /// All places where it is looked for, in their order: from the folder upwards `boards` and `share/gatewayd/boards`,
    /// then `system`.
    public static func candidates(from folder: String) -> [String] {
        var level = folder
        var places: [String] = []
        while level.hasPrefix("/") {
            let base = level == "/" ? "" : level
            places += ["\(base)/boards", "\(base)/share/gatewayd/boards"]
            if level == "/" { break }
            level = FileSystem.folder(of: level)
        }
        return places + [system]
    }

    /// The folder of the running program.
    static var programFolder: String { FileSystem.folder(of: FileSystem.absolute("/proc/self/exe")) }
}
