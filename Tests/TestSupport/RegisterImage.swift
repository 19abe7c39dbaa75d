// A patient stand-in for a Modbus bus: a map of what there is to read and to write.
import DeviceHAL
import SensorModel
import Synchronization

/// A bus that is a map of registers: any number of units, any order of reads and writes, faults by unit.
public final class RegisterImage: RegisterBus {
    private struct Key: Hashable {
        let unit: UInt8
        let table: RegisterTable
        let address: UInt16
    }

    private struct State {
        var words: [Key: UInt16] = [:]
        /// Units that have items.
        var units: Set<UInt8> = []
        var faults: [UInt8: BusError.Kind] = [:]
        var resynchronised: Set<UInt8> = []
        var refusedFunctions: [UInt8: Set<UInt8>] = [:]
        var largestWords: [UInt8: UInt16] = [:]
        var requests: [RegisterRequest] = []
        var writes: [RegisterWrite] = []
        var connection: UInt64 = 0
        var closed = false
        var statistics = BusStatistics()
    }

    private let state = Mutex(State())

    /// Without any unit: whoever is asked stays silent.
    public init() { state.withLock { $0.statistics.connected = true } }

    /// The reads so far.
    public var requests: [RegisterRequest] { state.withLock { $0.requests } }

    /// The writes so far.
    public var writes: [RegisterWrite] { state.withLock { $0.writes } }

    /// Puts neighbouring items there.
    public func set(unit: UInt8, _ table: RegisterTable, _ address: UInt16, words: [UInt16]) {
        state.withLock { Self.put(words, unit: unit, table, address, &$0) }
    }

    /// Makes every request to the unit fail, or, with nil, work again.
    public func fail(unit: UInt8, with kind: BusError.Kind?) { state.withLock { $0.faults[unit] = kind } }

    /// Marks the unit's next reply as the first after the bus had to find its place again.
    public func resynchronise(unit: UInt8) { state.withLock { _ = $0.resynchronised.insert(unit) } }

    /// Makes the unit refuse a function (exception 1).
    public func refuse(unit: UInt8, function: UInt8) {
        state.withLock { _ = $0.refusedFunctions[unit, default: []].insert(function) }
    }

    /// Makes the unit refuse to be written with larger words (exception 3).
    public func limit(unit: UInt8, largestWord: UInt16) { state.withLock { $0.largestWords[unit] = largestWord } }

    /// Opens the port another time: replies from now on come over another connection.
    public func reopen() { state.withLock { $0.connection += 1 } }

    /// Answers from the map: a unit without items is silent, an address without item is refused with exception 2.
    public func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply {
        let outcome = state.withLock { state -> Result<RegisterReply, BusError> in
            if !state.closed { state.requests.append(request) }
            let frame = RequestFrame(
                unit: request.unit, table: request.table, address: request.address, count: request.count)
            if let kind = Self.fault(frame, request.unit, &state) {
                return .failure(Self.error(kind, request.unit, request.table, request.address))
            }
            let words = (0..<request.count).compactMap { offset in
                state.words[Key(unit: request.unit, table: request.table, address: request.address &+ offset)]
            }
            let resynchronised = state.resynchronised.remove(request.unit) != nil
            return .success(
                RegisterReply(words: words, afterResynchronisation: resynchronised, connection: state.connection))
        }
        return try outcome.get()
    }

    /// Changes the map; refuses as `read` does.
    public func write(_ request: RegisterWrite) async throws(BusError) {
        let outcome = state.withLock { state -> Result<Void, BusError> in
            if !state.closed { state.writes.append(request) }
            let action = request.action
            let frame = RequestFrame(unit: request.unit, action)
            if let kind = Self.fault(frame, request.unit, &state, writing: action.table == .holding ? action.words : []) {
                return .failure(Self.error(kind, request.unit, action.table, action.address))
            }
            Self.put(action.words, unit: request.unit, action.table, action.address, &state)
            return .success(())
        }
        try outcome.get()
    }

    private static func put(
        _ words: [UInt16], unit: UInt8, _ table: RegisterTable, _ address: UInt16, _ state: inout State
    ) {
        for (offset, word) in words.enumerated() {
            state.words[Key(unit: unit, table: table, address: address &+ UInt16(truncatingIfNeeded: offset))] = word
        }
        if !words.isEmpty { state.units.insert(unit) }
    }

    /// What the request fails with, if anything; counts it.
    private static func fault(
        _ frame: RequestFrame?, _ unit: UInt8, _ state: inout State, writing words: [UInt16] = []
    ) -> BusError.Kind? {
        if state.closed { return .disconnected }
        guard let frame else { return .exception(code: 3) }
        let kind = verdict(frame, writing: words, state)
        var counters = state.statistics.units[unit] ?? UnitStatistics()
        counters.transactions += 1
        switch kind {
        case nil: counters.replies += 1
        case .timeout: counters.timeouts += 1
        case .corruptReply: counters.mismatches += 1
        case .exception: counters.exceptions += 1
        case .disconnected, .resting: break
        }
        state.statistics.units[unit] = counters
        return kind
    }

    private static func verdict(_ frame: RequestFrame, writing words: [UInt16], _ state: State) -> BusError.Kind? {
        if let kind = state.faults[frame.unit] { return kind }
        guard state.units.contains(frame.unit) else { return .timeout }
        if state.refusedFunctions[frame.unit]?.contains(frame.function) == true { return .exception(code: 1) }
        let hasAll = (0..<frame.count).allSatisfy {
            state.words[Key(unit: frame.unit, table: frame.table, address: frame.address + $0)] != nil
        }
        guard hasAll else { return .exception(code: 2) }
        if let largest = state.largestWords[frame.unit], words.contains(where: { $0 > largest }) { return .exception(code: 3) }
        return nil
    }

    private static func error(_ kind: BusError.Kind, _ unit: UInt8, _ table: RegisterTable, _ address: UInt16) -> BusError {
        BusError(kind: kind, bus: "image", unit: unit, detail: "\(table.rawValue) \(address): \(kind)")
    }

    /// Counters by unit; as good as none after `close`.
    public func statistics() async -> BusStatistics { state.withLock { $0.closed ? BusStatistics() : $0.statistics } }

    /// Everything fails as disconnected from now on.
    public func close() async { state.withLock { $0.closed = true } }
}
