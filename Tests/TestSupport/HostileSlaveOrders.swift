// What a test tells a hostile slave while it runs, and what it wants to know of it.
import Synchronization

/// Shared by the test and the slave's thread.
final class HostileSlaveOrders: Sendable {
    struct State {
        var planned: [UInt8: [HostileSlave.Fault]] = [:]
        var placed: [Int: HostileSlave.Fault] = [:]
        var choice: (@Sendable () -> HostileSlave.Fault)?
        var acceptedCounts: Set<UInt16>?
        var refusedFunctions: [UInt8: Set<UInt8>] = [:]
        var largestWords: [UInt8: UInt16] = [:]
        var items = 65_536
        var echoes = false
        /// How long a character takes on the line, in nanoseconds; 0 for a line that takes no time.
        var characterTime: Int64 = 0
        var silences: [Int64] = []
        var forgetsShifts = false
        var babble: [UInt8] = []
        var flood: [UInt8] = []
        var drops = false
        var connections = 0
        var openConnections = 0
        var log: [HostileSlave.Request] = []
        /// When the right reply went out, by the request's place in the log; nanoseconds since boot.
        var answered: [Int: Int64] = [:]
    }

    private let state = Mutex(State())

    func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result { state.withLock { body(&$0) } }

    /// Notes the request and says how to treat it, where in the log it stands, and whether that was chosen at random.
    func fault(for request: HostileSlave.Request) -> (HostileSlave.Fault, place: Int, isRandom: Bool) {
        change { state in
            state.log.append(request)
            let (planned, place) = (Self.fault(for: request, &state), state.log.count - 1)
            return (planned ?? state.choice?() ?? .none, place, planned == nil && state.choice != nil)
        }
    }

    private static func fault(for request: HostileSlave.Request, _ state: inout State) -> HostileSlave.Fault? {
        if let fault = state.placed.removeValue(forKey: state.log.count - 1) { return fault }
        if let first = state.planned[request.unit]?.first {
            state.planned[request.unit]?.removeFirst()
            return first
        }
        if let accepted = state.acceptedCounts, request.words.isEmpty, !accepted.contains(request.count) {
            return .exception(2)
        }
        if state.refusedFunctions[request.unit]?.contains(request.function) == true { return .exception(1) }
        if Int(request.address) + Int(request.count) > state.items { return .exception(2) }
        let isOfWords = request.function == 6 || request.function == 16
        if isOfWords, let largest = state.largestWords[request.unit], request.words.contains(where: { $0 > largest }) {
            return .exception(3)
        }
        return nil
    }
}
