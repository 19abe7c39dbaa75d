// The shipped scenarios for the tests of this target: found by walking the folder, played on the street that ships with them.
import DeviceHALSimulated
import GatewayConfig
import Glibc
import SensorModel

/// `boards/simulated` of this repository.
enum ScenarioFiles {
    /// The configuration that the scenarios are played on.
    static let street = "\(SensorModelFiles.repository)/boards/simulated/street.yaml"

    /// The names of the scenarios, in alphabetical order.
    static let names: [String] = {
        guard let stream = opendir("\(SensorModelFiles.repository)/boards/simulated") else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".yaml"), name != "street.yaml" { names.append(String(name.dropLast(5))) }
        }
        return names.sorted()
    }()

    private static var loader: ConfigurationLoader { ConfigurationLoader(boards: "\(SensorModelFiles.repository)/boards") }

    /// The street, as the daemon loads it.
    static func configuration() throws -> Configuration { try loader.load(path: street).configuration }

    /// Loads a scenario as the daemon does.
    static func load(_ name: String, on configuration: Configuration) throws -> Scenario {
        try loader.loadScenario(path: "\(SensorModelFiles.repository)/boards/simulated/\(name).yaml", on: configuration)
    }
}
