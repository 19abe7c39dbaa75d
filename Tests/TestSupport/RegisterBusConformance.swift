// What every register bus must do, whatever carries it: one suite, run on each implementation. It throws instead of
// expecting, because this target is not a test.
import DeviceHAL
import SensorModel

/// The checks, each on a plant of its own.
public enum RegisterBusConformance: String, CaseIterable, Sendable {
    case `every table is read, from one item to the largest request`
    case `every kind of write is read back, and nothing beside it has changed`
    case `the largest writes are read back`
    case `a function, an address and a value that the unit refuses are exceptions`
    case `a request that cannot be right is refused`
    case `a silent unit is a time-out, for reads and for writes, and comes back marked`
    case `a wrong answer is a corrupt reply, for reads and for writes, and the unit comes back marked`
    case `a unit's fault is not the others'`
    case `callers' writes arrive once each, in each caller's order`
    case `after closing everything is disconnected`
    case `the statistics count what happened`

    /// What a bus did wrong.
    public struct Failure: Error, CustomStringConvertible {
        /// For people.
        public let description: String
    }

    /// Items each unit has in each table.
    public static let items = 2200

    private static let patient = UnitTiming(responseTimeout: .seconds(5), maxLatency: .milliseconds(120))
    private static let hasty = UnitTiming(responseTimeout: .milliseconds(60), maxLatency: .milliseconds(120))

    /// Runs the check.
    public func run(on plant: any RegisterPlant) async throws {
        switch self {
        case .`every table is read, from one item to the largest request`: try await Self.readTables(plant)
        case .`every kind of write is read back, and nothing beside it has changed`: try await Self.writeKinds(plant)
        case .`the largest writes are read back`: try await Self.writeLargest(plant)
        case .`a function, an address and a value that the unit refuses are exceptions`: try await Self.refusals(plant)
        case .`a request that cannot be right is refused`: try await Self.limits(plant)
        case .`a silent unit is a time-out, for reads and for writes, and comes back marked`:
            try await Self.fault(plant, .timeout, Self.hasty) { $0.silence(unit: 1) }
        case .`a wrong answer is a corrupt reply, for reads and for writes, and the unit comes back marked`:
            try await Self.fault(plant, .corruptReply, Self.patient) { $0.garble(unit: 1) }
        case .`a unit's fault is not the others'`: try await Self.otherUnits(plant)
        case .`callers' writes arrive once each, in each caller's order`: try await Self.order(plant)
        case .`after closing everything is disconnected`: try await Self.closing(plant)
        case .`the statistics count what happened`: try await Self.statistics(plant)
        }
        await plant.bus.close()
    }

    // MARK: the checks

    private static func readTables(_ plant: any RegisterPlant) async throws {
        var connections: Set<UInt64> = []
        for table in RegisterTable.allCases {
            for count in [1, 2, 9, UInt16(table.largestRead)] {
                let reply = try await read(plant, 3, table, 100, count)
                let expected = (0..<count).map {
                    HostileSlave.value(unit: 3, function: table.readFunction, address: 100 + $0)
                }
                try require(reply.words == expected, "\(table) \(count) items: \(reply.words)")
                try require(!reply.afterResynchronisation, "marked without a fault")
                connections.insert(reply.connection)
            }
        }
        try require(connections.count == 1, "one opening of the port has the numbers \(connections)")
    }

    private static func writeKinds(_ plant: any RegisterPlant) async throws {
        let coil = HostileSlave.value(unit: 1, function: 1, address: 20) == 1
        let actions: [RegisterWrite.Action] = [
            .coil(address: 20, on: !coil), .coil(address: 20, on: coil), .coil(address: 20, on: coil),
            .register(address: 21, word: 0xA55A), .register(address: 21, word: 0),
            .coils(address: 30, [true, false, false, true, true, false, true, false, true, true]), .coils(address: 31, [true]),
            .registers(address: 40, [0, 1, 0xFFFF]), .registers(address: 41, [7]),
        ]
        for action in actions {
            let (table, count) = (action.table, UInt16(action.words.count))
            let before = try await read(plant, 1, table, action.address - 1, count + 2).words
            try await write(plant, 1, action)
            let after = try await read(plant, 1, table, action.address - 1, count + 2).words
            let expected = before.prefix(1) + action.words + before.suffix(1)
            try require(after == Array(expected), "\(action): \(after) instead of \(expected)")
            let other: RegisterTable = table == .coil ? .discrete : .input
            let untouched = try await read(plant, 1, other, action.address, 1).words
            let original = HostileSlave.value(unit: 1, function: other.readFunction, address: action.address)
            try require(untouched == [original], "\(action) reached table \(other)")
        }
    }

