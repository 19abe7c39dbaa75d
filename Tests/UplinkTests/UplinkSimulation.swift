// The machine, two real lanes and a broker that does everything a broker may do to us, in simulated time, out of one seed.
import NativeFormat
import Platform
import SensorModel
import TestSupport

@testable import Outbox
@testable import Uplink

/// One run. Everything that happens is drawn from the seed; nothing waits for real time.
struct UplinkSimulation {
    private enum Event {
        case broker(generation: Int, BrokerEvent)
        case arrival(generation: Int, Flight, token: Int32)
        case selected(Lane, generation: Int, Selection?)
        case fetched(seq: Int64, generation: Int, Selection?)
        case receipt(seq: Int64)
        case readings, alarm, commitAlarm(NumberedRecord), breakLine, outage(Bool), damage, restart, announce
    }

    var ledger = PlatformLedger()
    private(set) var refused: [Lane: Set<Int64>] = [:]
    /// How often each number may arrive again: once for each break it was in flight at.
    private(set) var allowedRepeats: [Lane: [Int64: Int]] = [:]
    private(set) var lanes: [Lane: OutboxLane] = [:]
    private(set) var numbers: [Lane: SequenceBlock] = [:]
    /// The highest numbers when the world became kind: all of them must have arrived at the end.
    private(set) var through: [Lane: Int64] = [:]
    private(set) var restarts = 0, breaks = 0
    /// Alarms that the broker took, acknowledged and lost.
    private(set) var lost: Set<Int64> = []
    /// How often an alarm came again because its receipt had not come.
    private(set) var sentAgain = 0
    /// Alarms whose receipt this run of the daemon has.
    private var confirmed: Set<Int64> = []
    private let givesReceipts: Bool
    /// How often the state was announced anew, and what the broker keeps of it.
    private(set) var announced = 0, retained = -1
    var faults: [String] = []

    private let folder = TemporaryFolder()
    private let clock = ManualClock()
    private let executors = [ThreadExecutor(name: "sim-readings"), ThreadExecutor(name: "sim-alarms")]
    private var chance: SeededGenerator
    private var machine: UplinkMachine
    private var events: [(at: MonotonicTime, order: Int, event: Event)] = []
    private var order = 0
    private var tokens: Int32 = 0
    private var flying: [Int32: Flight] = [:]
    private var live = -1
    private var receiveMaximum = 1
    private var isAway = false
    private var isHostile = true
    private let settings: UplinkSessionSettings

    init(seed: UInt64) async throws {
        chance = SeededGenerator(seed: seed)
        let interval = Duration.milliseconds(Int64.random(in: 0...3, using: &chance) * 1500)
        settings = UplinkSessionSettings(
            id: "city", links: MachineBench.links, batchReadings: Int.random(in: 1...40, using: &chance), batchInterval: interval,
            speaker: Speaker(gateway: "gw", store: "s"), boot: "boot-1")
        givesReceipts = seed % 4 != 0
        machine = UplinkMachine(
            settings, delivered: [:], committed: [:], receipts: MachineBench.noReceipts, now: clock.now(), chance: chance)
        try await start()
        schedule(.readings, 100...1000)
        schedule(.alarm, 1000...5000)
        schedule(.breakLine, 2000...20_000)
        schedule(.outage(true), 5000...60_000)
        schedule(.restart, 20_000...90_000)
        schedule(.damage, 5000...40_000)
        schedule(.announce, 0...2000)
    }

