// swift-tools-version: 6.2
// One package, three rooms (DeviceHAL → Telemetry → gatewayd), each split into targets so that the compiler holds
// the one direction in which data flows. docs/ARCHITECTURE.md is the tour; Tests/TidyTests holds the layer table.
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

func module(_ name: String, _ path: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(path)", swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]

let package = Package(
    name: "gatewayd",
    products: [
        .executable(name: "gatewayd", targets: ["gatewayd"]),
        .executable(name: "gatewayctl", targets: ["gatewayctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C libraries, each behind the narrowest door.
        .systemLibrary(name: "CSQLite", path: "Sources/CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CYAML", path: "Sources/CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(
            name: "CLibModbus", path: "Sources/CLibModbus", pkgConfig: "libmodbus", providers: [.apt(["libmodbus-dev"])]),
        .systemLibrary(
            name: "CLibGPIOD", path: "Sources/CLibGPIOD", pkgConfig: "libgpiod", providers: [.apt(["libgpiod-dev"])]),
        .systemLibrary(
            name: "CLibMosquitto", path: "Sources/CLibMosquitto", pkgConfig: "libmosquitto",
            providers: [.apt(["libmosquitto-dev"])]),
        .systemLibrary(name: "COpenSSL", path: "Sources/COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "CPlatform", path: "Sources/CPlatform"),
        .target(name: "CGPIO", dependencies: ["CLibGPIOD"], path: "Sources/CGPIO"),
        .target(name: "CModbus", dependencies: ["CLibModbus"], path: "Sources/CModbus"),
        .target(name: "CSigning", dependencies: ["COpenSSL"], path: "Sources/CSigning"),
        .target(name: "CMosquitto", dependencies: ["CLibMosquitto", "COpenSSL"], path: "Sources/CMosquitto"),

        // Shared words, and what the operating system gives.
        module("SensorModel", "DeviceHAL/Model"),
        module("Platform", "Platform", ["SensorModel", "CPlatform"]),

        // DeviceHAL: wire → bus → reading with quality.
        module("DeviceHAL", "DeviceHAL/Core", ["SensorModel"]),
        module("DeviceHALSimulated", "DeviceHAL/Simulated", ["DeviceHAL", "SensorModel"]),
        module("DeviceHALLinux", "DeviceHAL/Linux", ["DeviceHAL", "SensorModel", "Platform", "CModbus", "CGPIO"]),

        // Telemetry: reading → alarm engine → outbox → uplink.
        module("Alarms", "Telemetry/Alarms", ["SensorModel"]),
        module("Advice", "Telemetry/Advice", ["SensorModel"]),
        module("Validity", "Telemetry/Validity", ["SensorModel"]),
        module("NativeFormat", "Telemetry/NativeFormat", ["SensorModel", "Alarms"]),
        module("Outbox", "Telemetry/Outbox", ["SensorModel", "Platform", "CSQLite"]),
        module("Uplink", "Telemetry/Uplink", ["SensorModel", "Platform", "NativeFormat", "Outbox", logging]),
        module("MQTTTransport", "Telemetry/MQTT", ["Uplink", "SensorModel", "Platform", "CMosquitto"]),

        // gatewayd: configuration, composition, main.
        module(
            "GatewayConfig", "gatewayd/Config", ["SensorModel", "Platform", "DeviceHAL", "DeviceHALSimulated", "Alarms", "CYAML"]),
        module("DiagnosticsProtocol", "gatewayctl/Protocol"),
        module("Doctor", "gatewayd/Doctor", ["SensorModel", "Advice", "DiagnosticsProtocol"]),
        module("DiagnosticsClient", "gatewayctl/Client", ["SensorModel", "DiagnosticsProtocol", "Advice", "Doctor"]),
        module("DiagnosticsScreen", "gatewayctl/Watch", ["DiagnosticsProtocol", "DiagnosticsClient"]),
        module(
            "Gateway", "gatewayd/App",
            [
                "SensorModel", "Platform", "DeviceHAL", "DeviceHALLinux", "DeviceHALSimulated", "Alarms", "Advice", "Validity",
                "Doctor", "NativeFormat", "Outbox", "Uplink",
                "MQTTTransport", "GatewayConfig", "DiagnosticsProtocol", "CSigning", logging, lifecycle,
            ] + nio),
        .executableTarget(
            name: "gatewayd", dependencies: ["Gateway", "GatewayConfig", "Platform", argumentParser, logging],
            path: "Sources/gatewayd/Main",
            swiftSettings: strict),
        .executableTarget(
            name: "gatewayctl",
            dependencies: [
                "SensorModel", "DiagnosticsProtocol", "DiagnosticsClient", "DiagnosticsScreen", "Advice", "Doctor", "CPlatform",
                argumentParser,
            ],
            path: "Sources/gatewayctl/Main",
            swiftSettings: strict),

        // Tests mirror Sources; doubles live in TestSupport only.
        .target(
            name: "TestSupport", dependencies: ["SensorModel", "Platform", "DeviceHAL", "Alarms", "Uplink"],
            path: "Tests/TestSupport",
            swiftSettings: strict),
        tests("SensorModelTests", ["SensorModel", "TestSupport"]),
        tests("PlatformTests", ["Platform", "CPlatform", "SensorModel", "TestSupport"]),
        tests("DeviceHALTests", ["DeviceHAL", "SensorModel", "TestSupport"]),
        tests("DeviceHALSimulatedTests", ["DeviceHALSimulated", "DeviceHAL", "GatewayConfig", "SensorModel", "TestSupport"]),
        tests(
            "DeviceHALLinuxTests",
            ["DeviceHALLinux", "DeviceHALSimulated", "DeviceHAL", "SensorModel", "Platform", "TestSupport"]),
        tests("AlarmsTests", ["Alarms", "SensorModel", "TestSupport"]),
        tests("AdviceTests", ["Advice", "SensorModel", "TestSupport"]),
        tests("ValidityTests", ["Validity", "SensorModel", "TestSupport"]),
        tests("NativeFormatTests", ["NativeFormat", "Alarms", "SensorModel", "TestSupport"]),
        tests("OutboxTests", ["Outbox", "CSQLite", "Platform", "SensorModel", "TestSupport"]),
        tests("UplinkTests", [logging, "Uplink", "Outbox", "NativeFormat", "Platform", "SensorModel", "TestSupport"]),
        tests("MQTTTransportTests", ["MQTTTransport", "Uplink", "Platform", "SensorModel", "TestSupport", "FuzzTargets"]),
        tests("DoctorTests", ["Doctor", "Advice", "DiagnosticsProtocol", "SensorModel"]),
        tests(
            "DiagnosticsClientTests",
            ["DiagnosticsClient", "DiagnosticsProtocol", "Advice", "Doctor", "Alarms", "SensorModel", "TestSupport"]),
        tests("DiagnosticsScreenTests", ["DiagnosticsScreen", "DiagnosticsClient", "DiagnosticsProtocol", "TestSupport"]),
        tests("GatewayConfigTests", ["GatewayConfig", "DeviceHAL", "DeviceHALSimulated", "Alarms", "Platform", "SensorModel"]),
        tests("BoardFilesTests", ["GatewayConfig", "Alarms", "DeviceHAL", "DeviceHALSimulated", "SensorModel", "TestSupport"]),
        tests(
            "GatewayTests",
            [
                logging, "CSQLite", "Gateway", "GatewayConfig", "DiagnosticsProtocol", "Advice", "NativeFormat", "DeviceHAL",
                "DeviceHALSimulated",
                "Alarms", "Outbox",
                "Uplink",
                "Platform", "SensorModel", "TestSupport", "Validity", lifecycle,
            ]),
        tests(
            "TraceTests",
            [
                "Gateway", "GatewayConfig", "DeviceHAL", "DeviceHALSimulated", "Alarms", "Validity", "SensorModel", "TestSupport",
            ]),
        tests("TidyTests", ["SensorModel", "Validity"]),
        // Readers of what comes from outside, for the seeded test and for libFuzzer.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "SensorModel", "DeviceHAL", "Alarms", "Outbox", "Uplink", "MQTTTransport", "GatewayConfig", "Gateway",
                "DiagnosticsProtocol", "DiagnosticsClient", "TestSupport", .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio, path: "Tests/Fuzz/Targets", swiftSettings: strict),
        tests("FuzzTests", ["FuzzTargets"]),
        .executableTarget(
            name: "decoder-bench", dependencies: ["DeviceHAL", "SensorModel"], path: "Tests/DecoderBench", swiftSettings: strict),
        // The whole daemon by seed, on virtual time and a disk in memory.
        .target(name: "MemoryDisk", dependencies: ["CSQLite"], path: "Tests/Simulate/MemoryDisk", exclude: ["Failure.inc"]),
        .executableTarget(
            name: "gateway-simulate",
            dependencies: [
                "Gateway", "GatewayConfig", "DeviceHAL", "Uplink", "Outbox", "Platform", "SensorModel", "TestSupport",
                "MemoryDisk",
                argumentParser, logging, lifecycle,
            ], path: "Tests/Simulate/Program", swiftSettings: strict),
        .executableTarget(
            name: "engine-bench", dependencies: ["Alarms", "GatewayConfig", "SensorModel"], path: "Tests/EngineBench",
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// It needs libFuzzer, which instruments everything: `make fuzz` alone asks for it.
if Context.environment["GATEWAYD_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Main",
            swiftSettings: strict))
}
