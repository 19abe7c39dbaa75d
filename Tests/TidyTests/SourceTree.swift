// The repository's files as the tidy tests read them.
import Foundation

/// One text file.
struct TreeFile: Sendable {
    /// From the repository's root, like `Sources/Platform/Mailbox.swift`.
    let path: String
    let text: String
    /// Of a Swift file: the text without comments and the insides of strings, line for line.
    let code: String

    init(path: String, text: String) {
        self.path = path
        self.text = text
        code = path.hasSuffix(".swift") ? SwiftText(text).code : ""
    }

    var codeLines: [Substring] { code.split(separator: "\n", omittingEmptySubsequences: false) }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    var isSwift: Bool { path.hasSuffix(".swift") }
    var isC: Bool { path.hasSuffix(".c") || path.hasSuffix(".h") }
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    func isIn(_ folder: String) -> Bool { path.hasPrefix(folder + "/") }
}

/// The repository.
enum SourceTree {
    /// Its root, found from where this file was compiled.
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A file's text by its path from the root; nil when it is not there.
    static func text(_ path: String) -> String? { try? String(contentsOf: root.appending(path: path), encoding: .utf8) }

    /// All text files below a folder, by path.
    static func files(in folder: String) -> [TreeFile] {
        let start = root.appending(path: folder)
        let found = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
        var files: [TreeFile] = []
        for case let url as URL in found ?? FileManager.DirectoryEnumerator() {
            guard !url.path.contains("__pycache__"), let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
            files.append(TreeFile(path: String(url.path.dropFirst(root.path.count + 1)), text: text))
        }
        return files.sorted { $0.path < $1.path }
    }

    /// Everything in Sources and Tests.
    static let code = files(in: "Sources") + files(in: "Tests")
    /// The Swift files of Sources.
    static let sources = code.filter { $0.isIn("Sources") && $0.isSwift }
}
