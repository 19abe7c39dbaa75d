// The field: units with registers behind the bus contract, each of which may misbehave, and a book of what they said and when.
import DeviceHAL
import SensorModel
import TestSupport

/// One channel of a unit.
struct FieldChannel {
    let name: String
    let quantity: Quantity
    /// Its place among the words of the unit's values.
    let register: UInt16
    let scale: Double
    var signal: Signal
}

/// One device.
struct FieldUnit {
    let cover: String, sensor: String
    let table: RegisterTable
    /// Registers that stand still: identity and settings.
    let constants: [UInt16: UInt16]
    let constantTable: RegisterTable
    let channels: [FieldChannel]
    let period: Duration
    /// The points of its channels.
    let points: [String]

    init(
        cover: String, sensor: String, table: RegisterTable, constants: [UInt16: UInt16], constantTable: RegisterTable,
        channels: [FieldChannel], period: Duration
    ) {
        (self.cover, self.sensor, self.table, self.constants) = (cover, sensor, table, constants)
        (self.constantTable, self.channels, self.period) = (constantTable, channels, period)
        points = channels.map { "\(cover)/\(sensor)/\($0.name)" }
    }
}

/// How a unit misbehaves.
enum UnitFault: Equatable {
    case silent, corrupt, slow
    case exception(UInt8)
    /// As after a late reply: the bus refuses for a time, then says that it had to find its place again.
    case late
}

/// What a unit said at a moment.
final class Said {
    let moment: Int64
    let value: Double
    /// The daemon that was told.
    let life: Int
    /// The latest time that its clock knew to have passed, in ms.
    let floor: Int64
    var isDelivered = false

    init(moment: Int64, value: Double, life: Int, floor: Int64) {
        (self.moment, self.value, self.life, self.floor) = (moment, value, life, floor)
    }
}

/// All units, and what they said.
///
/// `@unchecked Sendable`: the daemon and its closures ask for it; all of it runs on the one thread of `VirtualTime`, which checks
/// that at each moment and each line of the log.
final class Field: @unchecked Sendable {
    let time: VirtualTime
    var units: [UInt8: FieldUnit]
    var faults: [UInt8: UnitFault] = [:]
    var resynchronised: Set<UInt8> = []
    var isUnplugged = false
    var openings: UInt64 = 1
    /// Milliseconds a reply takes.
    var latency = 20
    private var chance: SeededGenerator
    /// By point and wall time in ms: what was said then. Two moments may have one wall time after a step back.
    private(set) var said: [String: [Int64: [Said]]] = [:]
    /// By point: what was said last.
    private var last: [String: Said] = [:]
    /// How often a daemon has begun.
    var beginnings = 0
    /// The latest time that the daemon's clock knows to have passed, in ms.
    var floor: () -> Int64 = { 0 }
    /// By point: moments of good and of failed polls, in order.
    private(set) var polls: [String: [Poll]] = [:]

    struct Poll {
        let moment: Int64
        /// Nil when there was none.
        let value: Double?
        let wall: Int64
        let life: Int
        /// Another one each time that the daemon begins anew inside a life: what an alarm waits for begins anew with it.
        let beginning: Int
    }

    init(_ time: VirtualTime, _ units: [UInt8: FieldUnit], seed: UInt64) {
        self.time = time
        self.units = units
        chance = SeededGenerator(seed: seed)
    }

    /// A wall time of a point came as a reading.
    /// - Returns: what was said then; nil when nothing was.
    func take(_ point: String, wall: Int64, value: Double?) -> Said? {
        guard let all = said[point]?[wall], !all.isEmpty else { return nil }
        let index =
            all.firstIndex { said in !said.isDelivered && value.map { abs($0 - said.value) < 1e-6 } ?? true }
            ?? all.firstIndex { said in value.map { abs($0 - said.value) < 1e-6 } ?? true }
        guard let index else { return all[0] }
        all[index].isDelivered = true
        return all[index]
    }

    /// Words, or why there are none.
    fileprivate enum Answer { case success([UInt16]), failure(BusError.Kind) }

