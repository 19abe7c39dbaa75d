// Buses that behave oddly in one way each: too short, slow, or shut.
import DeviceHAL
import SensorModel

/// Answers everything with nothing.
public struct ShortBus: RegisterBus {
    /// Without any state.
    public init() {}

    /// No words at all.
    public func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply { RegisterReply(words: []) }

    /// Confirms everything.
    public func write(_ request: RegisterWrite) async throws(BusError) {}

    /// Counts nothing.
    public func statistics() async -> BusStatistics { BusStatistics() }

    /// Does nothing.
    public func close() async {}
}

/// Needs a second for every read and write.
public struct TickingBus: RegisterBus {
    private let clock: ManualClock

    /// - Parameter clock: moved on by each read and write.
    public init(clock: ManualClock) { self.clock = clock }

    /// Ones, a second later.
    public func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply {
        clock.advance(by: .seconds(1))
        return RegisterReply(words: Array(repeating: 1, count: Int(request.count)))
    }

    /// Confirmed, a second later.
    public func write(_ request: RegisterWrite) async throws(BusError) { clock.advance(by: .seconds(1)) }

    /// Counts nothing.
    public func statistics() async -> BusStatistics { BusStatistics() }

    /// Does nothing.
    public func close() async {}
}

/// Answers its reads with their count, and only once it is opened.
public actor GatedBus: RegisterBus {
    /// How many reads were asked for.
    public private(set) var reads: UInt16 = 0
    private var isOpen = false
    private var readers: [CheckedContinuation<Void, Never>] = []

    /// Shut.
    public init() {}

    /// Answers who waits, and from now on everybody at once.
    public func open() {
        isOpen = true
        for reader in readers { reader.resume() }
        readers = []
    }

    /// The number of this read, once the gate is open.
    public func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply {
        reads += 1
        let number = reads
        if !isOpen { await withCheckedContinuation { readers.append($0) } }
        return RegisterReply(words: [number])
    }

    /// Confirms everything, the gate does not count.
    public func write(_ request: RegisterWrite) async throws(BusError) {}

    /// Counts nothing.
    public func statistics() async -> BusStatistics { BusStatistics() }

    /// Does nothing.
    public func close() async {}
}

/// Answers ones, each over a connection of its own.
public actor ReopeningBus: RegisterBus {
    private var connection: UInt64 = 0

    /// Nothing is open yet.
    public init() {}

    /// As many ones as were asked for.
    public func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply {
        connection += 1
        return RegisterReply(words: Array(repeating: 1, count: Int(request.count)), connection: connection)
    }

    /// Confirms everything.
    public func write(_ request: RegisterWrite) async throws(BusError) {}

    /// Counts nothing.
    public func statistics() async -> BusStatistics { BusStatistics() }

    /// Does nothing.
    public func close() async {}
}
