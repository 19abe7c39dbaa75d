// A bus that takes the time of a real line, on a clock of the test's: what one bad unit costs the others.
import DeviceHAL
import SensorModel
import Synchronization

/// Answers sevens after a while, one request at a time; dead units cost their time-out, refusing ones the time of a reply.
public final class TimedLine: RegisterBus {
    private let clock: any TimeSource
    private let reply: Duration
    private let timeout: Duration
    private let dead: Set<UInt8>
    private let state = Mutex<(asked: [UInt8: [MonotonicTime]], exceptions: [UInt8: UInt8])>(([:], [:]))

    /// - Parameters:
    ///   - reply: how long a transaction takes.
    ///   - timeout: how long one to a dead unit takes.
    ///   - dead: units that never answer.
    public init(_ clock: any TimeSource, reply: Duration, timeout: Duration, dead: Set<UInt8>) {
        self.clock = clock
        self.reply = reply
        self.timeout = timeout
        self.dead = dead
    }

    /// Makes a unit refuse with an exception, or, with nil, answer again.
    public func refuse(_ unit: UInt8, with code: UInt8?) { state.withLock { $0.exceptions[unit] = code } }

    /// When a unit was asked.
    public func asked(_ unit: UInt8) -> [MonotonicTime] { state.withLock { $0.asked[unit] ?? [] } }

    /// Sevens, in time.
    public func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply {
        let began = clock.now().monotonic
        let code = state.withLock { state in
            state.asked[request.unit, default: []].append(began)
            return state.exceptions[request.unit]
        }
        let isDead = dead.contains(request.unit)
        // A test that ends needs no answer.
        try? await clock.sleep(until: began + (isDead ? timeout : reply))
        if isDead { throw BusError(kind: .timeout, bus: "line", unit: request.unit, detail: "no reply") }
        if let code { throw BusError(kind: .exception(code: code), bus: "line", unit: request.unit, detail: "refused") }
        return RegisterReply(words: Array(repeating: 7, count: Int(request.count)), connection: 1)
    }

    /// Confirmed at once.
    public func write(_ request: RegisterWrite) async throws(BusError) {}

    /// Counts nothing.
    public func statistics() async -> BusStatistics { BusStatistics() }

    /// Nothing to close.
    public func close() async {}
}
