// Where the store is, out of a file that is broken: the last good configuration waits there.
import Platform

extension ConfigurationLoader {
    /// The best guess at `store.path` of a file that may be broken or missing: what was read before the first syntax error,
    /// else a look at the plain text, else /var/lib/gatewayd.
    public func salvagedStorePath(path: String) -> String {
        let fallback = StoreSettings().path
        guard FileSystem.problem(reading: path) == nil, let bytes = TextFile.bytes(path, atMost: YAMLReader.largestFile) else {
            return fallback
        }
        let fromTree = YAMLReader.read(bytes).root?["store"]?["path"]?.text
        guard let found = fromTree ?? Self.storePath(inText: String(decoding: bytes, as: UTF8.self)), !found.isEmpty else {
            return fallback
        }
        return FileSystem.join(FileSystem.absolute(FileSystem.folder(of: path)), found)
    }

    /// Looks for `path:` behind `store:`, on the same line or on the indented lines below it.
    static func storePath(inText text: String) -> String? {
        var isInStore = false
        for line in text.split(whereSeparator: \.isNewline) {
            let isIndented = line.first == " " || line.first == "\t"
            var rest = line.drop { $0 == " " || $0 == "\t" }
            if !isIndented, !rest.hasPrefix("#") {
                isInStore = rest.hasPrefix("store:")
                if isInStore { rest = rest.dropFirst("store:".count) }
            }
            guard isInStore, !rest.hasPrefix("#") else { continue }
            if let value = pathValue(rest) { return value }
        }
        return nil
    }

    private static func pathValue(_ line: Substring) -> String? {
        let words = line.split { $0 == " " || $0 == "{" || $0 == "," || $0 == "}" || $0 == "\t" }
        guard let index = words.firstIndex(of: "path:"), index + 1 < words.endIndex else { return nil }
        let value = words[index + 1].drop { $0 == "\"" || $0 == "'" }
        return String(value.prefix { $0 != "\"" && $0 != "'" })
    }
}
