// What the gateway says it is made of: points, units, models and rules, so that a platform needs no second source.
import Alarms
import GatewayConfig
import NativeFormat
import SensorModel

/// The members of the state message that describe the gateway.
enum SelfDescription {
    /// `"version":…,"config":…,"covers":[…],"rules":[…]`, without braces; in a simulation `"origin":"simulated"` too.
    static func members(of configuration: Configuration, version: String, origin: Origin = .field) -> [UInt8] {
        var json = JSONBytes(capacity: 4096)
        json.raw("\"version\":")
        json.string(version)
        if origin != .field {
            json.raw(",\"origin\":")
            json.string(origin.rawValue)
        }
        json.raw(",\"config\":")
        json.string(configuration.hash)
        json.raw(",\"covers\":[")
        separated(configuration.covers, &json) { cover, json in
            json.raw("{\"code\":")
            json.string(cover.code)
            json.raw(",\"scheme\":")
            json.string(cover.scheme)
            json.raw(",")
            json.raw(AlarmEncoder.coverMembers(CoverPlace(cover)))
            json.raw(",\"risk\":[")
            separated(cover.risk, &json) { risk, json in json.string(risk) }
            json.raw("],\"sensors\":[")
            separated(cover.sensors, &json) { sensor, json in write(sensor, into: &json) }
            json.raw("]}")
        }
        json.raw("],\"rules\":[")
        separated(configuration.rules, &json) { rule, json in write(rule, into: &json) }
        json.raw("]")
        return json.bytes
    }

    private static func write(_ sensor: SensorSettings, into json: inout JSONBytes) {
        json.raw("{\"id\":")
        json.string(sensor.id)
        switch sensor.device {
        case .modbus(_, let profile):
            json.raw(",\"profile\":")
            json.string(profile.name)
        case .line(let line):
            json.raw(",\"line\":")
            json.string(line.line.line.description)
        }
        json.raw(",\"every_ms\":")
        json.integer(sensor.every.milliseconds)
        json.optionalMember("serial", sensor.serial)
        json.optionalMember("installed", sensor.installed)
        if let mounted = sensor.mounted {
            json.raw(",\"mounted\":")
            json.number(mounted)
        }
        json.raw(",\"channels\":[")
        separated(sensor.channels, &json) { channel, json in
            json.raw("{\"id\":")
            json.string(channel.name)
            json.raw(",\"quantity\":")
            json.string(channel.quantity.rawValue)
            json.raw(",\"unit\":")
            json.string(channel.quantity.unit.rawValue)
            json.raw("}")
        }
        json.raw("]}")
    }

    private static func write(_ rule: AlarmRule, into json: inout JSONBytes) {
        json.raw("{\"id\":")
        json.string(rule.id)
        if let comparison = rule.condition.comparison, comparison.origin == .zero {
            json.raw(",\"quantity\":")
            json.string(comparison.quantity.rawValue)
            json.raw(",\"direction\":")
            json.string(comparison.direction.rawValue)
            json.raw(",\"threshold\":")
            json.number(comparison.threshold)
            json.raw(",\"clear_threshold\":")
            json.number(comparison.clearThreshold)
        } else {
            json.raw(",\"quantities\":[")
            separated(rule.condition.quantities.map(\.rawValue).sorted(), &json) { quantity, json in json.string(quantity) }
            json.raw("]")
        }
        json.raw(",\"on_delay_ms\":")
        json.integer(rule.onDelay.milliseconds)
        json.raw(",\"off_delay_ms\":")
        json.integer(rule.offDelay.milliseconds)
        json.raw(",\"severity\":")
        json.integer(Int64(rule.severity.rawValue))
        json.raw("}")
    }

    private static func separated<Element>(
        _ elements: [Element], _ json: inout JSONBytes, _ write: (Element, inout JSONBytes) -> Void
    ) {
        for (index, element) in elements.enumerated() {
            if index > 0 { json.raw(",") }
            write(element, &json)
        }
    }
}

extension CoverPlace {
    /// The place as the configuration has it.
    init(_ cover: CoverSettings) {
        self.init()
        name = cover.name
        kind = cover.kind
        road = cover.road
        grid = cover.grid
        responsibilityGrid = cover.responsibilityGrid
        competent = cover.competent
        owner = cover.owner
        maintainer = cover.maintainer
        location = cover.location.map {
            Location(
                longitude: $0.longitude, latitude: $0.latitude, crs: $0.crs, text: $0.text, rimElevation: $0.rimElevation,
                invertElevation: $0.invertElevation, datum: $0.datum)
        }
    }
}
