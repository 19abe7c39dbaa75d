// How far one lane has come on one uplink: what was selected, what is on its way, what is delivered, what was refused.
import Outbox
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
    /// How many records are in it, and the bytes of their bodies.
    var records = 1, recordBytes = 0
    /// How often the brokers have refused it for what it is, by the place of their link in the list.
    var refusals: [Int: Int] = [:]

    var bytes: Int { message.payload.count }

    /// How long its acknowledgement is waited for.
    var patience: Duration { lane == .alarms ? UplinkLimits.alarmAcknowledgement : UplinkLimits.batchAcknowledgement }

    /// True when the broker of a link has refused it so often that it need not be asked again soon.
    func isPoison(at link: Int) -> Bool { refusals[link, default: 0] >= UplinkLimits.refusalsBeforeParking }
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
    /// What is delivered: up to a number, and beyond it what went past something that was refused.
    private(set) var reached: Delivered
    /// Everything up to here is delivered.
    var delivered: Int64 { reached.through }
    /// Everything up to here was selected on this connection.
    private(set) var selected: Int64
    /// The highest number that is committed, as far as we were told.
    var committed: Int64
    /// Delivered beyond `delivered`, in order.
    var islands: [ClosedRange<Int64>] { reached.islands }
    /// Messages that were refused or found no free slot, in order; sent before anything else of the lane.
    var returned: [Flight] = []
    /// Messages that the broker refuses for what they are: set aside so that they cannot block the lane, tried again at times.
    var parked: [Flight] = []
    /// When the parked ones are tried again.
    var parkedUntil: MonotonicTime?
    /// Those on their way that were refused before.
    private var retried: [Flight] = []
    /// What one message was too large for, in order: it is selected again, in parts, before anything new.
    private var split: [ClosedRange<Int64>] = []
    /// True while a selection is being read from the store.
    var isFetching = false {
        didSet { if isFetching { fetchedAt = committed } }
    }
    /// The part of `split` that is being read.
    private var fetchedPart: ClosedRange<Int64>?
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
    /// True when messages have gone through since one was set aside first: the broker takes the lane, and not that one.
    private var hasPassed = false

    /// True while it is not known that the broker takes the lane: it has refused, and nothing has gone through.
    var isStuck: Bool { isProbing || hold != nil || !parked.isEmpty && !hasPassed }

    init(lane: Lane, delivered: Delivered?, committed: Int64) {
        self.lane = lane
        reached = delivered ?? Delivered()
        self.committed = committed
        selected = reached.through
        backoff = Backoff(longest: .seconds(15))
    }

    /// The value of `committed` for which the store had nothing to select: only a gap with no record behind it yet.
    private var exhaustedAt: Int64 = -1

    /// True while there is something that was not selected yet.
    var hasMore: Bool { selected < committed && exhaustedAt != committed }

    /// True while something that was sent is to be selected again.
    var hasParts: Bool { !split.isEmpty }

    /// The store had nothing to select.
    mutating func exhaust() {
        if let part = fetchedPart {
            split.removeAll { $0 == part }
        } else {
            exhaustedAt = fetchedAt
        }
    }

    /// Has a message selected again in smaller ones.
    mutating func splitUp(_ flight: Flight) {
        split.append(flight.first...flight.last)
        split.sort { $0.lowerBound < $1.lowerBound }
    }

    /// Begins to read.
    /// - Returns: behind which number, and before which one.
    mutating func fetch() -> (after: Int64, before: Int64) {
        skipIslands()
        isFetching = true
        fetchedPart = split.first
        if let part = split.first { return (part.lowerBound - 1, part.upperBound + 1) }
        return (selected, nextIsland)
    }

    /// The store had what was asked for, up to this number.
    /// - Returns: true when it is new, and not a part of something that was sent before.
    mutating func found(through last: Int64) -> Bool {
        guard let part = fetchedPart else {
            select(through: last)
            skipIslands()
            return true
        }
        split.removeAll { $0 == part }
        if last < part.upperBound { split.insert(last + 1...part.upperBound, at: 0) }
        return false
    }

    /// Nothing that was delivered before may be selected again: the first number that was, if any.
    var nextIsland: Int64 {
        let kept = [returned, parked, retried].joined().lazy.map(\.first).filter { $0 > selected }.min() ?? .max
        return min(kept, islands.first { $0.upperBound > selected }?.lowerBound ?? .max)
    }

    /// Puts a message into its place among those that wait to be sent.
    mutating func queue(_ flight: Flight) {
        returned.append(flight)
        returned.sort { $0.first < $1.first }
    }

    /// The message that comes first among those that wait to be sent, on its way now.
    mutating func launchReturned() {
        let flight = returned.removeFirst()
        if !flight.refusals.isEmpty { retried.append(flight) }
    }

    /// The broker has answered for a message, one way or the other.
    mutating func answered(_ flight: Flight) {
        inFlight -= 1
        retried.removeAll { $0.first == flight.first }
    }

    /// A message went through.
    mutating func pass() {
        (isProbing, hasPassed) = (false, true)
        hold = nil
        backoff.reset()
    }

    /// Sets a message aside: the others go on without it.
    /// - Parameter isFirst: for the first time; what comes of it when it is tried again says nothing about the others.
    mutating func setAside(_ flight: Flight, until: MonotonicTime, isFirst: Bool) {
        if isFirst { hasPassed = false }
        parked.append(flight)
        parkedUntil = until
        isProbing = false
        hold = nil
    }

    /// True while one of those that were refused is on its way again, or next.
    var isRetrying: Bool { !retried.isEmpty || returned.contains { !$0.refusals.isEmpty } }

    /// Tries what was set aside again, the one first that has waited longest, and the others after it. A refusal puts the others
    /// off, too: a broker that hangs up over each of them must not do so again at once.
    mutating func retryParked() {
        queue(parked.removeFirst())
        if parked.isEmpty { parkedUntil = nil }
    }

    mutating func select(through last: Int64) { selected = max(selected, last) }

    /// Steps over what was delivered before the connection broke, or by an earlier run, and over refused messages that are kept.
    mutating func skipIslands() {
        while let end = taken(selected + 1) { selected = end }
    }

    private func taken(_ number: Int64) -> Int64? {
        islands.first { $0.contains(number) }?.upperBound
            ?? [returned, parked, retried].joined().first { $0.first <= number && number <= $0.last }?.last
    }

    /// - Returns: all that is delivered now.
    mutating func deliver(_ range: ClosedRange<Int64>) -> Delivered {
        reached.add(range)
        return reached
    }

    /// The connection is gone: everything that was not acknowledged is selected again on the next one. What a broker has refused
    /// for what it is stays as it is: a broker that hangs up over a message would get it for the first time for ever.
    /// - Parameters:
    ///   - link: the place in the list of the link that is tried next.
    ///   - sameBroker: whether that leads to the same broker, which has not forgotten what it refuses.
    ///   - retryAt: when what is set aside there is tried again, unless that is settled already.
    mutating func forgetConnection(link: Int, sameBroker: Bool, retryAt: MonotonicTime) {
        let kept = ((retried + returned).sorted { $0.first < $1.first } + parked).filter { !$0.refusals.isEmpty }
        parked = Array(kept.filter { $0.isPoison(at: link) }.prefix(UplinkLimits.parked))
        returned = kept.filter { flight in !parked.contains { $0.first == flight.first } }.sorted { $0.first < $1.first }
        parkedUntil = parked.isEmpty ? nil : parkedUntil ?? retryAt
        (retried, split) = ([], [])
        isFetching = false
        inFlight = 0
        exhaustedAt = -1
        selected = delivered
        skipIslands()
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
