// Values that cannot be those of a live sensor: words that never change, lines too flat, jumps too fast.
@testable import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct SensorPlausibilityTests {
    private func bench(_ change: (inout ChannelMap) -> Void) -> SensorBench {
        let bench = SensorBench(SensorBench.profile([SensorBench.channel(100) { change(&$0) }]))
        bench.set(100, 7)
        return bench
    }

    private func bench(maxRate: Double, resolution: Double? = nil) -> SensorBench {
        bench {
            $0.maxRate = maxRate
            $0.resolution = resolution
        }
    }

    @Test("exactly the same words for so long are stuck, until one bit moves")
    func stuck() async throws {
        let bench = bench { $0.stuckAfter = .seconds(1800) }
        #expect(await bench.poll() == [.good(7)])
        #expect(await bench.poll(after: .seconds(1799)) == [.good(7)])
        #expect(await bench.poll(after: .seconds(1)) == [.uncertain(7, .stuck)])
        #expect(try #require(await bench.sensor.lastProblem).contains("channel value reads 7.0 1: stuck"))
        bench.set(100, 8)
        #expect(await bench.poll(after: .seconds(1)) == [.good(8)])
        #expect(await bench.poll(after: .seconds(1799)) == [.good(8)])
    }

    @Test("a silence is no evidence of standing still")
    func stuckAfterSilence() async {
        let bench = bench { $0.stuckAfter = .seconds(1800) }
        _ = await bench.poll()
        await bench.silence()
        #expect(await bench.poll(after: .seconds(3600)) == [.good(7)])
        #expect(await bench.poll(after: .seconds(1800)) == [.uncertain(7, .stuck)])
    }

    @Test("a channel without a limit may rest for years")
    func rest() async {
        let bench = bench { _ in }
        _ = await bench.poll()
        #expect(await bench.poll(after: .seconds(100_000_000)) == [.good(7)])
    }

    @Test("a value that moves less than so much in so long is a flat line, and recovers when it moves")
    func flatLine() async {
        let bench = bench { $0.flatLine = .init(within: 3, duration: .seconds(100)) }
        for value in [7, 8, 9, 8, 7] as [UInt16] {
            bench.set(100, value)
            #expect(await bench.poll(after: .seconds(20)) == [.good(Double(value))])
        }
        bench.set(100, 9)
        #expect(await bench.poll(after: .seconds(20)) == [.uncertain(9, .flatLine)])
        bench.set(100, 10)
        #expect(await bench.poll(after: .seconds(20)) == [.good(10)], "3 above the lowest: it moved")
        #expect(await bench.poll(after: .seconds(99)) == [.good(10)])
        #expect(await bench.poll(after: .seconds(1)) == [.uncertain(10, .flatLine)])
    }

    @Test("a change faster than nature is uncertain until a second reading agrees with the new level")
    func jump() async throws {
        let bench = bench(maxRate: 5)
        #expect(await bench.poll() == [.good(7)])
        bench.set(100, 12)
        #expect(await bench.poll(after: .seconds(1)) == [.good(12)], "5 a second is believable")
        bench.set(100, 40)
        #expect(await bench.poll(after: .seconds(1)) == [.uncertain(40, .implausibleJump)])
        #expect(try #require(await bench.sensor.lastProblem).contains("implausible-jump"))
        bench.set(100, 43)
        #expect(await bench.poll(after: .seconds(1)) == [.good(43)])
    }

    @Test("a spike is uncertain alone, and spikes that do not agree stay so")
    func spikes() async {
        let bench = bench(maxRate: 5)
        _ = await bench.poll()
        bench.set(100, 500)
        #expect(await bench.poll(after: .seconds(1)) == [.uncertain(500, .implausibleJump)])
        bench.set(100, 8)
        #expect(await bench.poll(after: .seconds(1)) == [.good(8)])
        for value in [300, 600, 100] as [UInt16] {
            bench.set(100, value)
            #expect(await bench.poll(after: .seconds(1)) == [.uncertain(Double(value), .implausibleJump)])
        }
    }

    @Test("one step of the resolution is no jump, however fast the polls follow each other")
    func resolution() async {
        let bench = bench(maxRate: 0.001, resolution: 1)
        _ = await bench.poll()
        bench.set(100, 8)
        #expect(await bench.poll() == [.good(8)])
        bench.set(100, 10)
        #expect(await bench.poll() == [.uncertain(10, .implausibleJump)])
    }

    @Test("a value after a resynchronisation is not what others are compared with")
    func resynchronised() async {
        let bench = bench(maxRate: 5)
        _ = await bench.poll()
        bench.set(100, 500)
        bench.image.resynchronise(unit: 9)
        #expect(await bench.poll(after: .seconds(1)) == [.uncertain(500, .resynchronising)])
        #expect(await bench.poll(after: .seconds(1)) == [.uncertain(500, .implausibleJump)])
        #expect(await bench.poll(after: .seconds(1)) == [.good(500)])
    }

    @Test("what could not be read for a while is no evidence of standing still")
    func stuckAfterNoise() async {
        let bench = bench { $0.stuckAfter = .seconds(60) }
        bench.set(100, 7)
        #expect(await bench.poll() == [.good(7)])
        bench.image.fail(unit: 9, with: .corruptReply)
        #expect(await bench.poll(after: .seconds(50)) == [.bad(.corruptReply)])
        bench.image.fail(unit: 9, with: nil)
        #expect(await bench.poll(after: .seconds(20)) == [.good(7)])
    }

    @Test("of several doubts the jump comes before stuck, and stuck before the flat line")
    func order() async {
        let bench = bench {
            $0.stuckAfter = .seconds(10)
            $0.flatLine = .init(within: 2, duration: .seconds(10))
            $0.maxRate = 1
        }
        _ = await bench.poll()
        #expect(await bench.poll(after: .seconds(10)) == [.uncertain(7, .stuck)])
        bench.set(100, 8)
        #expect(await bench.poll(after: .seconds(1)) == [.uncertain(8, .flatLine)])
        bench.set(100, 80)
        #expect(await bench.poll(after: .seconds(1)) == [.uncertain(80, .implausibleJump)])
    }

    @Test("the supply and an uncertain status come before a channel's own behaviour")
    func othersFirst() async {
        let channels = [
            SensorBench.channel(100) { $0.stuckAfter = .seconds(10) },
            SensorBench.channel(101, "supply", quantity: .supplyVoltage),
        ]
        let bench = SensorBench(
            SensorBench.profile(channels) {
                $0.supplyMinimum = 10
                $0.status = [.init(table: .holding, address: 0, equals: [1: .uncertain(.testGas)])]
            })
        bench.set(0, 0)
        bench.set(100, 7, 9)
        _ = await bench.poll()
        #expect(await bench.poll(after: .seconds(10)).first == .uncertain(7, .supplyLow))
        bench.set(0, 1)
        #expect(await bench.poll() == [.uncertain(7, .testGas), .uncertain(9, .testGas)])
        bench.set(0, 0)
        bench.set(101, 10)
        #expect(await bench.poll().first == .uncertain(7, .stuck))
    }
}
