// How a device proves that it is the one its profile describes, and what it is told when it does not.
@testable import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct SensorIdentityTests {
    private typealias Check = DeviceProfile.IdentityCheck
    private typealias Requirement = DeviceProfile.Requirement

    private func check(_ address: UInt16, _ expectation: Check.Expectation, registers: Int = 1) -> Check {
        Check(place: RegisterPlace(table: .holding, address: address), registers: registers, expectation: expectation)
    }

    private func bench(_ requirements: [Requirement]) -> SensorBench {
        let bench = SensorBench(SensorBench.profile([SensorBench.channel(100)]) { $0.requirements = requirements })
        bench.set(100, 7)
        return bench
    }

    @Test(
        "each form of a requirement accepts what it describes and nothing else",
        arguments: [
            (.equals(0x2500, mask: 0xFF00), [0x25FF], [0x2600], "0x2500"), (.unitAddress, [9], [3], "address 9"),
            (.within(10...12), [12], [13], "10 to 12"), (.within(10...12), [10], [9], "10 to 12"),
            (.text("CH4"), [0x4348, 0x3400], [0x4348, 0x3500], "\"CH4\""),
            (.text("CH4"), [0x2043, 0x4834], [0x4348, 0x3458], "\"CH4\""), (.text("CH4"), [0, 0x4834], [0x4348, 0x3420], ""),
        ] as [(DeviceProfile.IdentityCheck.Expectation, [UInt16], [UInt16], String)])
    func forms(expectation: DeviceProfile.IdentityCheck.Expectation, right: [UInt16], wrong: [UInt16], word: String) async throws
    {
        let bench = bench([Requirement(checks: [check(0, expectation, registers: right.count)], reason: .anotherModel)])
        if word.isEmpty {
            // Half a name is another one, and a name is trimmed at both ends.
            bench.image.set(unit: 9, .holding, 0, words: right)
            #expect(await bench.poll() == [.bad(.anotherModel)])
            bench.image.set(unit: 9, .holding, 0, words: wrong)
            #expect(await bench.poll() == [.good(7)])
            return
        }
        bench.image.set(unit: 9, .holding, 0, words: wrong)
        #expect(await bench.poll() == [.bad(.anotherModel)])
        let problem = try #require(await bench.sensor.lastProblem)
        #expect(
            problem.contains("holding 0 reads") && problem.contains(word) && problem.contains("check which device"), "\(problem)")
        bench.image.set(unit: 9, .holding, 0, words: right)
        #expect(await bench.poll() == [.good(7)])
        #expect(await bench.sensor.lastProblem == nil)
    }

    /// Refused when register 2 holds the unit's address and register 3 a baud code.
    private var otherMap: Requirement {
        Requirement(checks: [check(2, .unitAddress), check(3, .within(0...7))], isRefused: true, reason: .anotherModel)
    }

    @Test("a device is refused when everything holds that another model has, and only then")
    func refused() async throws {
        let bench = bench([otherMap])
        for (first, second, accepted) in [(9, 3, false), (9, 8, true), (8, 3, true), (8, 8, true)] as [(UInt16, UInt16, Bool)] {
            bench.set(2, first, second)
            await bench.silence()
            #expect(await bench.poll() == [accepted ? .good(7) : .bad(.anotherModel)], "\(first) \(second)")
        }
        bench.set(2, 9, 3)
        await bench.silence()
        _ = await bench.poll()
        let problem = try #require(await bench.sensor.lastProblem)
        #expect(problem.contains("holding 2 reads 9 and holding 3 reads 3, which model has not"), "\(problem)")
    }

    @Test("what another model has and this one refuses to be asked for does not hold; a silence is no answer")
    func refusedReads() async {
        let bench = bench([otherMap])
        #expect(await bench.poll() == [.good(7)], "exception 2 at registers 2 and 3")
        await bench.silence()
        bench.set(2, 9)
        #expect(await bench.poll() == [.good(7)], "exception 2 at register 3")
        for (kind, reason) in [
            (BusError.Kind.timeout, BadReason.timeout), (.corruptReply, .corruptReply), (.exception(code: 6), .exception),
        ] {
            var edge = SensorEdge(profile: bench.sensor.profile, unit: 9)
            let failure = SensorEdge.Outcome.failure(BusError(kind: kind, bus: "b", unit: 9, detail: "seen"))
            let refusal = edge.identify([.success(RegisterReply(words: [9])), failure])
            #expect(refusal?.measurements == [.bad(reason)] && refusal?.problem == "seen" && !edge.identityVerified)
        }
    }

    @Test("an exception to what must hold is no proof")
    func exception() async {
        let bench = bench([Requirement(table: .holding, address: 0, equals: 1, reason: .anotherModel)])
        #expect(await bench.poll() == [.bad(.exception)])
    }

    @Test("every requirement must be met; the first that is not gives the reason")
    func several() async {
        let bench = bench([
            Requirement(table: .holding, address: 0, equals: 1, reason: .anotherModel),
            Requirement(table: .holding, address: 1, equals: 5, reason: .anotherUnit), otherMap,
        ])
        for (words, measurement) in [
            ([2, 4, 9, 0], .bad(.anotherModel)), ([1, 4, 9, 0], .bad(.anotherUnit)), ([1, 5, 9, 0], .bad(.anotherModel)),
            ([1, 5, 8, 0], .good(7)),
        ] as [([UInt16], Measurement)] {
            bench.image.set(unit: 9, .holding, 0, words: words)
            #expect(await bench.poll() == [measurement])
        }
    }

    @Test("a port that was opened anew under another sensor's read puts identity in doubt")
    func reopened() async {
        let bench = bench([Requirement(table: .holding, address: 0, equals: 1, reason: .anotherModel)])
        bench.set(0, 1)
        #expect(await bench.poll() == [.good(7)])
        let asked = bench.image.requests.count
        #expect(await bench.poll() == [.good(7)])
        #expect(bench.image.requests.count == asked + 1, "over the same connection identity is not asked again")
        bench.image.reopen()
        #expect(await bench.poll() == [.good(7)])
        #expect(bench.image.requests.count == asked + 3, "over another one it is")
        #expect(await bench.poll() == [.good(7)])
        #expect(bench.image.requests.count == asked + 4)
        bench.image.reopen()
        bench.set(0, 2)
        #expect(await bench.poll() == [.bad(.anotherModel)], "the values of a stranger are not believed once")
        bench.set(0, 1)
        #expect(await bench.poll() == [.good(7)])
    }

    @Test("a unit that rests was not asked: its identity stays proved, though there is no value")
    func resting() async {
        let profile = SensorBench.profile([SensorBench.channel(100)]) {
            $0.requirements = [Requirement(table: .holding, address: 0, equals: 1, reason: .anotherModel)]
        }
        let bench = SensorBench(profile)
        bench.set(0, 1)
        bench.set(100, 7)
        #expect(await bench.poll() == [.good(7)])
        bench.image.fail(unit: 9, with: .resting(after: .timeout))
        #expect(await bench.poll() == [.bad(.timeout)])
        bench.image.fail(unit: 9, with: nil)
        let asked = bench.image.requests.count
        #expect(await bench.poll() == [.good(7)])
        #expect(bench.image.requests.count == asked + 1, "the value alone, no proof")
    }

    @Test("a port that is opened anew at each read never proves anything")
    func reopenedAlways() async {
        let bus = ReopeningBus()
        let profile = SensorBench.profile([SensorBench.channel(100)]) {
            $0.requirements = [Requirement(table: .holding, address: 0, equals: 1, reason: .anotherModel)]
        }
        let sensor = PolledSensor(
            cover: "C", id: "s", unit: 9, profile: profile, busResponseTimeout: .seconds(1), bus: bus, clock: ManualClock())
        #expect(await sensor.poll().map(\.measurement) == [.bad(.disconnected)])
    }
}
