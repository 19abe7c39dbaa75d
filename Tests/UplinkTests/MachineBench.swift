// The machine on a bench: a store that answers at once, a broker that answers when the test says, time by hand.
import NativeFormat
import Outbox
import SensorModel
import TestSupport

@testable import Uplink

/// Drives an `UplinkMachine` and remembers what it wanted.
struct MachineBench {
    static let links = ["a", "b", "c"].map { BrokerEndpoint(host: $0, port: 8883) }

    static let noReceipts = ReceiptBook([], uplink: "city", store: "s", laneBytes: 1 << 20)

    var machine: UplinkMachine
    var now: Timestamp
    /// What the lanes hold; `commit` adds to it.
    var elements: [Lane: [LaneElement]] = [:]
    /// False lets selections wait in `selects` until `answer`.
    var answersSelects = true
    var selects: [UplinkMachine.Action] = []
    var connects: [(endpoint: BrokerEndpoint, generation: Int)] = []
    /// Published and not acknowledged, in order.
    var flying: [(token: Int32, flight: Flight)] = []
    /// Everything that was ever published, in order.
    var history: [Flight] = []
    var delivered: [Lane: Int64] = [:]
    /// What the alarm lane keeps.
    var states: [String: [UInt8]] = [:]
    /// False lets a record that is asked for be gone.
    var hasRecords = true
    /// The same with what lies beyond, as the machine said it last.
    var reached: [Lane: Delivered] = [:]
    var drops = 0
    private var tokens: Int32 = 0
    private let clock = ManualClock()

    init(
        _ change: (inout UplinkSessionSettings) -> Void = { _ in }, delivered: [Lane: Delivered] = [:],
        states: [String: [UInt8]] = [:], seed: UInt64 = 1
    ) {
        var settings = UplinkSessionSettings(
            id: "city", links: [Self.links[0]], batchReadings: 10, batchInterval: .seconds(10),
            speaker: Speaker(gateway: "gw", store: "s"), boot: "boot-1")
        change(&settings)
        now = clock.now()
        self.states = states
        machine = UplinkMachine(
            settings, delivered: delivered, committed: delivered.mapValues(\.through),
            receipts: ReceiptBook(states.map { ($0.key, $0.value) }, uplink: "city", store: "s", laneBytes: 1 << 20), now: now,
            chance: SeededGenerator(seed: seed))
    }

    var generation: Int { connects.last?.generation ?? -1 }
    var status: UplinkStatus { machine.status }

    func flying(_ lane: Lane?) -> [Flight] { flying.map(\.flight).filter { $0.lane == lane } }
    func published(_ lane: Lane?) -> [Flight] { history.filter { $0.lane == lane } }

    mutating func feed(_ input: UplinkMachine.Input) {
        var actions = machine.handle(input, now: now)
        while !actions.isEmpty {
            let action = actions.removeFirst()
            switch action {
            case .connect(let endpoint, let generation): connects.append((endpoint, generation))
            case .publish(let flight):
                tokens += 1
                flying.append((tokens, flight))
                history.append(flight)
                actions += machine.handle(.published(flight, token: tokens), now: now)
            case .select:
                selects.append(action)
                if answersSelects { actions += answerFirst() }
            case .delivered(let lane, let now):
                if now.through > reached[lane]?.through ?? 0 { delivered[lane] = now.through }
                reached[lane] = now
            case .fetch(let seq, let generation):
                let found = hasRecords ? elements[.alarms]?.first { $0.last == seq } : nil
                let selection = found.map { Selection(after: seq - 1, elements: [$0], boot: "boot-0", bytes: 1) }
                actions += machine.handle(.fetched(seq: seq, generation: generation, selection), now: self.now)
            case .keep(let changes): for change in changes { states[change.key] = change.body }
            case .drop: drops += 1
            }
        }
    }

    /// Answers the selection that waits longest, from what the lanes hold.
    mutating func answer() {
        for action in answerFirst() {
            if case .publish(let flight) = action { publish(flight) }
        }
        feed(.tick)
    }

    private mutating func publish(_ flight: Flight) {
        tokens += 1
        flying.append((tokens, flight))
        history.append(flight)
        feed(.published(flight, token: tokens))
    }

    private mutating func answerFirst() -> [UplinkMachine.Action] {
        guard !selects.isEmpty,
            case .select(let lane, let generation, let after, let before, let records, let bytes) = selects.removeFirst()
        else { return [] }
        var found: [LaneElement] = []
        var (count, total) = (0, 0)
        for element in elements[lane] ?? [] where element.last > after && element.first < before && count < records {
            if case .record(_, let body) = element {
                if count > 0, total + body.count > bytes { break }
                count += 1
                total += body.count
            }
            found.append(element)
        }
        let selection = found.isEmpty ? nil : Selection(after: after, elements: found, boot: "boot-1", bytes: total)
        return machine.handle(.selected(lane, generation: generation, selection), now: now)
    }

    /// Commits so many records behind the last one.
    mutating func commit(_ lane: Lane, _ count: Int = 1, length: Int = 20) {
        let last = elements[lane]?.last?.last ?? 0
        for seq in last + 1...last + Int64(count) {
            elements[lane, default: []].append(
                .record(seq: seq, body: Array("\"v\":\"\(String(repeating: "x", count: length))\"".utf8)))
        }
        feed(.committed(lane, through: last + Int64(count)))
    }

    /// Commits the first step of an alarm, as `AlarmEncoder` writes it.
    mutating func raise(_ alarm: String) {
        let last = elements[.alarms]?.last?.last ?? 0
        let body = "\"alarm\":\"\(alarm)\",\"rule\":\"r\",\"severity\":1,\"from\":\"normal\",\"to\":\"unacknowledged\""
        elements[.alarms, default: []].append(.record(seq: last + 1, body: Array(body.utf8)))
        feed(.committed(.alarms, through: last + 1))
    }

    mutating func advance(_ duration: Duration) {
        clock.advance(by: duration)
        now = clock.now()
        feed(.tick)
    }

    /// Lets the machine connect and accepts it; the birth is acknowledged unless `birth` is nil.
    mutating func connect(receiveMaximum: Int = 65_535, birth: UInt8? = 0) {
        feed(.tick)
        feed(.broker(generation: generation, .connected(BrokerLimits(receiveMaximum: receiveMaximum))))
        if let birth { acknowledge(nil, birth) }
    }

    /// Acknowledges the oldest message of a lane.
    mutating func acknowledge(_ lane: Lane?, _ reason: UInt8 = 0, last: Bool = false) {
        guard
            let index = last
                ? flying.lastIndex(where: { $0.flight.lane == lane }) : flying.firstIndex(where: { $0.flight.lane == lane })
        else { return }
        feed(.broker(generation: generation, .acknowledged(token: flying.remove(at: index).token, reason: reason)))
    }

    mutating func close(_ kind: LinkFailure.Kind = .lost, _ detail: String = "broken", reason: UInt8? = nil) {
        flying = []
        feed(.broker(generation: generation, .closed(LinkFailure(kind: kind, detail: detail, reason: reason))))
    }

    /// Waits for the next attempt and returns how long that took.
    mutating func untilNextAttempt() -> Duration {
        let before = connects.count
        let start = now.monotonic
        guard let due = machine.nextDeadline() else { return .zero }
        advance(due - start)
        return connects.count > before ? due - start : .zero
    }
}

extension Flight {
    /// The payload as text.
    var text: String { String(decoding: message.payload, as: UTF8.self) }
    /// The numbers it stands for.
    var range: ClosedRange<Int64> { first...last }
}
