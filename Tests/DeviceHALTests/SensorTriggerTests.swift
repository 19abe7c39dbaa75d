// Devices that measure when they are told to: a write, a wait in which the bus is free, then the reads.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct SensorTriggerTests {
    private func profile(_ place: RegisterPlace = RegisterPlace(table: .holding, address: 8)) -> DeviceProfile {
        SensorBench.profile([SensorBench.channel(100)]) {
            $0.trigger = .init(place: place, value: 3, wait: .milliseconds(200))
        }
    }

    /// Runs one poll of a sensor that waits, and what the test wants to know while it does.
    private func poll(_ bench: SensorBench, waiting: () async -> Void = {}) async -> [Measurement] {
        await withTaskGroup(of: [Measurement].self) { group in
            group.addTask { await bench.poll() }
            for _ in 0..<1_000_000 where bench.clock.sleepers == 0 { await Task.yield() }
            #expect(bench.clock.sleepers == 1)
            await waiting()
            bench.clock.advance(by: .milliseconds(200))
            return await group.next() ?? []
        }
    }

    @Test("the measurement is started, and read after the wait; the bus is free meanwhile")
    func order() async throws {
        let bench = SensorBench(profile())
        bench.set(8, 0)
        bench.set(100, 6)
        let measurements = await poll(bench) {
            #expect(bench.image.requests.isEmpty, "nothing is read before the time")
            #expect(bench.image.writes.map(\.action) == [.register(address: 8, word: 3)])
            bench.set(100, 7)
            let other = RegisterRequest(
                unit: 9, table: .holding, address: 8, count: 1, timing: UnitTiming(responseTimeout: .seconds(1)))
            #expect((try? await bench.image.read(other))?.words == [3], "another sensor's read is answered")
        }
        #expect(measurements == [.good(7)])
        _ = await poll(bench)
        #expect(bench.image.writes.count == 2, "each poll starts its own")
    }

    @Test("a coil is switched on")
    func coil() async {
        let bench = SensorBench(profile(RegisterPlace(table: .coil, address: 2)))
        bench.image.set(unit: 9, .coil, 2, words: [0])
        bench.set(100, 7)
        #expect(await poll(bench) == [.good(7)])
        #expect(bench.image.writes.map(\.action) == [.coil(address: 2, on: true)])
    }

    @Test("without its trigger nothing is read: old values are not taken for new ones", arguments: [true, false])
    func failingTrigger(silent: Bool) async {
        let bench = SensorBench(profile())
        bench.set(100, 7)
        if silent { bench.image.fail(unit: 9, with: .timeout) }
        #expect(await bench.poll() == [.bad(silent ? .timeout : .exception)])
        #expect(bench.image.requests.isEmpty)
        #expect(await bench.sensor.lastProblem != nil)
    }

    @Test("a stranger is not written to")
    func identityFirst() async {
        var profile = profile()
        profile.requirements = [.init(table: .holding, address: 0, equals: 1, reason: .anotherModel)]
        let bench = SensorBench(profile)
        bench.set(0, 2)
        bench.set(8, 0)
        #expect(await bench.poll() == [.bad(.anotherModel)])
        #expect(bench.image.writes.isEmpty)
    }
}
