// Units that are maps of registers, behind a simulated bus: how that bus takes part in the conformance suite.
import DeviceHAL
import DeviceHALSimulated
import Platform
import SensorModel
import Synchronization
import TestSupport

/// A unit in a test's hand: all items of all tables, refusals and faults.
final class ImageUnit: RegisterSource {
    private struct State {
        var words: [RegisterTable: [UInt16]] = [:]
        var fault: RegisterFault?
        var refused: Set<UInt8> = []
        var largestWord = UInt16.max
        var writes: [RegisterWrite.Action] = []
        var readTimes: [Duration] = []
    }

    private let state = Mutex(State())

    init(unit: UInt8, items: Int = RegisterBusConformance.items) {
        state.withLock { state in
            for table in RegisterTable.allCases {
                state.words[table] = (0..<UInt16(items)).map {
                    HostileSlave.value(unit: unit, function: table.readFunction, address: $0)
                }
            }
        }
    }

    /// The writes that arrived.
    var writes: [RegisterWrite.Action] { state.withLock { $0.writes } }
    /// When reads arrived.
    var readTimes: [Duration] { state.withLock { $0.readTimes } }

    func set(_ fault: RegisterFault?) { state.withLock { $0.fault = fault } }
    func refuse(_ function: UInt8) { state.withLock { _ = $0.refused.insert(function) } }
    func limit(_ largestWord: UInt16) { state.withLock { $0.largestWord = largestWord } }

    func read(_ table: RegisterTable, address: UInt16, count: UInt16, at time: Duration) throws(RegisterFault) -> [UInt16] {
        try state.withLock { state -> Result<[UInt16], RegisterFault> in
            state.readTimes.append(time)
            if let fault = state.fault { return .failure(fault) }
            if state.refused.contains(table.readFunction) { return .failure(.exception(1)) }
            let end = Int(address) + Int(count)
            guard let words = state.words[table], end <= words.count else { return .failure(.exception(2)) }
            return .success(Array(words[Int(address)..<end]))
        }.get()
    }

    func write(_ action: RegisterWrite.Action, at time: Duration) throws(RegisterFault) {
        try state.withLock { state -> Result<Void, RegisterFault> in
            state.writes.append(action)
            if let fault = state.fault { return .failure(fault) }
            if state.refused.contains(action.function) { return .failure(.exception(1)) }
            let end = Int(action.address) + action.words.count
            guard let words = state.words[action.table], end <= words.count else { return .failure(.exception(2)) }
            if action.words.contains(where: { $0 > state.largestWord }) { return .failure(.exception(3)) }
            state.words[action.table]?.replaceSubrange(Int(action.address)..<end, with: action.words)
            return .success(())
        }.get()
    }
}

/// A simulated bus with three such units.
struct SimulatedRegisterPlant: RegisterPlant {
    private let units: [UInt8: ImageUnit]
    let bus: any RegisterBus

    init(_ wire: WireTime) {
        let units = Dictionary(uniqueKeysWithValues: (1...3).map { (UInt8($0), ImageUnit(unit: UInt8($0))) })
        self.units = units
        let clock = SystemClock()
        bus = SimulatedRegisterBus(
            id: "plant", units: units, wire: wire, clock: clock, begin: clock.now().monotonic)
    }

    var arrivedWrites: [HostileSlave.Request] {
        units.sorted { $0.key < $1.key }.flatMap { unit, image in
            image.writes.map { action in
                HostileSlave.Request(
                    unit: unit, function: action.function, address: action.address, count: UInt16(clamping: action.words.count),
                    words: action.words)
            }
        }
    }

    func refuse(unit: UInt8, function: UInt8) { units[unit]?.refuse(function) }
    func limit(unit: UInt8, largestWord: UInt16) { units[unit]?.limit(largestWord) }
    func silence(unit: UInt8) { units[unit]?.set(.silent) }
    func garble(unit: UInt8) { units[unit]?.set(.corrupt) }
    func behave(unit: UInt8) { units[unit]?.set(nil) }
}
