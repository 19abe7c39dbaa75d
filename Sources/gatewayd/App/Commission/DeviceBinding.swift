// Which device sat at which place, from when to when: what a sensor's readings of last year came from. Pure.
import GatewayConfig
import SensorModel

/// One device at one place.
struct DeviceBinding: Codable, Sendable, Equatable {
    var cover: String
    var sensor: String
    /// The device's serial number.
    var serial: String
    /// Its sensor model; nil for a line.
    var profile: String?
    /// When the gateway first started with it, RFC 3339, UTC.
    var from: String
    /// How far that time may be trusted.
    var fromClock: String
    /// When the gateway first started without it; nil while it sits there.
    var to: String?
    /// How far that time may be trusted.
    var toClock: String?

    /// Of one place as many are kept; the oldest give way.
    static let mostOfOnePlace = 100

    private var place: SensorPlace { SensorPlace(cover: cover, sensor: sensor) }

    /// The history after a start: a device that the configuration no longer names is closed, one that it newly names opened.
    static func history(_ history: [Self], with covers: [CoverSettings], at now: Timestamp) -> [Self] {
        var history = history
        var named: [SensorPlace: SensorSettings] = [:]
        for cover in covers {
            for sensor in cover.sensors where sensor.serial != nil {
                named[SensorPlace(cover: cover.code, sensor: sensor.id)] = sensor
            }
        }
        for index in history.indices where history[index].to == nil {
            let sensor = named[history[index].place]
            if let sensor, sensor.serial == history[index].serial {
                history[index].profile = sensor.profile?.name
                named[history[index].place] = nil
            } else {
                history[index].to = now.wall.rfc3339
                history[index].toClock = now.clock.rawValue
            }
        }
        for (place, sensor) in named.sorted(by: { $0.key.description < $1.key.description }) {
            guard let serial = sensor.serial else { continue }
            history.append(
                Self(
                    cover: place.cover, sensor: place.sensor, serial: serial, profile: sensor.profile?.name,
                    from: now.wall.rfc3339, fromClock: now.clock.rawValue))
        }
        return bounded(history)
    }

    private static func bounded(_ history: [Self]) -> [Self] {
        var counts: [SensorPlace: Int] = [:]
        let kept = history.reversed().filter { binding in
            counts[binding.place, default: 0] += 1
            return counts[binding.place, default: 0] <= mostOfOnePlace
        }
        return kept.reversed()
    }
}
