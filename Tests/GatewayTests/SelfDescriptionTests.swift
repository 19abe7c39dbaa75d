// What the gateway says it is made of: readable by anybody's parser, and complete.
import Alarms
import DeviceHAL
@testable import Gateway
import GatewayConfig
import SensorModel
import Testing

@Suite struct SelfDescriptionTests {
    private static let head = DeviceProfile(
        name: "gas-head", vendor: "V", model: "M", sourceDocument: "D", sourcePage: "1",
        channels: [
            ChannelMap(name: "gas", quantity: .methane, fields: []),
            ChannelMap(name: "temperature", quantity: .temperature, fields: []),
        ])

    private static var configuration: Configuration {
        var mounted = SensorSettings(id: "ch4", bus: "plc", device: .modbus(unit: 3, profile: head), every: .milliseconds(2500))
        mounted.serial = "XCD-\"2231\""
        mounted.installed = "2026-05-02"
        mounted.mounted = 0.6
        var first = CoverSettings(
            code: "3205820102048188", scheme: "component16",
            sensors: [
                mounted, SensorSettings(id: "second", bus: "plc", device: .modbus(unit: 4, profile: head), every: .seconds(5)),
            ])
        first.name = "人民路56号井"
        first.risk = ["crowded", "flood-prone"]
        first.location = Location(longitude: 120.553, latitude: 31.876, crs: "CGCS2000")
        let bare = CoverSettings(code: "3205820102048189", scheme: #"regex:32\d{14}"#)
        return Configuration(
            gateway: GatewaySettings(id: "gw-1"), store: StoreSettings(), socket: "/s", buses: [], covers: [first, bare],
            rules: [
                AlarmRule(
                    id: "methane-high", quantity: .methane, direction: .above, threshold: 20, clearThreshold: 15,
                    onDelay: .seconds(10), severity: .danger)
            ], uplinks: [], hash: "sha256:abc")
    }

    private func description(of configuration: Configuration) throws -> [String: Any] {
        try members("{\(String(decoding: SelfDescription.members(of: configuration, version: "9.9"), as: UTF8.self))}")
    }

    @Test("it is JSON, and names version and configuration")
    func whole() throws {
        let description = try description(of: Self.configuration)
        #expect(description["version"] as? String == "9.9" && description["config"] as? String == "sha256:abc")
        #expect(description.keys.sorted() == ["config", "covers", "rules", "version"])
    }

    @Test("every point is listed with its quantity and unit")
    func points() throws {
        let configuration = Self.configuration
        var found: [Point: String] = [:]
        for cover in try description(of: configuration)["covers"] as? [[String: Any]] ?? [] {
            for sensor in cover["sensors"] as? [[String: Any]] ?? [] {
                for channel in sensor["channels"] as? [[String: String]] ?? [] {
                    let point = Point(
                        cover: cover["code"] as? String ?? "", sensor: sensor["id"] as? String ?? "", channel: channel["id"] ?? ""
                    )
                    found[point] = "\(channel["quantity"] ?? "") \(channel["unit"] ?? "")"
                }
            }
        }
        let expected = Dictionary(
            configuration.alarmSite.channels.map { ($0.point, "\($0.quantity.rawValue) \($0.quantity.unit.rawValue)") },
            uniquingKeysWith: { first, _ in first })
        #expect(found == expected)
        #expect(found.count == 4)
        #expect(found[Point(cover: "3205820102048188", sensor: "ch4", channel: "gas")] == "methane %LEL")
    }

    @Test("covers and sensors say where and what they are; what is not known is not invented")
    func places() throws {
        let covers = try #require(try description(of: Self.configuration)["covers"] as? [[String: Any]])
        #expect(covers[0]["name"] as? String == "人民路56号井" && covers[0]["risk"] as? [String] == ["crowded", "flood-prone"])
        #expect((covers[0]["location"] as? [String: Any])?["longitude"] as? Double == 120.553)
        #expect(
            covers[1]["scheme"] as? String == #"regex:32\d{14}"# && isNull(covers[1]["location"]) && isNull(covers[1]["kind"]))
        let sensors = try #require(covers[0]["sensors"] as? [[String: Any]])
        #expect(sensors[0]["serial"] as? String == "XCD-\"2231\"" && sensors[0]["mounted"] as? Double == 0.6)
        #expect(sensors[0]["every_ms"] as? Int == 2500 && sensors[0]["profile"] as? String == "gas-head")
        #expect(sensors[1]["serial"] == nil && sensors[1]["mounted"] == nil && sensors[1]["installed"] == nil)
    }

    @Test("rules are listed with their numbers")
    func rules() throws {
        let rules = try #require(try description(of: Self.configuration)["rules"] as? [[String: Any]])
        #expect(rules.count == 1 && rules[0]["id"] as? String == "methane-high" && rules[0]["direction"] as? String == "above")
        #expect(rules[0]["threshold"] as? Double == 20 && rules[0]["clear_threshold"] as? Double == 15)
        #expect(rules[0]["on_delay_ms"] as? Int == 10_000 && rules[0]["severity"] as? Int == 3)
    }

    @Test("a gateway without covers and rules describes itself too")
    func empty() throws {
        var configuration = Self.configuration
        configuration.covers = []
        configuration.rules = []
        let description = try description(of: configuration)
        #expect((description["covers"] as? [Any])?.isEmpty == true && (description["rules"] as? [Any])?.isEmpty == true)
    }
}
