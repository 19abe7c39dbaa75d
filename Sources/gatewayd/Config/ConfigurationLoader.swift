// The way from files to a checked configuration: gateway.yaml, the sensor models it names, the rule pack.
import Alarms
import DeviceHAL
import Platform
import SensorModel

/// A configuration with the files it was made of.
public struct LoadedConfiguration: Sendable {
    /// The configuration.
    public var configuration: Configuration
    /// gateway.yaml first, then every sensor model that is used and every file of the rule pack.
    public var files: [SourceFile]

    /// - Parameters: as the properties.
    public init(configuration: Configuration, files: [SourceFile]) {
        self.configuration = configuration
        self.files = files
    }
}

/// Loads configurations and sensor models.
public struct ConfigurationLoader: Sendable {
    /// The shipped folder with `profiles/` and `rules/`.
    private let boards: String?
    private let checksFiles: Bool

    /// - Parameters:
    ///   - boards: the shipped folder, from `BoardFiles.locate()`; nil when there is none, which `load` reports.
    ///   - checksFiles: whether the certificates and password files must be there and readable.
    public init(boards: String?, checksFiles: Bool = true) {
        self.boards = boards
        self.checksFiles = checksFiles
    }

    /// Loads a configuration and everything it refers to.
    /// - Parameter path: of gateway.yaml; relative paths in it start from its folder.
    /// - Throws: all errors of all files at once.
    public func load(path: String) throws(ConfigurationErrors) -> LoadedConfiguration {
        let display = FileSystem.folder(of: path)
        return try load(
            path: path,
            place: Place(display: display, folder: FileSystem.absolute(display), boards: boards, checksFiles: checksFiles))
    }

    /// Checks a text as if it were the file at a path, and loads everything it refers to.
    /// - Parameters:
    ///   - bytes: the text.
    ///   - name: what it is called in messages.
    ///   - path: of gateway.yaml; relative paths in the text start from its folder.
    /// - Throws: all errors of all files at once.
    public func load(
        text bytes: [UInt8], named name: String, at path: String
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        let display = FileSystem.folder(of: path)
        let place = Place(display: display, folder: FileSystem.absolute(display), boards: boards, checksFiles: checksFiles)
        let findings = Findings(file: name)
        let source = SourceText.read(bytes, findings, as: Shapes.site)
        return try load(source, path: path, place: place, findings)
    }

    /// Loads one sensor model.
    /// - Parameter path: of the file, whose name without `.yaml` is the model's name.
    /// - Throws: all its errors at once.
    public func loadProfile(path: String) throws(ConfigurationErrors) -> DeviceProfile {
        let findings = Findings(file: path)
        let mixUp =
            "this is a configuration, expected a sensor model; a configuration is checked with: gatewayd check --config FILE"
        let profile = SourceText.read(path, findings, as: Shapes.profile).flatMap { source -> DeviceProfile? in
            if source.root.isMixedUp(having: "gateway", lacking: "profile", mixUp) { return nil }
            return ProfileReader.read(source.root, fileName: FileSystem.name(of: path))
        }
        guard let profile, findings.errors.isEmpty else { throw ConfigurationErrors(errors: findings.errors) }
        return profile
    }

    /// Loads from a place, which decides where other files are looked for.
    func load(path: String, place: Place) throws(ConfigurationErrors) -> LoadedConfiguration {
        let findings = Findings(file: path)
        return try load(SourceText.read(path, findings, as: Shapes.site), path: path, place: place, findings)
    }

    private func load(
        _ source: SourceText?, path: String, place: Place, _ findings: Findings
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        let rulePack = RulePack(place: place, findings: findings)
        guard let source else {
            throw ConfigurationErrors(errors: findings.errors + rulePack.errors)
        }
        let mixUp = "this is a scenario, expected a configuration; a scenario is given with --simulate"
        if source.root.isMixedUp(having: "scenario", lacking: "gateway", mixUp) {
            throw ConfigurationErrors(errors: findings.errors)
        }
        let model =
            "this is a sensor model, expected a configuration; a sensor model is checked with: gatewayd check --profile FILE"
        if source.root.isMixedUp(having: "profile", lacking: "gateway", model) {
            throw ConfigurationErrors(errors: findings.errors)
        }
        let shelf = ProfileShelf(place: place)
        let reader = SiteReader(
            place: place, shelf: shelf, pack: rulePack.rules, hash: "sha256:\(SHA256.hexadecimal(of: source.bytes))")
        let configuration = reader.read(source.root)
        let errors = findings.errors + rulePack.errors + shelf.errors
        guard let configuration, errors.isEmpty else { throw ConfigurationErrors(errors: errors) }
        let gateway = SourceFile(path: path, kind: .gateway, bytes: source.bytes)
        return LoadedConfiguration(configuration: configuration, files: [gateway] + shelf.files + rulePack.files)
    }
}

/// Where a configuration's other files are.
struct Place {
    /// The folder of gateway.yaml as it was named, for messages.
    var display: String
    /// The same, absolute: relative paths start here.
    var folder: String
    /// The shipped folder.
    var boards: String?
    /// Whether certificates and password files must be readable.
    var checksFiles: Bool
    /// True for the store's copy, which has every sensor model in `boards` and ignores the folders in `profiles`.
    var isCopy = false

    /// A path of the configuration, absolute.
    func absolute(_ path: String) -> String { FileSystem.join(folder, path) }
}

/// A file that was read and has a tree.
struct SourceText {
    var bytes: [UInt8]
    var root: Field

    /// Reads a file; nil, with errors, when it cannot be read or its syntax is wrong.
    static func read(_ path: String, _ findings: Findings, as shape: SectionShape) -> SourceText? {
        let top = Mark(line: 1, column: 1)
        if let problem = FileSystem.problem(reading: path) {
            findings.report(top, "", "cannot be read: \(problem)")
            return nil
        }
        guard let bytes = TextFile.bytes(path, atMost: YAMLReader.largestFile) else {
            findings.report(top, "", "cannot be read or is longer than 1 MiB (\(YAMLReader.largestFile) bytes)")
            return nil
        }
        return read(bytes, findings, as: shape)
    }

    /// Reads a text; nil, with errors, when its syntax is wrong.
    static func read(_ bytes: [UInt8], _ findings: Findings, as shape: SectionShape) -> SourceText? {
        let document = YAMLReader.read(bytes)
        for problem in document.problems { findings.report(problem.mark, problem.path, problem.message) }
        findings.count(more: document.unnamedProblems)
        guard document.isComplete, let root = document.root else { return nil }
        return SourceText(bytes: bytes, root: Field(node: root, path: "", findings: findings, shape: .section(shape)))
    }
}
