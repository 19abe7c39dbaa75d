// One run of one seed: the gateway's lives one after the other, the world around them, and what is checked.
import Gateway
import Logging
import MemoryDisk
import SensorModel
import TestSupport
import Uplink

/// A world with one gateway in it.
///
/// `@unchecked Sendable`: the last look into the store asks for it; all of it runs on the one thread of `VirtualTime`, which
/// checks that at each moment and each line of the log.
final class World: @unchecked Sendable {
    private enum Phase { case running, stopping(since: Int64), off }

    /// What came out of a run.
    struct Outcome {
        var complaints: [String]
        var digest: UInt64
        var lines: Int
        var tail: [String]
        var records: Int, duplicates: Int, alarms: Int, demands: Int, lives: Int, cuts: Int
        /// How often people found the crews that they had been told of.
        var crews: Int
        var jobs: UInt64
        /// How long the world went on, the healing with it.
        var seconds: Double
    }

    static let second: Int64 = 1_000_000_000
    /// How long everything is well at the end: longer than every pause and every retry.
    static let healing = 900 * second

    let time = VirtualTime()
    let log: EventLog
    let field: Field
    let broker: Broker
    let ledger: Ledger
    let oracle: AlarmOracle
    let desk: PlatformDesk
    let crews: CrewBook
    let receipts: ReceiptDesk
    let story: Story
    var chance: SeededGenerator
    private let start: StartConfiguration
    let seed: UInt64
    let end: Int64
    private var phase = Phase.off
    private(set) var life: Life?
    private(set) var lives = 0, boots = 0
    private(set) var cuts = 0
    private(set) var clock: BootClock
    var times = TimeJudge()
    /// When the disk began to fail, as long as it does; what is in memory only since then may be lost.
    private var diskFailsSince: Int64?
    private var diskFaults: Int32 = 0
    /// When it was healed last.
    private var diskHealed: Int64 = 0
    var isDamaged = false { didSet { ledger.isDamaged = isDamaged } }
    private var complaints: [String] = []
    private var soundness: [(from: Int64, to: Int64?)] = []
    private var bounds: DiskBounds
    private(set) var isOver = false
    /// No life comes after this one.
    private var isLastLife = false

    init(_ story: Story, _ start: StartConfiguration, seed: UInt64, hours: Double, log path: String?) {
        (self.story, self.start, self.seed) = (story, start, seed)
        end = Int64(hours * 3600) * Self.second
        chance = SeededGenerator(seed: seed &* 0x1000 &+ 1)
        memory_disk_make(seed, 24 << 20)
        log = EventLog(time, path: path)
        ledger = Ledger(time)
        broker = Broker(time, log, ledger, seed: seed &* 0x1000 &+ 2)
        let units = Street.units(until: end + Self.healing, seed: seed &* 0x1000 &+ 3)
        field = Field(time, units, seed: seed &* 0x1000 &+ 4)
        oracle = AlarmOracle(time, field)
        crews = CrewBook(time)
        desk = PlatformDesk(time, broker, oracle, crews, seed: seed &* 0x1000 &+ 5)
        receipts = ReceiptDesk(
            time, desk, isGiving: story.givesReceipts, mayLose: story.storeSize > 1,
            isDiskSound: story.kinds.allSatisfy { !$0.isOfDisk }, seed: seed &* 0x1000 &+ 6)
        bounds = DiskBounds(store: Int64(story.storeSize) << 20, mayBeUncut: story.kinds.contains(.readErrors))
        let isSynced = story.wallOffset == Story.begin
        clock = BootClock(
            time, monotonic: 5 * Self.second, wallOffset: isSynced ? Story.begin : Story.begin + story.wallOffset, drift: 0,
            trust: isSynced ? .synced : .unsynced)
        ledger.complaint = { [unowned self] in self.complain($0) }
        broker.complaint = { [unowned self] in self.complain($0) }
        oracle.complaint = { [unowned self] in self.complain($0) }
        ledger.reading = { [unowned self] in self.arrived($0) }
        ledger.alarm = { [unowned self] in self.arrived(alarm: $0) }
        ledger.reply = { [unowned self] in self.desk.take($0) }
        listenForReceipts()
        desk.complaint = { [unowned self] in self.complain($0) }
        crews.complaint = { [unowned self] in self.complain($0) }
        times.complaint = { [unowned self] in self.complain($0) }
        ledger.clock = { [unowned self] in self.times.take(clockRecord: $0) }
        // A clock that nobody vouches for ends what people have set aside; a store that is lost has it no more.
        let isSure = !story.kinds.contains { [.clockSteps, .readErrors, .flippedBit].contains($0) }
        crews.isSound = { [unowned self] in
            isSure && !self.isDamaged && self.diskFaults == 0 && self.diskFailsSince == nil && self.isTimeKnown
        }
        crews.told = { [unowned self] in self.cutAtTheWorstMoment() }
        desk.wasAhead = { [unowned self] in
            self.times.furthest > self.time.now + Story.begin && self.life?.trusted.contradiction != nil
        }
        desk.isSound = { [unowned self] since in self.soundness.last.map { $0.to == nil && $0.from <= since } ?? false }
    }

