// What is still to be done before a cover counts as commissioned. Pure.
import DiagnosticsProtocol
import SensorModel

/// The gaps of a cover's commissioning, in words.
enum CommissionGaps {
    /// One sentence each, in the order of the sensors.
    static func missing(_ sensors: [CommissionSensor], _ language: EntryLanguage) -> [String] {
        sensors.flatMap { sensor in gaps(of: sensor).map { $0[language] } }
    }

    private static func gaps(of sensor: CommissionSensor) -> [Bilingual] {
        let id = sensor.sensor
        var gaps: [Bilingual] = []
        if sensor.serial == nil {
            gaps.append(Bilingual(zh: "\(id)：未登记设备序列号（serial）", en: "\(id): the device's serial number is not configured"))
        }
        if sensor.verified == false, let profile = sensor.profile {
            gaps.append(
                Bilingual(
                    zh: "\(id)：型号文件 \(profile) 未经实物验证（verified: false）",
                    en: "\(id): the sensor model \(profile) has not met the device yet (verified: false)"))
        }
        if sensor.identity == "not-proved" {
            gaps.append(Bilingual(zh: "\(id)：设备身份未得到证实", en: "\(id): the device has not proved its identity"))
        }
        for channel in sensor.channels where channel.quality != "good" {
            let reason = channel.reason ?? channel.quality
            gaps.append(
                Bilingual(
                    zh: "\(id)/\(channel.channel)：读数不可信（\(reason)）", en: "\(id)/\(channel.channel): no good reading (\(reason))"))
        }
        for channel in sensor.channels where channel.quantity == Quantity.tilt.rawValue {
            guard !sensor.zeros.contains(where: { $0.channel == channel.channel && $0.problem == nil }) else { continue }
            gaps.append(
                Bilingual(zh: "\(id)/\(channel.channel)：未设倾斜零位", en: "\(id)/\(channel.channel): the tilt zero is not set"))
        }
        return gaps + untested(sensor)
    }

    /// Each gas has a cell of its own; of what else a sensor tells, one channel proves it.
    private static func untested(_ sensor: CommissionSensor) -> [Bilingual] {
        let passed = Set(sensor.tests.filter { $0.passed && $0.problem == nil }.map(\.channel))
        let testable = sensor.channels.filter { !(Quantity(rawValue: $0.quantity)?.isAside ?? true) }
        let gases = testable.filter { Quantity(rawValue: $0.quantity)?.isGas ?? false }
        let others = testable.filter { channel in !gases.contains { $0.channel == channel.channel } }.map(\.channel)
        var groups = gases.map { [$0.channel] }
        if !others.isEmpty { groups.append(others) }
        return groups.filter { passed.isDisjoint(with: $0) }.map { group in
            let names = group.joined(separator: ", ")
            return Bilingual(
                zh: "\(sensor.sensor)：\(names) 未通过功能测试",
                en: "\(sensor.sensor): no function test of \(names) was passed with this device")
        }
    }
}

extension Quantity {
    /// What burns, poisons or keeps alive.
    var isGas: Bool {
        switch self {
        case .methane, .combustible, .hydrogenSulfide, .carbonMonoxide, .oxygen: true
        default: false
        }
    }

    /// What a sensor tells beside what it is there for: its test proves nothing.
    var isAside: Bool {
        switch self {
        case .temperature, .humidity, .supplyVoltage, .batteryVoltage, .batteryCharge, .raw: true
        default: false
        }
    }
}
