// How far a command of the platform may change the configuration: it adds, and says what a cover is called. Pure.
import SensorModel

extension ConfigurationChanges {
    /// What a cover is called and who looks after it: nothing that is watched depends on it.
    private static let described: Set<String> = [
        "name", "grid", "responsibility_grid", "road", "competent", "owner", "maintainer", "location.text",
        "location.longitude", "location.latitude", "location.crs",
    ]

    /// What only a person at the gateway may change: everything that takes away, that alters what is watched or where it goes,
    /// and everything that nobody has thought of here. Empty when a command may bring all of it about.
    /// - Parameter silencing: the rules of the new one that suppress others.
    func beyondCommand(silencing: Set<String>) -> [Row] {
        rows.filter { row in
            switch (row.about, row.kind) {
            case (.cover, .added), (.sensor, .added): false
            case (.rule, .added): silencing.contains(row.subject)
            case (.cover, .changed): !row.values.allSatisfy { Self.described.contains($0.key) }
            default: true
            }
        }
    }
}

extension ConfigurationChanges.Row {
    /// In a word, for whoever asked for it; keys and kinds of things as the configuration writes them.
    var words: Bilingual {
        let keys = values.map(\.key).prefix(4).joined(separator: ", ")
        let what = "\(about.rawValue) \(subject)"
        let change =
            switch kind {
            case .added: Bilingual(zh: "增加", en: "added")
            case .removed: Bilingual(zh: "删除", en: "removed")
            case .changed: Bilingual(zh: "更改", en: "changed")
            }
        return Bilingual(
            zh: "\(change.zh) \(what)" + (keys.isEmpty ? "" : "（\(keys)）"),
            en: "\(what) \(change.en)" + (keys.isEmpty ? "" : " (\(keys))"))
    }
}
