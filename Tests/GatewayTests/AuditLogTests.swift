// The audit log on a real disk: it begins, continues, is cut, torn, edited, turned over, and says so.
import Glibc
import Platform
import SensorModel
import Synchronization
import Testing
import TestSupport

@testable import Gateway

@Suite struct AuditLogTests {
    /// A folder with a log that is opened again and again.
    private final class Desk: Sendable {
        let folder = TemporaryFolder()
        let clock = ManualClock()
        let executor = ThreadExecutor(name: "audit")
        let heads = Mutex<[AuditHead]>([])

        deinit { executor.shutdown() }

        func open(largest: Int64 = 8 << 20) -> AuditLog {
            AuditLog(folder: folder.path, executor: executor, clock: clock, largest: largest) { head in
                self.heads.withLock { $0.append(head) }
            }
        }

        func text(_ name: String = "audit.log") -> String { TextFile.read(folder.file(name), atMost: 1 << 24) ?? "" }
        func lines(_ name: String = "audit.log") -> [String] { text(name).split(separator: "\n").map(String.init) }
        func actions() -> [String] { lines().map { AuditRecord(Array($0.utf8)[...])?.action ?? "none" } }
    }

    private static func entry(_ number: Int) -> AuditEntry {
        AuditEntry(actor: "wang", via: .local, action: .alarmAcknowledge, subject: "alarm \(number)")
    }

