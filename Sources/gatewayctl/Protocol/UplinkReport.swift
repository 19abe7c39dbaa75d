// How each uplink does: GET /v1/uplinks.

/// One uplink.
public struct UplinkRow: Codable, Sendable, Equatable {
    /// The uplink's id.
    public var id: String
    /// `mqtt`.
    public var kind: String
    /// `native`.
    public var format: String
    /// `connected`, `connecting`, `waiting` (for the next attempt) or `stopped`.
    public var state: String
    /// The link in use or tried last, `HOST:PORT`.
    @Nullable public var link: String?
    /// Since when it is in this state, RFC 3339, UTC.
    @Nullable public var since: String?
    /// What is wrong and what to do, or null.
    @Nullable public var problem: String?
    /// Topics for which the broker said that nobody subscribes.
    public var nobodyListening: [String]
    /// Messages sent and not acknowledged.
    public var inflightMessages: Int
    /// Their bytes.
    public var inflightBytes: Int
    /// The most unacknowledged bytes allowed at present.
    public var windowBytes: Int
    /// Messages sent since the daemon started.
    public var sent: Int
    /// Messages acknowledged as delivered.
    public var acknowledged: Int
    /// Messages the broker refused.
    public var refused: Int
    /// Commands that came from the platform since the daemon started.
    public var commandsReceived: Int
    /// Of these, how many were not carried out.
    public var commandsRefused: Int
    /// Receipts for alarms among them.
    public var receipts: Int
    /// Alarms that the broker has acknowledged and the platform has not, where it gives receipts.
    public var receiptsAwaited: Int
    /// Times an alarm was sent again because its receipt had not come, since the daemon started.
    public var alarmsSentAgain: Int
    /// Alarms whose receipt never came and is no longer waited for, since the daemon started.
    public var receiptsGivenUp: Int
    /// Replies to commands that gave way to newer ones before the broker took them.
    public var repliesDropped: Int
    /// Connections that stood, after the first.
    public var reconnects: Int
    /// When the last message was acknowledged, RFC 3339, UTC.
    @Nullable public var lastAck: String?
    /// Seconds until the next attempt while `waiting`.
    @Nullable public var nextAttemptInSeconds: Double?

    private enum CodingKeys: String, CodingKey {
        case id, kind, format, state, link, since, problem, sent, acknowledged, refused, receipts, reconnects
        case nobodyListening = "nobody_listening"
        case inflightMessages = "inflight_messages"
        case inflightBytes = "inflight_bytes"
        case windowBytes = "window_bytes"
        case commandsReceived = "commands_received"
        case commandsRefused = "commands_refused"
        case receiptsAwaited = "receipts_awaited"
        case alarmsSentAgain = "alarms_sent_again"
        case receiptsGivenUp = "receipts_given_up"
        case repliesDropped = "replies_dropped"
        case lastAck = "last_ack"
        case nextAttemptInSeconds = "next_attempt_in_seconds"
    }

    /// - Parameters: as the properties.
    public init(
        id: String, kind: String, format: String, state: String, link: String? = nil, since: String? = nil,
        problem: String? = nil, nobodyListening: [String], inflightMessages: Int, inflightBytes: Int, windowBytes: Int,
        sent: Int, acknowledged: Int, refused: Int, commandsReceived: Int = 0, commandsRefused: Int = 0, receipts: Int = 0,
        receiptsAwaited: Int = 0, alarmsSentAgain: Int = 0, receiptsGivenUp: Int = 0, repliesDropped: Int = 0, reconnects: Int,
        lastAck: String? = nil,
        nextAttemptInSeconds: Double? = nil
    ) {
        self.id = id
        self.kind = kind
        self.format = format
        self.state = state
        self.link = link
        self.since = since
        self.problem = problem
        self.nobodyListening = nobodyListening
        self.inflightMessages = inflightMessages
        self.inflightBytes = inflightBytes
        self.windowBytes = windowBytes
        self.sent = sent
        self.acknowledged = acknowledged
        self.refused = refused
        self.commandsReceived = commandsReceived
        self.commandsRefused = commandsRefused
        self.receipts = receipts
        self.receiptsAwaited = receiptsAwaited
        self.alarmsSentAgain = alarmsSentAgain
        self.receiptsGivenUp = receiptsGivenUp
        self.repliesDropped = repliesDropped
        self.reconnects = reconnects
        self.lastAck = lastAck
        self.nextAttemptInSeconds = nextAttemptInSeconds
    }
}

/// Answer of `GET /v1/uplinks`.
public struct UplinkReport: Codable, Sendable, Equatable {
    /// Uplinks in the order of the configuration.
    public var uplinks: [UplinkRow]

    /// - Parameters: as the properties.
    public init(uplinks: [UplinkRow]) {
        self.uplinks = uplinks
    }
}
