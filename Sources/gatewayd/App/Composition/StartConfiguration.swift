// Which configuration the daemon starts with: the file's, or the last good one when the file is broken or not to be trusted.
import SensorModel
import GatewayConfig

/// The configuration of this run, and how it was come by.
public struct StartConfiguration: Sendable {
    /// A configuration that was on trial and is not in force.
    struct Untaken: Sendable {
        /// `sha256:…` over its text.
        var hash: String
        /// What went wrong.
        var why: Bilingual
        /// Where it is kept.
        var keptAt: String
    }

    /// What the daemon works with, with the files it was read from.
    public var loaded: LoadedConfiguration
    /// The file that was asked for.
    public var path: String
    /// What is wrong with that file; empty when it is the one in use.
    public var refused: [ConfigurationError]
    /// Whether what is in use is the last good one, and something else than the file.
    public var isLastGood: Bool
    /// What was tried in place of this one, and did not prove itself.
    var untaken: Untaken?

    /// - Parameters: as the properties.
    init(loaded: LoadedConfiguration, path: String, refused: [ConfigurationError], isLastGood: Bool = false) {
        self.loaded = loaded
        self.path = path
        self.refused = refused
        self.isLastGood = isLastGood
    }

    /// What the daemon works with.
    public var configuration: Configuration { loaded.configuration }

    /// How reports name it.
    var state: String { isLastGood ? "last-good" : "current" }

    /// Loads the file; when it is broken, the last good configuration in the store that the file names (as far as
    /// it can be read).
    /// - Parameters:
    ///   - boards: folder of the shipped profiles and rules; nil when there is none.
    ///   - isSafe: has the last good one in any case, if there is one: the file may be what the daemon falls over.
    /// - Throws: the file's errors, when there is no last good configuration either.
    public static func load(
        path: String, boards: String? = BoardFiles.locate(), isSafe: Bool = false
    ) throws(ConfigurationErrors) -> StartConfiguration {
        let loader = ConfigurationLoader(boards: boards)
        var broken = ConfigurationErrors(errors: [])
        var file: LoadedConfiguration?
        do { file = try loader.load(path: path) } catch { broken = error }
        if let file, !isSafe { return StartConfiguration(loaded: file, path: path, refused: []) }
        if let lastGood = try? LastGoodConfiguration.load(inStore: loader.salvagedStorePath(path: path)) {
            let isFile = file.map { lastGood.hasSameFiles(as: $0) } ?? false
            return StartConfiguration(loaded: lastGood, path: path, refused: broken.errors, isLastGood: !isFile)
        }
        guard let file else { throw broken }
        return StartConfiguration(loaded: file, path: path, refused: [])
    }

    /// Whether the store has a last good configuration that can be read.
    var hasLastGood: Bool { (try? LastGoodConfiguration.load(inStore: configuration.store.path)) != nil }

    /// Keeps the file as the last good one; called when it has proved itself, with a store that is ours.
    func keep() throws(LastGoodConfiguration.SaveError) {
        guard !isLastGood else { return }
        try LastGoodConfiguration.save(loaded, from: path, inStore: configuration.store.path)
    }

    /// The alarm's words, or nil when the file is in use and no other one was tried.
    var problem: Bilingual? {
        if let first = refused.first {
            return Bilingual(
                zh: "\(refused.count) 处错误，第一处：\(first)；正在使用上一份有效配置",
                en: "\(refused.count) error\(refused.count == 1 ? "" : "s"), the first: \(first); "
                    + "the last good configuration is in use")
        }
        return untaken.map { untaken in
            Bilingual(
                zh: "\(untaken.hash.prefix(19)) 未通过试运行：\(untaken.why.zh)；正在使用此前的配置，未采用的保存为 \(untaken.keptAt)",
                en: "\(untaken.hash.prefix(19)) did not prove itself: \(untaken.why.en); the one before is in use, "
                    + "the other one is kept as \(untaken.keptAt)")
        }
    }

    /// What is to be done about it.
    var remedy: Bilingual {
        refused.isEmpty
            ? Bilingual(zh: "请更正后重新应用", en: "correct it and apply it again")
            : Bilingual(zh: "请更正文件后重启", en: "correct the file and restart")
    }
}

extension LoadedConfiguration {
    /// Whether it was made of the same contents, wherever they were read.
    fileprivate func hasSameFiles(as other: Self) -> Bool {
        let (own, others) = (files.map { ($0.kind, $0.bytes) }, other.files.map { ($0.kind, $0.bytes) })
        return own.count == others.count && own.allSatisfy { file in others.contains { $0 == file } }
    }
}