    /// The kernel's name of this boot.
    var bootID: String { "boot-\(seed)-\(boots)" }

    func complain(_ words: String) {
        log.write("wrong", words)
        if complaints.count < 20 { complaints.append(words) }
    }

    /// Runs the story, heals everything, and judges.
    func run() -> Outcome {
        log.write("story", "seed \(seed): \(story.kinds.map(\.rawValue).joined(separator: " "))")
        begin()
        learnTheTime()
        for kind in story.kinds { plan(kind) }
        planDeskWork()
        time.run(until: end) { self.happened() }
        isOver = true
        heal()
        time.at(end + Self.healing - 240 * Self.second) { [unowned self] in self.desk.workForTheLastTime() }
        time.run(until: end + Self.healing) { self.happened() }
        if case .running = phase {
            judgeSettled()
            isLastLife = true
            stop()
        }
        time.run(until: time.now + 15 * Self.second) { self.happened() }
        let demands = judge()
        log.write("disk", String(memory_disk_digest(), radix: 16))
        if life == nil { judgeStore() }
        life?.bury()
        time.forget()
        log.close()
        return Outcome(
            complaints: complaints, digest: log.digest,
            lines: log.lines, tail: log.tail, records: ledger.records, duplicates: ledger.duplicates,
            alarms: oracle.raises.values.reduce(0) { $0 + $1.count }, demands: demands, lives: lives, cuts: cuts,
            crews: crews.compared,
            jobs: time.jobsDone, seconds: Double(time.now) / 1e9)
    }

    // MARK: lives

    private func begin() {
        memory_disk_go_on()
        lives += 1
        log.write("gateway", "starts, life \(lives), boot \(boots)")
        phase = .running
        life = Life(
            number: lives, start, clock, boot: bootID, field: field, broker: broker, log: log,
            seed: seed &* 0x1000 &+ 0x100 &+ UInt64(lives), crews: crews, complain: { [unowned self] in self.complain($0) },
            isDiskSound: { [story] in story.kinds.allSatisfy { !$0.isOfDisk } })
        // A store that is opened on a failing disk is in memory until the daemon has found out that it works again.
        if diskFaults != 0 { diskFailsSince = min(diskFailsSince ?? time.now, time.now) }
        time.drain()
        if let life { times.begins(life, boot: (boots, bootID), clock) }
        if life?.trusted.state != .synced { crews.forget() }
    }

    /// The life is over now, and the next one comes after some time.
    private func ends(graceful: Bool, isPower: Bool, since: Int64? = nil) {
        guard let life else { return }
        let moment = since ?? time.now
        let risk = graceful && diskFaults == 0 && diskFailsSince == nil ? moment : min(moment, diskFailsSince ?? moment)
        let window = Int64(story.commitInterval * 2 + 8) * Self.second
        ledger.ends[life.number] = LifeEnd(moment: moment, isGraceful: graceful && risk == moment, safeUntil: risk - window)
        phase = .off
        times.see(clock)
        log.write("gateway", "ends, \(graceful ? "in order" : isPower ? "without power" : "killed")")
        broker.gatewayIsGone(isPower: isPower)
        let memory = life.bury()
        if memory > Heap.mostOfALife { complain("life \(life.number) held \(memory) bytes of memory") }
        self.life = nil
        if diskFaults == 0 { diskFailsSince = nil }
        let pause = isPower ? Int64.random(in: 2...600, using: &chance) : Int64.random(in: 1...20, using: &chance)
        time.after(.seconds(pause)) { [unowned self] in
            guard !self.isLastLife else { return }
            if isPower { self.boot() }
            self.begin()
        }
    }

    /// Another boot of the kernel: the clocks begin anew.
    private func boot() {
        boots += 1
        let isKept = isOver || !story.kinds.contains(.clockUnsynced) || Bool.random(using: &chance)
        let error: Int64 = isKept ? 0 : [-Story.begin, -3_600 * Self.second, 60 * Self.second].randomElement(using: &chance) ?? 0
        clock = BootClock(
            time, monotonic: Int64.random(in: 3...60, using: &chance) * Self.second,
            wallOffset: error == -Story.begin ? 0 : Story.begin + error, drift: 0, trust: isKept ? .synced : .unsynced)
        learnTheTime()
    }

