// What a good configuration becomes, value by value.
import Alarms
import DeviceHAL
import GatewayConfig
import Platform
import SensorModel
import Testing

struct GoodConfigurationTests {
    @Test("The contract's example is read value by value")
    func everyValueArrives() throws {
        let bench = try Workbench()
        let loaded = try bench.loader.load(path: bench.gateway)
        let configuration = loaded.configuration
        #expect(configuration.gateway == GatewaySettings(id: "gw-500111-0007", language: .zh, timezone: "Asia/Shanghai"))
        #expect(
            configuration.store
                == StoreSettings(path: "/var/lib/gw-test", maxSize: 256 << 20, commitInterval: .seconds(2)))
        #expect(configuration.socket == "/run/gatewayd/test.sock")
        #expect(configuration.http == HTTPAddress("127.0.0.1:9100"))
        #expect(
            configuration.buses == [
                BusSettings(
                    id: "rs485-1", link: .serial(device: "/dev/ttyS4", baud: 9600, parity: .none, stopBits: 1),
                    responseTimeout: .milliseconds(400)),
                BusSettings(id: "plc", link: .tcp(host: "192.0.2.10", port: 502)),
            ])
        #expect(configuration.hash == "sha256:" + SHA256.hexadecimal(of: Array(Samples.gateway.utf8)))
        #expect(
            loaded.files.map(\.kind) == [.gateway, .profile("gas-head"), .profile("tilt-meter"), .rules("gas.yaml")])
        #expect(loaded.files.first?.bytes == Array(Samples.gateway.utf8))
    }

    @Test("A cover carries what the platform wants to know, and its sensors carry their model")
    func coverArrives() throws {
        let bench = try Workbench()
        let covers = try bench.loader.load(path: bench.gateway).configuration.covers
        #expect(covers.map(\.code) == ["3205820102048188", "3205820102048189"])
        let cover = try #require(covers.first)
        #expect(cover.name == "人民路56号井")
        #expect(cover.risk == ["crowded", "flood-prone"])
        #expect(cover.maintainer == "排水公司")
        var location = Location(longitude: 120.553, latitude: 31.876, crs: "CGCS2000")
        location.text = "路口东南角"
        location.rimElevation = 4.12
        location.invertElevation = 0.8
        location.datum = "1985"
        #expect(cover.location == location)
        let sensor = try #require(cover.sensors.first)
        #expect([sensor.id, sensor.bus, sensor.serial, sensor.installed] == ["ch4", "rs485-1", "XCD-2231", "2026-05-02"])
        #expect(sensor.mounted == 0.6)
        #expect(sensor.every == .seconds(5))
        guard case .modbus(unit: 3, let profile) = sensor.device else {
            Issue.record("expected unit 3, found \(sensor.device)")
            return
        }
        #expect(profile.name == "gas-head")
    }

    @Test("An uplink's files are absolute, its port follows TLS")
    func uplinkArrives() throws {
        let bench = try Workbench()
        let uplink = try #require(try bench.loader.load(path: bench.gateway).configuration.uplinks.first)
        let site = "\(bench.folder)/site"
        #expect(uplink.links.map(\.host) == ["broker.example", "backup.example"])
        #expect(uplink.links.map(\.isMetered) == [false, true])
        #expect(uplink.links.map(\.port) == [8884, 8883])
        #expect(uplink.tls == UplinkSettings.TLS(ca: "\(site)/ca.pem", certificate: "\(site)/gw.pem", key: "\(site)/gw.key"))
        #expect(uplink.passwordFile == "\(site)/secrets/password")
        #expect(uplink.batchReadings == 200)
        #expect(uplink.batchInterval == .zero)
        #expect(uplink.noSubscriber == .accept)
    }

    @Test("A minimal file gets the defaults of the contract")
    func defaults() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", "schema: 1\ngateway: {id: g}\nuplinks: {city: {kind: mqtt, host: broker.example}}\n")
        let configuration = try bench.loader.load(path: bench.gateway).configuration
        #expect(configuration.gateway == GatewaySettings(id: "g", language: .en, timezone: "UTC"))
        #expect(configuration.store == StoreSettings())
        #expect(configuration.socket == "/run/gatewayd/gatewayd.sock")
        #expect(configuration.http == nil)
        #expect(configuration.buses.isEmpty && configuration.covers.isEmpty)
        #expect(configuration.rules.map(\.id) == ["methane-high", "oxygen-low"])
        #expect(configuration.uplinks == [UplinkSettings(id: "city", links: [.init(host: "broker.example", port: 1883)])])
    }

    @Test("A site's rule replaces the pack's rule of the same id in its place, others are added")
    func rulePackIsReplaced() throws {
        let bench = try Workbench()
        let rule = "- {id: methane-high, when: {quantity: methane, above: 10 %LEL, clear_below: 8 %LEL}, severity: 3}"
        bench.write(
            "site/gateway.yaml",
            Samples.gateway.replacing(only: "    - {id: site-hot", with: "    \(rule)\n    - {id: site-hot"))
        let rules = try bench.loader.load(path: bench.gateway).configuration.rules
        #expect(rules.map(\.id) == ["methane-high", "oxygen-low", "site-hot"])
        #expect(
            rules.map(\.condition.comparison) == [
                Comparison(quantity: .methane, direction: .above, threshold: 10, clearThreshold: 8),
                Comparison(quantity: .oxygen, direction: .below, threshold: 19.5, clearThreshold: 20),
                Comparison(quantity: .temperature, direction: .above, threshold: 60, clearThreshold: 55),
            ])
        #expect(rules.map(\.severity) == [.danger, .warning, .notice])
        #expect(rules.map(\.source) == ["", "a standard", ""])
    }

    @Test("A site's sensor model hides the shipped one of the same name")
    func siteProfileComesFirst() throws {
        let bench = try Workbench()
        bench.write("site/profiles/tilt-meter.yaml", Samples.tiltMeter.replacing(only: "WT901C485", with: "of the site"))
        let covers = try bench.loader.load(path: bench.gateway).configuration.covers
        guard case .modbus(_, let profile) = covers.first?.sensors.last?.device else {
            Issue.record("expected a Modbus sensor")
            return
        }
        #expect(profile.model == "of the site")
    }

    @Test(
        "Durations, sizes and quantities take every unit of the contract",
        arguments: [
            ("500 ms", Duration.milliseconds(500)), ("5 s", .seconds(5)), ("0.5 s", .milliseconds(500)),
            ("10 min", .seconds(600)),
            ("2 h", .seconds(7200)), ("1 d", .seconds(86_400)), ("5s", .seconds(5)),
        ])
    func durations(text: String, duration: Duration) throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", Samples.gateway.replacing(only: "every: 1 s", with: "every: \(text)"))
        #expect(try bench.loader.load(path: bench.gateway).configuration.covers.first?.sensors.last?.every == duration)
    }
}
