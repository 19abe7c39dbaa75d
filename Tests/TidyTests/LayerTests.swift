// The one direction in which data flows, held by reading `import` lines: the compiler does not report a transitive import.
import Testing

@Suite struct LayerTests {
    /// One row: the files of a folder may import these modules of the house, and these of others.
    private struct Layer {
        let folder: String
        let house: Set<String>
        let others: Set<String>

        init(_ folder: String, _ house: Set<String> = [], others: Set<String> = []) {
            self.folder = "Sources/" + folder
            self.house = house
            self.others = others
        }
    }

    private static let layers = [
        Layer("DeviceHAL/Model"),
        Layer("Platform", ["SensorModel", "CPlatform"], others: ["Glibc", "Synchronization"]),
        // Glibc for mathematics only: the core is pure, see PurityTests.
        Layer("DeviceHAL/Core", ["SensorModel"], others: ["Glibc"]),
        // Glibc for mathematics only: the plant is a pure function of seed and simulated time.
        Layer("DeviceHAL/Simulated", ["DeviceHAL", "SensorModel"], others: ["Glibc", "Synchronization"]),
        Layer(
            "DeviceHAL/Linux", ["DeviceHAL", "SensorModel", "Platform", "CModbus", "CGPIO"],
            others: ["Glibc", "Synchronization"]),
        Layer("Telemetry/Alarms", ["SensorModel"]),
        Layer("Telemetry/Advice", ["SensorModel"]),
        Layer("Telemetry/Validity", ["SensorModel"]),
        Layer("Telemetry/NativeFormat", ["SensorModel", "Alarms"]),
        Layer("Telemetry/Outbox", ["SensorModel", "Platform", "CSQLite"], others: ["Glibc", "Synchronization"]),
        Layer(
            "Telemetry/Uplink", ["SensorModel", "Platform", "NativeFormat", "Outbox"], others: ["Logging", "Synchronization"]),
        Layer("Telemetry/MQTT", ["SensorModel", "Platform", "Uplink", "CMosquitto"], others: ["Glibc", "Synchronization"]),
        Layer(
            "gatewayd/Config", ["SensorModel", "Platform", "DeviceHAL", "DeviceHALSimulated", "Alarms", "CYAML"],
            others: ["Glibc"]),
        Layer(
            "gatewayd/App/Pipeline",
            ["SensorModel", "Platform", "DeviceHAL", "Alarms", "NativeFormat", "Outbox", "Uplink", "Validity"],
            others: ["Logging", "FoundationEssentials", "Synchronization"]),
        Layer(
            "gatewayd/App/Scan", ["SensorModel", "Platform", "DeviceHAL", "DiagnosticsProtocol"],
            others: ["Logging", "Synchronization"]),
        Layer("gatewayd/App/Life", ["SensorModel", "Platform"], others: ["Glibc", "Logging", "Synchronization"]),
        Layer(
            "gatewayd/App/Commands",
            ["SensorModel", "Platform", "NativeFormat", "Outbox", "Uplink", "DiagnosticsProtocol"],
            others: ["Logging", "Synchronization"]),
        Layer(
            "gatewayd/App/Audit", ["SensorModel", "Platform", "NativeFormat"],
            others: ["FoundationEssentials", "Glibc", "Synchronization"]),
        Layer(
            "gatewayd/App/Diagnostics", ["SensorModel", "Platform", "DiagnosticsProtocol"],
            others: ["FoundationEssentials", "Glibc", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix", "Synchronization"]),
        Layer(
            "gatewayd/App/Metrics", ["SensorModel", "Platform", "Alarms", "DiagnosticsProtocol"], others: ["Glibc"]),
        Layer(
            "gatewayd/App/Commission",
            ["SensorModel", "Platform", "DeviceHAL", "GatewayConfig", "DiagnosticsProtocol"],
            others: ["FoundationEssentials", "Glibc", "Synchronization"]),
        Layer("gatewayd/App/Signing", ["Platform", "CSigning"], others: ["FoundationEssentials", "Glibc"]),
        Layer(
            "gatewayd/App/Cases", ["SensorModel", "Platform", "DeviceHAL", "Alarms", "DiagnosticsProtocol"],
            others: ["FoundationEssentials", "Glibc", "Logging", "Synchronization"]),
        Layer(
            "gatewayd/App/Calibration", ["SensorModel", "Platform", "Alarms", "DiagnosticsProtocol"],
            others: ["FoundationEssentials", "Glibc", "Synchronization"]),
        Layer(
            "gatewayd/App/Apply", ["SensorModel", "Platform", "Advice", "GatewayConfig"],
            others: ["Glibc", "Synchronization"]),
        Layer(
            "gatewayd/App/Composition",
            [
                "SensorModel", "Platform", "DeviceHAL", "DeviceHALLinux", "DeviceHALSimulated", "Alarms", "Advice",
                "NativeFormat", "Outbox", "Uplink", "MQTTTransport", "GatewayConfig", "DiagnosticsProtocol", "Validity", "Doctor",
            ], others: ["FoundationEssentials", "Glibc", "Logging", "ServiceLifecycle", "Synchronization"]),
        Layer(
            "gatewayd/App/Simulation", ["SensorModel", "DeviceHAL", "DeviceHALSimulated", "Alarms", "GatewayConfig", "Uplink"],
            others: ["Logging", "Synchronization"]),
        Layer("gatewayd/Doctor", ["SensorModel", "Advice", "DiagnosticsProtocol"]),
        Layer("gatewayd/Main", ["Gateway", "GatewayConfig", "Platform"], others: ["ArgumentParser", "Glibc", "Logging"]),
        Layer("gatewayctl/Protocol"),
        // Step 1 of entry advice is the client's: that the daemon does not answer.
        // What the doctor can say without the daemon is the client's, too.
        Layer(
            "gatewayctl/Client", ["SensorModel", "DiagnosticsProtocol", "Advice", "Doctor"],
            others: ["FoundationEssentials", "Glibc"]),
        Layer("gatewayctl/Watch", ["DiagnosticsProtocol", "DiagnosticsClient"]),
        Layer(
            "gatewayctl/Main",
            ["SensorModel", "DiagnosticsProtocol", "DiagnosticsClient", "DiagnosticsScreen", "Advice", "Doctor", "CPlatform"],
            others: ["ArgumentParser", "FoundationEssentials", "Glibc"]),
    ]

    /// C libraries that reach hardware, and the only folder that may import them.
    private static let hardware = ["CModbus", "CLibModbus", "CGPIO", "CLibGPIOD"]

    /// Modules that a file imports, with the line.
    private func imports(_ file: TreeFile) -> [(module: String, line: Int)] {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let", "actor"]
        return file.codeLines.enumerated().compactMap { number, line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place <= 2 else { return nil }
            let module = words[(place + 1)...].first { !kinds.contains($0) }
            return module.map { (String($0.prefix { $0 != "." }), number + 1) }
        }
    }

    @Test("every file imports only what its layer may know")
    func layers() {
        var wrong: [String] = []
        for file in SourceTree.sources {
            guard let layer = Self.layers.first(where: { file.isIn($0.folder) }) else {
                wrong.append("\(file.path): in no layer of the table; add the folder to LayerTests")
                continue
            }
            for (module, line) in imports(file) where !layer.house.contains(module) && !layer.others.contains(module) {
                wrong.append("\(file.path):\(line): \(layer.folder) may not import \(module)")
            }
        }
        #expect(wrong == [])
    }

    @Test("every layer of the table has files, and no two of them share a folder")
    func table() {
        for layer in Self.layers { #expect(SourceTree.sources.contains { $0.isIn(layer.folder) }, "\(layer.folder) is empty") }
        for file in SourceTree.sources { #expect(Self.layers.filter { file.isIn($0.folder) }.count <= 1, "\(file.path)") }
    }

    @Test("hardware is touched in one target only")
    func hardware() {
        let users = SourceTree.code.filter { file in
            file.isSwift && imports(file).contains { Self.hardware.contains($0.module) } && !file.isIn("Sources/DeviceHAL/Linux")
        }
        #expect(users.map(\.path) == [])
        #expect(SourceTree.sources.contains { imports($0).contains { $0.module == "CModbus" } })
    }

    @Test("each C library is included by its own shim only")
    func shims() {
        let owners = [
            "modbus": ["CLibModbus", "CModbus"], "mosquitto": ["CLibMosquitto", "CMosquitto"], "sqlite3": ["CSQLite"],
            "yaml": ["CYAML"],
            "openssl": ["COpenSSL", "CMosquitto", "CSigning"], "gpiod": ["CLibGPIOD", "CGPIO"],
        ]
        var wrong: [String] = []
        // The bench's floor is a program of its own, which shows what the bare libraries cost; the simulation's disk is SQLite's.
        for file in SourceTree.code where file.isC && !file.isIn("Tests/Bench/floor") && !file.isIn("Tests/Simulate/MemoryDisk") {
            for (library, folders) in owners where !folders.contains(where: { file.isIn("Sources/\($0)") }) {
                for line in file.lines where line.hasPrefix("#include <\(library)") { wrong.append("\(file.path): \(line)") }
            }
        }
        #expect(wrong == [])
    }

    @Test("Foundation as a whole is nowhere in Sources, its essentials where JSON is read or written for people")
    func foundation() {
        let allowed = ["Sources/gatewayd/App", "Sources/gatewayctl/Client", "Sources/gatewayctl/Main"]
        for file in SourceTree.sources {
            let modules = imports(file).map(\.module)
            #expect(!modules.contains("Foundation"), "\(file.path)")
            if modules.contains("FoundationEssentials") { #expect(allowed.contains { file.isIn($0) }, "\(file.path)") }
        }
    }

    @Test("stand-ins for buses, brokers and clocks live in TestSupport and the simulation, and nothing of the tests in Sources")
    func doubles() {
        let contracts = [
            "RegisterBus", "DigitalLines", "DigitalInput", "DigitalOutput", "BrokerConnector", "BrokerConnection", "TimeSource",
        ]
        /// Whether a type is declared to be one of them.
        func hasDouble(_ file: TreeFile) -> Bool {
            file.codeLines.contains { line in
                let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != ":" }
                guard words.contains(where: { ["class", "struct", "actor", "extension"].contains($0) }),
                    let colon = words.firstIndex(where: { $0.hasSuffix(":") })
                else { return false }
                return words[colon...].contains { contracts.contains(String($0)) }
            }
        }
        let elsewhere = SourceTree.code.filter { file in
            file.isIn("Tests") && !file.isIn("Tests/TestSupport") && !file.isIn("Tests/Simulate") && hasDouble(file)
        }
        #expect(elsewhere.map(\.path) == [])
        #expect(SourceTree.code.contains { $0.isIn("Tests/TestSupport") && hasDouble($0) })
        for file in SourceTree.sources {
            #expect(!imports(file).contains { ["Testing", "XCTest", "TestSupport"].contains($0.module) }, "\(file.path)")
        }
    }
}
