// What the daemon says of its clock, beside what is true: it trusts no time that lies before what it has seen, and what it read
// meanwhile can be dated afterwards.
import SensorModel

/// Judges the trust in the clock.
struct TimeJudge {
    /// The latest time that a clock has shown while the kernel called it synchronised, in nanoseconds.
    private(set) var furthest: Int64 = 0
    /// A wrong time server was believed: the gateway was too young to know better.
    private(set) var isDeceived = false
    /// Told what is wrong.
    var complaint: (String) -> Void = { _ in }
    /// The boot of each life.
    private var boots: [Int: Int] = [:]
    private var names: [String: Int] = [:]
    /// What the daemon of this life takes for the latest known time.
    private var floor: Int64 = 0
    /// The boot that an unsynced reading came of, without a clock record since.
    private var undated: Int?
    /// A trusted reading that came before its boot's clock record.
    private var early: String?

    /// A daemon has begun.
    mutating func begins(_ life: Life, boot: (number: Int, name: String), _ clock: BootClock) {
        (boots[life.number], names[boot.name], floor) = (boot.number, boot.number, life.trusted.floor.milliseconds)
        if clock.isMisled { misled(life) }
    }

    /// The clock has been set wrong.
    mutating func misled(_ life: Life) {
        if life.trusted.now().clock == .synced { isDeceived = true }
    }

    /// What a synchronised clock shows: also at the end of a life, which may have stored it just then.
    mutating func see(_ clock: BootClock) {
        if clock.trust == .synced { furthest = max(furthest, clock.now().wall.nanoseconds) }
    }

    /// After each thing that happened.
    mutating func look(_ life: Life, _ clock: BootClock) {
        see(clock)
        let present = life.trusted.floor.milliseconds
        if present < floor { complaint("the floor of time has fallen from \(floor) to \(present)") }
        if present > furthest / 1_000_000 { complaint("the floor \(present) lies ahead of every synchronised clock") }
        floor = present
    }

    /// A reading came.
    mutating func take(_ point: String, _ said: Said, among all: [Said], wall: Int64, _ clock: String?) {
        if clock == "synced", all.allSatisfy({ wall < $0.floor - 2000 }) {
            complaint("\(point): a reading of \(wall) is said to be synced, and \(said.floor) had been seen before")
        }
        guard let boot = boots[said.life] else { return }
        if clock == "unsynced" { undated = boot } else if undated == boot, early == nil { early = "\(point) of \(wall)" }
    }

    /// An alarm's step came.
    /// - Parameter said: what was said at its point when it occurred.
    func take(alarm record: JSONObject, _ said: [Said]) {
        guard record.text("clock") == "synced", let detected = record.text("detected").flatMap(milliseconds), !said.isEmpty,
            said.allSatisfy({ detected < $0.floor - 2000 })
        else { return }
        complaint("\(record.text("rule") ?? ""): an alarm of \(detected) is said to be synced, and more had been seen before")
    }

    /// A clock record came.
    mutating func take(clockRecord record: JSONObject) {
        guard let name = record.object("clock")?.text("boot") else { return complaint("a record that says nothing") }
        if let boot = names[name], boot == undated { undated = nil }
    }

    /// At the end, where nothing was given up and nothing came out of its order.
    func judge() {
        if let early { complaint("\(early) is trusted, and no clock record has come of the readings before") }
    }
}

extension World {
    /// An alarm's record has arrived: what it says is held against its oracle, and its time against the clock.
    func arrived(alarm record: JSONObject) {
        oracle.take(record)
        let occurred = record.text("occurred").flatMap(milliseconds) ?? 0
        times.take(alarm: record, field.said[record.text("point") ?? ""]?[occurred] ?? [])
    }
}
