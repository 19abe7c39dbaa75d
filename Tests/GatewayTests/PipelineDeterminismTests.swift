// The whole way from register to broker on one thread: the same seed gives the same bytes, so that the daemon can be simulated.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct PipelineDeterminismTests {
    /// About four minutes of two buses with five sensors; values wander, units fail, the broker goes away: everything by chance.
    /// - Returns: each message, topic and payload.
    private static func run(seed: UInt64) throws -> [String] {
        var chance = SeededGenerator(seed: seed)
        let images = [RegisterImage(), RegisterImage()]
        let units: [[(unit: UInt8, every: Duration)]] = [
            [(1, .seconds(5)), (2, .seconds(5)), (3, .seconds(2))], [(4, .seconds(3)), (5, .seconds(5))],
        ]
        let points = (1...5).map { Point(cover: "C\($0)", sensor: "ch4", channel: "gas") }
        let bench = try PipelineBench(folder: TemporaryFolder(), seed: seed, points: points)
        bench.start()
        for (image, sensors) in zip(images, units) {
            for sensor in sensors { image.set(unit: sensor.unit, .holding, 2, words: [10]) }
            let poller = PollerTests.poller(bench, image, sensors)
            bench.live { await poller.run() }
        }
        for _ in 0..<120 {
            let bus = Int.random(in: 0...1, using: &chance)
            let unit = units[bus][Int.random(in: 0..<units[bus].count, using: &chance)].unit
            switch Int.random(in: 0..<8, using: &chance) {
            case 0: images[bus].fail(unit: unit, with: .timeout)
            case 1: images[bus].fail(unit: unit, with: nil)
            case 2: bench.broker.set(away: Bool.random(using: &chance))
            default: images[bus].set(unit: unit, .holding, 2, words: [UInt16.random(in: 0...40, using: &chance)])
            }
            bench.pass(.milliseconds(Int64.random(in: 100...4000, using: &chance)))
        }
        bench.broker.set(away: false)
        bench.pass(.seconds(60))
        try bench.stop()
        return bench.broker.messages.map { "\($0.topic) \(String(decoding: $0.payload, as: UTF8.self))" }
    }

    private static let first = Result { try run(seed: 1) }

    @Test("thirty runs of one seed publish the same bytes in the same order", arguments: 2...30)
    func sameBytes(number: Int) throws {
        #expect(try Self.run(seed: 1) == Self.first.get())
    }

    @Test("a run publishes on all three topics, and another seed publishes other bytes")
    func otherSeed() throws {
        let first = try Self.first.get()
        #expect(first.count > 20)
        #expect(Set(first.map { $0.prefix { $0 != " " } }).count == 3)
        #expect(try Self.run(seed: 2) != first)
    }

    @Test(
        "after every outage each lane is complete: each message begins where the one before it ended",
        arguments: 1...5 as ClosedRange<UInt64>)
    func complete(seed: UInt64) throws {
        let messages = try Self.run(seed: seed)
        for lane in ["alarms", "readings"] {
            var last = 0
            for message in messages where message.hasPrefix("manhole/v1/gw-1/\(lane) ") {
                let content = try members(String(message.drop { $0 != "{" }))
                let records = content["readings"] as? [[String: Any]] ?? [content]
                #expect(content["after"] as? Int == last)
                for record in records {
                    #expect(record["seq"] as? Int == last + 1)
                    last += 1
                }
            }
            #expect(last > 5)
        }
    }
}
