// The order of a scan's questions, how long they take, and what answers to them mean.
@testable import DeviceHAL
import SensorModel
import Testing

@Suite struct ScanPlanTests {
    private static let own = SerialSettings(baud: 9600, parity: .none, stopBits: 1)
    private static let line = ScanPlan.Line(settings: own, isTCP: false, responseTimeout: .milliseconds(500))

    private static func profile(
        _ name: String, at unit: UInt8, baud: Int = 9600, table: RegisterTable = .holding, address: UInt16 = 0
    ) -> DeviceProfile {
        var profile = DeviceProfile(
            name: name, vendor: "V", model: "M", sourceDocument: "D", sourcePage: "1",
            channels: [
                ChannelMap(name: "x", quantity: .raw, fields: [RegisterField(table: table, address: address, type: .uint16)])
            ])
        profile.serial = .init(address: unit, baud: baud, parity: .none, stopBits: 1)
        return profile
    }

    private static let profiles = [
        profile("a", at: 80), profile("b", at: 1, table: .input, address: 7), profile("c", at: 12, baud: 19_200),
        profile("d", at: 80, baud: 115_200), profile("e", at: 80, table: .input, address: 9),
    ]

    private func places(_ plan: ScanPlan) -> [String] {
        plan.stages.flatMap { stage in stage.questions.map { "\(stage.settings?.description ?? "-")/\($0.unit)" } }
    }

    @Test func `factory addresses come first, then 1 to 32, then the rest, and nobody twice`() {
        let plan = ScanPlan(line: Self.line, profiles: Self.profiles, otherSettings: false)
        #expect(plan.stages.count == 1 && plan.stages[0].isOwn && plan.blindTime == .zero)
        let units = plan.stages[0].questions.map(\.unit)
        #expect(units.prefix(4) == [80, 1, 2, 3])
        #expect(units.count == 247 && Set(units) == Set(1...247))
        #expect(Array(units.dropFirst(2)) == (1...247).filter { $0 != 80 && $0 != 1 })
    }

    @Test func `other settings are asked between the bus's own factory addresses and its other units, when they are wanted`() {
        let plan = ScanPlan(line: Self.line, profiles: Self.profiles, otherSettings: true)
        let places = places(plan)
        #expect(places.prefix(5) == ["9600 8N1/80", "9600 8N1/1", "19200 8N1/12", "115200 8N1/80", "9600 8N1/2"])
        #expect(places.count == 249 && Set(places).count == 249)
        #expect(plan.stages.map(\.isOwn) == [true, false, false, true])
    }

    @Test func `over TCP every unit there is is asked, the special ones last, and no settings`() {
        let line = ScanPlan.Line(settings: nil, isTCP: true, responseTimeout: .milliseconds(100))
        let plan = ScanPlan(line: line, profiles: Self.profiles, otherSettings: true)
        #expect(plan.stages.count == 1 && plan.stages[0].settings == nil)
        #expect(plan.stages[0].questions.map(\.unit) == Array(1...247) + [255, 0])
        #expect(plan.duration == .milliseconds(100) * 249)
    }

    @Test func `through a tunnel the factory addresses come first too`() {
        let line = ScanPlan.Line(settings: nil, isTCP: false, responseTimeout: .milliseconds(100))
        let plan = ScanPlan(line: line, profiles: Self.profiles, otherSettings: false)
        #expect(plan.stages.count == 1)
        #expect(plan.stages[0].questions.map(\.unit).prefix(4) == [80, 1, 12, 2])
    }

    @Test func `a factory address is also asked what its models know, each thing once`() {
        let plan = ScanPlan(line: Self.line, profiles: Self.profiles, otherSettings: false)
        let reads = plan.stages[0].questions[0].reads
        #expect(reads.map(\.table) == [.holding, .input] && reads.map(\.address) == [0, 9])
        #expect(plan.stages[0].questions[1].reads.map(\.address) == [0, 7])
        #expect(plan.stages[0].questions.dropFirst(2).allSatisfy { $0.reads == [ScanPlan.common] })
        let many = (0..<20).map { Self.profile("p\($0)", at: 5, address: UInt16($0)) }
        let crowded = ScanPlan(line: Self.line, profiles: many, otherSettings: false)
        #expect(crowded.stages[0].questions[0].reads.count == ScanPlan.mostReads)
    }

    @Test func `the time is the way over the line and the whole time-out of every question`() {
        let plan = ScanPlan(line: Self.line, profiles: [], otherSettings: false)
        // 8 characters asked, 7 answered, 10 bits each, and twice 3.5 characters of 11 bits of silence.
        let wire = Duration.nanoseconds(150 * 1_000_000_000 / 9600) + .nanoseconds(2 * (38_500_000_000 / 9600))
        #expect(plan.duration == (wire + .milliseconds(500)) * 247)
        #expect(plan.duration < .seconds(180), "within three minutes of line time")
        let other = ScanPlan(line: Self.line, profiles: [Self.profile("c", at: 12, baud: 19_200)], otherSettings: true)
        #expect(
            other.blindTime > .milliseconds(1500) && other.blindTime < .milliseconds(1600), "a first silence, then a time-out")
        #expect(other.duration == other.blindTime + plan.duration)
    }
}

