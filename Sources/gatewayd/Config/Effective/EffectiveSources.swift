// The files of a configuration as trees, and what they leave to be worked out: absolute paths, ports, origins.
import Alarms
import DeviceHAL

/// What the effective text is made from.
struct EffectiveSources {
    /// A rule where it stands.
    struct Rule {
        var origin: EffectiveConfiguration.RuleOrigin
        var node: YAMLNode?
        var shape: SectionShape
    }

    let configuration: Configuration
    /// gateway.yaml.
    let site: YAMLNode?
    /// In the order in which they work.
    let rules: [Rule]
    /// The file of each sensor model.
    let profileFiles: [String: String]

    init(_ loaded: LoadedConfiguration) {
        configuration = loaded.configuration
        var site: YAMLNode?
        var siteRules: [String: YAMLNode] = [:]
        var packRules: [String: (file: String, node: YAMLNode)] = [:]
        var profileFiles: [String: String] = [:]
        for file in loaded.files {
            switch file.kind {
            case .gateway:
                site = YAMLReader.read(file.bytes).root
                for node in site?["alarms"]?["rules"]?.items ?? [] { node["id"]?.text.map { siteRules[$0] = node } }
            case .rules:
                for node in YAMLReader.read(file.bytes).root?["rules"]?.items ?? [] {
                    node["id"]?.text.map { packRules[$0] = (file.path, node) }
                }
            case .profile(let name): profileFiles[name] = file.path
            }
        }
        self.site = site
        self.profileFiles = profileFiles
        let gateway = loaded.files.first { $0.kind == .gateway }?.path ?? ""
        rules = loaded.configuration.rules.map { rule in
            let own = siteRules[rule.id]
            let packed = packRules[rule.id]
            return Rule(
                origin: .init(
                    id: rule.id, file: own == nil ? packed?.file ?? "" : gateway, isSite: own != nil,
                    replaces: own == nil ? nil : packed?.file),
                node: own ?? packed?.node, shape: own == nil ? Shapes.packRule : Shapes.rule)
        }
    }

    /// The values that are not those of the text or of its default: paths are absolute here, and ports follow TLS.
    /// - Parameter folder: where relative paths start.
    func derivedValues(folder: String) -> [String: String] {
        var values = ["store.path": configuration.store.path, "diagnostics.socket": configuration.socket]
        for (index, entry) in (site?["profiles"]?.items ?? []).enumerated() {
            values["profiles[\(index)]"] = entry.text.map { FileSystem.join(folder, $0) }
        }
        for uplink in configuration.uplinks {
            let key = "uplinks.\(uplink.id)"
            values["\(key).tls.ca"] = uplink.tls?.ca
            values["\(key).tls.certificate"] = uplink.tls?.certificate
            values["\(key).tls.key"] = uplink.tls?.key
            values["\(key).password_file"] = uplink.passwordFile
            switch site?["uplinks"]?[uplink.id]?["links"]?.content {
            case nil: values["\(key).port"] = uplink.links.first.map { "\($0.port)" }
            case .mapping: values["\(key).links.port"] = uplink.links.first.map { "\($0.port)" }
            default: for (index, link) in uplink.links.enumerated() { values["\(key).links[\(index)].port"] = "\(link.port)" }
            }
        }
        return values
    }

    /// What stands behind a value as a comment: the model's file, and how patient the bus is with the unit.
    var notes: [String: String] {
        var notes: [String: String] = [:]
        for (index, cover) in configuration.covers.enumerated() {
            for sensor in cover.sensors {
                let key = "covers[\(index)].sensors.\(sensor.id)"
                guard let profile = sensor.profile, let bus = configuration.buses.first(where: { $0.id == sensor.bus }),
                    let timing = sensor.timing(on: bus)
                else { continue }
                notes["\(key).profile"] = profileFiles[profile.name]
                notes["\(key).unit"] =
                    "response_timeout \(Field.words(timing.responseTimeout)), max_latency \(Field.words(timing.maxLatency)), "
                    + "gap \(Field.words(timing.gap)), warm_up \(Field.words(profile.timing.warmUp)), "
                    + "max_registers \(profile.timing.maxRegisters)"
            }
        }
        return notes
    }
}

extension YAMLNode {
    /// The entries of a list.
    var items: [YAMLNode]? { if case .sequence(let items) = content { items } else { nil } }
}
