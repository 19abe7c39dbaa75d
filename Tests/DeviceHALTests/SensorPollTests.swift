// A sensor on a scripted bus: what it asks, and what its readings are worth.
@testable import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct SensorPollTests {
    private let bus = ScriptedRegisterBus()
    private let clock = ManualClock()

    private func sensor(_ profile: DeviceProfile, busTimeout: Duration = .milliseconds(200), origin: Origin = .field)
        -> PolledSensor
    {
        PolledSensor(
            cover: "C1", id: "s", unit: 3, profile: profile, busResponseTimeout: busTimeout, bus: bus, clock: clock,
            origin: origin)
    }

    private func expectIdentity(id: UInt16 = 0x2507, unitCode: UInt16 = 5) {
        bus.expect(unit: 3, .holding, 0, words: [id])
        bus.expect(unit: 3, .holding, 10, words: [unitCode])
    }

    private func expectPoll(gas: [UInt16] = [0x41A0, 0], bits: UInt16 = 0, state: UInt16 = 1, resynchronised: Bool = false) {
        bus.expect(unit: 3, .holding, 2, words: gas, afterResynchronisation: resynchronised)
        bus.expect(unit: 3, .holding, 5, words: [bits, state])
        bus.expect(unit: 3, .holding, 16, words: [41])
    }

    private func measurements(_ readings: [Reading]) -> [Measurement] { readings.map(\.measurement) }

    @Test("identity is proved first, then every channel has a good reading with point, quantity, time and origin")
    func firstPoll() async throws {
        expectIdentity()
        expectPoll()
        let sensor = sensor(SensorProfiles.gas, origin: .simulated)
        let readings = await sensor.poll()
        try bus.verify()
        let time = clock.now()
        #expect(
            readings == [
                Reading(
                    point: Point(cover: "C1", sensor: "s", channel: "gas"), quantity: .methane, measurement: .good(20),
                    time: time,
                    origin: .simulated),
                Reading(
                    point: Point(cover: "C1", sensor: "s", channel: "temperature"), quantity: .temperature,
                    measurement: .good(20.5),
                    time: time, origin: .simulated),
            ])
        #expect(await sensor.lastProblem == nil)
        #expect(await sensor.edge.lastReply == time.monotonic)
    }

    @Test("identity is not asked again while the device answers")
    func identityOnce() async throws {
        expectIdentity()
        expectPoll()
        expectPoll()
        let sensor = sensor(SensorProfiles.gas)
        _ = await sensor.poll()
        #expect(measurements(await sensor.poll()) == [.good(20), .good(20.5)])
        try bus.verify()
    }

    @Test("the bus is asked with the larger time-out, the profile's latency and its gap")
    func timing() async {
        _ = await sensor(SensorProfiles.gas).poll()
        let expected = UnitTiming(responseTimeout: .milliseconds(500), maxLatency: .seconds(1), gap: .milliseconds(20))
        #expect(bus.requests.first?.timing == expected)
        #expect(sensor(SensorProfiles.gas, busTimeout: .seconds(2)).timing.responseTimeout == .seconds(2))
        let plain = sensor(SensorProfiles.plain([1]), busTimeout: .milliseconds(300)).timing
        #expect(plain == UnitTiming(responseTimeout: .milliseconds(300), maxLatency: .milliseconds(600)))
    }

    @Test("a device that is another model makes every channel bad, and is looked at again at the next poll")
    func anotherModel() async throws {
        expectIdentity(id: 0x2607)
        let sensor = sensor(SensorProfiles.gas)
        #expect(measurements(await sensor.poll()) == [.bad(.anotherModel), .bad(.anotherModel)])
        try bus.verify()
        let problem = try #require(await sensor.lastProblem)
        #expect(problem.contains("holding 0") && problem.contains("0x2607") && problem.contains("0x2500"))

        expectIdentity(unitCode: 4)
        #expect(measurements(await sensor.poll()) == [.bad(.anotherUnit), .bad(.anotherUnit)])
        expectIdentity()
        expectPoll()
        #expect(measurements(await sensor.poll()) == [.good(20), .good(20.5)])
        #expect(await sensor.lastProblem == nil)
        try bus.verify()
    }

    @Test(
        "a failed identity read makes every channel bad with the error's reason, and no value is asked for",
        arguments: [
            (BusError.Kind.timeout, BadReason.timeout, 1), (.disconnected, .disconnected, 1),
            (.resting(after: .timeout), .timeout, 1),
            (.resting(after: .corruptReply), .corruptReply, 1), (.corruptReply, .corruptReply, 2),
            (.exception(code: 2), .exception, 2),
        ])
    func identityFails(kind: BusError.Kind, reason: BadReason, reads: Int) async throws {
        bus.expect(unit: 3, .holding, 0, count: 1, failing: kind, detail: "seen this")
        if reads == 2 { bus.expect(unit: 3, .holding, 10, words: [5]) }
        let sensor = sensor(SensorProfiles.gas)
        #expect(measurements(await sensor.poll()) == [.bad(reason), .bad(reason)])
        #expect(await sensor.lastProblem?.contains("seen this") == true)
        try bus.verify()
    }

    @Test("after a silence or a disconnection identity is proved again", arguments: [BusError.Kind.timeout, .disconnected])
    func identityAfterSilence(kind: BusError.Kind) async throws {
        expectIdentity()
        expectPoll()
        let sensor = sensor(SensorProfiles.gas)
        _ = await sensor.poll()
        bus.expect(unit: 3, .holding, 2, count: 2, failing: kind)
        #expect(measurements(await sensor.poll()).allSatisfy { $0.value == nil })
        expectIdentity(id: 0x2600)
        #expect(measurements(await sensor.poll()) == [.bad(.anotherModel), .bad(.anotherModel)])
        try bus.verify()
    }

    @Test(
        "a corrupt reply or an exception does not put identity in doubt",
        arguments: [BusError.Kind.corruptReply, .exception(code: 4)])
    func identityKept(kind: BusError.Kind) async throws {
        expectIdentity()
        bus.expect(unit: 3, .holding, 2, count: 2, failing: kind)
        bus.expect(unit: 3, .holding, 5, words: [0, 1])
        bus.expect(unit: 3, .holding, 16, words: [41])
        expectPoll()
        let sensor = sensor(SensorProfiles.gas)
        let reason = BusError(kind: kind, bus: "", unit: 0, detail: "").badReason
        #expect(measurements(await sensor.poll()) == [.bad(reason), .good(20.5)])
        #expect(measurements(await sensor.poll()) == [.good(20), .good(20.5)])
        try bus.verify()
    }

    @Test(
        "a device that stays silent costs one time-out: nothing else is asked",
        arguments: [BusError.Kind.timeout, .disconnected, .resting(after: .timeout), .resting(after: .corruptReply)])
    func silence(kind: BusError.Kind) async throws {
        bus.expect(unit: 3, .holding, 0, count: 1, failing: kind)
        let reason = BusError(kind: kind, bus: "", unit: 0, detail: "").badReason
        let readings = await sensor(SensorProfiles.plain([0, 2, 4])).poll()
        #expect(measurements(readings) == [.bad(reason), .bad(reason), .bad(reason)])
        try bus.verify()
    }

    @Test("a device that falls silent in the middle keeps what it said, and is not asked on")
    func silenceInTheMiddle() async throws {
        bus.expect(unit: 3, .holding, 0, words: [7])
        bus.expect(unit: 3, .holding, 2, count: 1, failing: .timeout)
        let readings = await sensor(SensorProfiles.plain([0, 2, 4])).poll()
        #expect(measurements(readings) == [.good(7), .bad(.timeout), .bad(.timeout)])
        try bus.verify()
    }

    @Test(
        "without its status register no channel is believed",
        arguments: [BusError.Kind.timeout, .corruptReply, .exception(code: 2)])
    func statusFails(kind: BusError.Kind) async throws {
        expectIdentity()
        bus.expect(unit: 3, .holding, 2, words: [0x41A0, 0])
        bus.expect(unit: 3, .holding, 5, count: 2, failing: kind)
        if kind != .timeout { bus.expect(unit: 3, .holding, 16, words: [41]) }
        let reason = BusError(kind: kind, bus: "", unit: 0, detail: "").badReason
        #expect(measurements(await sensor(SensorProfiles.gas).poll()) == [.bad(reason), .bad(reason)])
        try bus.verify()
    }

    @Test(
        "a status with a reason makes every channel bad with it",
        arguments: [
            (0, 2, BadReason.warmingUp), (0, 3, .inhibited), (0, 12, .calibrating), (0x20, 1, .deviceFault),
            (0xFFFF, 1, .deviceFault),
        ] as [(UInt16, UInt16, BadReason)])
    func status(bits: UInt16, state: UInt16, reason: BadReason) async throws {
        expectIdentity()
        expectPoll(bits: bits, state: state)
        let sensor = sensor(SensorProfiles.gas)
        #expect(measurements(await sensor.poll()) == [.bad(reason), .bad(reason)])
        #expect(try #require(await sensor.lastProblem).contains(reason.rawValue))
        try bus.verify()
    }

    @Test("status values and bits without a reason stand in nobody's way")
    func harmlessStatus() async {
        expectIdentity()
        expectPoll(bits: 0xFFDF, state: 7)
        #expect(measurements(await sensor(SensorProfiles.gas).poll()) == [.good(20), .good(20.5)])
    }

    @Test("a value that cannot be decoded is bad alone, and the words are kept for the technician")
    func undecodable() async throws {
        expectIdentity()
        expectPoll(gas: [0x7FC0, 0])
        let sensor = sensor(SensorProfiles.gas)
        #expect(measurements(await sensor.poll()) == [.bad(.notANumber), .good(20.5)])
        #expect(await sensor.lastProblem == "channel gas: words 0x7FC0 0x0000: not-a-number")
    }

    @Test("good values of a poll in which the bus found its place again are uncertain, bad ones stay bad")
    func resynchronised() async {
        expectIdentity()
        expectPoll(gas: [0x7FC0, 0], resynchronised: true)
        expectPoll()
        let sensor = sensor(SensorProfiles.gas)
        #expect(measurements(await sensor.poll()) == [.bad(.notANumber), .uncertain(20.5, .resynchronising)])
        #expect(measurements(await sensor.poll()) == [.good(20), .good(20.5)])
    }

    @Test("a resynchronisation before the identity reads counts for the poll too")
    func resynchronisedIdentity() async {
        bus.expect(unit: 3, .holding, 0, words: [0x2500], afterResynchronisation: true)
        bus.expect(unit: 3, .holding, 10, words: [5])
        expectPoll()
        let readings = await sensor(SensorProfiles.gas).poll()
        #expect(measurements(readings) == [.uncertain(20, .resynchronising), .uncertain(20.5, .resynchronising)])
    }

    @Test("a reply with too few words is a decode error, not a trap")
    func shortReply() async {
        let image = ShortBus()
        let sensor = PolledSensor(
            cover: "C", id: "s", unit: 1, profile: SensorProfiles.plain([0, 5]), busResponseTimeout: .seconds(1), bus: image,
            clock: clock)
        #expect(measurements(await sensor.poll()) == [.bad(.decodeError), .bad(.decodeError)])
        let gas = PolledSensor(
            cover: "C", id: "s", unit: 1, profile: SensorProfiles.gas, busResponseTimeout: .seconds(1), bus: image, clock: clock)
        #expect(measurements(await gas.poll()) == [.bad(.decodeError), .bad(.decodeError)])
    }

    @Test("readings carry the moment of the last reply")
    func time() async {
        let image = TickingBus(clock: clock)
        let start = clock.now()
        let sensor = PolledSensor(
            cover: "C", id: "s", unit: 1, profile: SensorProfiles.plain([0, 5, 9]), busResponseTimeout: .seconds(1), bus: image,
            clock: clock)
        let readings = await sensor.poll()
        #expect(readings.map { $0.time.monotonic - start.monotonic } == Array(repeating: .seconds(3), count: 3))
    }
}
