// Scenarios the tests start from: one with every key of the format, played on a street of two covers.
import GatewayConfig

/// Good scenarios, which the tests break in one place each.
enum ScenarioSamples {
    /// Two covers: gas, tilt and a lid at the first, a tilt meter at the second.
    static let street = """
        schema: 1
        gateway: {id: gw-street}
        profiles: [./profiles]
        buses:
          rs485-1: {kind: modbus-rtu, device: /dev/ttyS4, baud: 9600}
          box: {kind: gpio, chip: box-lines}
        covers:
          - code: "3205820102048188"
            scheme: component16
            sensors:
              ch4: {bus: rs485-1, unit: 3, profile: gas-head, every: 5 s}
              tilt: {bus: rs485-1, unit: 80, profile: tilt-meter, every: 1 s}
              lid: {bus: box, line: 4, quantity: cover-open}
          - code: "3205820103000017"
            scheme: component16
            sensors:
              tilt: {bus: rs485-1, unit: 81, profile: tilt-meter, every: 1 s}
        """

    /// Every key, and every cause.
    static let story = """
        schema: 1
        scenario: story
        about: Much happens at once.
        start: 2026-02-28T23:59:59Z
        time_of_day: 14:30
        duration: 40 min
        events:
          - {at: 2 min, for: 20 min, cover: 1, gas: methane, flow: 3 L/min}
          - {at: 25 min, for: 10 min, cover: 1, lid: opened}
          - {vehicles: 300 /h}
          - {at: 1 min, for: 5 min, rain: 40 mm/h}
          - {subsidence: 5 mm/h, cover: "3205820103000017"}
          - {backwater: 1.2 m, cover: all}
          - {at: 90 s, condensation: true}
          - {at: 30 min, for: 10 min, supply: 9 V}
          - {at: 1 min, for: 5 min, cover: 1, device: ch4, trouble: unplugged}
          - {at: 3 min, for: 2 min, link: cut}
          - {at: 39 min, cover: 2, lid: stolen}
        expect:
          - {cover: 1, raised: methane-high, within: [8 min, 18 min]}
          - {cover: 1, returned: methane-high, within: [25 min, 40 min]}
          - {cover: 2, raised: any, never: true}
          - {cover: 1, quantity: methane, above: 20 %LEL, within: [5 min, 22 min]}
          - {cover: "3205820102048188", quantity: cover-open, below: 0}
          - {cover: 1, quantity: methane, reason: timeout}
          - {reason: stuck, never: false}
        """

    /// As little as there must be.
    static let least = """
        schema: 1
        scenario: least
        about: Nothing happens.
        duration: 1 h
        """
}

extension Workbench {
    /// The configuration that scenarios are played on.
    func street() throws -> Configuration {
        write("site/street.yaml", ScenarioSamples.street)
        return try loader.load(path: "\(folder)/site/street.yaml").configuration
    }

    /// What loading a scenario says, one line an error; empty when it loads.
    func scenarioErrors(_ name: String, on configuration: Configuration?) -> [String] {
        do {
            _ = try loader.loadScenario(path: "\(folder)/\(name)", on: configuration)
            return []
        } catch {
            return error.errors.map { short($0.description) }
        }
    }
}
