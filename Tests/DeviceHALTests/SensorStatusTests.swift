// What devices say about themselves: status registers in all their forms, the heartbeat, the supply, the oxygen.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct SensorStatusTests {
    private typealias Rule = DeviceProfile.StatusRule

    private func bench(_ rules: DeviceProfile.StatusRule...) -> SensorBench {
        let channels = [SensorBench.channel(100, "gas"), SensorBench.channel(101, "temperature")]
        let bench = SensorBench(SensorBench.profile(channels) { $0.status = rules })
        bench.set(100, 7, 8)
        return bench
    }

    @Test("a status may concern one channel alone")
    func channels() async {
        let bench = bench(Rule(table: .holding, address: 0, equals: [1: .bad(.inhibited)], channels: ["gas"]))
        bench.set(0, 1)
        #expect(await bench.poll() == [.bad(.inhibited), .good(8)])
        bench.set(0, 0)
        #expect(await bench.poll() == [.bad(.inhibited), .good(8)])
        #expect(await bench.poll() == [.good(7), .good(8)])
    }

    @Test("a value that was read apart from a state that is just over is not believed; one that was read with it is")
    func over() async {
        let warm = Rule(table: .holding, address: 0, equals: [2: .bad(.warmingUp)])
        let apart = bench(warm)
        let together = SensorBench(SensorBench.profile([SensorBench.channel(1)]) { $0.status = [warm] })
        for bench in [apart, together] {
            bench.set(0, 2, 7)
            #expect(await bench.poll().first == .bad(.warmingUp))
            bench.set(0, 1, 7)
        }
        #expect(await apart.poll() == [.bad(.warmingUp), .bad(.warmingUp)])
        #expect(await apart.sensor.lastProblem?.contains("believed from the next one on") == true)
        #expect(await apart.poll() == [.good(7), .good(8)])
        #expect(await together.poll() == [.good(7)])
    }

    @Test("without its own status a channel is not believed, and others are")
    func unreadStatus() async {
        let bench = bench(Rule(table: .holding, address: 0, equals: [1: .bad(.inhibited)], channels: ["gas"]))
        #expect(await bench.poll() == [.bad(.exception), .good(8)])
    }

    @Test("an uncertain status leaves the value; a bad one comes before it, in whatever order they are written")
    func uncertain() async throws {
        let bench = bench(
            Rule(table: .holding, address: 0, bits: [0: .uncertain(.testGas), 3: .bad(.deviceFault)]),
            Rule(table: .holding, address: 1, equals: [5: .bad(.calibrating), 6: .uncertain(.calibrationOverdue)]))
        for (words, measurement, problem) in [
            ([1, 0], .uncertain(7, .testGas), "status holding 0 reads 0x0001: test-gas"),
            ([1, 6], .uncertain(7, .testGas), "status holding 0 reads 0x0001: test-gas"),
            ([9, 0], .bad(.deviceFault), "status holding 0 reads 0x0009: device-fault"),
            ([1, 5], .bad(.calibrating), "status holding 1 reads 0x0005: calibrating"),
            ([0, 6], .uncertain(7, .calibrationOverdue), "status holding 1 reads 0x0006: calibration-overdue"),
            ([0xFFF6, 0], .good(7), nil),
        ] as [([UInt16], Measurement, String?)] {
            bench.image.set(unit: 9, .holding, 0, words: words)
            _ = await bench.poll()
            #expect(await bench.poll().first == measurement)
            #expect(await bench.sensor.lastProblem == problem)
        }
    }

    @Test("the mask and the sign count before values and limits are compared, and not for bits")
    func masked() async {
        let bench = bench(
            Rule(
                table: .holding, address: 0, mask: 0x000F, equals: [3: .bad(.inhibited)], bits: [15: .bad(.deviceFault)]),
            Rule(
                table: .holding, address: 1, isSigned: true, equals: [-7: .bad(.calibrating)],
                atMost: [0: .uncertain(.calibrationOverdue), -30: .bad(.deviceFault)]))
        for (words, measurement) in [
            ([0x0013, 90], .bad(.inhibited)), ([0x0030, 90], .good(7)), ([0x8000, 90], .bad(.deviceFault)),
            ([0, 1], .good(7)), ([0, 0], .uncertain(7, .calibrationOverdue)), ([0, 0xFFF9], .bad(.calibrating)),
            ([0, UInt16(bitPattern: -30)], .bad(.deviceFault)),
            ([0, UInt16(bitPattern: -29)], .uncertain(7, .calibrationOverdue)),
        ] as [([UInt16], Measurement)] {
            bench.image.set(unit: 9, .holding, 0, words: words)
            _ = await bench.poll()
            #expect(await bench.poll().first == measurement, "\(words)")
        }
    }

    @Test("a coil or a discrete input may be a status")
    func bit() async {
        let bench = bench(Rule(table: .discrete, address: 4, equals: [1: .bad(.deviceFault)]))
        bench.image.set(unit: 9, .discrete, 4, words: [1])
        #expect(await bench.poll() == [.bad(.deviceFault), .bad(.deviceFault)])
        bench.image.set(unit: 9, .discrete, 4, words: [0])
        _ = await bench.poll()
        #expect(await bench.poll() == [.good(7), .good(8)])
    }

    @Test("what keeps a channel itself from being read weighs more than any status")
    func precedence() async {
        let bench = SensorBench(
            SensorBench.profile([SensorBench.channel(100), SensorBench.channel(200)]) {
                $0.status = [Rule(table: .holding, address: 0, equals: [1: .bad(.inhibited)])]
            })
        bench.set(0, 1)
        bench.set(100, 7)
        #expect(await bench.poll() == [.bad(.inhibited), .bad(.exception)])
    }

    private func heartbeat(period: Duration = .seconds(5)) -> SensorBench {
        let bench = SensorBench(
            SensorBench.profile([SensorBench.channel(100)]) {
                $0.heartbeat = .init(place: RegisterPlace(table: .holding, address: 0), period: period)
            })
        bench.set(0, 1)
        bench.set(100, 7)
        return bench
    }

    @Test("a heartbeat is unproved until it moved once, and stopped when it stands still for more than two periods")
    func heartbeatStops() async throws {
        let bench = heartbeat()
        #expect(await bench.poll() == [.uncertain(7, .stale)])
        #expect(await bench.poll(after: .seconds(10)) == [.uncertain(7, .stale)])
        #expect(await bench.poll(after: .milliseconds(1)) == [.bad(.heartbeatStopped)])
        #expect(try #require(await bench.sensor.lastProblem).contains("holding 0 does not move"))
        bench.set(0, 2)
        #expect(await bench.poll(after: .seconds(1)) == [.good(7)])
        #expect(await bench.poll(after: .seconds(10)) == [.good(7)])
        #expect(await bench.poll(after: .seconds(1)) == [.bad(.heartbeatStopped)])
    }

    @Test("a heartbeat that moves between slow polls beats")
    func slowPolls() async {
        let bench = heartbeat()
        _ = await bench.poll()
        for beat in 2...6 as ClosedRange<UInt16> {
            bench.set(0, beat)
            #expect(await bench.poll(after: .seconds(60)) == [.good(7)])
        }
    }

    @Test("after a silence the heartbeat has to be seen again, even if its register changed meanwhile")
    func heartbeatAfterSilence() async {
        let bench = heartbeat()
        _ = await bench.poll()
        bench.set(0, 2)
        #expect(await bench.poll(after: .seconds(1)) == [.good(7)])
        await bench.silence(.disconnected)
        bench.set(0, 3)
        #expect(await bench.poll(after: .seconds(1)) == [.uncertain(7, .stale)])
        bench.set(0, 4)
        #expect(await bench.poll(after: .seconds(1)) == [.good(7)])
    }

    @Test("without its heartbeat's register a device is not believed")
    func heartbeatUnread() async {
        let bench = SensorBench(
            SensorBench.profile([SensorBench.channel(100)]) {
                $0.heartbeat = .init(place: RegisterPlace(table: .holding, address: 0), period: .seconds(5))
            })
        bench.set(100, 7)
        #expect(await bench.poll() == [.bad(.exception)])
    }

    private func supplied(minimum: Double?) -> SensorBench {
        let bench = SensorBench(
            SensorBench.profile([SensorBench.channel(100, "level"), SensorBench.channel(101, "supply", quantity: .supplyVoltage)])
            {
                $0.supplyMinimum = minimum
            })
        bench.set(100, 7, 12)
        return bench
    }

    @Test("below its least supply a probe's values are uncertain, and the voltage itself is not")
    func supply() async throws {
        let bench = supplied(minimum: 12.5)
        #expect(await bench.poll() == [.uncertain(7, .supplyLow), .good(12)])
        #expect(try #require(await bench.sensor.lastProblem) == "channel supply reads 12.0 V, and model needs 12.5 V: supply-low")
        bench.set(101, 13)
        #expect(await bench.poll() == [.good(7), .good(13)])
        #expect(await supplied(minimum: nil).poll() == [.good(7), .good(12)])
        #expect(await supplied(minimum: 12).poll() == [.good(7), .good(12)])
    }

    @Test("oxygen below its channel's range is no value, and still says that a catalytic head has nothing to burn")
    func oxygenBeyondRange() async {
        let channels = [
            SensorBench.channel(100, "gas", quantity: .methane) { $0.principle = .catalytic },
            SensorBench.channel(101, "oxygen", quantity: .oxygen) { $0.range = 5...25 },
        ]
        let bench = SensorBench(SensorBench.profile(channels))
        bench.set(100, 0, 4)
        #expect(await bench.poll() == [.bad(.lowOxygen), .bad(.outOfRange)])
        bench.set(101, 30)
        #expect(await bench.poll() == [.good(0), .bad(.outOfRange)])
    }

    @Test("a catalytic head beside less than 11 %VOL of oxygen has no value; an infrared one has")
    func oxygen() async throws {
        let channels = [
            SensorBench.channel(100, "catalytic", quantity: .methane) { $0.principle = .catalytic },
            SensorBench.channel(101, "infrared", quantity: .methane) { $0.principle = .infrared },
            SensorBench.channel(102, "oxygen", quantity: .oxygen) { $0.fields[0].scale = 0.1 },
        ]
        let bench = SensorBench(SensorBench.profile(channels))
        bench.set(100, 0, 0, 109)
        #expect(await bench.poll() == [.bad(.lowOxygen), .good(0), .good(10.9)])
        #expect(try #require(await bench.sensor.lastProblem).contains("10.9 %VOL"))
        bench.set(102, 110)
        #expect(await bench.poll() == [.good(0), .good(0), .good(11)])
    }
}
