// Which of the stored tilt zeros count, and why the others do not: a zero belongs to one device of one model. Pure.
import DeviceHAL
import GatewayConfig
import SensorModel

/// The zeros of commissioning.json, held against the configuration.
struct TiltZeroUse: Sendable, Equatable {
    /// What tilts are measured from, by place and channel.
    var references: [SensorPlace: [String: TiltReference]] = [:]
    /// One sentence for each zero that does not count.
    var problems: [Bilingual] = []
    /// The places that tell a tilt and have no zero that counts.
    var without: [SensorPlace] = []

    /// - Parameters:
    ///   - content: the zeros.
    ///   - covers: of the configuration in force.
    init(_ content: CommissionContent, covers: [CoverSettings]) {
        for cover in covers {
            for sensor in cover.sensors {
                let place = SensorPlace(cover: cover.code, sensor: sensor.id)
                let channels = sensor.profile?.tiltChannels ?? []
                guard let profile = sensor.profile, !channels.isEmpty else { continue }
                for zero in content.zeros(of: place) where channels.contains(zero.channel) {
                    if let objection = Self.objection(to: zero, serial: sensor.serial, profile: profile.name) {
                        let called = cover.title(place.description)
                        problems.append(
                            called + Bilingual(zh: "：倾斜零位", en: ": the tilt zero ") + objection
                                + Bilingual(
                                    zh: "，倾角从铅垂线起算；盖好井盖后重新设零：gatewayctl commission zero \(place)",
                                    en: ": tilts are measured from the vertical; with the cover closed set it anew, "
                                        + "gatewayctl commission zero \(place)"))
                    } else {
                        references[place, default: [:]][zero.channel] = zero.reference
                    }
                }
                if !channels.allSatisfy({ references[place]?[$0] != nil }) { without.append(place) }
            }
        }
    }

    /// Why a zero does not count; nil when it does.
    static func objection(to zero: TiltZero, serial: String?, profile: String) -> Bilingual? {
        guard zero.profile == profile else {
            return Bilingual(
                zh: "由型号 \(zero.profile) 读取，现用型号为 \(profile)",
                en: "was read by the sensor model \(zero.profile) and \(profile) is in use now")
        }
        guard zero.serial == serial else {
            let (then, now) = (device(zero.serial), device(serial))
            return Bilingual(zh: "属于\(then.zh)，现场为\(now.zh)", en: "belongs to \(then.en) and \(now.en) sits there now")
        }
        return zero.reference == nil ? Bilingual(zh: "的记录无意义", en: "makes no sense") : nil
    }

    private static func device(_ serial: String?) -> Bilingual {
        serial.map { Bilingual(zh: "设备 \($0)", en: "the device \($0)") }
            ?? Bilingual(zh: "无序列号的设备", en: "a device without serial")
    }
}

extension DeviceProfile {
    /// The channels that tell a tilt.
    var tiltChannels: [String] { channels.filter { $0.quantity == .tilt }.map(\.name) }
}
