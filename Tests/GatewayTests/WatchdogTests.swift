// When the service manager is told that the daemon lives: promises that are kept, broken, and kept again.
@testable import Gateway
import Platform
import SensorModel
import Testing

@Suite struct WatchdogTests {
    private func at(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

    private func vital(_ name: String, due: Int64?) -> Watchdog.Vital { .init(name: name, due: due.map(at)) }

    @Test("while every task keeps its word it is fed twice in the manager's patience")
    func alive() {
        var watchdog = Watchdog(patience: .seconds(30))
        let verdict = watchdog.look(at: [vital("alarm engine", due: 110), vital("bus plc", due: 100)], now: at(100))
        #expect(verdict == .init(isAlive: true, late: [], back: [], wait: .seconds(15)))
    }

    @Test("one late task is enough: it is named once with how late it is, and looked at every second")
    func late() {
        var watchdog = Watchdog(patience: .seconds(30))
        let vitals = [vital("alarm engine", due: 110), vital("bus plc", due: 100)]
        #expect(
            watchdog.look(at: vitals, now: at(104))
                == .init(
                    isAlive: false, late: [.init(name: "bus plc", by: .seconds(4))], back: [], wait: .seconds(1)))
        #expect(watchdog.look(at: vitals, now: at(105)) == .init(isAlive: false, late: [], back: [], wait: .seconds(1)))
        #expect(
            watchdog.look(at: vitals, now: at(111)).late == [.init(name: "alarm engine", by: .seconds(1))],
            "a second one is named when it joins")
    }

    @Test("a task that comes back is fed for again, and said")
    func back() {
        var watchdog = Watchdog(patience: .seconds(30))
        _ = watchdog.look(at: [vital("bus plc", due: 100)], now: at(104))
        #expect(
            watchdog.look(at: [vital("bus plc", due: 160)], now: at(105))
                == .init(isAlive: true, late: [], back: ["bus plc"], wait: .seconds(15)))
    }

    @Test("who is excused is not judged, however long that lasts")
    func excused() {
        var watchdog = Watchdog(patience: .seconds(30))
        #expect(watchdog.look(at: [vital("writer of alarms", due: nil)], now: at(1_000_000)).isAlive)
    }

    @Test("who counts only from a moment on is not judged before it, and by the word given last after it")
    func later() {
        var watchdog = Watchdog(patience: .seconds(30))
        let bus = Watchdog.Vital(name: "bus plc", due: at(60), from: at(600))
        #expect(watchdog.look(at: [bus], now: at(599)).isAlive)
        #expect(watchdog.look(at: [bus], now: at(600)).late == [.init(name: "bus plc", by: .seconds(540))])
        var kept = Watchdog(patience: .seconds(30))
        #expect(kept.look(at: [.init(name: "bus plc", due: at(660), from: at(600))], now: at(600)).isAlive)
    }

    @Test("with little patience it is looked as often as that asks for")
    func impatient() {
        var watchdog = Watchdog(patience: .milliseconds(500))
        #expect(watchdog.look(at: [vital("bus plc", due: 100)], now: at(101)).wait == .milliseconds(250))
    }

    @Test("between two compositions it is fed twice in the manager's patience, for a minute at most")
    func interim() {
        let interim = Interim(patience: .seconds(30), now: at(100))
        #expect(interim.isFed(at(100)) && interim.wait(at(100)) == .seconds(15))
        #expect(interim.isFed(at(159)) && interim.wait(at(159)) == .seconds(1))
        #expect(!interim.isFed(at(160)), "what takes longer hangs")
        #expect(interim.wait(at(160)) == .seconds(60))
    }

    @Test("a pulse says what was promised last, and nothing while it is excused")
    func pulse() {
        let pulse = Pulse()
        #expect(pulse.due == nil)
        pulse.promise(by: at(7))
        #expect(pulse.due == at(7))
        pulse.excuse()
        #expect(pulse.due == nil)
    }
}
