// Files that people write.
@testable import GatewayConfig

extension FuzzTargets {
    /// The repository's root.
    private static let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()

    private static let yaml = [
        "{", "}", "[", "]", ": ", "- ", "\n  ", "#", "\"", "&a", "*a", "!!x", "|", "~", "0x", "1e999", "-0",
    ]

    /// gateway.yaml. What is good is written out as it works and is good again.
    static let configuration = FuzzTarget(
        name: "configuration", runs: 150,
        words: yaml + ["every: 5 s", "20 %LEL", "regex:(", "profile: keller-33x", "kind: modbus-tcp", "all:", "any:", "links:"]
    ) { bytes in
        let loader = ConfigurationLoader(boards: root + "/boards", checksFiles: false)
        do throws(ConfigurationErrors) {
            let loaded = try loader.load(text: bytes, named: "gateway.yaml", at: "/etc/gateway.yaml")
            let effective = EffectiveConfiguration(loaded, readFrom: "/etc/gateway.yaml")
            do throws(ConfigurationErrors) {
                _ = try loader.load(text: Array(effective.text.utf8), named: "effective.yaml", at: "/etc/gateway.yaml")
                return nil
            } catch { return "good, and written out it is not: \(error)" }
        } catch { return complaint(error.errors) }
    }

    /// A sensor model.
    static let profile = FuzzTarget(
        name: "profile", runs: 600,
        words: yaml + [
            "table: holding", "address: 65535", "type: float64", "scale: 1e300", "words: [0xFFFF]", "transform: gravity-tilt",
            "mask: 0xFFFF", "bits: {15: device-fault}", "invalid: [0xFFFFFFFF]", "decimals_at:", "unit_at:", "trigger:",
        ]
    ) { bytes in
        let findings = Findings(file: "model.yaml")
        guard let source = SourceText.read(bytes, findings, as: Shapes.profile) else { return complaint(findings.errors) }
        let profile = ProfileReader.read(source.root, fileName: "model.yaml")
        if profile != nil, findings.errors.isEmpty { return nil }
        return complaint(findings.errors)
    }

    /// What is wrong with what is said.
    private static func complaint(_ errors: [ConfigurationError]) -> String? {
        if errors.isEmpty { return "refused without a word" }
        for error in errors {
            let line = error.description
            if !line.contains(": error: ") || line.contains("\n") || line.contains("\r") { return "this is no line: \(line)" }
            if line.contains("defect of gatewayd") { return line }
            if error.line < 1 || error.column < 1 { return "no place: \(line)" }
        }
        return nil
    }
}
