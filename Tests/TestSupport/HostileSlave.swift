// A Modbus slave that misbehaves on request, on a pty, on TCP or behind a tunnel: the peer of every bus test. Shares no
// code with the master, so that a mistake cannot cancel itself out.
import Glibc
import SensorModel
import Synchronization

/// Answers for every unit; each item's value follows from its own address until it is written, so a reply taken for the
/// wrong request shows.
public final class HostileSlave: Sendable {
    /// What carries the bytes: a line, Modbus TCP, or a line behind a serial device server.
    public enum Wire: String, CaseIterable, Sendable {
        case serial, tcp, tunnel

        /// True for RTU framing: no transaction ids, and all units on one line.
        public var isLine: Bool { self != .tcp }
    }

    /// One way to treat one request. Delays are in milliseconds.
    public enum Fault: Sendable, Equatable {
        case none, silent
        /// The right reply, later; what the unit answers after it comes after it.
        case late(Int)
        /// The right reply, later; what the unit answers meanwhile comes before it. Not sent at all when the slave's own
        /// machine made it later than this by `overtakenSlack`.
        case overtaken(Int)
        case doubled, truncated
        /// The right reply twice, the second time later.
        case doubledAfter(Int)
        /// One byte at a time.
        case dribbling(Int)
        /// A wrong checksum; on TCP a wrong protocol id.
        case garbled
        /// A length no reply has: on a line a byte count of 255 with as many bytes, on TCP a length field of 65535.
        case absurd
        /// On TCP the reply carries another transaction id; on a line it is right.
        case wrongTransaction
        /// The request comes back before the reply.
        case echo
        case noiseBefore, wrongUnit, wrongFunction
        /// The right reply, and noise so much later.
        case noiseAfter(Int)
        /// For a write: the confirmation of another address.
        case wrongByteCount
        /// The byte count is wrong, the bytes are as many as were asked for; a write is confirmed rightly.
        case falseByteCount
        /// For a write: the confirmation of another value or count.
        case wrongValue
        case exception(UInt8)
        /// A write is confirmed and not carried out; a read is answered rightly.
        case stuck
        /// No reply now; from now on the unit answers each request with its reply to the one before.
        case shifted
        /// A socket: ends the connection instead of answering.
        case hangUp
        /// A line: the adapter is pulled out instead of an answer, for good. A socket: as `hangUp`.
        case unplugged
        /// A socket: ends the connection; a tunnel hands the right reply to the next one.
        case hangUpLate(Int)
    }

    /// A request that arrived.
    public struct Request: Sendable, Equatable {
        /// The unit that was asked.
        public let unit: UInt8
        /// Function code.
        public let function: UInt8
        /// Address of the first item.
        public let address: UInt16
        /// Number of items.
        public let count: UInt16
        /// A write's items, one word each; empty for a read.
        public var words: [UInt16] = []

        /// - Parameters: as the properties.
        public init(unit: UInt8, function: UInt8, address: UInt16, count: UInt16, words: [UInt16] = []) {
            self.unit = unit
            self.function = function
            self.address = address
            self.count = count
            self.words = words
        }
    }

    /// How much later than ordered an overtaken reply may still go out, in milliseconds.
    public static let overtakenSlack = 10
    /// How much later than it should a reply may still go out when its fault was chosen at random, in milliseconds: a machine
    /// that stands still must not make it later than any unit is. Those that a test has planned are sent, however late.
    public static let lateSlack = 60

    /// Why the slave could not start: the errno.
    public struct StartFailure: Error {
        let error: Int32
    }

    /// Path of the line's other end, for a serial slave.
    public let device: String
    /// Port on 127.0.0.1, for a slave on a socket.
    public let port: Int
    private let keeper: Int32
    private let orders = HostileSlaveOrders()
    private let stopping: Int32
    private let thread: pthread_t

