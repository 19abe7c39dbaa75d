// One test for each of the twelve steps: the manhole is well but for one thing, and exactly that is found.
import Advice
import SensorModel
import Testing

@Suite struct EntryStepTests {
    private func codes(_ body: (inout Manhole) -> Void) -> [EntryCode] { Manhole.spoiled(body).findings.map(\.code) }

    @Test("where nothing is wrong there is no objection, and nothing to tell")
    func none() {
        let advice = Manhole().advice
        #expect(advice.findings == [] && advice.verdict == .noObjection && advice.headline == nil)
    }

    @Test("step 1: without a clock there is no statement; one that was synchronised before will do")
    func clock() {
        #expect(codes { $0.now.clock = .unsynced } == [.clockUnsynced])
        #expect(codes { $0.now.clock = .holdover } == [])
        #expect(EntryAdvice.withoutGateway.verdict == .stop)
        #expect(EntryAdvice.withoutGateway.findings.map(\.code) == [.gatewaySilent])
    }

    @Test("step 2: what is missing is listed; combustible is as good as methane")
    func missing() {
        let advice = Manhole.spoiled { $0.points.removeAll { $0.quantity == .oxygen || $0.quantity == .carbonMonoxide } }
        #expect(advice.verdict == .stop)
        #expect(advice.findings == [EntryFinding(.notMeasured, missing: [.oxygen, .carbonMonoxide])])
        #expect(Manhole.spoiled { $0.points = [] }.findings.first?.missing == NeededGas.allCases)
        #expect(codes { $0.change("ch4") { $0.quantity = .combustible } } == [])
    }

    @Test("step 3: old is what is older than twice the period and than a minute")
    func stale() {
        #expect(codes { $0.measure("o2", .good(20.9), age: .seconds(60)) } == [])
        #expect(codes { $0.measure("o2", .good(20.9), age: .milliseconds(60_001)) } == [.stale])
        func slow(_ age: Int) -> [EntryCode] {
            codes {
                $0.change("o2") { $0.period = .seconds(60) }
                $0.measure("o2", .good(20.9), age: .seconds(age))
            }
        }
        #expect(slow(120) == [])
        #expect(slow(121) == [.stale])
        #expect(codes { $0.measure("o2", .uncertain(20.9, .stale)) } == [.stale])
        #expect(codes { $0.change("h2s") { $0.last = nil } } == [.notReadYet])
    }

    @Test("step 4: a sensor that gives no value is a STOP, whatever the reason", arguments: BadReason.allCases)
    func bad(reason: BadReason) {
        let advice = Manhole.spoiled { $0.measure("co", .bad(reason)) }
        #expect(advice.verdict == .stop)
        let expected: EntryCode =
            switch reason {
            case .lowOxygen: .catalyticWithoutOxygen
            case .submerged: .submerged
            default: .noValue
            }
        #expect(advice.findings.map(\.code) == [expected])
        #expect(advice.findings.first?.reason?.word == reason.rawValue)
    }

    @Test(
        "step 5: a value that is not believed is a STOP, a doubtful one a CAUTION, none is normal",
        arguments: UncertainReason.allCases)
    func uncertain(reason: UncertainReason) {
        let advice = Manhole.spoiled { $0.measure("h2s", .uncertain(0.2, reason)) }
        let expected: EntryCode =
            switch reason {
            case .stuck, .flatLine, .disagreement, .testGas: .disbelieved
            case .stale: .stale
            case .calibrationOverdue: .calibrationOverdue
            default: .doubtful
            }
        #expect(advice.findings.map(\.code) == [expected])
        #expect(advice.verdict == expected.verdict && advice.verdict >= .caution)
    }

    @Test("step 6: oxygen below 19.5 or above 23.5; under 11 a catalytic bead is not believed either")
    func oxygen() {
        #expect(codes { $0.measure("o2", .good(19.5)) } == [])
        #expect(codes { $0.measure("o2", .good(19.49)) } == [.oxygenLow])
        #expect(codes { $0.measure("o2", .good(23.5)) } == [])
        #expect(codes { $0.measure("o2", .good(23.51)) } == [.oxygenHigh])
        func bead(_ oxygen: Double) -> [EntryCode] {
            codes {
                $0.change("ch4") { $0.isCatalytic = true }
                $0.measure("o2", .good(oxygen))
            }
        }
        #expect(bead(11) == [.oxygenLow])
        #expect(bead(10.9) == [.oxygenLow, .catalyticWithoutOxygen])
    }

