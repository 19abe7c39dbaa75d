// The one change that may be under way, over the restarts inside the process and over its end.
import Advice
import SensorModel
import Testing

@testable import Gateway

@Suite struct ConfigurationDeskTests {
    private static let gas = Point(cover: "3205820102048188", sensor: "ch4", channel: "gas")
    private static let well = GatewayHealth(points: [gas: .good], isLinked: true, isStoring: true, isReading: true)
    private static let begin = MonotonicTime(nanoseconds: 0)
    private let site: SmallSite
    private let desk: ConfigurationDesk
    private let old: StartConfiguration
    private let new: StartConfiguration

    init() throws {
        site = SmallSite()
        desk = ConfigurationDesk(path: site.path)
        old = try site.start(site.text())
        new = try site.start(site.text(every: "7 s"))
    }

    private var trial: ConfigurationDesk.Trial {
        ConfigurationDesk.Trial(
            candidate: new, before: old, by: "chen",
            judge: ApplyTrial(
                after: Self.well, points: [Self.gas: .seconds(5)], hasUplinks: true, now: MonotonicTime(nanoseconds: 0)))
    }

    /// Everything up to the moment when the new one runs.
    private func run() throws {
        #expect(desk.take(trial))
        try desk.files.begin(new.loaded.text, inForce: old.loaded.text)
        desk.release()
        desk.answered()
        #expect(desk.takeNext()?.configuration.hash == new.configuration.hash)
    }

    private func judge(_ health: GatewayHealth, at seconds: Int) -> ApplyTrial.Verdict? {
        desk.judge(health, now: MonotonicTime(nanoseconds: Int64(seconds) * 1_000_000_000))?.verdict
    }

    @Test func `nothing runs before the answer is taken, and one at a time`() throws {
        #expect(desk.take(trial) && !desk.take(trial))
        desk.answered()
        #expect(desk.takeNext() == nil && !desk.isRunning && judge(Self.well, at: 0) == nil)
        desk.release()
        #expect(!desk.take(trial))
        #expect(desk.takeNext()?.configuration.hash == new.configuration.hash)
        #expect(desk.isRunning && !desk.take(trial))
    }

    @Test func `what could not be begun leaves room for the next one`() {
        #expect(desk.take(trial))
        desk.giveBack()
        #expect(desk.trial == nil && desk.take(trial))
    }

    @Test func `a trial that ends well is remembered, and the process goes on as it is`() throws {
        try run()
        _ = judge(Self.well, at: 1)
        #expect(judge(Self.well, at: 6) == .confirmed)
        desk.confirm(now: Self.begin)
        #expect(desk.takeNext() == nil && !desk.isRunning && judge(Self.well, at: 7) == nil)
        #expect(desk.last?.hash == new.configuration.hash && desk.last?.failure == nil && desk.last?.by == "chen")
    }

    @Test func `only one decides what becomes of a trial, and whoever cannot leaves it to go on`() throws {
        #expect(!desk.decide(), "nothing is on trial")
        #expect(desk.take(trial) && !desk.decide(), "it does not run yet")
        desk.giveBack()
        try run()
        #expect(desk.decide() && !desk.decide())
        #expect(judge(Self.well, at: 1) == nil && desk.isRunning, "nothing is judged while somebody decides")
        desk.goOn()
        #expect(judge(Self.well, at: 2) == .waiting(left: .seconds(118)))
        #expect(desk.decide())
        desk.confirm(now: Self.begin)
        #expect(!desk.decide() && !desk.isRunning)
        #expect(desk.take(trial), "the next one")
        desk.release()
        #expect(desk.takeNext() != nil && desk.decide())
    }

    @Test func `one that does not leads back to what was in force, which knows what was tried`() throws {
        try run()
        desk.rollBack(Bilingual(zh: "甲", en: "bus plc gives no good readings"), now: Self.begin)
        let back = try #require(desk.takeNext())
        #expect(back.configuration.hash == old.configuration.hash && !desk.isRunning)
        #expect(back.problem?.en.contains("did not prove itself: bus plc gives no good readings") == true)
        #expect(back.problem?.en.contains(desk.files.refused) == true && back.remedy.en == "correct it and apply it again")
        #expect(desk.last?.failure?.en == "bus plc gives no good readings")
    }

    @Test func `a command is answered once, when its trial is over and a composition runs that stays`() throws {
        var ordered = trial
        ordered.order = ConfigurationOrder(command: "c1", uplink: "city", actor: "li via city")
        #expect(desk.take(ordered))
        desk.release()
        #expect(desk.takeAnswer() == nil && desk.takeNext() != nil && desk.takeAnswer() == nil)
        desk.rollBack(Bilingual(zh: "甲", en: "no readings come in"), now: Self.begin)
        #expect(desk.takeAnswer() == nil, "it is for the composition that follows")
        _ = desk.takeNext()
        let (uplink, payload) = try #require(desk.takeAnswer()?.reply(in: .en))
        #expect(uplink == "city" && desk.takeAnswer() == nil)
        #expect(
            String(decoding: payload, as: UTF8.self)
                == #"{"id":"c1","ok":false,"error":"rolled-back","message":"no readings come in"}"#)

        #expect(desk.take(ordered))
        desk.release()
        _ = desk.takeNext()
        desk.confirm(now: Self.begin)
        let (_, done) = try #require(desk.takeAnswer()?.reply(in: .en))
        #expect(
            String(decoding: done, as: UTF8.self)
                == #"{"id":"c1","ok":true,"result":{"outcome":"confirmed","hash":"\#(new.configuration.hash)","#
                + #""before":"\#(old.configuration.hash)"}}"#)
        try run()
        desk.confirm(now: Self.begin)
        #expect(desk.takeAnswer()?.reply(in: .en) == nil, "a person at the gateway looks for themselves")
    }