    fileprivate func answer(_ request: RegisterRequest, _ clock: BootClock, life: Int) -> Answer {
        guard let unit = units[request.unit] else { return .failure(.timeout) }
        let isValue = unit.channels.contains { request.table == unit.table && covers(request, $0.register) }
        let now = clock.now()
        func note(_ value: ((FieldChannel) -> Double)?) {
            guard isValue else { return }
            for (channel, point) in zip(unit.channels, unit.points) {
                let (wall, value) = (now.wall.milliseconds, value?(channel))
                polls[point, default: []].append(
                    Poll(moment: time.now, value: value, wall: wall, life: life, beginning: beginnings))
                if let value {
                    let now = Said(moment: time.now, value: value, life: life, floor: floor())
                    last[point] = now
                    said[point, default: [:]][wall, default: []].append(now)
                }
            }
        }
        if let problem = problem(of: request.unit) {
            note(nil)
            return .failure(problem)
        }
        var words = [UInt16](repeating: 0, count: Int(request.count))
        for index in words.indices {
            let place = request.address &+ UInt16(index)
            if request.table == unit.constantTable, let constant = unit.constants[place] { words[index] = constant }
            if request.table == unit.table, let channel = unit.channels.first(where: { $0.register == place }) {
                words[index] = UInt16(bitPattern: Int16(clamping: channel.signal.value(at: time.now)))
            }
        }
        note { Double($0.signal.value(at: self.time.now)) * $0.scale }
        if !isValue { noteProof(unit, now, life) }
        return .success(words)
    }

    /// A sensor that proves once more who it is, after its values, has them stamped with that reply.
    private func noteProof(_ unit: FieldUnit, _ now: Timestamp, _ life: Int) {
        for point in unit.points {
            guard let last = last[point], last.life == life, time.now - last.moment < 10 * World.second else { continue }
            said[point, default: [:]][now.wall.milliseconds, default: []].append(last)
        }
    }

    private func problem(of unit: UInt8) -> BusError.Kind? {
        if isUnplugged { return .disconnected }
        switch faults[unit] {
        case nil, .slow: return nil
        case .silent: return .timeout
        case .corrupt: return .corruptReply
        case .exception(let code): return .exception(code: code)
        case .late: return Bool.random(using: &chance) ? .timeout : .resting(after: .timeout)
        }
    }

    private func covers(_ request: RegisterRequest, _ place: UInt16) -> Bool {
        place >= request.address && place - request.address < request.count
    }

    /// How long a transaction takes.
    fileprivate func length(of request: RegisterRequest) -> Duration {
        let timeout = request.timing.responseTimeout
        if isUnplugged { return .milliseconds(1) }
        switch faults[request.unit] {
        case .silent: return timeout
        case .late: return timeout
        case .slow: return timeout - .milliseconds(Int64.random(in: 1...50, using: &chance))
        default: return .milliseconds(Int64.random(in: 5...Int64(5 + latency), using: &chance))
        }
    }
}

/// A bus of one daemon's life with the units behind it.
///
/// `@unchecked Sendable`: the daemon and its closures ask for it; all of it runs on the one thread of `VirtualTime`, which checks
/// that at each moment and each line of the log.
final class FieldBus: RegisterBus, @unchecked Sendable {
    private let id: String
    private let field: Field
    private let clock: BootClock
    private let life: Int
    private var isClosed = false

    init(_ id: String, _ field: Field, _ clock: BootClock, life: Int) {
        (self.id, self.field, self.clock, self.life) = (id, field, clock, life)
    }

    func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply {
        let end = clock.now().monotonic + field.length(of: request)
        do { try await clock.sleep(until: end) } catch { throw failure(.disconnected, request.unit) }
        guard !isClosed else { throw failure(.disconnected, request.unit) }
        switch field.answer(request, clock, life: life) {
        case .success(let words):
            let isFirst = field.resynchronised.remove(request.unit) != nil
            return RegisterReply(words: words, afterResynchronisation: isFirst, connection: field.openings)
        case .failure(let kind):
            field.resynchronised.insert(request.unit)
            throw failure(kind, request.unit)
        }
    }

    func write(_ request: RegisterWrite) async throws(BusError) { throw failure(.exception(code: 1), request.unit) }

    func statistics() async -> BusStatistics { BusStatistics() }

    func close() async { isClosed = true }

    private func failure(_ kind: BusError.Kind, _ unit: UInt8) -> BusError {
        BusError(kind: kind, bus: id, unit: unit, detail: "as the story wants it")
    }
}
