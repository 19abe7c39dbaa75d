// What one bad unit costs the others on its line, in virtual time on a bus that takes the time of a real one.
import DeviceHAL
import Gateway
import SensorModel
import TestSupport
import Testing

@Suite struct DeadUnitTests {
    private static let reply = Duration.milliseconds(40)
    private static let timeout = Duration.milliseconds(500)

    private let folder = TemporaryFolder()

    private func bench(_ units: ClosedRange<UInt8>, every: Duration, dead: Set<UInt8> = []) throws -> (PipelineBench, TimedLine) {
        let bench = try PipelineBench(folder: folder)
        bench.broker.set(away: true)
        let line = TimedLine(bench.clock, reply: Self.reply, timeout: Self.timeout, dead: dead)
        let poller = PollerTests.poller(bench, line, units.map { ($0, every) })
        bench.start()
        bench.live { await poller.run() }
        return (bench, line)
    }

    @Test("one dead unit of twenty costs the others at most a tenth of their period")
    func oneOfTwenty() throws {
        let period = Duration.seconds(1)
        let (bench, line) = try bench(1...20, every: period, dead: [13])
        bench.pass(.seconds(320))
        let begun = MonotonicTime(nanoseconds: 1_000_000_000) + .seconds(20)
        for unit: UInt8 in 1...20 where unit != 13 {
            let asked = line.asked(unit).filter { $0 >= begun }
            let gaps = zip(asked.dropFirst(), asked).map { $0 - $1 }
            #expect(asked.count >= 273, "unit \(unit): 300 polls by its period, 273 by 1.1 times that")
            let long = gaps.filter { $0 * 10 > period * 11 }
            #expect(long.count <= 8, "unit \(unit): later only where the dead one was asked again, it was \(long)")
            #expect(gaps.allSatisfy { $0 <= period + Self.timeout + Self.reply * 2 }, "unit \(unit)")
        }
        #expect(line.asked(13).count <= 12, "1, 2, 4 … 64 cycles")
    }

    @Test("an exception is a reading's reason, whatever its number, and keeps nobody from asking again")
    func exceptions() throws {
        let (bench, line) = try bench(1...2, every: .seconds(5))
        bench.pass(.seconds(1))
        for code: UInt8 in [1, 2, 3, 4, 5, 6, 8, 10] {
            let before = line.asked(1).count
            line.refuse(1, with: code)
            bench.pass(.seconds(5))
            #expect(line.asked(1).count == before + 1, "exception \(code)")
        }
        line.refuse(1, with: nil)
        bench.pass(.seconds(8))
        let words = try bench.content(.readings).filter { $0.contains(#""cover":"C1""#) }.map { text in
            let reading = try members(String(text.drop { $0 != "{" }))
            return isNull(reading["value"]) ? reading["reason"] as? String : reading["quality"] as? String
        }
        #expect(words == ["good"] + Array(repeating: "exception", count: 8) + ["good"])
    }
}