    /// A desk with a log of so many records.
    private func desk(_ count: Int) async -> Desk {
        let desk = Desk()
        let log = desk.open()
        for number in 1...count { #expect(await log.record(Self.entry(number)) == 0) }
        return desk
    }

    @Test func `records have numbers from one, a chain over restarts, and every head is told`() async {
        let desk = await desk(2)
        let log = desk.open()
        #expect(log.head == nil)
        #expect(await log.begin(configuration: "sha256:1", detail: ["path": "/etc/gateway.yaml"]) == 0)
        #expect(await log.begin(configuration: "sha256:1", detail: [:]) == 0)
        #expect(await desk.open().begin(configuration: "sha256:1", detail: [:]) == 0)
        #expect(desk.actions() == ["alarm.acknowledge", "alarm.acknowledge", "configuration.change"], "not said twice")
        #expect(await desk.open().begin(configuration: "sha256:2", detail: [:]) == 0)
        #expect(desk.lines().last?.contains(#""detail":{"before":"sha256:1"}"#) == true)
        let verdict = await log.verify()
        #expect(verdict.fault == nil && verdict.records == 4 && verdict.head?.seq == 4)
        #expect(desk.heads.withLock { $0.last } == verdict.head)
    }

    @Test func `a log without chain is kept, and the first record names its hash`() async {
        let desk = Desk()
        let old = "{\"time\":\"2026-11-20T04:00:00.000Z\",\"actor\":\"root\",\"action\":\"bus.write\",\"subject\":\"x\"}\n"
        desk.folder.write("audit.log", old + old)
        let log = desk.open()
        #expect(await log.record(Self.entry(1)) == 0)
        #expect(desk.text("audit.unchained.log") == old + old)
        #expect(desk.actions() == ["log.adopt", "alarm.acknowledge"])
        #expect(desk.lines().first?.contains(SHA256.hexadecimal(of: Array((old + old).utf8))) == true)
        #expect(await desk.open().verify().fault == nil)
        desk.folder.write("audit.unchained.log", old)
        let fault = await desk.open().verify().fault
        #expect(fault?.short == "altered 1" && fault?.file == "audit.unchained.log")
    }

    @Test func `a power cut between the old log's move and the first record loses nothing`() async {
        let desk = Desk()
        desk.folder.write("audit.unchained.log", "{\"time\":1}\n")
        #expect(await desk.open().record(Self.entry(1)) == 0)
        #expect(desk.actions() == ["log.adopt", "alarm.acknowledge"])
    }

    @Test func `half a line of a power cut gives way to a record that says so and keeps its text`() async {
        let desk = await desk(3)
        let whole = desk.text()
        desk.folder.write("audit.log", String(whole.dropLast(40)))
        let log = desk.open()
        #expect(await log.record(Self.entry(4)) == 0)
        #expect(desk.actions() == ["alarm.acknowledge", "alarm.acknowledge", "log.torn", "alarm.acknowledge"])
        #expect(desk.lines()[2].contains(#"\"subject\":\"alarm 3\""#))
        #expect(await log.verify().fault == nil)
        #expect(log.condition.problems == [])
    }

    @Test func `zeros behind the last record are half a line too, and a record that only lacks its end stays`() async {
        let desk = await desk(3)
        let whole = desk.text()
        desk.folder.write("audit.log", whole + String(repeating: "\0", count: 5000))
        #expect(await desk.open().record(Self.entry(4)) == 0)
        #expect(desk.actions() == Array(repeating: "alarm.acknowledge", count: 3) + ["log.torn", "alarm.acknowledge"])
        desk.folder.write("audit.log", String(whole.dropLast(1)))
        let log = desk.open()
        #expect(await log.record(Self.entry(4)) == 0)
        #expect(desk.actions() == Array(repeating: "alarm.acknowledge", count: 4))
        #expect(await log.verify().fault == nil)
    }

    @Test func `an edited log is not written anew: a record says where it is broken, once, and status says it always`() async {
        let desk = await desk(5)
        let edited = desk.text().replacing("alarm 3", with: "alarm 8")
        desk.folder.write("audit.log", edited)
        let log = desk.open()
        #expect(await log.record(Self.entry(6)) == 0)
        #expect(desk.text().hasPrefix(edited))
        #expect(desk.lines()[5].contains(#""action":"log.broken","subject":"record 3 altered""#))
        #expect(log.condition.problems.count == 1 && log.condition.problems[0].en.contains("record 3"))
        let again = desk.open()
        #expect(await again.record(Self.entry(7)) == 0)
        #expect(desk.actions().filter { $0 == "log.broken" }.count == 1)
        #expect(again.condition.fault?.short == "altered 3")
        #expect(await again.verify().fault?.short == "altered 3")
        desk.folder.write("audit.log", desk.text().replacing("alarm 7", with: "alarm 9"))
        #expect(await desk.open().record(Self.entry(8)) == 0)
        #expect(desk.actions().filter { $0 == "log.broken" }.count == 2, "another fault is said too")
    }

    @Test func `while it runs, a cut, a removed and a lengthened file are found against its own head`() async {
        let desk = Desk()
        let log = desk.open()
        for number in 1...4 { #expect(await log.record(Self.entry(number)) == 0) }
        let lines = desk.lines()
        desk.folder.write("audit.log", lines[..<2].joined(separator: "\n") + "\n")
        #expect(await log.verify().fault?.short == "cut 3")
        #expect(await log.record(Self.entry(5)) == 0)
        #expect(desk.lines()[2].contains(#""seq":5,"#) && desk.lines()[2].contains("record 3 cut"))
        #expect(await log.verify().fault?.short == "missing 3", "its numbers are not given twice")
        #expect(remove(desk.folder.file("audit.log")) == 0)
        #expect(await log.record(Self.entry(6)) == 0)
        #expect(desk.actions() == ["log.broken", "alarm.acknowledge"])
        #expect(await log.verify().fault?.short == "missing 1")
    }

    @Test func `what a caller says to know is judged and does not make the log worse`() async throws {
        let desk = await desk(3)
        let log = desk.open()
        #expect(await log.record(Self.entry(4)) == 0)
        let head = try #require(log.head)
        #expect(await log.verify(knowing: head).fault == nil)
        #expect(await log.verify(knowing: AuditHead(seq: 9, hash: head.hash)).fault?.short == "cut 5")
        #expect(await log.verify(knowing: AuditHead(seq: 2, hash: head.hash)).fault?.short == "altered 2")
        #expect(log.condition.problems == [])
    }

    @Test func `a full file makes room for a new one, the oldest goes with a record, and the chain goes on`() async {
        let desk = Desk()
        let log = desk.open(largest: 700)
        for number in 1...45 { #expect(await log.record(Self.entry(number)) == 0) }
        #expect((1...10).allSatisfy { LineFile.exists(desk.folder.file("audit.\($0).log")) })
        #expect(!LineFile.exists(desk.folder.file("audit.11.log")))
        let verdict = await log.verify()
        #expect(verdict.fault == nil, "\(String(describing: verdict.fault))")
        #expect(verdict.files.count == 11 && verdict.first ?? 0 > 1)
        let again = desk.open(largest: 700)
        #expect(await again.record(Self.entry(46)) == 0)
        #expect(await again.verify().fault == nil)
        #expect(remove(desk.folder.file("audit.10.log")) == 0)
        #expect(await again.verify().fault?.short == "missing 1", "no record says that this one was dropped")
    }

    @Test func `what cannot be written is not on record, is said, and the log goes on when it can`() async {
        let desk = await desk(1)
        let log = desk.open()
        #expect(await log.record(Self.entry(2)) == 0)
        #expect(rename(desk.folder.file("audit.log"), desk.folder.file("aside")) == 0)
        #expect(mkdir(desk.folder.file("audit.log"), 0o700) == 0)
        #expect(await log.record(Self.entry(3)) == EISDIR)
        #expect(log.condition.problems.first?.en.contains("cannot be written") == true)
        #expect(rmdir(desk.folder.file("audit.log")) == 0)
        #expect(rename(desk.folder.file("aside"), desk.folder.file("audit.log")) == 0)
        #expect(await log.record(Self.entry(4)) == 0)
        #expect(log.condition.problems == [])
        #expect(desk.lines().count == 3)
        #expect(await log.verify().fault == nil)
    }

    @Test func `a flood of refusals is twenty records and a count`() async {
        let desk = Desk()
        let log = desk.open()
        for _ in 1...500 {
            await log.refused(AuditEntry(actor: "mallory", via: .local, action: .localRefused, subject: "POST /v1/alarms/ack"))
        }
        #expect(desk.lines().count == 20)
        await log.settleRefusals(ending: true)
        #expect(desk.lines().count == 21)
        #expect(desk.lines().last?.contains(#""count":"480""#) == true)
    }
}
