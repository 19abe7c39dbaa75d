// Alarms on an uplink: first, once, in order, and within five seconds or on another connection.
import Outbox
import SensorModel
import Testing
import TestSupport

@testable import Uplink

@Suite struct MachineAlarmTests {
    private func offer(_ previous: Int64, _ seq: Int64) -> UplinkMachine.Input {
        .offered(AlarmOffer(previous: previous, record: NumberedRecord(seq: seq, body: Array("\"v\":\"offered\"".utf8))))
    }

    @Test func `the birth goes first, then alarms, then readings`() {
        var bench = MachineBench()
        bench.commit(.readings, 20)
        bench.commit(.alarms, 3)
        bench.connect(birth: nil)
        #expect(bench.history.map(\.lane).prefix(4) == [nil, .alarms, .alarms, .alarms])
        bench.acknowledge(nil)
        bench.feed(.tick)
        #expect(bench.history.dropFirst(4).first?.lane == .readings)
        #expect(bench.published(.alarms).map(\.range) == [1...1, 2...2, 3...3])
    }

    @Test func `readings wait while an alarm is being read from the store`() {
        var bench = MachineBench { $0.batchInterval = .zero }
        bench.connect()
        bench.answersSelects = false
        bench.commit(.alarms)
        bench.commit(.readings, 50)
        #expect(bench.selects.count == 1)
        #expect(bench.history.count == 1, "only the birth")
        bench.answer()
        #expect(bench.published(.alarms).count == 1)
        bench.answersSelects = true
        bench.answer()
        #expect(bench.published(.readings).count == 1)
    }

    @Test func `a batch that comes out of the store behind an alarm lets the alarm pass`() {
        var bench = MachineBench { $0.batchInterval = .zero }
        bench.connect(receiveMaximum: 1)
        bench.answersSelects = false
        bench.commit(.readings, 5)
        bench.commit(.alarms)
        #expect(bench.selects.count == 2)
        bench.answer()
        bench.answer()
        #expect(bench.flying.map(\.flight.lane) == [.alarms], "one slot: it is the alarm's")
        bench.acknowledge(.alarms)
        #expect(bench.flying.map(\.flight.lane) == [.readings])
    }

    @Test func `an alarm is published while it commits and not once more afterwards`() {
        var bench = MachineBench()
        bench.connect()
        bench.feed(offer(0, 1))
        #expect(bench.published(.alarms).map(\.range) == [1...1])
        #expect(bench.flying(.alarms).first?.text.contains("\"after\":0,\"seq\":1,\"v\":\"offered\"") == true)
        bench.acknowledge(.alarms)
        #expect(bench.delivered[.alarms] == 1)
        bench.commit(.alarms)
        bench.feed(offer(1, 2))
        bench.commit(.alarms)
        bench.feed(.tick)
        #expect(bench.published(.alarms).map(\.range) == [1...1, 2...2])
    }

    @Test(arguments: [(previous: Int64(1), seq: Int64(2)), (0, 1)])
    func `an offer that does not follow what was selected last is left to the store`(previous: Int64, seq: Int64) {
        var bench = MachineBench()
        bench.connect()
        if previous == 0 {
            bench.commit(.alarms, 2)
            #expect(bench.published(.alarms).count == 2)
        }
        let before = bench.published(.alarms).count
        bench.feed(offer(previous, seq))
        #expect(bench.published(.alarms).count == before)
    }

    @Test func `an offer made without a connection goes first on the next one, though nothing was committed`() {
        var bench = MachineBench()
        bench.feed(offer(0, 1))
        bench.connect()
        #expect(bench.published(.alarms).map(\.range) == [1...1])
        bench.close()
        bench.feed(offer(1, 2))
        #expect(bench.untilNextAttempt() <= .seconds(5))
        bench.connect()
        #expect(bench.published(.alarms).map(\.range) == [1...1, 1...1, 2...2], "a dead medium loses no alarm to the link")
        bench.acknowledge(.alarms)
        bench.acknowledge(.alarms)
        bench.close()
        bench.connect()
        #expect(bench.published(.alarms).count == 3, "what was delivered is not offered again")
    }

    @Test func `an offer goes while the store is being read, and what the store brings then is not sent twice`() {
        var bench = MachineBench()
        bench.connect()
        bench.answersSelects = false
        bench.commit(.alarms)
        bench.feed(offer(0, 1))
        bench.feed(offer(1, 2))
        #expect(bench.published(.alarms).map(\.range) == [1...1, 2...2])
        bench.answersSelects = true
        bench.answer()
        bench.commit(.alarms)
        #expect(bench.published(.alarms).map(\.range) == [1...1, 2...2])
    }

    @Test func `an offer waits while the lane holds back, and one at a time goes until one was delivered`() {
        var bench = MachineBench()
        bench.connect()
        bench.feed(offer(0, 1))
        bench.acknowledge(.alarms, 0x97)
        bench.feed(offer(1, 2))
        #expect(bench.published(.alarms).count == 1)
        bench.advance(.seconds(2))
        #expect(bench.published(.alarms).map(\.range) == [1...1, 1...1])
        bench.acknowledge(.alarms)
        #expect(bench.published(.alarms).map(\.range) == [1...1, 1...1, 2...2])
    }

    @Test func `a store that could not be read is read again after a second`() {
        var bench = MachineBench()
        bench.connect()
        bench.answersSelects = false
        bench.commit(.alarms)
        #expect(bench.selects.count == 1)
        bench.selects = []
        bench.answersSelects = true
        bench.feed(.selectFailed(.alarms, generation: bench.generation))
        #expect(bench.published(.alarms).isEmpty)
        #expect(bench.machine.nextDeadline().map { $0 - bench.now.monotonic } == .seconds(1))
        bench.advance(.seconds(1))
        #expect(bench.published(.alarms).map(\.range) == [1...1])
    }