    /// Opens the lanes as a start of the daemon does.
    private mutating func start() async throws {
        var delivered: [Lane: Delivered] = [:]
        for (lane, executor) in zip([Lane.readings, .alarms], executors) {
            let opened = try OutboxLane(
                lane: lane, place: .file(folder.file("\(lane.rawValue).db")), boot: "boot-1",
                maxBytes: lane == .readings ? 72 * 1024 : 1 << 20,
                block: 50, retention: lane == .readings ? .zero : .seconds(7 * 86_400), executor: executor)
            lanes[lane] = opened
            numbers[lane] = opened.firstBlock
            _ = try await opened.register(uplinks: ["city"])
            delivered[lane] = await opened.reached(by: "city")
        }
        machine = UplinkMachine(
            settings, delivered: delivered, committed: numbers.mapValues(\.last),
            receipts: ReceiptBook(try await lanes[.alarms]?.states() ?? [], uplink: "city", store: "s", laneBytes: 1 << 20),
            now: clock.now(),
            chance: SeededGenerator(seed: chance.next()))
        try await announce()
    }

    /// The state's members have changed.
    private mutating func announce() async throws {
        announced += 1
        let members = Array("\"announced\":\(announced)".utf8)
        try await feed(.announced(members: members, isUrgent: Int.random(in: 0..<5, using: &chance) == 0))
    }

    private mutating func schedule(_ event: Event, _ milliseconds: ClosedRange<Int64>) {
        order += 1
        events.append((clock.now().monotonic + .milliseconds(Int64.random(in: milliseconds, using: &chance)), order, event))
    }

    /// Lets it all happen for so long, then makes the world kind until everything has arrived.
    mutating func run(for duration: Duration) async throws {
        let end = clock.now().monotonic + duration
        var steps = 0
        while clock.now().monotonic < end, steps < 200_000 {
            try await step()
            steps += 1
        }
        isHostile = false
        isAway = false
        try await commitReadings()
        try await announce()
        through = numbers.mapValues(\.last)
        let latest = clock.now().monotonic + .seconds(1200)
        while clock.now().monotonic < latest, steps < 400_000 {
            let uplinks = try await (lanes[.readings]?.currentStatistics(), lanes[.alarms]?.currentStatistics())
            let delivered = [uplinks.0, uplinks.1].map { $0?.uplinks["city"]?.delivered ?? 0 }
            if delivered[0] >= through[.readings] ?? 0, delivered[1] >= through[.alarms] ?? 0, retained == announced,
                lost.isSubset(of: ledger.contents[.alarms, default: [:]].keys)
            {
                return
            }
            try await step()
            steps += 1
        }
        faults.append("it never came to its end: \(machine.status)")
    }

    private mutating func step() async throws {
        let next = events.indices.min { (events[$0].at, events[$0].order) < (events[$1].at, events[$1].order) }
        let due = machine.nextDeadline()
        if let due, next.map({ due < events[$0].at }) ?? true {
            clock.advance(by: max(.zero, due - clock.now().monotonic))
            return try await feed(.tick)
        }
        guard let next else { return }
        let (at, _, event) = events.remove(at: next)
        clock.advance(by: max(.zero, at - clock.now().monotonic))
        try await happen(event)
    }

    private mutating func happen(_ event: Event) async throws {
        switch event {
        case .broker(let generation, let event):
            if case .acknowledged(let token, _) = event {
                guard generation == live else { return }
                flying[token] = nil
            }
            if case .connected(let limits) = event {
                guard !isAway else { return try await feed(.broker(generation: generation, .closed(Self.away))) }
                (live, receiveMaximum) = (generation, limits.receiveMaximum)
            }
            try await feed(.broker(generation: generation, event))
        case .arrival(let generation, let flight, let token): if generation == live { arrive(flight, token) }
        case .selected(let lane, let generation, let selection):
            try await feed(.selected(lane, generation: generation, selection))
        case .fetched(let seq, let generation, let selection):
            try await feed(.fetched(seq: seq, generation: generation, selection))
        case .receipt(let seq):
            confirmed.insert(seq)
            try await feed(.confirmed(alarm: "a-\(seq)"))
        case .readings:
            try await commitReadings()
            schedule(.readings, 200...1500)
        case .alarm:
            if isHostile { try await raiseAlarm() }
            schedule(.alarm, 500...8000)
        case .commitAlarm(let record): try await commit(.alarms, [record])
        case .breakLine:
            if isHostile { try await breakLine() }
            schedule(.breakLine, 2000...20_000)
        case .outage(let begins):
            isAway = begins && isHostile
            if isAway { try await breakLine() }
            schedule(.outage(!begins), begins ? 5000...90_000 : 20_000...80_000)
        case .damage:
            if isHostile { try await lanes[.readings]?.damageSomething() }
            schedule(.damage, 5000...60_000)
        case .announce:
            if isHostile { try await announce() }
            schedule(.announce, 100...30_000)
        case .restart:
            if isHostile { try await restart() }
            schedule(.restart, 20_000...120_000)
        }
    }

