// The time a device is given after a silence, when it cannot say itself that it is warm.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct SensorWarmUpTests {
    private let image = RegisterImage()
    private let clock = ManualClock()

    private func sensor(_ profile: DeviceProfile) -> PolledSensor {
        PolledSensor(cover: "C", id: "s", unit: 1, profile: profile, busResponseTimeout: .seconds(1), bus: image, clock: clock)
    }

    private func poll(_ sensor: PolledSensor) async -> Measurement? { await sensor.poll().first?.measurement }

    @Test("a device that answers at the daemon's start is believed at once")
    func start() async {
        image.set(unit: 1, .holding, 0, words: [9])
        #expect(await poll(sensor(SensorProfiles.plain([0], warmUp: .seconds(60)))) == .good(9))
    }

    @Test(
        "a device that comes back from a silence is warming up for as long as the profile says",
        arguments: [BusError.Kind.timeout, .disconnected])
    func silence(kind: BusError.Kind) async {
        image.set(unit: 1, .holding, 0, words: [9])
        let sensor = sensor(SensorProfiles.plain([0], warmUp: .seconds(60)))
        _ = await poll(sensor)
        image.fail(unit: 1, with: kind)
        _ = await poll(sensor)
        clock.advance(by: .seconds(100))
        image.fail(unit: 1, with: nil)
        #expect(await poll(sensor) == .bad(.warmingUp))
        #expect(await sensor.lastProblem != nil)
        clock.advance(by: .milliseconds(59_999))
        #expect(await poll(sensor) == .bad(.warmingUp))
        clock.advance(by: .milliseconds(1))
        #expect(await poll(sensor) == .good(9))
        #expect(await sensor.lastProblem == nil)
    }

    @Test("a corrupt reply or an exception is no silence", arguments: [BusError.Kind.corruptReply, .exception(code: 6)])
    func noSilence(kind: BusError.Kind) async {
        image.set(unit: 1, .holding, 0, words: [9])
        let sensor = sensor(SensorProfiles.plain([0], warmUp: .seconds(60)))
        image.fail(unit: 1, with: kind)
        _ = await poll(sensor)
        image.fail(unit: 1, with: nil)
        #expect(await poll(sensor) == .good(9))
    }

    @Test("a device whose status says warming-up needs no waiting time beside it")
    func reportsItself() async {
        image.set(unit: 1, .holding, 0, words: [0x2500, 0, 0x41A0, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 41])
        let sensor = sensor(SensorProfiles.gas)
        image.fail(unit: 1, with: .timeout)
        #expect(await poll(sensor) == .bad(.timeout))
        image.fail(unit: 1, with: nil)
        #expect(await poll(sensor) == .good(20))
    }

    @Test("a model without warm-up is believed at once after a silence")
    func noWarmUp() async {
        image.set(unit: 1, .holding, 0, words: [9])
        let sensor = sensor(SensorProfiles.plain([0]))
        image.fail(unit: 1, with: .timeout)
        _ = await poll(sensor)
        image.fail(unit: 1, with: nil)
        #expect(await poll(sensor) == .good(9))
    }

    @Test("a channel that cannot be read says so even while the device warms up")
    func failureWhileWarmingUp() async {
        image.set(unit: 1, .holding, 0, words: [9])
        let sensor = sensor(SensorProfiles.plain([0, 7], warmUp: .seconds(60)))
        image.fail(unit: 1, with: .timeout)
        _ = await poll(sensor)
        image.fail(unit: 1, with: nil)
        #expect(await sensor.poll().map(\.measurement) == [.bad(.warmingUp), .bad(.exception)])
    }
}
