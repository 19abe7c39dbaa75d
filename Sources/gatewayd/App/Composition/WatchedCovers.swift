// What the sensors of a cover need to judge each other, taken from the configuration and the sensor models.
import DeviceHAL
import GatewayConfig
import SensorModel
import Validity

extension WatchedCover {
    /// - Parameter cover: of the configuration.
    init(_ cover: CoverSettings) {
        self.init(
            code: cover.code, rimElevation: cover.location?.rimElevation, points: cover.sensors.flatMap(WatchedPoint.of))
    }
}

extension WatchedPoint {
    /// The channels of a sensor, in their order.
    fileprivate static func of(_ sensor: SensorSettings) -> [WatchedPoint] {
        switch sensor.device {
        case .line(let line):
            return [
                WatchedPoint(
                    sensor: sensor.id, channel: "state", quantity: line.quantity, mounted: sensor.mounted, period: sensor.every)
            ]
        case .modbus(_, let profile):
            return profile.channels.map { channel in
                WatchedPoint(
                    sensor: sensor.id, channel: channel.name, quantity: channel.quantity, mounted: sensor.mounted,
                    period: sensor.every, isCatalytic: channel.principle == .catalytic, range: channel.range,
                    step: channel.smallestStep, hasOwnRestLimit: channel.stuckAfter != nil || channel.flatLine != nil,
                    supplyMinimum: profile.supplyMinimum)
            }
        }
    }
}

extension ChannelMap {
    /// The smallest step in which the channel's value can change: as the profile says it, or as the form of its number does; 0
    /// for floating-point numbers, nil where a register or several numbers decide it.
    fileprivate var smallestStep: Double? {
        if let resolution { return resolution }
        if fields.allSatisfy({ $0.type == .float32 || $0.type == .float64 }) { return 0 }
        guard transform == nil, let field = fields.first, field.decimalsAt == nil, field.unitAt == nil, field.type != .ascii
        else {
            return nil
        }
        return field.scale.magnitude
    }
}
