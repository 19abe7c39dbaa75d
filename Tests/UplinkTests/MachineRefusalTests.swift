// What a broker refuses for what it is, and hangs up over: it must not keep back what is behind it, however the broker says it.
import Outbox
import SensorModel
import Testing
import TestSupport

@testable import Uplink

/// How a broker refuses a message.
enum Refusing: CaseIterable, Sendable {
    /// By its acknowledgement, and then it hangs up.
    case acknowledgement
    /// By DISCONNECT alone, which does not say which message it means.
    case farewell
}

@Suite struct MachineRefusalTests {
    /// A lane whose messages are sent one by one, with three records.
    private func bench(_ lane: Lane, links: Int = 1) -> MachineBench {
        var bench = MachineBench {
            $0.links = Array(MachineBench.links.prefix(links))
            $0.batchInterval = .zero
            $0.batchReadings = 1
        }
        bench.connect()
        bench.commit(lane, 3)
        return bench
    }

    /// Lets a broker answer that takes everything but these numbers, and hangs up over them; until nothing is on its way.
    /// - Returns: true when it has hung up.
    private func serve(_ bench: inout MachineBench, _ lane: Lane, refusing poison: Set<Int64>, _ how: Refusing) -> Bool {
        while let first = bench.flying(lane).first {
            guard poison.contains(first.first) else {
                bench.acknowledge(lane)
                continue
            }
            if how == .acknowledgement { bench.acknowledge(lane, 0x99) }
            bench.close(.lost, "the broker ended the connection", reason: how == .farewell ? 0x99 : nil)
            return true
        }
        return false
    }

    /// The next connection, and on it the moment when something goes.
    private func reconnect(_ bench: inout MachineBench, _ lane: Lane) {
        _ = bench.untilNextAttempt()
        bench.connect()
        if bench.flying(lane).isEmpty { bench.advance(.seconds(16)) }
    }

    @Test(arguments: Lane.allCases, Refusing.allCases)
    func `a message that the broker hangs up over is set aside after three connections`(lane: Lane, how: Refusing) {
        var bench = bench(lane)
        var connections = 1
        while serve(&bench, lane, refusing: [1], how), connections < 12 {
            reconnect(&bench, lane)
            connections += 1
        }
        #expect(connections == 4, "three refusals")
        #expect(bench.published(lane).filter { $0.range == 1...1 }.count == 3)
        #expect(bench.status.problem.contains("1 message of the lane \(lane.rawValue) refused and set aside"))
        #expect(!bench.status.problem.contains("another client"), "\(bench.status.problem)")
        bench.commit(lane)
        bench.acknowledge(lane)
        #expect(Set(bench.published(lane).suffix(3).map(\.range)) == [2...2, 3...3, 4...4], "the others went past it")
        #expect(bench.delivered[lane] == nil, "nothing is freed before it")
        bench.advance(.seconds(60))
        #expect(bench.flying(lane).map(\.range) == [1...1], "it is tried again, as it was")
        #expect(bench.flying(lane).first?.text == bench.published(lane).first?.text)
        bench.acknowledge(lane)
        #expect(bench.delivered[lane] == 4)
        #expect(!bench.status.problem.contains("set aside"))
    }

    @Test(arguments: Lane.allCases, Refusing.allCases)
    func `two brokers that hang up over a message do not send it back and forth`(lane: Lane, how: Refusing) {
        var bench = bench(lane, links: 2)
        var connections = 1
        while serve(&bench, lane, refusing: [1], how), connections < 20 {
            reconnect(&bench, lane)
            connections += 1
        }
        #expect(connections <= 7, "three refusals by each")
        #expect(Set(bench.published(lane).suffix(2).map(\.range)) == [2...2, 3...3])
        // The other one has not refused a fourth time: it is not asked again at once either.
        bench.close(.unreachable)
        _ = bench.untilNextAttempt()
        bench.connect()
        #expect(bench.flying(lane).isEmpty)
    }

