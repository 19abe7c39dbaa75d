// Two stand-ins for a Modbus bus: a strict script of what must be asked, and a patient map of what there is to read.
import DeviceHAL
import SensorModel
import Synchronization

/// A strict mock: the reads must come exactly as expected, in order, and all of them.
public final class ScriptedRegisterBus: RegisterBus {
    /// What did not go by the script.
    public struct Failure: Error, CustomStringConvertible {
        /// One line for each deviation.
        public let description: String
    }

    private struct Expectation {
        let unit: UInt8
        let table: RegisterTable
        let address: UInt16
        let count: UInt16
        let outcome: Result<RegisterReply, BusError>

        func matches(_ request: RegisterRequest) -> Bool {
            unit == request.unit && table == request.table && address == request.address && count == request.count
        }

        var description: String { "unit \(unit) \(table.rawValue) \(address)+\(count)" }
    }

    private struct State {
        var expectations: [Expectation] = []
        var deviations: [String] = []
        var requests: [RegisterRequest] = []
    }

    private let state = Mutex(State())

    /// Expects nothing yet.
    public init() {}

    /// The requests so far.
    public var requests: [RegisterRequest] { state.withLock { $0.requests } }

    /// Expects a read of as many items as the reply has words.
    public func expect(
        unit: UInt8, _ table: RegisterTable, _ address: UInt16, words: [UInt16], afterResynchronisation: Bool = false
    ) {
        let reply = RegisterReply(words: words, afterResynchronisation: afterResynchronisation)
        add(unit, table, address, UInt16(words.count), .success(reply))
    }

    /// Expects a read that fails.
    public func expect(
        unit: UInt8, _ table: RegisterTable, _ address: UInt16, count: UInt16, failing kind: BusError.Kind,
        detail: String = "scripted"
    ) {
        add(unit, table, address, count, .failure(BusError(kind: kind, bus: "scripted", unit: unit, detail: detail)))
    }

    private func add(
        _ unit: UInt8, _ table: RegisterTable, _ address: UInt16, _ count: UInt16, _ outcome: Result<RegisterReply, BusError>
    ) {
        state.withLock {
            $0.expectations.append(Expectation(unit: unit, table: table, address: address, count: count, outcome: outcome))
        }
    }

    /// Fails unless every expectation was met and nothing else was asked.
    public func verify() throws(Failure) {
        let lines = state.withLock { state in
            state.deviations + state.expectations.map { "never asked: \($0.description)" }
        }
        if !lines.isEmpty { throw Failure(description: lines.joined(separator: "\n")) }
    }

    /// Answers by the script; a read that does not match the next expectation is a deviation and finds no bus.
    public func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply {
        let outcome = state.withLock { state -> Result<RegisterReply, BusError> in
            state.requests.append(request)
            if let next = state.expectations.first, next.matches(request) {
                return state.expectations.removeFirst().outcome
            }
            let expected = state.expectations.first?.description ?? "nothing more"
            let asked = "unit \(request.unit) \(request.table.rawValue) \(request.address)+\(request.count)"
            state.deviations.append("asked: \(asked), expected: \(expected)")
            return .failure(BusError(kind: .disconnected, bus: "scripted", unit: request.unit, detail: "not in the script"))
        }
        return try outcome.get()
    }

    /// Counts nothing.
    public func statistics() async -> BusStatistics { BusStatistics() }

    /// Does nothing.
    public func close() async {}
}

/// A bus that is a map of registers: any number of units, any order of reads, faults by unit.
public final class RegisterImage: RegisterBus {
    private struct Key: Hashable {
        let unit: UInt8
        let table: RegisterTable
        let address: UInt16
    }

    private struct State {
        var words: [Key: UInt16] = [:]
        var faults: [UInt8: BusError.Kind] = [:]
        var resynchronised: Set<UInt8> = []
        var requests: [RegisterRequest] = []
        var statistics = BusStatistics()
    }

    private let state = Mutex(State())

    /// Without any unit: whoever is asked stays silent.
    public init() { state.withLock { $0.statistics.connected = true } }

    /// The requests so far.
    public var requests: [RegisterRequest] { state.withLock { $0.requests } }

    /// Writes neighbouring items.
    public func set(unit: UInt8, _ table: RegisterTable, _ address: UInt16, words: [UInt16]) {
        state.withLock { state in
            for (offset, word) in words.enumerated() {
                state.words[Key(unit: unit, table: table, address: address &+ UInt16(truncatingIfNeeded: offset))] = word
            }
        }
    }

    /// Makes every read of the unit fail, or, with nil, work again.
    public func fail(unit: UInt8, with kind: BusError.Kind?) { state.withLock { $0.faults[unit] = kind } }

    /// Marks the unit's next reply as the first after the bus had to find its place again.
    public func resynchronise(unit: UInt8) { state.withLock { _ = $0.resynchronised.insert(unit) } }

    /// Answers from the map: a unit without items is silent, an address without item is refused with exception 2.
    public func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply {
        let outcome = state.withLock { state -> Result<RegisterReply, BusError> in
            state.requests.append(request)
            state.statistics.units[request.unit, default: UnitStatistics()].transactions += 1
            if let kind = state.faults[request.unit] { return .failure(Self.error(kind, request)) }
            guard state.words.keys.contains(where: { $0.unit == request.unit }) else {
                return .failure(Self.error(.timeout, request))
            }
            let words = (0..<request.count).compactMap { offset in
                state.words[Key(unit: request.unit, table: request.table, address: request.address &+ offset)]
            }
            guard words.count == Int(request.count) else { return .failure(Self.error(.exception(code: 2), request)) }
            state.statistics.units[request.unit, default: UnitStatistics()].replies += 1
            let resynchronised = state.resynchronised.remove(request.unit) != nil
            return .success(RegisterReply(words: words, afterResynchronisation: resynchronised))
        }
        return try outcome.get()
    }

    private static func error(_ kind: BusError.Kind, _ request: RegisterRequest) -> BusError {
        BusError(kind: kind, bus: "image", unit: request.unit, detail: "\(request.table.rawValue) \(request.address): \(kind)")
    }

    /// Transactions and replies by unit.
    public func statistics() async -> BusStatistics { state.withLock { $0.statistics } }

    /// Does nothing.
    public func close() async {}
}
