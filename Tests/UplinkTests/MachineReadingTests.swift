// Readings on an uplink: in batches, within the window, delivered by PUBACK 0x00 and by nothing else.
import Outbox
import SensorModel
import Testing
import TestSupport

@testable import Uplink

@Suite struct MachineReadingTests {
    @Test func `a batch goes when it is full or when its first reading has waited long enough`() {
        var bench = MachineBench()
        bench.connect()
        bench.commit(.readings, 9)
        bench.advance(.milliseconds(9999))
        #expect(bench.published(.readings).isEmpty)
        #expect(bench.machine.nextDeadline().map { $0 - bench.now.monotonic } == .milliseconds(1))
        bench.advance(.milliseconds(1))
        #expect(bench.published(.readings).map(\.range) == [1...9])
        bench.commit(.readings, 9)
        #expect(bench.published(.readings).count == 1)
        bench.commit(.readings, 1)
        #expect(bench.published(.readings).map(\.range) == [1...9, 10...19])
    }

    @Test func `zero seconds sends at commit`() {
        var bench = MachineBench { $0.batchInterval = .zero }
        bench.connect()
        for count in Int64(1)...5 {
            bench.commit(.readings, 1)
            #expect(bench.published(.readings).last?.range == count...count)
        }
    }

    @Test func `the chain is exact, also over gaps`() {
        var bench = MachineBench {
            $0.batchReadings = 2; $0.batchInterval = .zero
        }
        bench.elements[.readings] =
            [1, 2, 3].map { .record(seq: $0, body: Array("\"v\":\($0)".utf8)) }
            + [.gap(Gap(from: 4, to: 7, count: 4, reason: .unused))]
            + [8, 9].map { .record(seq: $0, body: Array("\"v\":\($0)".utf8)) }
        bench.connect()
        bench.feed(.committed(.readings, through: 9))
        #expect(bench.published(.readings).map(\.range) == [1...2, 3...8, 9...9])
        #expect(bench.published(.readings).allSatisfy { $0.text.contains("\"after\":\($0.first - 1),") })
        #expect(
            bench.published(.readings)[1].text.hasSuffix(
                "[{\"seq\":3,\"v\":3},{\"gap\":{\"from\":4,\"to\":7,\"count\":4,\"reason\":\"unused\"}},{\"seq\":8,\"v\":8}]}"))
    }

    @Test func `what an earlier run left goes at once`() {
        var bench = MachineBench(delivered: [.readings: Delivered(through: 5)])
        bench.elements[.readings] = (1...8).map { .record(seq: $0, body: [0x22, 0x22]) }
        bench.machine = UplinkMachine(
            UplinkSessionSettings(
                id: "city", links: MachineBench.links, speaker: .init(gateway: "gw", store: "s"), boot: "boot-1"),
            delivered: [.readings: Delivered(through: 5)], committed: [.readings: 8], receipts: MachineBench.noReceipts,
            now: bench.now,
            chance: SeededGenerator(seed: 1))
        bench.connect()
        #expect(bench.published(.readings).map(\.range) == [6...8])
    }

    @Test func `unacknowledged bytes stay within the window the link has proved`() {
        var bench = MachineBench {
            $0.batchInterval = .zero; $0.batchReadings = 500
        }
        bench.connect()
        bench.commit(.readings, 4000, length: 200)
        var largest = 0
        var steps = 0
        while !bench.flying.isEmpty, steps < 1000 {
            let status = bench.status
            // A message is never cut: it may pass the bound by its own envelope and the numbers in it.
            #expect(status.inFlightBytes <= status.windowBytes * 12 / 10 + 300)
            #expect(status.inFlightBytes == bench.flying.reduce(0) { $0 + $1.flight.bytes })
            #expect(status.windowBytes >= 4096)
            largest = max(largest, status.windowBytes)
            if steps == 0 { #expect(status.inFlightBytes < 5200, "nothing is known of the link yet") }
            bench.advance(.milliseconds(100))
            bench.acknowledge(.readings)
            steps += 1
        }
        #expect(bench.delivered[.readings] == 4000)
        #expect(largest > 30_000, "the window grows with what the link carries")
    }

    @Test func `what a message has no room for follows at once, and does not wait for the next batch`() {
        var bench = MachineBench { $0.batchReadings = 100 }
        bench.connect()
        bench.commit(.readings, 100, length: 200)
        var steps = 0
        while !bench.flying.isEmpty, steps < 90 {
            bench.advance(.milliseconds(100))
            bench.acknowledge(.readings)
            steps += 1
        }
        #expect(bench.published(.readings).count > 1, "one message does not take them all")
        #expect(bench.delivered[.readings] == 100)
    }

    @Test func `a batch without answer for ten seconds costs the connection`() {
        var bench = MachineBench {
            $0.batchInterval = .zero; $0.batchReadings = 5
        }
        bench.connect()
        bench.commit(.readings, 15)
        #expect(bench.flying(.readings).count == 3)
        bench.acknowledge(.readings, last: true)
        bench.advance(.milliseconds(9999))
        #expect(bench.drops == 0)
        bench.advance(.milliseconds(1))
        #expect(bench.drops == 1)
        #expect(bench.delivered[.readings] == nil, "an island is not delivery")
        bench.close(.stopped)
        #expect(bench.status.problem.contains("within 10 s"))
        _ = bench.untilNextAttempt()
        bench.connect()
        #expect(bench.published(.readings).map(\.range).suffix(2) == [1...5, 6...10], "the island is not sent again")
        bench.commit(.readings, 1)
        #expect(bench.published(.readings).last?.range == 16...16)
        #expect(bench.published(.readings).last?.text.contains("\"after\":15,") == true)
        for _ in 0..<3 { bench.acknowledge(.readings) }
        #expect(bench.delivered[.readings] == 16)
    }

    @Test func `nobody listening keeps the record, says so, and tries again less and less often`() {
        var bench = MachineBench { $0.batchInterval = .zero }
        bench.connect()
        bench.commit(.readings, 3)
        bench.acknowledge(.readings, 0x10)
        #expect(bench.status.nobodyListening == ["manhole/v1/gw/readings"])
        #expect(bench.status.refused == 1)
        #expect(bench.delivered.isEmpty)
        var pauses: [Duration] = []
        for _ in 0..<12 {
            bench.commit(.readings, 20)
            #expect(bench.flying.isEmpty, "nothing goes while the lane holds back")
            let start = bench.now.monotonic
            guard let due = bench.machine.nextDeadline() else { break }
            pauses.append(due - start)
            bench.advance(due - start)
            #expect(bench.flying(.readings).map(\.range) == [1...3], "one message at a time, the oldest")
            bench.acknowledge(.readings, 0x10)
        }
        #expect(pauses.count == 12)
        #expect(pauses.allSatisfy { $0 <= .seconds(15) })
        #expect(pauses.suffix(6).contains { $0 > .seconds(2) })
        bench.advance(.seconds(15))
        bench.acknowledge(.readings, 0)
        #expect(bench.status.nobodyListening.isEmpty)
        #expect(bench.delivered[.readings] == 3)
        #expect(bench.flying(.readings).first?.first == 4, "and the rest follows at once")
    }

    @Test func `in accept mode 0x10 is delivery`() {
        var bench = MachineBench {
            $0.batchInterval = .zero; $0.acceptNoSubscriber = true
        }
        bench.connect(birth: 0x10)
        bench.commit(.readings, 3)
        bench.acknowledge(.readings, 0x10)
        #expect(bench.delivered[.readings] == 3)
        #expect(bench.status.nobodyListening.isEmpty)
        #expect(bench.status.refused == 0)
    }

    @Test(
        arguments: [
            (UInt8(0x97), "quota exceeded (0x97)"), (0x87, "not authorized for this topic (0x87)"), (0x83, "error (0x83)"),
        ], Lane.allCases)
    func `a refused record is kept and the reason is told`(refusal: (code: UInt8, words: String), lane: Lane) {
        var bench = MachineBench {
            $0.batchInterval = .zero; $0.acceptNoSubscriber = true
        }
        bench.connect()
        bench.commit(lane, 1)
        bench.acknowledge(lane, refusal.code)
        #expect(bench.status.problem.contains("manhole/v1/gw/\(lane.rawValue)"))
        #expect(bench.status.problem.contains(refusal.words))
        #expect(bench.delivered.isEmpty)
        #expect(bench.drops == 0)
        let first = bench.published(lane).first?.text
        bench.advance(.seconds(16))
        #expect(bench.flying(lane).first?.text == first, "sent again as it was")
        bench.acknowledge(lane, 0)
        #expect(bench.delivered[lane] == 1)
        #expect(bench.status.problem.isEmpty)
    }

    @Test func `a broker that refuses and hangs up is still told of, and not asked again at once on the next connection`() {
        var bench = MachineBench { $0.batchInterval = .zero }
        bench.connect()
        bench.commit(.readings, 30)
        for _ in 0..<3 { bench.acknowledge(.readings, 0x87) }
        for _ in 0..<5 {
            bench.close(.lost, "the broker closed the connection")
            #expect(bench.status.problem.contains("not authorized for this topic (0x87); the broker closed the connection"))
            #expect(bench.untilNextAttempt() > .zero)
            bench.connect()
            bench.advance(.seconds(15))
            #expect(bench.flying(.readings).count == 1, "one message at a time until one goes through")
            bench.acknowledge(.readings, 0x87)
        }
        bench.advance(.seconds(15))
        bench.acknowledge(.readings, 0)
        while !bench.flying(.readings).isEmpty { bench.acknowledge(.readings, 0) }
        #expect(bench.delivered[.readings] == 30)
        #expect(bench.status.problem.isEmpty)
    }

    @Test(arguments: Lane.allCases)
    func `a message refused three times for what it is cannot block its lane, and is tried again at times`(lane: Lane) {
        var bench = MachineBench {
            $0.batchInterval = .zero; $0.batchReadings = 1
        }
        bench.connect()
        bench.commit(lane, 3)
        for _ in 0..<3 {
            // The first message is refused each time it comes, the others are taken.
            for _ in 0..<5 { bench.acknowledge(lane, bench.flying(lane).first?.range == 1...1 ? 0x99 : 0) }
            bench.advance(.seconds(16))
        }
        #expect(bench.status.problem.contains("1 message of the lane \(lane.rawValue) refused and set aside"))
        #expect(bench.published(lane).filter { $0.range == 1...1 }.count == 3)
        for _ in 0..<5 { bench.acknowledge(lane) }
        bench.commit(lane)
        bench.acknowledge(lane)
        #expect(Set(bench.published(lane).map(\.range)) == [1...1, 2...2, 3...3, 4...4], "the others went past it")
        #expect(bench.delivered[lane] == nil, "nothing is freed before it")
        bench.advance(.seconds(60))
        #expect(bench.flying(lane).map(\.range) == [1...1])
        bench.acknowledge(lane)
        #expect(bench.delivered[lane] == 4)
        #expect(bench.status.problem.isEmpty)
    }

    @Test func `a lane that holds back does not hold the other`() {
        var bench = MachineBench { $0.batchInterval = .zero }
        bench.connect()
        bench.commit(.alarms)
        bench.acknowledge(.alarms, 0x97)
        bench.commit(.readings, 3)
        #expect(bench.flying(.readings).map(\.range) == [1...3])
        bench.acknowledge(.readings, 0x10)
        bench.commit(.readings, 3)
        #expect(bench.status.nobodyListening == ["manhole/v1/gw/readings"])
        #expect(bench.status.problem.contains("alarms"))
    }

    @Test func `refused numbers that became a gap are delivered as one, though what followed them has arrived`() {
        var bench = MachineBench {
            $0.batchInterval = .zero; $0.batchReadings = 5
        }
        bench.connect()
        bench.commit(.readings, 10)
        bench.acknowledge(.readings, 0x97)
        bench.acknowledge(.readings, 0)
        bench.close()
        // Meanwhile the store was full.
        bench.elements[.readings] = [.gap(Gap(from: 1, to: 10, count: 10, reason: .evicted))]
        _ = bench.untilNextAttempt()
        bench.connect()
        #expect(bench.published(.readings).last?.range == 1...10)
        bench.acknowledge(.readings)
        #expect(bench.delivered[.readings] == 10)
    }
}
