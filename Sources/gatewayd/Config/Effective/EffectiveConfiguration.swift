// What is in force, key by key: what the files say, with every default written out. It is a gateway.yaml again.
import Alarms
import DeviceHAL

/// A configuration as it works, made from the files it was read from; holds paths of secrets, never their content.
public struct EffectiveConfiguration: Sendable {
    /// One key with its value.
    public struct Value: Sendable, Equatable {
        /// Path of keys, like `covers[0].sensors.ch4.every`.
        public var key: String
        /// The value as text, without quotes.
        public var value: String
        /// True when no file says so.
        public var isDefault: Bool
    }

    /// Where a rule comes from.
    public struct RuleOrigin: Sendable, Equatable {
        /// The rule's id.
        public var id: String
        /// The file it stands in.
        public var file: String
        /// True when it is the site's own, in gateway.yaml.
        public var isSite: Bool
        /// The file of the pack whose rule it replaces.
        public var replaces: String?
    }

    /// gateway.yaml with every value; checked again it is the same configuration.
    public var text: String
    /// Every value, in the order of the text.
    public var values: [Value]
    /// The origin of each rule, in the order of the rules.
    public var rules: [RuleOrigin]
    /// The file of each sensor model, by the model's name.
    public var profileFiles: [String: String]

    /// - Parameters:
    ///   - loaded: the configuration with its files.
    ///   - path: of gateway.yaml as the daemon was given it: relative paths in it start from its folder.
    public init(_ loaded: LoadedConfiguration, readFrom path: String) {
        let sources = EffectiveSources(loaded)
        var writer = EffectiveWriter(
            sources: sources, derived: sources.derivedValues(folder: FileSystem.absolute(FileSystem.folder(of: path))),
            notes: sources.notes)
        writer.section(sources.site, Shapes.site, path: "", indent: 0)
        text = writer.text
        values = writer.values
        rules = sources.rules.map(\.origin)
        profileFiles = sources.profileFiles
    }
}

extension SensorSettings {
    /// How patient its bus is with it: what the model asks for, or the bus where that is more. Nil for a line.
    public func timing(on bus: BusSettings) -> UnitTiming? {
        profile.map { UnitTiming(busResponseTimeout: bus.responseTimeout, profile: $0.timing) }
    }
}
