// The shipped alarm rules: every file of boards/rules.
import Alarms

/// The rules that hold where the site says nothing else.
struct RulePack {
    private(set) var rules: [AlarmRule] = []
    private(set) var files: [SourceFile] = []
    private(set) var errors: [ConfigurationError] = []

    /// Reads the pack; when the shipped folder is missing, that is an error of the gateway's file.
    init(place: Place, findings: Findings) {
        let top = Mark(line: 1, column: 1)
        guard let boards = place.boards else {
            let places = BoardFiles.candidates(from: BoardFiles.programFolder).joined(separator: ", ")
            findings.report(
                top, "", "the shipped sensor models and alarm rules were not found; looked for boards/profiles at \(places)")
            return
        }
        let folder = "\(boards)/rules"
        let names = FileSystem.yamlNames(in: folder)
        if names.isEmpty {
            findings.report(top, "", "the shipped alarm rules were not found, there is no .yaml file in \(folder)")
        }
        var origins: [String: String] = [:]
        for name in names {
            let path = "\(folder)/\(name).yaml"
            let own = Findings(file: path)
            if let source = SourceText.read(path, own, as: Shapes.rulePack) {
                read(source.root, &origins, fileName: "\(name).yaml")
                files.append(SourceFile(path: path, kind: .rules("\(name).yaml"), bytes: source.bytes))
            }
            errors += own.errors
        }
    }

    private mutating func read(_ root: Field, _ origins: inout [String: String], fileName: String) {
        guard let section = root.section() else { return }
        SiteReader.checkSchema(section)
        let entries = section["rules"]?.list() ?? []
        for (rule, field) in RuleReader.read(entries) {
            if let other = origins[rule.id] {
                field.refuse("the rule '\(rule.id)' stands in \(other) already")
                continue
            }
            origins[rule.id] = fileName
            rules.append(rule)
        }
    }
}