@Suite struct ScanRoundTests {
    private static let timing = UnitTiming(responseTimeout: .milliseconds(500))
    private static let second = ReadPlan.Block(table: .input, address: 7, count: 1)
    private static let stage: ScanPlan.Stage = {
        var profile = DeviceProfile(
            name: "b", vendor: "V", model: "M", sourceDocument: "D", sourcePage: "1",
            channels: [
                ChannelMap(name: "x", quantity: .raw, fields: [RegisterField(table: .input, address: 7, type: .uint16)])
            ])
        profile.serial = .init(address: 9, baud: 9600, parity: .none, stopBits: 1)
        let line = ScanPlan.Line(
            settings: SerialSettings(baud: 9600, parity: .none, stopBits: 1), isTCP: false, responseTimeout: .milliseconds(500))
        return ScanPlan(line: line, profiles: [profile], otherSettings: false).stages[0]
    }()

    private static func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

    private static func failure(_ kind: BusError.Kind) -> SensorEdge.Outcome {
        .failure(BusError(kind: kind, bus: "b", unit: 9, detail: "why"))
    }

    private static func finding(_ outcome: SensorEdge.Outcome) -> ScanRound.Finding {
        var round = ScanRound(stage)
        _ = round.next(now: at(0))
        return round.take(outcome, now: at(500))
    }

    @Test func `any well-formed answer is a device, an exception too`() {
        #expect(Self.finding(.success(RegisterReply(words: [0x2501]))) == .device(seen: "holding 0 reads 0x2501"))
        for code: UInt8 in [1, 2, 3, 4, 6] {
            guard case .device(let seen) = Self.finding(Self.failure(.exception(code: code))) else {
                Issue.record("exception \(code)")
                continue
            }
            #expect(seen.contains("refuses holding 0: exception \(code)"))
        }
    }

    @Test func `silence is nobody, also when a gateway in between reports it`() {
        for kind: BusError.Kind in [.timeout, .exception(code: 10), .exception(code: 11)] {
            #expect(Self.finding(Self.failure(kind)) == .nobody)
        }
        #expect(Self.finding(Self.failure(.disconnected)) == .disconnected("why"))
    }

    @Test func `a silent factory address is asked what its model knows, after its rest, while others are asked`() {
        var round = ScanRound(Self.stage)
        let count = round.remaining
        guard case .ask(let first, ScanPlan.common) = round.next(now: Self.at(0)) else { return #expect(Bool(false)) }
        #expect(first.unit == 9 && round.remaining == count)
        #expect(round.take(Self.failure(.timeout), now: Self.at(500)) == .nobody)
        #expect(round.remaining == count - 1)
        guard case .ask(let other, _) = round.next(now: Self.at(1499)) else { return #expect(Bool(false)) }
        #expect(other.unit == 1)
        _ = round.take(Self.failure(.timeout), now: Self.at(1500))
        guard case .ask(let again, let read) = round.next(now: Self.at(1500)) else { return #expect(Bool(false)) }
        #expect(again.unit == 9 && read == Self.second)
        guard case .device = round.take(.success(RegisterReply(words: [1])), now: Self.at(1600)) else {
            return #expect(Bool(false))
        }
    }

    @Test func `it ends when everybody was asked, and its time goes down to nothing`() {
        var round = ScanRound(Self.stage)
        var now = Self.at(0)
        var last = round.remainingTime
        var asked = 0
        for _ in 0..<1000 {
            switch round.next(now: now) {
            case .ask:
                now = now + .milliseconds(500)
                _ = round.take(Self.failure(.timeout), now: now)
                asked += 1
                #expect(round.remainingTime < last)
                last = round.remainingTime
            case .wait(let moment): now = moment
            case .over:
                #expect(asked == 248 && round.asked == 248 && round.remaining == 0 && last == .zero)
                return
            }
        }
        Issue.record("it does not end")
    }

    @Test func `what is no reply is asked for again, and called noise when it never becomes one`() {
        let one = ScanPlan.Stage(
            settings: nil, isOwn: true,
            questions: Self.stage.questions.filter { $0.unit == 3 })
        var round = ScanRound(one)
        var now = Self.at(0)
        var findings: [ScanRound.Finding] = []
        for _ in 0..<20 {
            switch round.next(now: now) {
            case .ask: findings.append(round.take(Self.failure(.corruptReply), now: now))
            case .wait(let moment): now = moment
            case .over:
                #expect(findings == [.nobody, .nobody, .noise])
                return
            }
        }
        Issue.record("it does not end")
    }
}
