// Finds sensor models by name and reads each of them once.
import DeviceHAL

/// The sensor models a configuration can name.
final class ProfileShelf {
    private let place: Place
    /// Searched in this order; the shipped folder comes last.
    private var folders: [String] = []
    /// The site's folders, absolute; also those that a copy does not need.
    private(set) var siteFolders: [String] = []
    private var models: [String: DeviceProfile?] = [:]
    private(set) var files: [SourceFile] = []
    private(set) var errors: [ConfigurationError] = []

    init(place: Place) {
        self.place = place
        if let boards = place.boards { folders = ["\(boards)/profiles"] }
    }

    /// Puts the site's folders before the shipped one.
    func read(folders field: Field) {
        var own: [String] = []
        for entry in field.list() ?? [] {
            guard let path = entry.text() else { continue }
            if !place.isCopy, !FileSystem.isFolder(place.absolute(path)) {
                entry.refuse("expected a folder with sensor models, there is none at \(place.absolute(path))")
            }
            own.append(FileSystem.join(place.display, path))
            siteFolders.append(place.absolute(path))
        }
        if !place.isCopy { folders = own + folders }
    }

    /// The model a sensor names; nil when it does not exist or has errors of its own, which are reported once.
    func model(named field: Field) -> DeviceProfile? {
        guard let name = field.id() else { return nil }
        if let known = models[name] { return known }
        guard let folder = folders.first(where: { FileSystem.exists("\($0)/\(name).yaml") }) else {
            let names = field.findings.isFull ? [] : Set(folders.flatMap(FileSystem.yamlNames)).sorted()
            let misnamed = folders.map { "\($0)/\(name).yml" }.first(where: FileSystem.exists)
            let hint =
                misnamed.map { "\($0) is not looked at, rename it: sensor models end in .yaml" }
                ?? field.hint("", name, in: names) ?? "there are: \(names.orNone)"
            field.refuse("no sensor model '\(name)' in \(folders.orNone); \(hint)")
            return nil
        }
        let path = "\(folder)/\(name).yaml"
        let findings = Findings(file: path)
        let source = SourceText.read(path, findings, as: Shapes.profile)
        let model = source.flatMap { ProfileReader.read($0.root, fileName: "\(name).yaml") }
        errors += findings.errors
        models[name] = .some(model)
        if let source { files.append(SourceFile(path: path, kind: .profile(name), bytes: source.bytes)) }
        return model
    }
}