    private static func writeLargest(_ plant: any RegisterPlant) async throws {
        let coils = (0..<RegisterWrite.mostCoils).map { $0 % 3 == 1 }
        try await write(plant, 2, .coils(address: 5, coils))
        let states = try await read(plant, 2, .coil, 5, UInt16(coils.count)).words
        try require(states == coils.map { $0 ? 1 : 0 }, "1968 coils")
        let words = (0..<RegisterWrite.mostRegisters).map { UInt16($0) &* 517 }
        try await write(plant, 2, .registers(address: 2000, words))
        try require(try await read(plant, 2, .holding, 2000, UInt16(words.count)).words == words, "123 registers")
    }

    private static func refusals(_ plant: any RegisterPlant) async throws {
        let end = UInt16(items)
        try await fails(.exception(code: 2)) { _ = try await read(plant, 1, .holding, end - 1, 2) }
        for action in [RegisterWrite.Action.coil(address: end, on: true), .registers(address: end - 1, [1, 2])] {
            try await fails(.exception(code: 2)) { try await write(plant, 1, action) }
        }
        plant.limit(unit: 1, largestWord: 1000)
        try await write(plant, 1, .register(address: 3, word: 1000))
        try await fails(.exception(code: 3)) { try await write(plant, 1, .register(address: 3, word: 1001)) }
        try await fails(.exception(code: 3)) { try await write(plant, 1, .registers(address: 2, [1, 1001])) }
        try require(try await read(plant, 1, .holding, 3, 1).words == [1000], "what was refused is there")
        for function: UInt8 in [4, 6] { plant.refuse(unit: 1, function: function) }
        try await fails(.exception(code: 1)) { _ = try await read(plant, 1, .input, 3, 1) }
        try await fails(.exception(code: 1)) { try await write(plant, 1, .register(address: 3, word: 5)) }
        try await write(plant, 1, .registers(address: 3, [5]))
        let reply = try await read(plant, 1, .holding, 3, 1)
        try require(reply.words == [5] && !reply.afterResynchronisation, "after refusals: \(reply)")
    }

    private static func limits(_ plant: any RegisterPlant) async throws {
        let reads: [(RegisterTable, UInt16, UInt16)] = [
            (.holding, 0, 126), (.input, 0, 0), (.coil, 0, 2001), (.discrete, 65_535, 2),
        ]
        for (table, address, count) in reads {
            try await fails(.exception(code: 3)) { _ = try await read(plant, 1, table, address, count) }
        }
        let writes: [RegisterWrite.Action] = [
            .coils(address: 0, []), .registers(address: 0, []), .coils(address: 0, Array(repeating: true, count: 1969)),
            .registers(address: 0, Array(repeating: 1, count: 124)), .registers(address: 65_535, [1, 2]),
        ]
        for action in writes { try await fails(.exception(code: 3)) { try await write(plant, 1, action) } }
        let word = HostileSlave.value(unit: 1, function: 3, address: 0)
        try require(try await read(plant, 1, .holding, 0, 1).words == [word], "something was written")
    }

    private static func fault(
        _ plant: any RegisterPlant, _ kind: BusError.Kind, _ timing: UnitTiming, _ begin: (any RegisterPlant) -> Void
    ) async throws {
        _ = try await read(plant, 1, .holding, 9, 2)
        let actions: [RegisterWrite.Action] = [
            .coil(address: 50, on: true), .register(address: 50, word: 1), .coils(address: 50, [true, false]),
            .registers(address: 50, [1, 2]),
        ]
        for round in 0...actions.count {
            begin(plant)
            try await fails(kind) {
                if round == 0 {
                    _ = try await read(plant, 1, .holding, 10, 2, timing)
                } else {
                    try await write(plant, 1, actions[round - 1], timing)
                }
            }
            plant.behave(unit: 1)
            let first = try await readUntilGood(plant, 1, .holding, 11, 2)
            let expected = [11, 12].map { HostileSlave.value(unit: 1, function: 3, address: $0) }
            try require(first.words == expected && first.afterResynchronisation, "the first reply after it: \(first)")
            let second = try await read(plant, 1, .holding, 12, 2)
            try require(!second.afterResynchronisation, "the second reply is still marked")
        }
        for action in actions {
            try await write(plant, 1, action)
            let words = try await read(plant, 1, action.table, 50, UInt16(action.words.count)).words
            try require(words == action.words, "\(action) afterwards: \(words)")
        }
    }

