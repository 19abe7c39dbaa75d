// A file a configuration was made of, kept so that the same configuration can be made again without it.

/// One file that took part in a configuration.
public struct SourceFile: Sendable, Equatable {
    /// What the file is.
    public enum Kind: Sendable, Equatable {
        /// gateway.yaml.
        case gateway
        /// A sensor model, with its name.
        case profile(String)
        /// A file of the rule pack, with its file name.
        case rules(String)
    }

    /// Where it was read.
    public var path: String
    /// What it is.
    public var kind: Kind
    /// Its content.
    public var bytes: [UInt8]

    /// - Parameters: as the properties.
    public init(path: String, kind: Kind, bytes: [UInt8]) {
        self.path = path
        self.kind = kind
        self.bytes = bytes
    }
}
