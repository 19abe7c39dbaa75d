// A site of one bus and a few sensors, with the shipped folder it needs, in a folder of its own.
import GatewayConfig
import Glibc
import TestSupport
import Testing

@testable import Gateway

/// Writes gateway.yaml and what it refers to.
struct SmallSite {
    private let files = SiteFiles()
    var folder: TemporaryFolder { files.folder }
    var path: String { files.path }
    var boards: String { files.boards }

    init() { folder.write("gateway.yaml", text()) }

    /// A sensor model.
    func profile(_ file: String, address: Int = 2) { files.profile(file, address: address) }

    /// A configuration's text; each part can be another.
    func text(
        every: String = "5 s", sensors: [String: Int] = ["ch4": 3], bus: String = "plc", port: Int = 502, above: String? = nil,
        more: String = ""
    ) -> String {
        let rows = sensors.sorted { $0.key < $1.key }.map { id, unit in
            "      \(id): {bus: \(bus), unit: \(unit), profile: gas-head, every: \(every)}\n"
        }
        let rule = above.map {
            "alarms:\n  rules:\n"
                + "    - {id: methane-high, when: {quantity: methane, above: \($0), clear_below: 5 %LEL}, severity: 2}\n"
        }
        return """
            schema: 1
            gateway: {id: gw-1}
            store: {path: \(folder.path)/store}
            buses:
              \(bus): {kind: modbus-tcp, host: 127.0.0.1, port: \(port)}
            covers:
              - code: "3205820102048188"
                scheme: component16
                sensors:
            \(rows.map { "      " + $0.drop { $0 == " " } }.joined())\(rule ?? "")uplinks:
              city: {kind: mqtt, format: native, host: 127.0.0.1}
            \(more)
            """
    }

    /// Loads a text as if it stood in gateway.yaml.
    func load(_ text: String) throws -> LoadedConfiguration {
        try ConfigurationLoader(boards: boards).load(text: Array(text.utf8), named: "new.yaml", at: path)
    }

    /// What a run would start with.
    func start(_ text: String) throws -> StartConfiguration {
        StartConfiguration(loaded: try load(text), path: path, refused: [])
    }

    /// The text of a file in the folder; nil when there is none.
    func content(_ name: String) -> String? {
        access(folder.file(name), F_OK) == 0 ? String(decoding: bytes(name), as: UTF8.self) : nil
    }

    private func bytes(_ name: String) -> [UInt8] {
        var all: [UInt8] = []
        let file = open(folder.file(name), O_RDONLY)
        defer { close(file) }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(file, &chunk, chunk.count), count > 0 { all += chunk[..<count] }
        return all
    }
}
