// Which configuration the daemon starts with: the file's, or the last good one when the file is broken.
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
    /// What was tried in place of this one, and did not prove itself.
    var untaken: Untaken?

    /// - Parameters: as the properties.
    init(loaded: LoadedConfiguration, path: String, refused: [ConfigurationError]) {
        self.loaded = loaded
        self.path = path
        self.refused = refused
    }

    /// What the daemon works with.
    public var configuration: Configuration { loaded.configuration }

    /// Loads the file; when it is broken, the last good configuration in the store that the file names (as far as
    /// it can be read).
    /// - Parameter boards: folder of the shipped profiles and rules; nil when there is none.
    /// - Throws: the file's errors, when there is no last good configuration either.
    public static func load(path: String, boards: String? = BoardFiles.locate()) throws(ConfigurationErrors) -> StartConfiguration
    {
        let loader = ConfigurationLoader(boards: boards)
        let broken: ConfigurationErrors
        do {
            return StartConfiguration(loaded: try loader.load(path: path), path: path, refused: [])
        } catch {
            broken = error
        }
        let store = loader.salvagedStorePath(path: path)
        guard let lastGood = try? LastGoodConfiguration.load(inStore: store) else { throw broken }
        return StartConfiguration(loaded: lastGood, path: path, refused: broken.errors)
    }

    /// Keeps the file as the last good one; called once the store is ours.
    func keep() throws(LastGoodConfiguration.SaveError) {
        guard refused.isEmpty else { return }
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
