// How far a command of the platform may change the configuration: it adds, and says what a cover is called. Pure.
import GatewayConfig
import SensorModel

extension ConfigurationChanges {
    /// What a cover is called and who looks after it: nothing that is watched depends on it.
    private static let described: Set<String> = [
        "name", "grid", "responsibility_grid", "road", "competent", "owner", "maintainer", "location.text",
        "location.longitude", "location.latitude", "location.crs",
    ]

    /// What only a person at the gateway may change: everything that takes away, that alters what is watched or where it goes,
    /// and everything that nobody has thought of here. Empty when a command may bring all of it about.
    /// - Parameters:
    ///   - old: the configuration in force.
    ///   - new: the other one.
    func beyondCommand(from old: Configuration, to new: Configuration) -> [Row] {
        let silencing = Set(new.rules.filter { !$0.suppresses.isEmpty }.map(\.id))
        let beyond = rows.filter { row in
            switch (row.about, row.kind) {
            case (.cover, .added), (.sensor, .added): false
            case (.rule, .added): silencing.contains(row.subject)
            case (.cover, .changed): !row.values.allSatisfy { Self.described.contains($0.key) }
            default: true
            }
        }
        let unnamed = Self.altered(from: old, to: new).filter { row in
            !beyond.contains { $0.about == row.about && $0.subject == row.subject }
        }
        return beyond + unnamed
    }

    /// What is in force and another, or not there, in the new one, by the settings themselves: ids may have dots, so that a path
    /// of keys alone can be read as one of another thing.
    private static func altered(from old: Configuration, to new: Configuration) -> [Row] {
        var rows = [
            ("gateway", old.gateway == new.gateway), ("store", old.store == new.store),
            ("profiles", old.profileFolders == new.profileFolders),
            ("diagnostics", old.socket == new.socket && old.http == new.http),
        ].filter { !$0.1 }.map { Row(about: .section, subject: $0.0, kind: .changed) }
        func compare<Setting: Equatable>(_ about: About, _ before: [(String, Setting)], _ after: [(String, Setting)]) {
            let found = Dictionary(after) { first, _ in first }
            for (name, setting) in before where found[name] != setting {
                rows.append(Row(about: about, subject: name, kind: found[name] == nil ? .removed : .changed))
            }
        }
        compare(.bus, old.buses.map { ($0.id, $0) }, new.buses.map { ($0.id, $0) })
        compare(.cover, old.covers.map { ($0.code, watched($0)) }, new.covers.map { ($0.code, watched($0)) })
        compare(.sensor, sensors(old), sensors(new))
        compare(.rule, old.rules.map { ($0.id, $0) }, new.rules.map { ($0.id, $0) })
        compare(.output, old.outputs.map { ($0.id, $0) }, new.outputs.map { ($0.id, $0) })
        compare(.uplink, old.uplinks.map { ($0.id, $0) }, new.uplinks.map { ($0.id, $0) })
        return rows
    }

    private static func sensors(_ configuration: Configuration) -> [(String, SensorSettings)] {
        configuration.covers.flatMap { cover in cover.sensors.map { ("\(cover.code)/\($0.id)", $0) } }
    }

    /// A cover without its sensors and without what it is called.
    private static func watched(_ cover: CoverSettings) -> CoverSettings {
        var bare = CoverSettings(code: cover.code, scheme: cover.scheme)
        (bare.kind, bare.risk) = (cover.kind, cover.risk)
        var heights = Location(longitude: 0, latitude: 0, crs: "")
        heights.rimElevation = cover.location?.rimElevation
        heights.invertElevation = cover.location?.invertElevation
        heights.datum = cover.location?.datum
        bare.location = heights
        return bare
    }

    /// What takes part in judging other readings at its cover: water over a head and too little oxygen take its value away, a
    /// low supply makes it doubtful.
    private static let witnessing: Set<Quantity> = [
        .oxygen, .waterLevel, .waterDepth, .waterPressure, .waterFloat, .supplyVoltage, .batteryVoltage,
    ]

    /// New sensors, `COVER/SENSOR`, that could silence others: at covers that are there already.
    static func witnesses(from old: Configuration, to new: Configuration) -> [String] {
        new.covers.flatMap { cover -> [String] in
            guard let before = old.covers.first(where: { $0.code == cover.code }) else { return [] }
            let known = Set(before.sensors.map(\.id))
            return cover.sensors
                .filter { !known.contains($0.id) && $0.channels.contains { witnessing.contains($0.quantity) } }
                .map { "\(cover.code)/\($0.id)" }
        }
    }

    /// Why a serial line of this machine cannot carry what is added there, in both languages; nil when all can. What was in force
    /// is not asked about, nor what is behind a network: a guessed speed is no reason to refuse a sensor for good.
    static func overload(from old: Configuration, to new: Configuration) -> Bilingual? {
        let known = Set(sensors(old).map(\.0))
        let added = Set(sensors(new).filter { !known.contains($0.0) }.map(\.1.bus))
        let lines = new.buses.filter { bus in if case .serial = bus.link { added.contains(bus.id) } else { false } }
        return new.objection(toLoadOf: Set(lines.map(\.id)))
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
