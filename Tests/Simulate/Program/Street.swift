// The gateway that is simulated: eight channels of seven devices on two buses at two covers, the shipped sensor models and rules.
import Gateway
import GatewayConfig
import MemoryDisk
import Platform
import SensorModel
import TestSupport

/// The configuration, and the devices that it speaks of.
enum Street {
    static let folder = MEMORY_DISK_FOLDER + "/store"
    /// What the configuration calls the gateway, and where it sends.
    static let gateway = "gw-simulated-0001", uplink = "city"
    /// The broker's host by the link that comes first.
    static let preferred = "broker.example"

    static func text(_ story: Story) -> String {
        """
        schema: 1
        gateway: {id: \(gateway), language: en}
        store: {path: \(folder), max_size: \(story.storeSize) MiB, commit_interval: \(story.commitInterval) s}
        diagnostics: {socket: \(MEMORY_DISK_FOLDER)/socket}
        buses:
          line: {kind: modbus-rtu, device: /dev/ttyS4, baud: 9600, parity: none, stop_bits: 1}
          plc:  {kind: modbus-tcp, host: 192.0.2.10}
        covers:
          - code: C-0001
            scheme: regex:C-[0-9]{4}
            name: First
            kind: sewage
            sensors:
              lel: {bus: line, unit: 3, profile: pemtech-pt495-lel, every: 30 s, serial: L-1}
              h2s: {bus: line, unit: 4, profile: pemtech-pt495-h2s, every: 30 s, serial: H-1}
              o2:  {bus: line, unit: 5, profile: pemtech-pt495-o2, every: 30 s, serial: O-1}
              depth: {bus: line, unit: 1, profile: qdy30a-map-a, every: 60 s, serial: Q-1}
          - code: C-0002
            scheme: regex:C-[0-9]{4}
            name: Second
            kind: power
            sensors:
              lel: {bus: plc, unit: 6, profile: pemtech-pt495-lel, every: 30 s, serial: L-2}
              co:  {bus: plc, unit: 7, profile: pemtech-pt495-co, every: 30 s, serial: K-2}
              air: {bus: plc, unit: 9, profile: xy-md02, every: 60 s, serial: X-2}
        uplinks:
          \(uplink):
            kind: mqtt
            links:
              - {host: \(preferred), port: 1883}
        \(story.hasSecondLink ? "      - {host: second.example, port: 1883}" : "")
            batch: {max_readings: \(story.batch), max_interval: 10 s}

        """
    }

    /// Read by the daemon's own loader, from the disk in memory.
    static func configuration(_ story: Story, boards: String) throws -> StartConfiguration {
        memory_disk_make(0, 1 << 20)
        let path = MEMORY_DISK_FOLDER + "/gateway.yaml"
        let problem = TextFile.replace(path, with: Array(text(story).utf8))
        precondition(problem == 0, "the disk in memory does not work: errno \(problem)")
        return try StartConfiguration.load(path: path, boards: boards)
    }

    /// The devices, each with truths of its own.
    static func units(until end: Int64, seed: UInt64) -> [UInt8: FieldUnit] {
        var chance = SeededGenerator(seed: seed)
        func signal(_ calm: Int, _ levels: [Int], noise: Int = 2) -> Signal {
            Signal(calm: calm, noise: noise, levels: levels, until: end, seed: chance.next())
        }
        func head(
            _ cover: String, _ sensor: String, _ quantity: Quantity, kind: UInt16, setPoint: UInt16, _ signal: Signal
        ) -> FieldUnit {
            FieldUnit(
                cover: cover, sensor: sensor, table: .holding, constants: [1: kind << 8, 2: setPoint], constantTable: .holding,
                channels: [FieldChannel(name: "gas", quantity: quantity, register: 0, scale: 0.1, signal: signal)],
                period: .seconds(30))
        }
        return [
            3: head("C-0001", "lel", .combustible, kind: 2, setPoint: 200, signal(30, [150, 300, 600])),
            4: head("C-0001", "h2s", .hydrogenSulfide, kind: 1, setPoint: 100, signal(10, [70, 140, 300])),
            5: head("C-0001", "o2", .oxygen, kind: 5, setPoint: 195, signal(209, [200, 185, 240], noise: 1)),
            6: head("C-0002", "lel", .combustible, kind: 2, setPoint: 200, signal(20, [150, 280, 700])),
            7: head("C-0002", "co", .carbonMonoxide, kind: 4, setPoint: 300, signal(40, [180, 400, 1400])),
            1: FieldUnit(
                cover: "C-0001", sensor: "depth", table: .holding, constants: [0: 1, 1: 3, 2: 16, 3: 2], constantTable: .holding,
                channels: [
                    FieldChannel(name: "depth", quantity: .waterDepth, register: 4, scale: 0.01, signal: signal(120, []))
                ], period: .seconds(60)),
            9: FieldUnit(
                cover: "C-0002", sensor: "air", table: .input, constants: [0x0101: 9], constantTable: .holding,
                channels: [
                    FieldChannel(name: "temperature", quantity: .temperature, register: 1, scale: 0.1, signal: signal(150, [])),
                    FieldChannel(
                        name: "humidity", quantity: .humidity, register: 2, scale: 0.1, signal: signal(700, [], noise: 6)),
                ], period: .seconds(60)),
        ]
    }
}
