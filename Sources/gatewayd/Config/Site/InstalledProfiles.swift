// All sensor models that are installed, used or not: what a scan can name. Read when they are needed, not kept.
import DeviceHAL

/// The sensor models of some folders.
public struct InstalledProfiles: Sendable {
    /// The models, in the order of their names.
    public var profiles: [DeviceProfile] = []
    /// The files that are no valid sensor models.
    public var broken: [String] = []

    /// Reads the folders' models; of several with one name the first folder's counts, as in a configuration. Waits for the
    /// medium. A folder that is not there has none.
    /// - Parameter folders: the site's first, the shipped one last.
    public init(folders: [String]) {
        let loader = ConfigurationLoader(boards: nil)
        var names: Set<String> = []
        for folder in folders {
            for name in FileSystem.yamlNames(in: folder) where names.insert(name).inserted {
                let path = "\(folder)/\(name).yaml"
                if let profile = try? loader.loadProfile(path: path) { profiles.append(profile) } else { broken.append(path) }
            }
        }
        profiles.sort { $0.name < $1.name }
    }
}
