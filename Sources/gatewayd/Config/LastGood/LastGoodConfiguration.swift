// The last configuration that worked, kept in the store so that a broken file does not stop the gateway.
import Glibc
import Platform

/// A copy of everything a configuration was made of. Loading it needs neither the original files nor the shipped folder.
public enum LastGoodConfiguration {
    /// Why the copy could not be written.
    public struct SaveError: Error, Sendable, Equatable, CustomStringConvertible {
        /// Which step failed.
        public enum Operation: String, Sendable { case create, write, remove, rename, sync }
        /// Which step failed.
        public var operation: Operation
        /// At which path.
        public var path: String
        /// The errno.
        public var code: Int32

        /// - Parameters: as the properties.
        public init(operation: Operation, path: String, code: Int32) {
            self.operation = operation
            self.path = path
            self.code = code
        }

        /// One line for people.
        public var description: String {
            "the last good configuration cannot be kept: \(operation.rawValue) \(path): \(String(cString: strerror(code)))"
        }
    }

    /// Keeps a configuration's files under `last-good/` of the store; does nothing when they are there already.
    ///
    /// The copy is written beside the old one and swapped in by renaming, so that a power cut leaves the old or the new one.
    /// - Parameters:
    ///   - path: of gateway.yaml; relative paths of the copy keep starting from its folder.
    ///   - store: the store's folder, which exists.
    public static func save(_ loaded: LoadedConfiguration, from path: String, inStore store: String) throws(SaveError) {
        let files = content(of: loaded, folder: FileSystem.absolute(FileSystem.folder(of: path)))
        let current = "\(store)/\(name)"
        let fresh = "\(store)/\(name).new"
        let old = "\(store)/\(name).old"
        if isIdentical(files, at: current) { return }
        try FolderTree.remove(fresh)
        try FolderTree.create(fresh)
        for folder in ["profiles", "rules"] { try FolderTree.create("\(fresh)/\(folder)") }
        for (file, bytes) in files.sorted(by: { $0.key < $1.key }) {
            let code = TextFile.replace("\(fresh)/\(file)", with: bytes)
            guard code == 0 else { throw SaveError(operation: .write, path: "\(fresh)/\(file)", code: code) }
        }
        try FolderTree.sync(fresh)
        // Between the two renames only the old copy is there: `load` looks for it too.
        if FileSystem.isFolder(current) {
            try FolderTree.remove(old)
            try FolderTree.move(current, to: old)
        }
        try FolderTree.move(fresh, to: current)
        try FolderTree.sync(store)
        try FolderTree.remove(old)
    }

    /// Loads the copy.
    /// - Returns: nil when the store has none.
    /// - Throws: what is wrong with the copy, when it was damaged.
    public static func load(inStore store: String) throws(ConfigurationErrors) -> LoadedConfiguration? {
        let places = ["\(store)/\(name)", "\(store)/\(name).old"]
        guard let copy = places.first(where: { FileSystem.problem(reading: "\($0)/\(gatewayFile)") == nil }) else { return nil }
        let folder = TextFile.read("\(copy)/\(folderFile)", atMost: 4096) ?? "/"
        // Certificates may be gone by now: the uplink says so, and the alarms still work.
        let place = Place(display: folder, folder: folder, boards: copy, checksFiles: false, isCopy: true)
        return try ConfigurationLoader(boards: copy, checksFiles: false).load(path: "\(copy)/\(gatewayFile)", place: place)
    }

    private static let name = "last-good"
    private static let gatewayFile = "gateway.yaml"
    private static let folderFile = "folder"

    private static func content(of loaded: LoadedConfiguration, folder: String) -> [String: [UInt8]] {
        var content = [folderFile: Array(folder.utf8)]
        for file in loaded.files {
            switch file.kind {
            case .gateway: content[gatewayFile] = file.bytes
            case .profile(let model): content["profiles/\(model).yaml"] = file.bytes
            case .rules(let rules): content["rules/\(rules)"] = file.bytes
            }
        }
        return content
    }

    private static func isIdentical(_ files: [String: [UInt8]], at folder: String) -> Bool {
        let top = Folder.names(in: folder).filter { $0 != "profiles" && $0 != "rules" }
        let below = ["profiles", "rules"].flatMap { part in Folder.names(in: "\(folder)/\(part)").map { "\(part)/\($0)" } }
        guard Set(top + below) == Set(files.keys) else { return false }
        return files.allSatisfy { TextFile.bytes("\(folder)/\($0.key)", atMost: YAMLReader.largestFile) == $0.value }
    }
}
