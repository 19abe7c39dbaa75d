// What the sensors of a serial line need of its time: the arithmetic that a configuration is held against before it runs.
import SensorModel

/// The load of one serial line when everything answers.
///
/// Source: Modbus over Serial Line V1.02, §2.5.1, for characters and silences. How long units think before they reply is their
/// profiles' word; where a profile says nothing, at least 2 ms, and as a rule 20 ms.
public struct BusLoad: Sendable, Equatable {
    /// Sensors of one model that are read equally often.
    public struct Share: Sendable, Equatable {
        /// The model.
        public let profile: String
        /// How often each is read.
        public let period: Duration
        /// How many there are.
        public fileprivate(set) var count: Int
        /// Transactions of one poll.
        public let transactions: Int
        /// Characters of one poll, requests and replies.
        public let characters: Int
        /// How long the unit thinks before a reply.
        public let replyDelay: Duration
        /// How long one poll keeps the line busy.
        public let poll: Duration
        /// From the first request of a poll to its last reply, with the rests that the model needs between.
        public let span: Duration

        /// Of the line's time, 1 for all of it.
        public var utilisation: Double { Double(count) * poll.seconds / period.seconds }
    }

    /// How fast units are taken to be whose profiles do not say.
    public enum ReplyDelay: Sendable {
        /// As fast as hardly one is: what does not fit then never fits.
        case least
        /// As most are.
        case usual

        fileprivate var duration: Duration {
            switch self {
            case .least: DeviceProfile.Timing.leastReplyDelay
            case .usual: DeviceProfile.Timing.usualReplyDelay
            }
        }
    }

    /// Above this share of the line's time a bus leaves too little for faults and questions.
    public static let comfortable = 0.6

    /// The line's speed.
    public let line: LineTiming
    /// The sensors, the greatest load first.
    public let shares: [Share]

    /// - Parameters:
    ///   - line: the line's speed.
    ///   - sensors: the model of each sensor, and how often it is read.
    ///   - delay: of units whose profiles do not say.
    public init(line: LineTiming, sensors: [(profile: DeviceProfile, period: Duration)], delay: ReplyDelay) {
        self.line = line
        var shares: [Share] = []
        for (profile, period) in sensors {
            if let index = shares.firstIndex(where: { $0.profile == profile.name && $0.period == period }) {
                shares[index].count += 1
            } else {
                shares.append(Share(profile, period, line, delay))
            }
        }
        self.shares = shares.sorted { ($1.utilisation, $0.profile) < ($0.utilisation, $1.profile) }
    }

    /// Of the line's time, 1 for all of it.
    public var utilisation: Double { shares.reduce(0) { $0 + $1.utilisation } }
}

extension BusLoad.Share {
    fileprivate init(_ profile: DeviceProfile, _ period: Duration, _ line: LineTiming, _ delay: BusLoad.ReplyDelay) {
        let frames =
            ReadPlan(profile: profile).blocks.compactMap {
                RequestFrame(unit: 1, table: $0.table, address: $0.address, count: $0.count)
            } + [profile.trigger].compactMap { $0.flatMap { RequestFrame(unit: 1, ModbusSensor.action($0)) } }
        let delay = profile.timing.replyDelay ?? delay.duration
        self.profile = profile.name
        self.period = period
        count = 1
        transactions = frames.count
        // Around a reply's PDU stand the unit's address and a checksum.
        let lengths = frames.map { $0.serial.count + $0.replyLength + 3 }
        characters = lengths.reduce(0, +)
        replyDelay = delay
        poll = lengths.reduce(.zero) { $0 + line.transaction(characters: $1, replyDelay: delay) }
        span = poll + profile.timing.gap * max(0, frames.count - 1) + (profile.trigger?.wait ?? .zero)
    }
}