    private static let away = LinkFailure(kind: .unreachable, detail: "away")

    private mutating func feed(_ input: UplinkMachine.Input) async throws {
        var actions = machine.handle(input, now: clock.now())[...]
        while let action = actions.popFirst() {
            switch action {
            case .connect(_, let generation):
                let granted = [1, 2, 3, 10, 65_535][Int.random(in: 0..<5, using: &chance)]
                schedule(.broker(generation: generation, .connected(BrokerLimits(receiveMaximum: granted))), 5...80)
            case .publish(let flight):
                tokens += 1
                flying[tokens] = flight
                if flight.isAgain, confirmed.contains(flight.last) {
                    faults.append("alarm \(flight.last) goes again though its receipt came")
                }
                if flying.count > receiveMaximum { faults.append("\(flying.count) in flight, \(receiveMaximum) granted") }
                schedule(.arrival(generation: live, flight, token: tokens), 20...20)
                actions += machine.handle(.published(flight, token: tokens), now: clock.now())
            case .select(let lane, let generation, let after, let before, let records, let bytes):
                let selection = try await lanes[lane]?.select(
                    after: after, before: before, records: records, bytes: bytes,
                    withTrailingGap: lane == .alarms || before != .max)
                schedule(.selected(lane, generation: generation, selection), 0...30)
            case .delivered(let lane, let reached):
                await lanes[lane]?.delivered("city", through: reached.through, islands: reached.islands)
            case .fetch(let seq, let generation):
                let selection = try await lanes[.alarms]?.select(
                    after: seq - 1, before: seq + 1, records: 1, bytes: .max, withTrailingGap: false)
                schedule(.fetched(seq: seq, generation: generation, selection), 0...30)
            case .keep(let changes): await lanes[.alarms]?.keep(changes)
            case .drop:
                let generation = live
                endConnection()
                schedule(.broker(generation: generation, .closed(LinkFailure(kind: .stopped, detail: "by us"))), 1...1)
            }
        }
    }

    /// The broker has the message: it takes it, refuses it, or takes it and says nothing.
    private mutating func arrive(_ flight: Flight, _ token: Int32) {
        let draw = isHostile ? Int.random(in: 0..<100, using: &chance) : 99
        var reason: UInt8 = 0
        if draw < 5 { reason = 0x97 } else if draw < 9 { reason = 0x10 }
        if flight.lane == nil, flight.reply == nil, !flight.isAgain, reason < 0x80 { retain(flight) }
        if let lane = flight.isAgain ? .alarms : flight.lane {
            if reason == 0 {
                take(flight, on: lane, isLost: (10..<25).contains(draw))
            } else {
                refused[lane, default: []].formUnion(flight.first...flight.last)
            }
        }
        if draw == 9 { return }
        schedule(.broker(generation: live, .acknowledged(token: token, reason: reason)), 1...400)
    }

    /// The platform has it, unless the broker dies with it in its memory; where it gives receipts, one comes, mostly.
    private mutating func take(_ flight: Flight, on lane: Lane, isLost: Bool) {
        let isFirst = flight.isAgain || flight.begins != nil
        // What the daemon is not sure to get a receipt for it does not send again.
        if isLost, isFirst, givesReceipts, machine.receipts.areGiven {
            if ledger.contents[lane]?[flight.last] == nil {
                lost.insert(flight.last)
                refused[lane, default: []].insert(flight.last)
            }
            return
        }
        if flight.isAgain {
            sentAgain += 1
            allowedRepeats[lane, default: [:]][flight.last, default: 0] += 1
        }
        ledger.receive(flight.message.payload, on: lane)
        guard isFirst, givesReceipts, !isHostile || Int.random(in: 0..<5, using: &chance) > 0 else { return }
        schedule(.receipt(seq: flight.last), 1...3000)
    }

