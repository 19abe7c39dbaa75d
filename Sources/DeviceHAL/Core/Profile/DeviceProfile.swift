// A sensor model as data: what boards/profiles/NAME.yaml says, typed. Loading and its messages live in GatewayConfig.
import SensorModel

/// A sensor model.
public struct DeviceProfile: Sendable, Equatable {
    /// Serial line settings a model leaves the factory with.
    public struct SerialDefaults: Sendable, Equatable {
        /// Factory unit address.
        public var address: UInt8
        /// Bits per second.
        public var baud: Int
        /// Parity.
        public var parity: Parity
        /// Stop bits, 1 or 2.
        public var stopBits: Int

        /// - Parameters: as the properties.
        public init(address: UInt8, baud: Int, parity: Parity, stopBits: Int) {
            self.address = address
            self.baud = baud
            self.parity = parity
            self.stopBits = stopBits
        }
    }

    /// What the model needs of whoever asks it.
    public struct Timing: Sendable, Equatable {
        /// Total deadline of one transaction; nil leaves it to the bus.
        public var responseTimeout: Duration?
        /// How late a reply may come; nil means twice the time-out.
        public var maxLatency: Duration?
        /// How long it thinks before a reply, for the arithmetic of the line's time; nil where the manual does not say.
        public var replyDelay: Duration?
        /// Rest between transactions.
        public var gap: Duration
        /// From power-on to values that may be believed.
        public var warmUp: Duration
        /// The most registers one read may ask for.
        public var maxRegisters: Int

        /// - Parameters: as the properties; the defaults are a patient device without warm-up.
        public init(
            responseTimeout: Duration? = nil, maxLatency: Duration? = nil, replyDelay: Duration? = nil,
            gap: Duration = .zero,
            warmUp: Duration = .zero, maxRegisters: Int = 125
        ) {
            self.responseTimeout = responseTimeout
            self.maxLatency = maxLatency
            self.replyDelay = replyDelay
            self.gap = gap
            self.warmUp = warmUp
            self.maxRegisters = maxRegisters
        }

        /// What a slave is expected to take to reply when its manual does not say: most of those looked at take 1 to 50 ms.
        public static let usualReplyDelay = Duration.milliseconds(20)
        /// What it takes at least: hardly one is faster.
        public static let leastReplyDelay = Duration.milliseconds(2)
    }

    /// A golden vector: words as they come from the wire, and what a person reads.
    public struct Example: Sendable, Equatable {
        /// What the words mean.
        public enum Meaning: Sendable, Equatable {
            /// The value in the channel's unit.
            case value(Double)
            /// No value, for this reason.
            case bad(BadReason)
        }
        /// Which channel.
        public var channel: String
        /// The words of the channel's fields, in the order of the fields.
        public var words: [UInt16]
        /// What the register of `decimals_at` holds.
        public var decimals: UInt16?
        /// What the register of `unit_at` holds.
        public var unitCode: UInt16?
        /// What the words mean.
        public var meaning: Meaning

        /// - Parameters: as the properties.
        public init(channel: String, words: [UInt16], decimals: UInt16? = nil, unitCode: UInt16? = nil, meaning: Meaning) {
            self.channel = channel
            self.words = words
            self.decimals = decimals
            self.unitCode = unitCode
            self.meaning = meaning
        }
    }

    /// The profile's name, which is its file's name.
    public var name: String
    /// Who makes the model.
    public var vendor: String
    /// The model's name.
    public var model: String
    /// Title of the document the register map was taken from.
    public var sourceDocument: String
    /// The page or clause.
    public var sourcePage: String
    /// True once the profile has met the device.
    public var verified: Bool
    /// Factory settings, if the manual gives them.
    public var serial: SerialDefaults?
    /// Timing needs.
    public var timing: Timing
    /// Below this supply voltage (V) the values are doubtful; nil when the manual does not say.
    public var supplyMinimum: Double?
    /// Identity checks.
    public var requirements: [Requirement]
    /// Channels in the order of the file.
    public var channels: [ChannelMap]
    /// Status registers.
    public var status: [StatusRule]
    /// A register that moves as long as the device measures.
    public var heartbeat: Heartbeat?
    /// What starts a measurement.
    public var trigger: Trigger?
    /// Golden vectors.
    public var examples: [Example]

    /// - Parameters: as the properties.
    public init(
        name: String, vendor: String, model: String, sourceDocument: String, sourcePage: String, verified: Bool = false,
        serial: SerialDefaults? = nil, timing: Timing = Timing(), supplyMinimum: Double? = nil, requirements: [Requirement] = [],
        channels: [ChannelMap], status: [StatusRule] = [], heartbeat: Heartbeat? = nil, trigger: Trigger? = nil,
        examples: [Example] = []
    ) {
        self.name = name
        self.vendor = vendor
        self.model = model
        self.sourceDocument = sourceDocument
        self.sourcePage = sourcePage
        self.verified = verified
        self.serial = serial
        self.timing = timing
        self.supplyMinimum = supplyMinimum
        self.requirements = requirements
        self.channels = channels
        self.status = status
        self.heartbeat = heartbeat
        self.trigger = trigger
        self.examples = examples
    }
}

/// Parity of a serial character.
public enum Parity: String, CaseIterable, Sendable {
    case none, even, odd
}