    @Test(arguments: Refusing.allCases)
    func `one that is set aside costs a connection a minute, in turn, and says nothing about the id`(how: Refusing) {
        var bench = bench(.alarms)
        bench.commit(.alarms, 2)
        var connections = 1
        while serve(&bench, .alarms, refusing: [1, 3], how), connections < 12 {
            reconnect(&bench, .alarms)
            connections += 1
        }
        #expect(bench.status.problem.contains("2 messages of the lane alarms refused and set aside"))
        var tried: [Int64] = []
        var refused = bench.now.monotonic
        for round in 0..<8 {
            while bench.flying(.alarms).isEmpty, let due = bench.machine.nextDeadline() {
                bench.advance(due - bench.now.monotonic)
            }
            #expect(round == 0 || bench.now.monotonic - refused >= .seconds(60))
            tried.append(bench.flying(.alarms).first?.first ?? 0)
            refused = bench.now.monotonic
            #expect(serve(&bench, .alarms, refusing: [1, 3], how))
            _ = bench.untilNextAttempt()
            bench.connect()
            #expect(bench.flying(.alarms).isEmpty, "not again at once")
            bench.commit(.alarms)
            #expect(bench.flying(.alarms).count == 1)
            bench.acknowledge(.alarms)
        }
        #expect(tried.count { $0 == 1 } == 4 && tried.count { $0 == 3 } == 4, "\(tried)")
        #expect(!bench.status.problem.contains("another client"), "\(bench.status.problem)")
    }

    @Test func `the state that begins each connection is not taken for the message that the broker hangs up over`() {
        var bench = bench(.alarms)
        bench.close()
        for _ in 0..<3 {
            _ = bench.untilNextAttempt()
            bench.connect(birth: nil)
            while bench.flying(.alarms).isEmpty, let due = bench.machine.nextDeadline() {
                bench.advance(due - bench.now.monotonic)
            }
            #expect(bench.flying(nil).count == 1 && bench.flying(.alarms).first?.first == 1)
            bench.close(.lost, "the broker ended the connection", reason: 0x95)
        }
        #expect(bench.status.problem.contains("1 message of the lane alarms refused and set aside"))
    }

    @Test func `a message that was only in the way of the one meant arrives on the next connection`() {
        var bench = bench(.readings)
        bench.close(.lost, "the broker ended the connection", reason: 0x95)
        reconnect(&bench, .readings)
        #expect(bench.flying(.readings).map(\.range) == [1...1], "alone: the next refusal means this one")
        bench.acknowledge(.readings)
        for _ in 0..<2 { bench.acknowledge(.readings) }
        #expect(bench.delivered[.readings] == 3)
        #expect(bench.status.problem.isEmpty)
    }

    @Test func `a reply that the broker ends the connection over is not sent again`() {
        var bench = MachineBench()
        bench.connect()
        bench.feed(.replied(Array("{}".utf8)))
        #expect(bench.flying(nil).map(\.message.topic) == ["manhole/v1/gw/replies"])
        bench.close(.lost, "the broker ended the connection", reason: 0x99)
        #expect(bench.status.refused == 1)
        _ = bench.untilNextAttempt()
        bench.connect()
        #expect(bench.flying.isEmpty)
    }

    @Test func `what is refused for another reason is read from the store again after a break`() {
        var bench = bench(.readings)
        bench.acknowledge(.readings, 0x97)
        bench.close()
        bench.elements[.readings]?.removeFirst()
        bench.elements[.readings]?.insert(.gap(Gap(from: 1, to: 1, count: 1, reason: .evicted)), at: 0)
        reconnect(&bench, .readings)
        #expect(bench.flying(.readings).first?.text.contains("evicted") == true)
    }

    @Test func `an alarm that is refused while it commits is kept when the connection ends, though the store never has it`() {
        var bench = MachineBench()
        bench.connect()
        bench.feed(
            .offered(AlarmOffer(previous: 0, record: NumberedRecord(seq: 1, body: Array("\"v\":\"offered\"".utf8)))))
        bench.acknowledge(.alarms, 0x99)
        bench.close()
        reconnect(&bench, .alarms)
        #expect(bench.flying(.alarms).map(\.range) == [1...1])
        bench.acknowledge(.alarms)
        #expect(bench.delivered[.alarms] == 1)
    }

    // MARK: Too large

    /// Lets a broker answer that calls every message of the readings too large that is longer than this; until nothing is
    /// on its way.
    /// - Returns: how many it has refused.
    private func drain(_ bench: inout MachineBench, longest: Int) -> Int {
        var (refused, steps) = (0, 0)
        while let first = bench.flying(.readings).first, steps < 500 {
            let isTooLarge = first.message.payload.count > longest
            bench.acknowledge(.readings, isTooLarge ? 0x95 : 0)
            refused += isTooLarge ? 1 : 0
            steps += 1
        }
        return refused
    }