    @Test("step 7: from 5 %LEL a CAUTION, from 10 a STOP, also of a doubtful value; test gas is no danger")
    func flammable() {
        #expect(codes { $0.measure("ch4", .good(4.99)) } == [])
        #expect(codes { $0.measure("ch4", .good(5)) } == [.flammableRaised])
        #expect(codes { $0.measure("ch4", .good(9.99)) } == [.flammableRaised])
        #expect(codes { $0.measure("ch4", .good(10)) } == [.flammableHigh])
        #expect(codes { $0.measure("ch4", .uncertain(30, .supplyLow)) } == [.doubtful, .flammableHigh])
        #expect(codes { $0.measure("ch4", .uncertain(50, .testGas)) } == [.disbelieved])
    }

    @Test("step 8: hydrogen sulfide above 10 mg/m3 and carbon monoxide above 20 mg/m3, at 0 Cel")
    func toxic() {
        #expect(codes { $0.measure("h2s", .good(6.5)) } == [])
        #expect(codes { $0.measure("h2s", .good(6.6)) } == [.hydrogenSulfideHigh])
        #expect(codes { $0.measure("co", .good(16)) } == [])
        #expect(codes { $0.measure("co", .good(16.1)) } == [.carbonMonoxideHigh])
        for (limit, mass, milligrams) in [(6.57, 34.08, 10.0), (16.0, 28.01, 20.0)] {
            #expect(abs(milligrams * 22.41 / mass - limit) < 0.01)
        }
    }

    @Test("step 9: water at the gas sensors or rising is a STOP, water that nobody knows of a CAUTION")
    func water() {
        #expect(codes { $0.measure("level", .good(2.58)) } == [])
        #expect(codes { $0.measure("level", .good(2.6)) } == [.submerged])
        #expect(codes { $0.change("level") { $0.rise = 0.049 } } == [])
        #expect(codes { $0.change("level") { $0.rise = 0.05 } } == [.waterRising])
        #expect(codes { $0.measure("level", .bad(.timeout)) } == [.waterDoubtful])
        #expect(codes { $0.measure("level", .good(0.3), age: .seconds(600)) } == [.waterDoubtful])
        #expect(codes { $0.measure("level", .uncertain(2.7, .stuck)) } == [.waterDoubtful, .submerged])
        #expect(codes { $0.change("level") { $0.mounted = nil } } == [.waterUnplaced])
        #expect(codes { $0.change("co") { $0.mounted = nil } } == [.waterUnplaced])
        let dry = Manhole.spoiled { $0.points.removeLast() }
        #expect(dry.findings.map(\.code) == [.waterNotMeasured] && dry.verdict == .noObjection)
        func float(_ state: Double, at mounted: Double) -> [EntryCode] {
            codes { $0.points[4] = Manhole.fact("float", .waterFloat, state, mounted: mounted) }
        }
        #expect(float(0, at: 0.5) == [])
        #expect(float(1, at: 1) == [])
        #expect(float(1, at: 0.5) == [.submerged])
    }

    @Test("step 10: checks that are overdue, or that nobody has recorded, are a CAUTION")
    func checks() {
        let now = Manhole.now.wall.nanoseconds
        #expect(codes { $0.change("o2") { $0.checks.overdueSince = WallTime(nanoseconds: now - 1) } } == [.calibrationOverdue])
        #expect(
            codes { $0.change("o2") { $0.checks.bumpTest = WallTime(nanoseconds: now - 31 * Manhole.day) } } == [.bumpTestOverdue]
        )
        #expect(codes { $0.change("o2") { $0.checks.bumpTest = WallTime(nanoseconds: now - 30 * Manhole.day) } } == [])
        let advice = Manhole.spoiled { manhole in
            for gas in ["o2", "ch4"] { manhole.change(gas) { $0.checks = SensorChecks() } }
        }
        #expect(advice.findings == [EntryFinding(.checksUnknown, points: [Manhole.point("o2"), Manhole.point("ch4")])])
        #expect(advice.verdict == .caution)
    }

    @Test("step 11: an alarm of the last day is a CAUTION, and a short memory is told")
    func history() {
        let alarm = AlarmFact(rule: "methane-high", isRaised: true, began: Manhole.now.wall)
        #expect(codes { $0.alarms = [alarm] } == [.alarmRaised])
        var over = alarm
        over.isRaised = false
        let advice = Manhole.spoiled { $0.alarms = [over] }
        #expect(advice.findings.map(\.code) == [.alarmLately] && advice.verdict == .caution)
        #expect(advice.findings.first?.rule == "methane-high")
        let young = Manhole.spoiled { $0.change("co") { $0.day?.seen = .seconds(3 * 3600) } }
        #expect(young.findings == [EntryFinding(.seenShortly, time: .seconds(3 * 3600))] && young.verdict == .noObjection)
        #expect(codes { $0.change("co") { $0.day = nil } } == [.seenShortly])
    }

    @Test("step 12: without maintenance the opening would raise an alarm")
    func maintenance() {
        let advice = Manhole.spoiled { $0.isMaintained = false }
        #expect(advice.findings.map(\.code) == [.maintenanceOff] && advice.verdict == .caution)
    }
}