    private static func otherUnits(_ plant: any RegisterPlant) async throws {
        for unit: UInt8 in 1...2 { _ = try await read(plant, unit, .holding, 9, 2) }
        plant.silence(unit: 1)
        try await fails(.timeout) { try await write(plant, 1, .register(address: 60, word: 1), hasty) }
        try await write(plant, 2, .register(address: 60, word: 77))
        let reply = try await read(plant, 2, .holding, 60, 1)
        try require(reply.words == [77] && !reply.afterResynchronisation, "the other unit: \(reply)")
    }

    private static func order(_ plant: any RegisterPlant) async throws {
        let rounds: UInt16 = 5
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller: UInt8 in 1...3 {
                group.addTask {
                    for round in 0..<rounds {
                        let address = UInt16(caller) * 100
                        try await write(plant, caller, .register(address: address, word: round))
                        let words = try await read(plant, caller, .holding, address, 1).words
                        try require(words == [round], "caller \(caller) wrote \(round) and read \(words)")
                    }
                }
            }
            try await group.waitForAll()
        }
        for caller: UInt8 in 1...3 {
            let words = plant.arrivedWrites.filter { $0.unit == caller }.flatMap(\.words)
            try require(words == Array(0..<rounds), "caller \(caller)'s writes arrived as \(words)")
        }
    }

    private static func closing(_ plant: any RegisterPlant) async throws {
        _ = try await read(plant, 1, .holding, 1, 1)
        try require(await plant.bus.statistics().connected, "not connected after a reply")
        await plant.bus.close()
        try await fails(.disconnected) { _ = try await read(plant, 1, .holding, 1, 1) }
        try await fails(.disconnected) { try await write(plant, 1, .coil(address: 1, on: true)) }
        try require(await plant.bus.statistics().connected == false, "connected after closing")
        try require(plant.arrivedWrites.isEmpty, "written after closing")
    }

    private static func statistics(_ plant: any RegisterPlant) async throws {
        for address: UInt16 in 0..<3 { _ = try await read(plant, 2, .input, address, 1) }
        try await write(plant, 2, .register(address: 1, word: 2))
        try await fails(.exception(code: 2)) { _ = try await read(plant, 2, .input, UInt16(items), 1) }
        plant.silence(unit: 2)
        try await fails(.timeout) { try await write(plant, 2, .register(address: 1, word: 3), hasty) }
        plant.behave(unit: 2)
        _ = try await readUntilGood(plant, 2, .input, 0, 1)
        plant.garble(unit: 2)
        try await fails(.corruptReply) { _ = try await read(plant, 2, .input, 0, 1) }
        let all = await plant.bus.statistics()
        guard let unit = all.units[2] else { throw Failure(description: "unit 2 has no counters") }
        try require(all.units.count == 1, "units nobody asked: \(all.units.keys)")
        try require(unit.replies == 5 && unit.exceptions == 1 && unit.timeouts == 1, "\(unit)")
        try require(unit.checksumErrors + unit.mismatches == 1 && unit.transactions >= 8, "\(unit)")
    }

    // MARK: tools

    private static func read(
        _ plant: any RegisterPlant, _ unit: UInt8, _ table: RegisterTable, _ address: UInt16, _ count: UInt16,
        _ timing: UnitTiming = patient
    ) async throws(BusError) -> RegisterReply {
        try await plant.bus.read(RegisterRequest(unit: unit, table: table, address: address, count: count, timing: timing))
    }

    private static func write(
        _ plant: any RegisterPlant, _ unit: UInt8, _ action: RegisterWrite.Action, _ timing: UnitTiming = patient
    ) async throws(BusError) {
        try await plant.bus.write(RegisterWrite(unit: unit, action: action, timing: timing))
    }

    /// A unit rests after a fault: asks until it answers, a bounded number of times.
    private static func readUntilGood(
        _ plant: any RegisterPlant, _ unit: UInt8, _ table: RegisterTable, _ address: UInt16, _ count: UInt16
    ) async throws -> RegisterReply {
        var last: BusError?
        for _ in 0..<2000 {
            do { return try await read(plant, unit, table, address, count) } catch { last = error }
            try await plant.pause()
        }
        throw Failure(description: "never answered again: \(last.map { "\($0)" } ?? "")")
    }

    private static func fails(_ kind: BusError.Kind, _ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as BusError {
            return try require(error.kind == kind, "failed with \(error.kind) (\(error.detail)) instead of \(kind)")
        }
        throw Failure(description: "did not fail with \(kind)")
    }

    private static func require(_ condition: Bool, _ what: @autoclosure () -> String) throws {
        if !condition { throw Failure(description: what()) }
    }
}
