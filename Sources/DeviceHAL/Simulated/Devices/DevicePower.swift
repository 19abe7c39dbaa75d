// Whether a device is switched on, and since when: what a sagging supply does to it.
import SensorModel

/// The supply of one device.
struct DevicePower: Sendable {
    /// Below this part of the nominal voltage a device is off.
    static let leastShare = 0.6

    private let view: ManholeView
    private let ownSupply: Bool
    /// When sags end: a supply comes back nowhere else.
    private let returns: [Duration]

    /// - Parameters:
    ///   - view: the manhole.
    ///   - ownSupply: it sits at the battery and does not know the supply's troubles.
    init(_ view: ManholeView, ownSupply: Bool) {
        self.view = view
        self.ownSupply = ownSupply
        returns = view.events.compactMap { event in
            if case .supply = event.cause { event.end } else { nil }
        }
    }

    /// True without enough to run on.
    func isOff(at time: Duration) -> Bool {
        !ownSupply && view.state(time).supplyVoltage < Plant.nominalSupplyVoltage * Self.leastShare
    }

    /// When the power last came back, if that is not longer ago; nil otherwise. Devices have been on for long when the story
    /// begins, unless it begins with a sagging supply.
    func returned(within duration: Duration, before time: Duration) -> Duration? {
        returns.filter { $0 <= time && $0 > time - duration && isOff(at: $0 - .milliseconds(1)) }.max()
    }
}