    /// A clock that nobody vouches for is set right, some time.
    private func learnTheTime() {
        guard clock.trust == .unsynced else { return }
        let booted = clock
        time.after(.seconds(Int64.random(in: 10...7200, using: &chance))) { [unowned self] in
            guard self.clock === booted, booted.trust == .unsynced else { return }
            self.log.write("clock", "synchronised")
            booted.synchronise(drift: 0)
        }
    }

    /// After each thing that happened.
    private func happened() -> Bool {
        if !memory_disk_is_on(), life != nil {
            cuts += 1
            ends(graceful: false, isPower: true)
        }
        if let life, life.isOver {
            if case .stopping(let since) = phase {
                if life.failure != nil { complain("the stop failed: \(life.failure ?? "")") }
                memory_disk_end_process()
                ends(graceful: true, isPower: false, since: since)
            } else {
                complain("the daemon ended by itself: \(life.failure ?? "in order")")
                return false
            }
        }
        if case .stopping(let since) = phase, time.now - since > 12 * Self.second {
            complain("the daemon did not end within 12 s")
            return false
        }
        let isSound = life != nil && broker.soundSince != nil && broker.isSound && diskFaults == 0
        if isSound != (soundness.last.map { $0.to == nil } ?? false) {
            if isSound { soundness.append((time.now, nil)) } else { soundness[soundness.count - 1].to = time.now }
        }
        for words in bounds.look(at: time.now) { complain(words) }
        if let life { times.look(life, clock) }
        if time.isStuck { complain("the daemon turns in circles") }
        return !time.isStuck
    }

    func stop() {
        guard case .running = phase, let life else { return }
        log.write("gateway", "is told to stop")
        phase = .stopping(since: time.now)
        life.stop()
    }

    func kill() {
        guard life != nil else { return }
        memory_disk_end_process()
        ends(graceful: false, isPower: false)
    }

    func cutPower() {
        guard life != nil else { return }
        memory_disk_fail_power()
    }

    // MARK: faults

    func setDisk(_ fault: memory_disk_fault, on: Bool) {
        let bit = Int32(fault.rawValue)
        diskFaults = on ? diskFaults | bit : diskFaults & ~bit
        memory_disk_set_faults(diskFaults)
        log.write("disk", "faults \(diskFaults)")
        if on {
            diskFailsSince = diskFailsSince ?? time.now
        } else if diskFaults == 0 {
            let since = diskFailsSince
            diskHealed = time.now
            let healed = diskHealed
            // A commit after the fault makes everything durable again; a store in memory is tried again within ten minutes.
            for (wait, isInMemory) in [(90, false), (90 + 660, true)] {
                time.after(.seconds(Int64(story.commitInterval) + Int64(wait))) { [unowned self] in
                    guard self.diskFaults == 0, self.diskHealed == healed, let life = self.life, let since else { return }
                    if isInMemory ? life.began < healed : life.began < since { self.diskFailsSince = nil }
                }
            }
        }
    }

    private func heal() {
        log.write("story", "everything is healed")
        memory_disk_fail_power_after(0)
        for fault in [memory_disk_full, memory_disk_write, memory_disk_sync, memory_disk_read] {
            if diskFaults & Int32(fault.rawValue) != 0 { setDisk(fault, on: false) }
        }
        broker.heal()
        field.faults = [:]
        field.isUnplugged = false
        clock.synchronise(drift: 0)
    }

    // MARK: judgement

    private func arrived(_ record: JSONObject) {
        guard let cover = record.text("cover"), let sensor = record.text("sensor"), let channel = record.text("channel"),
            let wall = record.text("time").flatMap(milliseconds)
        else { return complain("a reading without place or time") }
        let value = record.number("value")
        let point = "\(cover)/\(sensor)/\(channel)"
        guard let said = field.take(point, wall: wall, value: value) else {
            if value != nil { complain("\(point): \(value ?? 0) was never said at \(wall)") }
            return
        }
        times.take(point, said, among: field.said[point]?[wall] ?? [], wall: wall, record.text("clock"))
        if let value, abs(value - said.value) > 1e-6 { complain("\(point): \(value) at \(wall), the unit said \(said.value)") }
        // A backlog is done with after five minutes; then a reading waits for its commit and its batch alone.
        let took = time.now - said.moment
        if took > Int64(story.commitInterval + 30) * Self.second, desk.isSound(said.moment - 300 * Self.second) {
            complain("\(point): the reading at \(said.moment / Self.second) s took \(took / Self.second) s on a sound link")
        }
    }