    /// Starts the slave on a thread of its own.
    public init(_ wire: Wire) throws {
        var pipes: [Int32] = [0, 0]
        guard pipe(&pipes) == 0 else { throw StartFailure(error: errno) }
        for end in pipes { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        stopping = pipes[1]
        let ends = try wire == .serial ? HostileSlaveEnds.pty(stop: pipes[0]) : HostileSlaveEnds.socket(wire, stop: pipes[0])
        device = ends.device
        port = ends.port
        keeper = ends.keeper
        var started = pthread_t()
        let start = Unmanaged.passRetained(Start(ends: ends, orders: orders))
        let result = pthread_create(
            &started, nil,
            { @Sendable argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                var server = HostileSlaveServer(ends: start.ends, orders: start.orders)
                server.run()
                return nil
            }, start.toOpaque())
        guard result == 0 else { throw StartFailure(error: result) }
        thread = started
    }

    private final class Start: Sendable {
        let ends: HostileSlaveEnds
        let orders: HostileSlaveOrders
        init(ends: HostileSlaveEnds, orders: HostileSlaveOrders) {
            self.ends = ends
            self.orders = orders
        }
    }

    deinit {
        close(stopping)
        pthread_join(thread, nil)
    }

    /// The value of a register, or of a bit, by its address.
    public static func value(unit: UInt8, function: UInt8, address: UInt16) -> UInt16 {
        function <= 2 ? (address ^ address >> 3 ^ UInt16(unit)) & 1 : address ^ UInt16(unit) << 8 ^ (function == 4 ? 0x80 : 0)
    }

    /// Treats the unit's next requests so, one each; after them it answers properly.
    public func misbehave(_ faults: [Fault], unit: UInt8) {
        orders.change { $0.planned[unit, default: []] += faults }
    }

    /// Treats the request so that will stand at this place of `requests`, whoever is asked.
    public func misbehave(_ fault: Fault, at place: Int) { orders.change { $0.placed[place] = fault } }

    /// Treats every request as the closure says, until `behave`.
    public func misbehave(by choice: @escaping @Sendable () -> Fault) { orders.change { $0.choice = choice } }

    /// Answers an exception (illegal data address) to every read but of these counts.
    public func accept(onlyCounts counts: Set<UInt16>) { orders.change { $0.acceptedCounts = counts } }

    /// Answers an exception (illegal function) to a function of a unit.
    public func refuse(unit: UInt8, function: UInt8) {
        orders.change { _ = $0.refusedFunctions[unit, default: []].insert(function) }
    }

    /// Answers an exception to what goes beyond so many items a table (illegal data address), or writes a larger word to a
    /// register of the unit (illegal data value).
    public func limit(items: Int? = nil, unit: UInt8 = 0, largestWord: UInt16? = nil) {
        orders.change { state in
            if let items { state.items = items }
            if let largestWord { state.largestWords[unit] = largestWord }
        }
    }

    /// Gives every request back as it was sent, before anything else, as an adapter does that hears itself.
    public func echo() { orders.change { $0.echoes = true } }

    /// Keeps the time of a serial line from now on: requests take as long as they are, replies come character by character.
    public func pace(characterTime: Duration) {
        let (seconds, attoseconds) = characterTime.components
        orders.change { $0.characterTime = seconds * 1_000_000_000 + attoseconds / 1_000_000_000 }
    }

    /// Serial: the silences between the end of a reply and the request after it, never shorter than they were.
    public var silences: [Duration] { orders.change { $0.silences.map { .nanoseconds($0) } } }

    /// Answers everything properly from now on; what is under way still arrives.
    public func behave() {
        orders.change { orders in
            orders.planned = [:]
            orders.placed = [:]
            orders.choice = nil
            orders.flood = []
            orders.forgetsShifts = true
        }
    }

    /// Sends bytes unasked.
    public func babble(_ bytes: [UInt8]) { orders.change { $0.babble = bytes } }

    /// Sends these bytes again and again, as fast as they are taken, until `behave`.
    public func flood(_ bytes: [UInt8]) { orders.change { $0.flood = bytes } }

    /// Serial: bytes that were sent and that the master has not read.
    public var unreadBytes: Int {
        var count: Int32 = 0
        return ioctl(keeper, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// A socket: ends all connections.
    public func dropConnections() { orders.change { $0.drops = true } }

    /// A socket: connections made so far.
    public var connections: Int { orders.change { $0.connections } }

    /// A socket: connections that stand.
    public var openConnections: Int { orders.change { $0.openConnections } }

    /// The requests that arrived so far.
    public var requests: [Request] { orders.change { $0.log } }

    /// Whether the right reply to the request at this place of `requests` has gone out whole.
    public func hasAnswered(_ index: Int) -> Bool { answeredAt(index) != nil }

    /// When the right reply to the request at this place of `requests` has gone out whole, by the kernel's time since boot.
    public func answeredAt(_ index: Int) -> MonotonicTime? {
        orders.change { $0.answered[index].map { MonotonicTime(nanoseconds: $0) } }
    }
}