    @Test func `a command waits ten minutes after the trial of another one, not after a person's`() throws {
        #expect(desk.rest(now: Self.begin) == nil)
        var ordered = trial
        ordered.order = ConfigurationOrder(command: "c1", uplink: "city", actor: "li via city")
        #expect(desk.take(ordered))
        desk.release()
        _ = desk.takeNext()
        desk.rollBack(Bilingual(zh: "甲", en: "no readings come in"), now: Self.begin + .seconds(60))
        _ = desk.takeNext()
        #expect(desk.rest(now: Self.begin + .seconds(60)) == .seconds(600))
        try run()
        desk.confirm(now: Self.begin + .seconds(400))
        #expect(desk.rest(now: Self.begin + .seconds(659)) == .seconds(1), "a person's trial makes it no longer")
        #expect(desk.rest(now: Self.begin + .seconds(660)) == nil)
    }

    @Test func `the process goes on when a candidate falls over, and not when it is asked to end`() throws {
        #expect(!desk.goesOn)
        try run()
        #expect(desk.goesOn, "there is something to go back to")
        desk.rollBack(Bilingual(zh: "甲", en: "a"), now: Self.begin)
        #expect(desk.goesOn)
        desk.leave()
        #expect(!desk.goesOn)
    }

    @Test func `a trial that was cut off is known until it has been looked back at`() throws {
        #expect(!desk.wasCutOff)
        try run()
        let next = ConfigurationDesk(path: site.path)
        #expect(next.wasCutOff)
        _ = next.lookBack(old)
        #expect(!next.wasCutOff)
    }

    @Test func `a new configuration that does not even start is over at once, and on record`() throws {
        try run()
        let back = desk.failed("bus plc: /dev/ttyS0 is in use", now: Self.begin)
        #expect(back?.configuration.hash == old.configuration.hash)
        #expect(site.content("gateway.yaml") == site.text() && site.content("gateway.yaml.refused") == site.text(every: "7 s"))
        let entries = desk.takeEntries()
        #expect(entries.map(\.action) == [.configurationRollback] && entries[0].subject == new.configuration.hash)
        #expect(entries[0].detail["applied_by"] == "chen" && entries[0].detail["reason"]?.contains("/dev/ttyS0") == true)
        #expect(desk.takeEntries().isEmpty)
        #expect(desk.failed("again", now: Self.begin) == nil, "what was in force before has nobody to go back to")
    }

    @Test func `a process that ended in the middle of a trial starts with what was in force, and says so once`() throws {
        try run()
        let next = ConfigurationDesk(path: site.path)
        let found = next.lookBack(try StartConfiguration.load(path: site.path, boards: site.boards))
        #expect(found.configuration.hash == old.configuration.hash)
        #expect(found.problem?.en.contains("gatewayd ended while it was on trial") == true)
        let entry = try #require(next.takeEntries().first)
        #expect(entry.action == .configurationRollback && entry.subject == new.configuration.hash)
        #expect(entry.detail["in_force"] == old.configuration.hash)
        #expect(site.content("gateway.yaml.refused") == site.text(every: "7 s") && site.content("gateway.yaml.trial") == nil)
        #expect(next.lookBack(old).untaken == nil, "once")
        let later = ConfigurationDesk(path: site.path)
        #expect(later.lookBack(old).untaken == nil, "and not at the start after that")
    }

    /// Between the two writes of `begin`.
    private func cutOff() throws -> StartConfiguration {
        for name in ["gateway.yaml", "gateway.yaml.trial"] { site.folder.write(name, site.text(every: "7 s")) }
        return ConfigurationDesk(path: site.path).lookBack(try StartConfiguration.load(path: site.path, boards: site.boards))
    }

    @Test func `a file edited in its place and cut off before its trial is not taken where a good one is known`() throws {
        try old.keep()
        let found = try cutOff()
        #expect(found.configuration.hash == old.configuration.hash && found.isLastGood)
        #expect(found.problem?.en.contains("ended before its trial began") == true)
        #expect(site.content("gateway.yaml") == site.text() && site.content("gateway.yaml.trial") == nil)
        #expect(site.content("gateway.yaml.refused") == site.text(every: "7 s"))
    }

    @Test func `with nothing else to start with it is taken, and nothing else is said`() throws {
        let found = try cutOff()
        #expect(found.configuration.hash == new.configuration.hash && found.untaken == nil)
        #expect(site.content("gateway.yaml.trial") == nil && site.content("gateway.yaml.refused") == nil)
    }
}
