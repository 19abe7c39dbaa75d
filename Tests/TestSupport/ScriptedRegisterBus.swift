// A stand-in for a Modbus bus that follows a strict script of what must be asked.
import DeviceHAL
import SensorModel
import Synchronization

/// A strict mock: reads and writes must come exactly as expected, in order, and all of them.
public final class ScriptedRegisterBus: RegisterBus {
    /// What did not go by the script.
    public struct Failure: Error, CustomStringConvertible {
        /// One line for each deviation.
        public let description: String
    }

    /// What is asked of the bus, without its timing.
    private enum Call: Equatable, CustomStringConvertible {
        case read(unit: UInt8, RegisterTable, UInt16, count: UInt16)
        case write(unit: UInt8, RegisterWrite.Action)

        var description: String {
            switch self {
            case .read(let unit, let table, let address, let count): "unit \(unit) \(table.rawValue) \(address)+\(count)"
            case .write(let unit, let action):
                "write unit \(unit) \(action.table.rawValue) \(action.address) by function \(action.function): \(action.words)"
            }
        }
    }

    private struct Expectation {
        let call: Call
        let outcome: Result<RegisterReply, BusError>
    }

    private struct State {
        var expectations: [Expectation] = []
        var deviations: [String] = []
        var requests: [RegisterRequest] = []
        var writes: [RegisterWrite] = []
    }

    private let state = Mutex(State())

    /// Expects nothing yet.
    public init() {}

    /// The reads so far.
    public var requests: [RegisterRequest] { state.withLock { $0.requests } }

    /// The writes so far.
    public var writes: [RegisterWrite] { state.withLock { $0.writes } }

    /// Expects a read of as many items as the reply has words.
    public func expect(
        unit: UInt8, _ table: RegisterTable, _ address: UInt16, words: [UInt16], afterResynchronisation: Bool = false,
        connection: UInt64 = 0
    ) {
        let reply = RegisterReply(words: words, afterResynchronisation: afterResynchronisation, connection: connection)
        add(.read(unit: unit, table, address, count: UInt16(words.count)), .success(reply))
    }

    /// Expects a read that fails.
    public func expect(
        unit: UInt8, _ table: RegisterTable, _ address: UInt16, count: UInt16, failing kind: BusError.Kind,
        detail: String = "scripted"
    ) {
        let error = BusError(kind: kind, bus: "scripted", unit: unit, detail: detail)
        add(.read(unit: unit, table, address, count: count), .failure(error))
    }

    /// Expects a write, which is confirmed, or fails when there is a kind.
    public func expectWrite(
        unit: UInt8, _ action: RegisterWrite.Action, failing kind: BusError.Kind? = nil, detail: String = "scripted"
    ) {
        let error = kind.map { BusError(kind: $0, bus: "scripted", unit: unit, detail: detail) }
        add(.write(unit: unit, action), error.map { .failure($0) } ?? .success(RegisterReply(words: [])))
    }

    private func add(_ call: Call, _ outcome: Result<RegisterReply, BusError>) {
        state.withLock { $0.expectations.append(Expectation(call: call, outcome: outcome)) }
    }

    /// Fails unless every expectation was met and nothing else was asked.
    public func verify() throws(Failure) {
        let lines = state.withLock { state in
            state.deviations + state.expectations.map { "never asked: \($0.call.description)" }
        }
        if !lines.isEmpty { throw Failure(description: lines.joined(separator: "\n")) }
    }

    /// Answers by the script; a read that does not match the next expectation is a deviation and finds no bus.
    public func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply {
        let call = Call.read(unit: request.unit, request.table, request.address, count: request.count)
        let outcome = state.withLock { state in
            state.requests.append(request)
            return Self.outcome(of: call, unit: request.unit, &state)
        }
        return try outcome.get()
    }

    /// Confirms by the script, as `read` answers.
    public func write(_ request: RegisterWrite) async throws(BusError) {
        let outcome = state.withLock { state in
            state.writes.append(request)
            return Self.outcome(of: .write(unit: request.unit, request.action), unit: request.unit, &state)
        }
        _ = try outcome.get()
    }

    private static func outcome(of call: Call, unit: UInt8, _ state: inout State) -> Result<RegisterReply, BusError> {
        if let next = state.expectations.first, next.call == call { return state.expectations.removeFirst().outcome }
        let expected = state.expectations.first?.call.description ?? "nothing more"
        state.deviations.append("asked: \(call), expected: \(expected)")
        return .failure(BusError(kind: .disconnected, bus: "scripted", unit: unit, detail: "not in the script"))
    }

    /// Counts nothing.
    public func statistics() async -> BusStatistics { BusStatistics() }

    /// Does nothing.
    public func close() async {}
}
