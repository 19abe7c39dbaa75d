// What the alarm engine has to know of the site: which points there are, how often they are read, and how high they sit.
import SensorModel

/// The points that rules are laid over.
public struct AlarmSite: Sendable, Equatable {
    /// One point.
    public struct Channel: Sendable, Equatable {
        /// Its address.
        public var point: Point
        /// What it measures.
        public var quantity: Quantity
        /// Time between its readings.
        public var period: Duration
        /// True for a contact, which reports each change at once: no news means no change.
        public var reportsChanges: Bool
        /// How far below the rim its sensor is mounted, in m.
        public var mounted: Double?
        /// What runs below the cover: a word of the configuration.
        public var kind: String?
        /// The rim's elevation in m, in the datum of water levels at this cover.
        public var rimElevation: Double?
        /// The values that its sensor can show, in the quantity's unit; nil where its model does not say.
        public var range: ClosedRange<Double>?

        /// - Parameters: as the properties.
        public init(
            point: Point, quantity: Quantity, period: Duration, reportsChanges: Bool = false, mounted: Double? = nil,
            kind: String? = nil, rimElevation: Double? = nil, range: ClosedRange<Double>? = nil
        ) {
            self.point = point
            self.quantity = quantity
            self.period = period
            self.reportsChanges = reportsChanges
            self.mounted = mounted
            self.kind = kind
            self.rimElevation = rimElevation
            self.range = range
        }
    }

    /// Every point.
    public var channels: [Channel]

    /// - Parameter channels: every point, each once.
    public init(channels: [Channel] = []) { self.channels = channels }

    /// The comparison at a channel, counted from its quantity's zero.
    /// - Returns: nil when the channel has another quantity, or when it is not known how high something sits.
    func comparison(_ comparison: Comparison, at channel: Channel) -> Comparison? {
        guard channel.quantity == comparison.quantity else { return nil }
        switch comparison.origin {
        case .zero: return comparison
        case .rim: return height(of: 0, at: channel).map(comparison.shifted)
        case .float:
            let float = channels.first {
                $0.point.cover == channel.point.cover && $0.quantity == .waterFloat && $0.mounted != nil
            }
            return float?.mounted.flatMap { height(of: $0, at: channel) }.map(comparison.shifted)
        }
    }

    /// What a sensor reads when what it looks at stands so far below the rim.
    private func height(of depthBelowRim: Double, at channel: Channel) -> Double? {
        switch channel.quantity {
        case .waterDepth: channel.mounted.map { $0 - depthBelowRim }
        case .waterLevel: channel.rimElevation.map { $0 - depthBelowRim }
        // A distance meter that looks up at the lid, in mm.
        case .displacement: channel.mounted.map { ($0 - depthBelowRim) * 1000 }
        default: nil
        }
    }
}
