// The shipped sensor models for the tests of this target: found by walking the folder, so that a new file is tested because it
// is there.
import DeviceHAL
import GatewayConfig
import Glibc
import SensorModel

/// `boards/profiles` of this repository.
enum SensorModelFiles {
    /// The repository, found from this file's place in it.
    static let repository: String = {
        let here = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return here.dropLast(3).joined(separator: "/")
    }()

    /// The names of the `.yaml` files, without the ending, in alphabetical order.
    static let names: [String] = {
        guard let stream = opendir("\(repository)/boards/profiles") else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".yaml") { names.append(String(name.dropLast(5))) }
        }
        return names.sorted()
    }()

    /// Loads a model as the daemon does.
    static func load(_ name: String) throws -> DeviceProfile {
        try ConfigurationLoader(boards: nil).loadProfile(path: "\(repository)/boards/profiles/\(name).yaml")
    }

    /// The text of a file of the repository, or nil when there is none.
    static func text(_ path: String) -> String? {
        guard let file = fopen("\(repository)/\(path)", "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a file of the repository; false when that cannot be done.
    static func write(_ text: String, to path: String) -> Bool {
        guard let file = fopen("\(repository)/\(path)", "w") else { return false }
        let isWritten = fputs(text, file) >= 0
        return fclose(file) == 0 && isWritten
    }
}

/// What a sensor model is for.
enum SensorFamily: String, CaseIterable {
    case tilt = "Tilt"
    case displacement = "Displacement and cover"
    case gas = "Gas"
    case water = "Water"
    case inputs = "Inputs"
    case power = "Power and climate"

    /// By what the model measures; gas and water count before the temperature or supply beside them.
    init(of profile: DeviceProfile) {
        let families = profile.channels.map { Self.family(of: $0.quantity) }
        self = [.gas, .water, .displacement, .tilt, .inputs].first(where: families.contains) ?? .power
    }

    private static func family(of quantity: Quantity) -> SensorFamily {
        switch quantity {
        case .tilt, .vibration: .tilt
        case .displacement, .settlement, .coverOpen, .coverPresent: .displacement
        case .methane, .combustible, .hydrogenSulfide, .carbonMonoxide, .oxygen: .gas
        case .waterLevel, .waterDepth, .waterPressure, .waterFloat, .flow: .water
        case .raw: .inputs
        case .temperature, .humidity, .supplyVoltage, .batteryCharge, .batteryVoltage, .mains, .doorTamper: .power
        }
    }
}