    /// The broker keeps the last state; on one connection an older one must not come behind a newer.
    private mutating func retain(_ flight: Flight) {
        guard let number = flight.text.split(separator: "\"announced\":").last.flatMap({ Int($0.prefix { $0.isNumber }) }) else {
            return faults.append("a state without the announced members: \(flight.text)")
        }
        if number < retained { faults.append("state \(number) came behind \(retained)") }
        retained = number
    }

    private mutating func endConnection() {
        for flight in flying.values {
            guard let lane = flight.lane else { continue }
            for seq in flight.first...flight.last { allowedRepeats[lane, default: [:]][seq, default: 0] += 1 }
        }
        flying = [:]
        live = -1
        breaks += 1
    }

    private mutating func breakLine() async throws {
        guard live >= 0 else { return }
        let generation = live
        endConnection()
        try await feed(.broker(generation: generation, .closed(LinkFailure(kind: .lost, detail: "broken"))))
    }

    private mutating func body(_ seq: Int64) -> NumberedRecord {
        NumberedRecord(seq: seq, body: Array("\"v\":\"\(seq)-\(chance.next())\(String(repeating: "x", count: 60))\"".utf8))
    }

    private mutating func commitReadings() async throws {
        var records: [NumberedRecord] = []
        for _ in 0..<Int.random(in: 1...25, using: &chance) {
            guard let seq = numbers[.readings]?.take() else { break }  // The next commit brings more numbers.
            records.append(body(seq))
        }
        try await commit(.readings, records)
    }

    private mutating func raiseAlarm() async throws {
        guard let previous = numbers[.alarms]?.last, let seq = numbers[.alarms]?.take() else { return }
        var record = body(seq)
        record.body = Array("\"alarm\":\"a-\(seq)\",\"from\":\"normal\",".utf8) + record.body
        schedule(.commitAlarm(record), 25...25)
        try await feed(.offered(AlarmOffer(previous: previous, record: record)))
    }

    private mutating func commit(_ lane: Lane, _ records: [NumberedRecord]) async throws {
        guard let granted = try await lanes[lane]?.append(records, now: clock.now()) else { return }
        numbers[lane]?.extend(through: granted)
        if let last = records.last?.seq { try await feed(.committed(lane, through: last)) }
    }

    /// The process is killed and started again: what was not committed is gone, also the knowledge of what was delivered.
    private mutating func restart() async throws {
        endConnection()
        restarts += 1
        confirmed = []
        events.removeAll {
            switch $0.event {
            case .broker, .arrival, .selected, .fetched, .commitAlarm: true
            default: false
            }
        }
        for lane in lanes.values { await lane.abandonFile() }
        try await start()
        for lane in Lane.allCases {
            let cursor = try await lanes[lane]?.register(uplinks: ["city"])["city"] ?? 0
            for seq in ledger.contents[lane, default: [:]].keys where seq > cursor {
                allowedRepeats[lane, default: [:]][seq, default: 0] += 1
            }
        }
    }

    /// Closes files and threads.
    func end() async {
        for lane in lanes.values { await lane.abandonFile() }
        for executor in executors { executor.shutdown() }
    }
}

extension OutboxLane {
    /// Lets go of the file as a killed process does.
    fileprivate func abandonFile() { database.close() }

    /// Flips a bit in the newest row.
    fileprivate func damageSomething() throws(StoreError) {
        try database.execute("UPDATE records SET crc = crc + 1 WHERE seq = (SELECT max(seq) FROM records)")
    }
}