    @Test func `a connection whose end is never told is taken as ended after half a minute`() {
        var bench = MachineBench()
        bench.connect()
        bench.commit(.alarms)
        bench.advance(.seconds(5))
        #expect(bench.drops == 1)
        bench.advance(.seconds(30))
        #expect(bench.status.state == .waiting)
        _ = bench.untilNextAttempt()
        #expect(bench.status.state == .connecting)
        bench.advance(.seconds(30))
        #expect(bench.status.state == .waiting, "nor can a connection that never comes hold it")
        _ = bench.untilNextAttempt()
        bench.connect()
        #expect(bench.published(.alarms).map(\.range) == [1...1, 1...1])
    }

    @Test func `a link that stands and does not answer gives way to the next`() {
        var bench = MachineBench { $0.links = MachineBench.links }
        bench.connect()
        bench.commit(.alarms)
        for expected in ["b", "c", "a"] {
            bench.advance(.seconds(5))
            bench.close(.stopped, "dropped")
            _ = bench.untilNextAttempt()
            #expect(bench.connects.last?.endpoint.host == expected)
            bench.connect()
        }
    }

    @Test func `an alarm without answer for five seconds costs the connection, and is sent on the next`() {
        var bench = MachineBench()
        bench.connect()
        bench.commit(.alarms, 2)
        bench.advance(.milliseconds(4999))
        #expect(bench.drops == 0)
        bench.advance(.milliseconds(1))
        #expect(bench.drops == 1)
        bench.advance(.seconds(1))
        #expect(bench.drops == 1, "dropped once")
        #expect(bench.machine.nextDeadline().map { $0 - bench.now.monotonic } == .seconds(29), "only its end can move it now")
        bench.close(.stopped, "closed by us")
        #expect(bench.status.problem.contains("no acknowledgement for manhole/v1/gw/alarms within 5 s"))
        #expect(bench.untilNextAttempt() <= .seconds(5))
        bench.connect()
        #expect(bench.published(.alarms).map(\.range) == [1...1, 2...2, 1...1, 2...2])
        #expect(bench.published(.alarms)[2].text == bench.published(.alarms)[0].text, "a record never changes")
    }

    @Test func `a gap of the lane is a message of its own, with the chain intact`() {
        var bench = MachineBench()
        bench.connect()
        bench.elements[.alarms] = [
            .gap(Gap(from: 1, to: 4, count: 4, reason: .unused)), .record(seq: 5, body: Array("\"v\":\"5\"".utf8)),
            .gap(Gap(from: 6, to: 6, count: 1, reason: .corrupt)),
        ]
        bench.feed(.committed(.alarms, through: 6))
        #expect(bench.published(.alarms).map(\.range) == [1...4, 5...5, 6...6])
        let after = bench.published(.alarms).map { $0.text.contains("\"after\":\($0.first - 1),") }
        #expect(after == [true, true, true])
        for _ in 0..<3 { bench.acknowledge(.alarms) }
        #expect(bench.delivered[.alarms] == 6)
    }

    @Test(arguments: [1, 3])
    func `the broker's Receive Maximum is never exceeded, and an alarm is next in line`(receiveMaximum: Int) {
        var bench = MachineBench { $0.batchInterval = .zero }
        bench.elements[.alarms] = (1...6).map { .gap(Gap(from: $0, to: $0, count: 1, reason: .corrupt)) }
        bench.feed(.committed(.alarms, through: 6))
        bench.commit(.alarms, 4)
        bench.commit(.readings, 100)
        bench.connect(receiveMaximum: receiveMaximum, birth: nil)
        var order: [Lane?] = []
        var steps = 0
        while let first = bench.flying.first, steps < 200 {
            #expect(bench.flying.count <= receiveMaximum)
            order.append(first.flight.lane)
            if steps == 14 { bench.commit(.alarms, 1) }
            bench.acknowledge(first.flight.lane)
            steps += 1
        }
        #expect(bench.delivered == [.alarms: 11, .readings: 100])
        #expect(order.prefix(11) == [nil] + Array(repeating: .alarms, count: 10))
        let late = order.indices.filter { order[$0] == .alarms }.last ?? 0
        #expect(late <= 14 + receiveMaximum, "the late alarm waits for one free slot and no longer")
    }

    @Test func `with readings filling the line there are slots left for alarms`() {
        var bench = MachineBench {
            $0.batchInterval = .zero; $0.batchReadings = 1
        }
        bench.connect(receiveMaximum: 8)
        bench.commit(.readings, 100)
        #expect(bench.flying(.readings).count == 4)
        bench.commit(.alarms, 10)
        #expect(bench.flying(.alarms).count == 4)
        #expect(bench.flying.count == 8)
    }

    @Test func `an alarm that comes during a long pause shortens the pause`() {
        var bench = MachineBench()
        for _ in 0..<12 {
            bench.feed(.tick)
            bench.close(.refused, "bad password")
            _ = bench.untilNextAttempt()
        }
        bench.close(.refused, "bad password")
        let due = bench.machine.nextDeadline()
        #expect((due ?? bench.now.monotonic) - bench.now.monotonic > .seconds(5))
        bench.commit(.alarms)
        #expect(bench.untilNextAttempt() <= .seconds(5))
    }
}