    /// Nothing was done to the store that takes records with it.
    var isStoreWhole: Bool { !isDamaged && !log.isBegunAnew && Set(ledger.lanes.keys.map(\.store)).count == 1 }

    /// At the end, when everything is healed and the daemon has stopped.
    private func judge() -> Int {
        let stores = Set(ledger.lanes.keys.map(\.store))
        if stores.count > 1, !isDamaged, story.kinds.allSatisfy({ !$0.isOfDisk }) {
            complain("there are \(stores.count) stores, and nothing was done to the disk")
        }
        if log.isBegunAnew, !isDamaged, !story.kinds.contains(.diskFull) {
            complain("a file of the store was given up, and nothing was ever unreadable")
        }
        for (key, book) in ledger.lanes where !isDamaged && stores.count == 1 {
            for missing in book.missing.prefix(3) { complain("\(key.lane): \(missing) never came and stands in no gap") }
        }
        var lost = 0
        let given = ledger.lanes.filter { $0.key.lane == .readings }.values.reduce(0) { $0 + $1.givenUp }
        var first = ""
        for (point, walls) in field.said.sorted(by: { $0.key < $1.key }) {
            for said in walls.values.joined() where !said.isDelivered && !isExcused(said) {
                lost += 1
                log.write("lost", "\(point) \(said.value) at \(Double(said.moment) / 1e9) s in life \(said.life)")
                first = first.isEmpty ? "\(point) at \(said.moment / Self.second) s in life \(said.life)" : first
            }
        }
        if Int64(lost) > given, !isDamaged, !log.isBegunAnew {
            complain("\(lost) readings are lost and gaps name \(given), one of them \(first)")
        }
        if isStoreWhole, given == 0, ledger.lanes.allSatisfy({ $0.value.refused.isEmpty }) { times.judge() }
        if memory_disk_most() > bounds.most { complain("the disk held \(memory_disk_most()) bytes, the bound is \(bounds.most)") }
        // Readings make room for alarms; when they can give no more, the gateway says so.
        for (key, book) in ledger.lanes where key.lane == .alarms && !isDamaged && story.kinds.allSatisfy({ !$0.isOfDisk }) {
            guard !oracle.isStoreFull, let gap = book.gaps.first(where: { $0.reason == .evicted }) else { continue }
            complain("alarms \(gap.from) to \(gap.to) were given up, and nobody has said why")
        }
        let demands = oracle.demands(ledger.ends)
        for demand in demands where !isDamaged && !log.isBegunAnew && !oracle.isStoreFull {
            guard let raise = oracle.raise(for: demand) else {
                if isExcused(demand) { continue }
                complain("no \(demand.rule) at \(demand.point), which was beyond it since \(demand.since / Self.second) s")
                continue
            }
            let isSound = soundness.contains {
                $0.from <= demand.since - 120 * Self.second && $0.to.map { $0 >= demand.since + 10 * Self.second } ?? true
            }
            if isSound, raise.arrived > demand.since + 3 * Self.second {
                let took = (raise.arrived - demand.since) / Self.second
                complain("\(demand.rule) at \(demand.point) took \(took) s on a sound link")
            }
        }
        return demands.count
    }

    /// A reading that nobody has promised to keep: taken within the commit interval of an end, or while the disk failed.
    private func isExcused(_ said: Said) -> Bool {
        if said.moment > end + Self.healing - 60 * Self.second { return true }
        guard let end = ledger.ends[said.life] else { return false }
        if end.isGraceful { return said.moment >= end.moment }
        return said.moment
            > min(
                end.moment - Int64(story.commitInterval) * Self.second - 3 * Self.second / 2,
                end.safeUntil + Int64(story.commitInterval + 6) * Self.second)
    }

    /// An alarm of a life in which the disk failed at the end.
    private func isExcused(_ demand: AlarmOracle.Demand) -> Bool {
        let life = field.polls[demand.point]?.last { $0.moment == demand.since }?.life
        if demand.since > end + Self.healing - 60 * Self.second { return true }
        guard let end = life.flatMap({ ledger.ends[$0] }) else { return false }
        let usual = end.moment - Int64(story.commitInterval * 2 + 8) * Self.second
        return end.safeUntil < usual && demand.since > end.safeUntil
    }
}

extension FaultKind {
    var isOfDisk: Bool {
        switch self {
        case .diskFull, .writeErrors, .syncErrors, .readErrors, .flippedBit: true
        default: false
        }
    }
}
