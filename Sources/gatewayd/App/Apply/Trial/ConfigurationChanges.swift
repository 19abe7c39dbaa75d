// What is another in one configuration than in another: by what it is about, key by key. Pure.
import GatewayConfig

/// The differences of two configurations.
struct ConfigurationChanges: Sendable, Equatable {
    /// What a row is about.
    enum About: String, Sendable, CaseIterable { case section, bus, cover, sensor, model, rule, output, uplink }

    /// What happened to it.
    enum Kind: String, Sendable, CaseIterable { case added, removed, changed }

    /// One value that is another.
    struct Value: Sendable, Equatable {
        var key: String
        /// Nil where there was none.
        var before: String?
        /// Nil where there is none any more.
        var after: String?
    }

    /// Everything about one thing.
    struct Row: Sendable, Equatable {
        var about: About
        /// An id; of a sensor `COVER/SENSOR`, of a section its key.
        var subject: String
        var kind: Kind
        /// Of a sensor that is added or removed: its points.
        var points: [String] = []
        /// Of what has changed.
        var values: [Value] = []
    }

    /// In the order of the files: removed things stand where they were in the old one, behind those of the new one.
    let rows: [Row]

    /// - Parameters:
    ///   - path: of gateway.yaml, from whose folder relative paths of both start.
    init(from old: LoadedConfiguration, to new: LoadedConfiguration, readFrom path: String) {
        let (before, after) = (Leaves(old, path), Leaves(new, path))
        var rows: [Row] = []
        for subject in after.order {
            guard let values = before.values[subject] else {
                rows.append(Row(about: subject.about, subject: subject.name, kind: .added, points: after.points(of: subject)))
                continue
            }
            let changed = Self.difference(values, after.values[subject] ?? [:])
            if !changed.isEmpty {
                rows.append(Row(about: subject.about, subject: subject.name, kind: .changed, values: changed))
            }
        }
        for subject in before.order where after.values[subject] == nil {
            rows.append(Row(about: subject.about, subject: subject.name, kind: .removed, points: before.points(of: subject)))
        }
        self.rows = rows + Self.models(old, new)
    }

    private static func difference(_ before: [String: String], _ after: [String: String]) -> [Value] {
        Set(before.keys).union(after.keys).sorted().compactMap { key in
            before[key] == after[key] ? nil : Value(key: key, before: before[key], after: after[key])
        }
    }

    /// Sensor models that both use and whose file is another.
    private static func models(_ old: LoadedConfiguration, _ new: LoadedConfiguration) -> [Row] {
        new.files.compactMap { file in
            guard case .profile(let name) = file.kind, let before = old.files.first(where: { $0.kind == file.kind }),
                before.bytes != file.bytes
            else { return nil }
            return Row(about: .model, subject: name, kind: .changed)
        }
    }
}

/// The values of a configuration by what they are about.
private struct Leaves {
    struct Subject: Hashable {
        var about: ConfigurationChanges.About
        var name: String
    }

    private let configuration: Configuration
    private(set) var values: [Subject: [String: String]] = [:]
    private(set) var order: [Subject] = []

    init(_ loaded: LoadedConfiguration, _ path: String) {
        configuration = loaded.configuration
        let effective = EffectiveConfiguration(loaded, readFrom: path)
        let rules = effective.rules.map(\.id)
        for value in effective.values {
            let (subject, key) = place(of: value.key, rules)
            if values[subject] == nil { order.append(subject) }
            values[subject, default: [:]][key] = value.value
        }
    }

    /// The points of a sensor; none of anything else.
    func points(of subject: Subject) -> [String] {
        guard subject.about == .sensor else { return [] }
        for cover in configuration.covers {
            for sensor in cover.sensors where "\(cover.code)/\(sensor.id)" == subject.name {
                return sensor.channels.map { "\(subject.name)/\($0.name)" }
            }
        }
        return []
    }

    /// What a path of keys is about, and the rest of it. Ids may have dots: they are taken from the configuration.
    private func place(of path: String, _ rules: [String]) -> (Subject, String) {
        if let (index, rest) = indexed(path, "covers"), configuration.covers.indices.contains(index) {
            let cover = configuration.covers[index]
            if let (id, key) = named(rest, "sensors.", cover.sensors.map(\.id)) {
                return (Subject(about: .sensor, name: "\(cover.code)/\(id)"), key)
            }
            return (Subject(about: .cover, name: cover.code), rest)
        }
        if let (index, rest) = indexed(path, "alarms.rules"), rules.indices.contains(index) {
            return (Subject(about: .rule, name: rules[index]), rest)
        }
        let sections: [(String, ConfigurationChanges.About, [String])] = [
            ("buses.", .bus, configuration.buses.map(\.id)), ("outputs.", .output, configuration.outputs.map(\.id)),
            ("uplinks.", .uplink, configuration.uplinks.map(\.id)),
        ]
        for (prefix, about, ids) in sections {
            if let (id, key) = named(path, prefix, ids) { return (Subject(about: about, name: id), key) }
        }
        let section = String(path.prefix { $0 != "." && $0 != "[" })
        let rest = path.dropFirst(section.count)
        return (Subject(about: .section, name: section), String(rest.first == "." ? rest.dropFirst() : rest))
    }

    /// `NAME[3].rest`.
    private func indexed(_ path: String, _ name: String) -> (Int, String)? {
        guard path.hasPrefix(name + "[") else { return nil }
        let rest = path.dropFirst(name.count + 1)
        guard let end = rest.firstIndex(of: "]"), let index = Int(rest[..<end]) else { return nil }
        return (index, String(rest[rest.index(after: end)...].drop { $0 == "." }))
    }

    /// `PREFIX.ID.rest`, where the longest id counts that fits.
    private func named(_ path: String, _ prefix: String, _ ids: [String]) -> (String, String)? {
        guard path.hasPrefix(prefix) else { return nil }
        let rest = path.dropFirst(prefix.count)
        let fitting = ids.filter { rest == $0 || rest.hasPrefix($0 + ".") || rest.hasPrefix($0 + "[") }
        guard let id = fitting.max(by: { $0.count < $1.count }) else { return nil }
        return (id, String(rest.dropFirst(id.count).drop { $0 == "." }))
    }
}