    @Test func `a batch that the broker calls too large goes in smaller ones`() {
        var bench = MachineBench {
            $0.batchInterval = .zero
            $0.batchReadings = 500
        }
        bench.connect()
        bench.commit(.readings, 400, length: 200)
        let refused = drain(&bench, longest: 1500)
        #expect(bench.delivered[.readings] == 400)
        #expect(refused > 0 && refused < 10, "\(refused)")
        #expect(bench.published(.readings).suffix(50).allSatisfy { $0.message.payload.count <= 1500 }, "it is remembered")
        #expect(bench.status.problem.isEmpty && bench.drops == 0)
        let chain = bench.published(.readings).filter { $0.message.payload.count <= 1500 }.map(\.range)
        #expect(Set(chain.flatMap { Array($0) }) == Set(1...400))
        #expect(bench.published(.readings).allSatisfy { $0.text.contains("\"after\":\($0.first - 1),") })
        bench.commit(.readings, 40, length: 200)
        #expect(drain(&bench, longest: 1500) == 0, "and nothing is tried in vain")
    }

    @Test func `a batch that the broker ends the connection over is smaller on the next one`() {
        var bench = MachineBench {
            $0.batchInterval = .zero
            $0.batchReadings = 500
        }
        bench.connect()
        bench.commit(.readings, 100, length: 200)
        var connections = 1
        while let first = bench.flying(.readings).first, connections < 20 {
            guard first.message.payload.count > 1500 else {
                bench.acknowledge(.readings)
                continue
            }
            bench.close(.lost, "the broker ended the connection", reason: 0x95)
            reconnect(&bench, .readings)
            connections += 1
        }
        #expect(bench.delivered[.readings] == 100)
        #expect(connections <= 4)
        #expect(!bench.status.problem.contains("another client"))
    }

    @Test func `one record that is too large by itself is set aside and the others pass it`() {
        var bench = MachineBench {
            $0.batchInterval = .zero
            $0.batchReadings = 50
        }
        bench.connect()
        bench.commit(.readings, 5, length: 100)
        bench.commit(.readings, 1, length: 3000)
        bench.commit(.readings, 20, length: 100)
        for _ in 0..<6 {
            _ = drain(&bench, longest: 1500)
            bench.advance(.seconds(16))
        }
        #expect(bench.delivered[.readings] == 5)
        #expect(bench.status.problem.contains("1 message of the lane readings refused and set aside"))
        let arrived = bench.published(.readings).filter { $0.message.payload.count <= 1500 }.map(\.range)
        #expect(Set(arrived.flatMap { Array($0) }) == Set(1...26).subtracting([6]))
        _ = drain(&bench, longest: .max)
        bench.advance(.seconds(60))
        _ = drain(&bench, longest: .max)
        #expect(bench.delivered[.readings] == 26)
    }

    @Test func `a batch whose readings were given up meanwhile goes as the gap that is there now`() {
        var bench = MachineBench {
            $0.batchInterval = .zero
            $0.batchReadings = 10
        }
        bench.connect()
        bench.commit(.readings, 10, length: 100)
        bench.elements[.readings] = [.gap(Gap(from: 1, to: 10, count: 10, reason: .evicted))]
        bench.acknowledge(.readings, 0x95)
        #expect(bench.flying(.readings).first?.text.contains("evicted") == true)
        bench.acknowledge(.readings)
        #expect(bench.delivered[.readings] == 10)
    }

    @Test func `the bound of a batch grows again, so that a broker's higher limit is noticed`() {
        var bound = BatchBound()
        let start = MonotonicTime(nanoseconds: 0)
        #expect(bound.size(at: start) == .max)
        bound.refused(100_000, at: start)
        #expect(bound.size(at: start) == 50_000)
        // One that was on its way already says nothing new.
        bound.refused(100_000, at: start)
        #expect(bound.size(at: start) == 50_000)
        #expect(bound.size(at: start + .seconds(599)) == 50_000)
        #expect(bound.size(at: start + .seconds(600)) == 100_000)
        #expect(bound.size(at: start + .seconds(1_000_000_000)) == .max)
        bound.refused(1, at: start)
        #expect(bound.size(at: start) == 1)
    }
}
