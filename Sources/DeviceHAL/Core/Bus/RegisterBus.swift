// What a Modbus wire can do for the layers above, whatever carries it.
import SensorModel

/// One of the four Modbus data tables.
///
/// Source: Modbus Application Protocol V1.1b3, §4.3.
public enum RegisterTable: String, CaseIterable, Sendable {
    case coil, discrete, input, holding

    /// The function code that reads the table (V1.1b3 §6.1 to §6.4).
    public var readFunction: UInt8 {
        switch self {
        case .coil: 1
        case .discrete: 2
        case .holding: 3
        case .input: 4
        }
    }

    /// True for the tables of single bits.
    public var isBits: Bool { self == .coil || self == .discrete }

    /// The most items one request may ask for: 2000 bits, 125 registers (V1.1b3 §6.1, §6.3).
    public var largestRead: Int { isBits ? 2000 : 125 }
}

/// How patient the bus has to be with one unit.
public struct UnitTiming: Sendable, Hashable {
    /// From the last byte of the request to the last byte of the reply: one total deadline.
    public var responseTimeout: Duration
    /// How late a reply may still come after its request was given up.
    public var maxLatency: Duration
    /// Rest between a reply of this unit and the next request to it.
    public var gap: Duration

    /// - Parameters: as the properties; `maxLatency` is twice the time-out unless the profile knows better.
    public init(responseTimeout: Duration, maxLatency: Duration? = nil, gap: Duration = .zero) {
        self.responseTimeout = responseTimeout
        self.maxLatency = maxLatency ?? responseTimeout * 2
        self.gap = gap
    }

    /// The timing of a unit of a sensor model: the longer of the two time-outs, and what else the model needs.
    public init(busResponseTimeout: Duration, profile: DeviceProfile.Timing) {
        self.init(
            responseTimeout: max(busResponseTimeout, profile.responseTimeout ?? .zero), maxLatency: profile.maxLatency,
            gap: profile.gap)
    }
}

/// One read of neighbouring items of one table of one unit.
public struct RegisterRequest: Sendable, Hashable {
    /// Unit address, 1 to 247 on a serial line, 0 to 255 over TCP.
    public var unit: UInt8
    /// The table.
    public var table: RegisterTable
    /// Zero-based PDU address of the first item.
    public var address: UInt16
    /// Number of items, 1 to `table.largestRead`.
    public var count: UInt16
    /// The unit's timing.
    public var timing: UnitTiming

    /// - Parameters: as the properties.
    public init(unit: UInt8, table: RegisterTable, address: UInt16, count: UInt16, timing: UnitTiming) {
        self.unit = unit
        self.table = table
        self.address = address
        self.count = count
        self.timing = timing
    }
}

/// A reply that was believed.
public struct RegisterReply: Sendable, Equatable {
    /// One word per register; for bit tables one word, 0 or 1, per bit.
    public var words: [UInt16]
    /// True for the first reply after the bus had to find its place again: the values are uncertain.
    public var afterResynchronisation: Bool
    /// Number of the opening of the port that the reply came over, from 1; 0 on a bus that has no port. Another number than
    /// before means that the port was reopened meanwhile, and that what answers may be another device.
    public var connection: UInt64

    /// - Parameters: as the properties.
    public init(words: [UInt16], afterResynchronisation: Bool = false, connection: UInt64 = 0) {
        self.words = words
        self.afterResynchronisation = afterResynchronisation
        self.connection = connection
    }
}

/// A bus of Modbus registers. Implementations make one transaction at a time, in the order of the calls.
///
/// Bus sharing: any number of callers; a transaction is never split. Retries: none, the caller decides.
public protocol RegisterBus: Sendable {
    /// Makes one read transaction.
    /// - Throws: `BusError`; after it the bus finds its place again by itself before it believes that unit's replies.
    func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply

    /// Makes one write transaction. It is sent at most once; when it returns, the unit has confirmed exactly this write.
    ///
    /// On a serial line the confirmation of a single coil or register is the request byte for byte, and so is the echo that
    /// some two-wire adapters give. A bus therefore has to know whether its line echoes before it writes: any read since the
    /// port was opened tells it, and when there was none yet, it reads one item at the write's address first. On a line that
    /// echoes the first copy is the echo and only the second one the confirmation.
    /// - Throws: `BusError`. When the detail begins with `not sent`, nothing was written; after an exception the unit says
    ///   that it refused; after anything else it may have carried the write out or not. The bus finds its place again as
    ///   after a read.
    func write(_ request: RegisterWrite) async throws(BusError)

    /// The thread that the transactions run on, for a task that makes one after the other: preferring it saves two changes of
    /// thread for each. Nil where there is no such thread.
    var thread: (any TaskExecutor)? { get }

    /// The counters since start.
    func statistics() async -> BusStatistics

    /// The last frames with numbers above the given one, oldest first, at most `FrameLog.capacity`; none on a bus without a wire.
    func frames(after number: UInt64) async -> [BusFrame]

    /// Makes one read transaction and says which frames it was made of.
    func watchedRead(_ request: RegisterRequest) async -> WatchedTransaction

    /// Makes one write transaction and says which frames it was made of; a reply without words.
    func watchedWrite(_ request: RegisterWrite) async -> WatchedTransaction

    /// Closes the port and ends the thread behind it.
    func close() async
}

extension RegisterBus {
    /// No thread.
    public var thread: (any TaskExecutor)? { nil }

    /// No wire.
    public func frames(after number: UInt64) async -> [BusFrame] { [] }

    /// With the unit's frames since the question: on a bus that others use too there may be more than this transaction's.
    public func watchedRead(_ request: RegisterRequest) async -> WatchedTransaction {
        await watched(request.unit) { () async throws(BusError) in try await read(request) }
    }

    /// As `watchedRead`.
    public func watchedWrite(_ request: RegisterWrite) async -> WatchedTransaction {
        await watched(request.unit) { () async throws(BusError) in
            try await write(request)
            return RegisterReply(words: [])
        }
    }

    private func watched(
        _ unit: UInt8, _ transaction: () async throws(BusError) -> RegisterReply
    ) async -> WatchedTransaction {
        let before = await frames(after: 0).last?.number ?? 0
        let result: Result<RegisterReply, BusError>
        do throws(BusError) { result = .success(try await transaction()) } catch { result = .failure(error) }
        return WatchedTransaction(result: result, frames: await frames(after: before).filter { $0.unit == unit })
    }
}
