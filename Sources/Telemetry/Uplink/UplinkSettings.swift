// What an uplink is told to do, and what it says about itself.
import NativeFormat
import SensorModel

/// Settings of one uplink.
public struct UplinkSessionSettings: Sendable {
    /// The uplink's id.
    public var id: String
    /// Links in order of preference, at least one.
    public var links: [BrokerEndpoint]
    /// The most readings in a message.
    public var batchReadings: Int
    /// How long a reading may wait for others.
    public var batchInterval: Duration
    /// Whether PUBACK 0x10 is taken as delivered.
    public var acceptNoSubscriber: Bool
    /// Who speaks.
    public var speaker: Speaker
    /// This boot's id.
    public var boot: String
    /// The store this one took the place of.
    public var predecessor: String?
    /// Members of the gateway's self-description, JSON without braces.
    public var description: [UInt8]

    /// - Parameters: as the properties.
    public init(
        id: String, links: [BrokerEndpoint], batchReadings: Int = 500, batchInterval: Duration = .seconds(10),
        acceptNoSubscriber: Bool = false, speaker: Speaker, boot: String, predecessor: String? = nil, description: [UInt8] = []
    ) {
        self.id = id
        self.links = links
        self.batchReadings = batchReadings
        self.batchInterval = batchInterval
        self.acceptNoSubscriber = acceptNoSubscriber
        self.speaker = speaker
        self.boot = boot
        self.predecessor = predecessor
        self.description = description
    }
}

/// The times and bounds an uplink keeps; the same for every gateway.
public enum UplinkLimits {
    /// No PUBACK for an alarm within this: the connection is given up.
    public static let alarmAcknowledgement = Duration.seconds(5)
    /// The same for a batch of readings.
    public static let batchAcknowledgement = Duration.seconds(10)
    /// The most messages in flight, whatever the broker grants.
    public static let inFlight = 32
    /// Of these, how many are kept free of readings for alarms.
    public static let reservedForAlarms = 4
    /// A connection that stood this long resets the back-off.
    public static let stable = Duration.seconds(60)
    /// The longest pause between two attempts.
    public static let longestPause = Duration.seconds(60)
    /// A connection whose end is not told within this is taken as ended.
    public static let lastResort = Duration.seconds(30)
    /// After so many refusals that are about the message itself it is set aside.
    public static let refusalsBeforeParking = 3
    /// How many messages of a lane may be set aside; with more the lane waits.
    public static let parked = 64
    /// Until what was set aside is tried again.
    public static let parkedRetry = Duration.seconds(60)
    /// How many replies to commands are kept for a broker that has not answered for them.
    public static let replies = 64
    /// Until a store that could not be read is read again.
    public static let storeRetry = Duration.seconds(1)
    /// The least time between two state messages of a connection, urgent ones apart.
    public static let statePause = Duration.seconds(10)
    /// How many alarms are kept for sending before their commit.
    public static let offers = 256
    /// With an alarm waiting, the next attempt comes at most after this, and the first one after a break at any moment of it.
    public static let longestPauseWithAlarm = Duration.seconds(5)
    /// How long readings may wait on a metered link, so that a short outage of the preferred one costs nothing there.
    public static let meteredPatience = Duration.seconds(3600)
    /// On a link of lower preference, the time until the preferred one is tried; doubled each time it fails, up to the longest.
    /// While the link in use does not take alarms it begins with `stable` and ends with this.
    public static let preferredRetry = Duration.seconds(600)
    /// The longest time between two attempts at the preferred link.
    public static let longestPreferredRetry = Duration.seconds(7200)
}

/// What an uplink says about itself.
public struct UplinkStatus: Sendable, Equatable {
    /// Where the connection stands.
    public enum State: String, Sendable { case connecting, connected, waiting }
    /// Where the connection stands.
    public var state = State.waiting
    /// Host and port in use or tried last.
    public var link = ""
    /// When the state began.
    public var since: Timestamp
    /// What is wrong, in words; empty when nothing is.
    public var problem = ""
    /// Topics nobody subscribes to.
    public var nobodyListening: [String] = []
    /// Messages and bytes that wait for their PUBACK, and the bound of the bytes.
    public var inFlightMessages = 0, inFlightBytes = 0, windowBytes = SendWindow.smallest
    /// Numbers that are committed and not delivered yet, of both lanes; gaps among them count as long as they are not told.
    public var waiting: Int64 = 0
    /// Messages since start: sent, acknowledged as delivered, refused or held.
    public var sent: UInt64 = 0, acknowledged: UInt64 = 0, refused: UInt64 = 0
    /// Replies to commands that gave way to newer ones before a broker took them, since start.
    public var repliesDropped: UInt64 = 0
    /// Alarms that the broker has acknowledged and the platform has not, where it gives receipts.
    public var receiptsAwaited = 0
    /// Alarms since start: sent again for want of a receipt, and no longer waited for.
    public var alarmsSentAgain: UInt64 = 0, receiptsGivenUp: UInt64 = 0
    /// Connections since start.
    public var connections: UInt64 = 0
    /// When a PUBACK came last.
    public var lastAcknowledgement: Timestamp?
    /// When the next attempt is due, while waiting.
    public var nextAttempt: MonotonicTime?

    /// - Parameter since: when the uplink was made.
    public init(since: Timestamp) { self.since = since }
}
