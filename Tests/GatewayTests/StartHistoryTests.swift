// Crash loops: which starts count, for how long, and what becomes of them when a process ends by itself.
@testable import Gateway
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

@Suite struct StartHistoryTests {
    private let folder = TemporaryFolder()

    private func at(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

    /// The safe mode of the last of several starts, none of which ended by itself.
    private func last(_ starts: [Int64], boot: String = "b") -> SafeMode? {
        var text = ""
        var mode: SafeMode?
        for start in starts {
            var history = StartHistory(text, boot: boot, now: at(start))
            mode = history.begin(now: at(start))
            text = history.text
        }
        return mode
    }

    @Test("five starts within ten minutes make the sixth a careful one, for ten minutes")
    func loop() {
        #expect(last([100, 110, 120, 130, 140]) == nil)
        #expect(last([100, 110, 120, 130, 140, 150]) == SafeMode(starts: 5, until: at(750)))
        #expect(last([100, 110, 120, 130, 140, 150, 160]) == SafeMode(starts: 6, until: at(760)))
    }

    @Test("a composition that begins after safe mode is over is not careful")
    func over() {
        let mode = SafeMode(starts: 5, until: at(750))
        #expect(SafeMode.still(mode, at: at(749)) == mode)
        #expect(SafeMode.still(mode, at: at(750)) == nil)
        #expect(SafeMode.still(nil, at: at(1)) == nil)
    }

    @Test("a store of a newer version is safe mode without an end, beside whatever there was")
    func newerStore() throws {
        let loop = SafeMode(starts: 5, until: at(750))
        #expect(SafeMode.joined(nil, newerStore: nil, at: at(1)) == nil)
        #expect(SafeMode.joined(loop, newerStore: nil, at: at(1)) == loop)
        let newer = try #require(SafeMode.joined(nil, newerStore: "alarms.db", at: at(1)))
        #expect(newer.isOn(at(100_000_000)) && newer.starts == 0 && newer.newerStore == "alarms.db")
        let both = try #require(SafeMode.joined(loop, newerStore: "alarms.db", at: at(1)))
        #expect(both.isOn(at(751)) && both.starts == 5 && both.until == at(750))
    }

    @Test("starts further apart are no loop")
    func apart() {
        #expect(last([0, 150, 300, 450, 600, 750, 900, 1050]) == nil)
        #expect(last([100, 110, 120, 130, 140, 701]) == nil)
    }

    @Test("a careful run that has stood for ten minutes is forgotten like all others")
    func quiet() { #expect(last([100, 110, 120, 130, 140, 150, 751]) == nil) }

    @Test("starts of another boot do not count: power that comes and goes is no crash")
    func otherBoot() {
        var history = StartHistory(
            (1...9).map { "other \($0)000\n" }.joined(), boot: "b", now: at(20))
        #expect(history.starts.isEmpty && history.begin(now: at(20)) == nil)
        #expect(history.text == "b 20000\n")
    }

    @Test("a file with anything in it is read: what is no start of this boot up to now is left out")
    func garbage() {
        let text = "b 1000\nb -1\nb 99000\nb 9223372036854775807\nb 1e3\nb\n\0\u{FFFD}\n b 2000 3\nb 3000"
        let history = StartHistory(text, boot: "b", now: at(20))
        #expect(history.starts == [at(1), at(3)])
    }

    @Test("the file does not grow")
    func bounded() {
        var history = StartHistory("", boot: "b", now: at(0))
        for second in 0..<100 { _ = history.begin(now: at(Int64(second))) }
        #expect(history.starts.count == 16 && history.starts.last == at(99))
    }

    @Test("an end in order clears what was before only after two minutes; else it is forgotten alone, like any other end")
    func ends() {
        func after(_ lifetime: Duration, inOrder: Bool) -> [MonotonicTime] {
            var history = StartHistory("b 1000\nb 2000\nb 3000\n", boot: "b", now: at(3))
            history.end(inOrder: inOrder, after: lifetime)
            return history.starts
        }
        #expect(after(.seconds(120), inOrder: true) == [])
        #expect(after(.seconds(119), inOrder: true) == [at(1), at(2)])
        #expect(after(.seconds(9000), inOrder: false) == [at(1), at(2)])
        var alone = StartHistory("b 1000\n", boot: "b", now: at(3))
        alone.end(inOrder: true, after: .seconds(20))
        #expect(alone.starts == [])
    }

    @Test("starts that fall over after a minute stay a loop when somebody restarts the daemon in between")
    func restarted() {
        var text = ""
        var modes: [SafeMode?] = []
        for number in 0..<7 {
            let now = at(100 + Int64(number) * 60)
            var history = StartHistory(text, boot: "b", now: now)
            modes.append(history.begin(now: now))
            if number == 3 { history.end(inOrder: true, after: .seconds(20)) }
            text = history.text
        }
        #expect(modes.map { $0?.starts } == [nil, nil, nil, nil, nil, nil, 5])
    }

    @Test("a start stands in the store's folder until the process ends by itself; an end in order clears what was before")
    func record() throws {
        let file = folder.file("starts")
        let first = StartRecord(inStore: folder.path, boot: "b", now: at(1))
        #expect(first.safeMode == nil && first.problem == nil)
        _ = StartRecord(inStore: folder.path, boot: "b", now: at(2))
        let third = StartRecord(inStore: folder.path, boot: "b", now: at(3))
        #expect(TextFile.read(file, atMost: 99) == "b 1000\nb 2000\nb 3000\n")
        third.ended(inOrder: false, now: at(500))
        #expect(TextFile.read(file, atMost: 99) == "b 1000\nb 2000\n")
        StartRecord(inStore: folder.path, boot: "b", now: at(4)).ended(inOrder: true, now: at(123))
        #expect(TextFile.read(file, atMost: 99) == "b 1000\nb 2000\n", "too early to tell")
        StartRecord(inStore: folder.path, boot: "b", now: at(5)).ended(inOrder: true, now: at(125))
        #expect(TextFile.read(file, atMost: 99) == "")
    }

    @Test("a store that another daemon uses is left as it is, and so is one that is not there yet")
    func others() throws {
        for second in 1...6 { _ = StartRecord(inStore: folder.path, boot: "b", now: at(Int64(second))) }
        let before = TextFile.read(folder.file("starts"), atMost: 999)
        let lock = try FileLock(path: folder.file("lock"))
        let second = StartRecord(inStore: folder.path, boot: "b", now: at(7))
        #expect(second.safeMode == nil && second.problem == nil)
        second.ended(inOrder: true, now: at(500))
        #expect(TextFile.read(folder.file("starts"), atMost: 999) == before)
        withExtendedLifetime(lock) {}
        let none = StartRecord(inStore: folder.file("none"), boot: "b", now: at(8))
        #expect(none.safeMode == nil && none.problem == nil)
    }

    @Test("a file that cannot be written is a problem in words")
    func unwritable() {
        #expect(mkdir(folder.file("starts.new"), 0o755) == 0)
        let record = StartRecord(inStore: folder.path, boot: "b", now: at(1))
        #expect(record.problem == "\(folder.file("starts")): Is a directory")
    }
}
