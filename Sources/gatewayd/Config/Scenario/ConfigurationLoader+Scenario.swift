// The way from a file to a checked scenario, and what is said when a file is another kind of file.
import DeviceHALSimulated

extension ConfigurationLoader {
    /// Loads a scenario.
    /// - Parameters:
    ///   - path: of the file, whose name without `.yaml` is the scenario's name.
    ///   - configuration: what it is played on; nil where that is broken: covers, sensors and rules are then not judged.
    /// - Throws: all its errors at once.
    public func loadScenario(path: String, on configuration: Configuration?) throws(ConfigurationErrors) -> Scenario {
        let findings = Findings(file: path)
        let mixUp = "this is a configuration, expected a scenario; a configuration is given with --config"
        let scenario = SourceText.read(path, findings, as: Shapes.scenario).flatMap { source -> Scenario? in
            if source.root.isMixedUp(having: "gateway", lacking: "scenario", mixUp) { return nil }
            return ScenarioReader.read(source.root, fileName: FileSystem.name(of: path), on: configuration)
        }
        guard let scenario, findings.errors.isEmpty else { throw ConfigurationErrors(errors: findings.errors) }
        return scenario
    }
}

extension Scenario {
    /// What the file holds, in a line: `40 min, 5 events, 3 expectations`.
    public var summary: String {
        func counted(_ number: Int, _ noun: String) -> String { "\(number) \(number == 1 ? noun : noun + "s")" }
        return [Field.words(duration), counted(events.count, "event"), counted(expectations.count, "expectation")]
            .joined(separator: ", ")
    }
}

extension Field {
    /// True, with one error, when the file's top has a key that only another kind of file has: a mix-up, not many mistakes.
    func isMixedUp(having other: String, lacking own: String, _ message: String) -> Bool {
        guard let entry = node.entry(other), node[own] == nil else { return false }
        findings.report(entry.keyMark, other, message)
        return true
    }
}

extension YAMLNode {
    /// The entry of a key.
    fileprivate func entry(_ key: String) -> Entry? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }
    }
}
