// How far one lane has come on one uplink: what was selected, what is on its way, what is delivered, what was refused.
import SensorModel

/// One message on its way.
public struct Flight: Sendable, Equatable {
    /// The lane it belongs to; nil for the birth message and for replies to commands.
    public var lane: Lane?
    /// First and last number in it.
    public var first: Int64, last: Int64
    /// The message.
    public var message: OutgoingMessage
    /// Until when its PUBACK is waited for.
    public var deadline: MonotonicTime
    /// The number of the reply to a command that it is.
    var reply: Int64?
    /// The alarm that begins with it.
    var begins: String?
    /// True for a record that is sent again though it was acknowledged: the platform's receipt has not come.
    var isAgain = false
    /// How often the broker has refused it.
    var refusals = 0

    var bytes: Int { message.payload.count }
}

/// Why a lane holds back.
public enum Hold: Sendable, Equatable {
    /// PUBACK 0x10: nobody subscribes to the topic.
    case nobodyListening
    /// PUBACK with a reason of 0x80 or more.
    case refused(reason: UInt8)
}

/// Progress of one lane on one uplink. Pure.
struct LaneProgress: Sendable {
    let lane: Lane
    /// Everything up to here is delivered.
    private(set) var delivered: Int64
    /// Everything up to here was selected on this connection.
    private(set) var selected: Int64
    /// The highest number that is committed, as far as we were told.
    var committed: Int64
    /// Delivered beyond `delivered`, in order: something before them was refused.
    private(set) var islands: [ClosedRange<Int64>] = []
    /// Messages that were refused or found no free slot, in order; sent before anything else of the lane.
    var returned: [Flight] = []
    /// Messages that the broker refuses for what they are: set aside so that they cannot block the lane, tried again at times.
    var parked: [Flight] = []
    /// When the parked ones are tried again.
    var parkedUntil: MonotonicTime?
    /// True while a selection is being read from the store.
    var isFetching = false {
        didSet { if isFetching { fetchedAt = committed } }
    }
    /// Not to be read from before this: the store could not be read.
    var fetchAgainAt: MonotonicTime?
    /// The value of `committed` when the selection was asked for.
    private var fetchedAt: Int64 = -1
    /// True when a selection has left something of what was there when it was asked for.
    var wasCut: Bool { selected < fetchedAt }
    /// Messages of the lane that wait for their PUBACK.
    var inFlight = 0
    /// Why and until when nothing is sent.
    var hold: (reason: Hold, until: MonotonicTime)? {
        didSet { if let hold { lastHold = hold.reason } }
    }
    /// Why the lane held back last.
    private(set) var lastHold: Hold?
    /// True from a refusal until a message was delivered again: one message at a time.
    var isProbing = false
    var backoff: Backoff

    init(lane: Lane, delivered: Int64, committed: Int64) {
        self.lane = lane
        self.delivered = delivered
        self.committed = committed
        selected = delivered
        backoff = Backoff(longest: .seconds(15))
    }

    /// The value of `committed` for which the store had nothing to select: only a gap with no record behind it yet.
    private var exhaustedAt: Int64 = -1

    /// True while there is something that was not selected yet.
    var hasMore: Bool { selected < committed && exhaustedAt != committed }

    /// The store had nothing to select.
    mutating func exhaust() { exhaustedAt = fetchedAt }

    /// Nothing that was delivered before may be selected again: the first number that was, if any.
    var nextIsland: Int64 { islands.first { $0.upperBound > selected }?.lowerBound ?? .max }

    /// Puts a message into its place among those that wait to be sent.
    mutating func queue(_ flight: Flight) {
        returned.append(flight)
        returned.sort { $0.first < $1.first }
    }

    mutating func select(through last: Int64) { selected = max(selected, last) }

    /// Steps over what was delivered before the connection broke.
    mutating func skipIslands() {
        while let island = islands.first(where: { $0.contains(selected + 1) }) { selected = island.upperBound }
    }

    /// - Returns: true when `delivered` has grown.
    mutating func deliver(_ range: ClosedRange<Int64>) -> Bool {
        islands.append(range)
        islands.sort { $0.lowerBound < $1.lowerBound }
        let before = delivered
        while let first = islands.first, first.lowerBound <= delivered + 1 {
            delivered = max(delivered, first.upperBound)
            islands.removeFirst()
        }
        return delivered > before
    }

    /// The connection is gone: everything that was not acknowledged is selected again on the next one.
    /// - Parameter sameBroker: whether the next one is to the same broker, which has not forgotten what it refuses.
    mutating func forgetConnection(sameBroker: Bool) {
        selected = delivered
        exhaustedAt = -1
        returned = []
        parked = []
        parkedUntil = nil
        isFetching = false
        inFlight = 0
        // A broker that refuses and hangs up is not to be asked the same again at once; who subscribes may have changed.
        if isRefused, sameBroker { return }
        hold = nil
        isProbing = false
    }

    /// True while the broker refuses the lane's topic, as far as is known.
    var isRefused: Bool {
        guard isProbing, case .refused = lastHold else { return false }
        return true
    }
}
