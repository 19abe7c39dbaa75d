// The files of a small site: a shipped folder with one sensor model and one rule, and what a test writes beside it.
import Platform

/// A folder with `boards`, `models` and `store`, for a gateway.yaml.
public struct SiteFiles: Sendable {
    /// The folder, gone with the last copy of this.
    public let folder = TemporaryFolder()
    /// Where gateway.yaml stands.
    public var path: String { folder.file("gateway.yaml") }
    /// The shipped folder.
    public var boards: String { folder.file("boards") }

    /// Writes the sensor model `gas-head` and the rule `methane-high`.
    public init() {
        for name in ["boards", "boards/profiles", "boards/rules", "store", "models"] { folder.make(name) }
        profile("boards/profiles/gas-head.yaml")
        folder.write(
            "boards/rules/gas.yaml",
            """
            schema: 1
            rules:
              - {id: methane-high, when: {quantity: methane, above: 20 %LEL, clear_below: 15 %LEL},
                 severity: 2, text: {zh: 甲, en: a}, source: a standard}
            """)
    }

    /// A sensor model of one channel.
    public func profile(_ file: String, address: Int = 2) {
        let name = file.split(separator: "/").last.map { String($0.dropLast(5)) } ?? ""
        folder.write(
            file,
            """
            schema: 1
            profile: \(name)
            vendor: V
            model: M
            source: {document: D, page: "1"}
            channels:
              gas: {table: holding, address: \(address), type: uint16, quantity: methane, unit: "%LEL"}
            examples:
              - {channel: gas, words: [20], value: 20}
            """)
    }
}
