// An alarm that the broker has acknowledged and the platform has not: the same record again, and what ends it.
import Outbox
import SensorModel
import Testing
import TestSupport

@testable import Uplink

@Suite struct MachineReceiptTests {
    /// A platform that has given a receipt for the first alarm, and a second alarm that the broker has just acknowledged.
    private func bench(_ change: (inout UplinkSessionSettings) -> Void = { _ in }, receiveMaximum: Int = 100) -> MachineBench {
        var bench = MachineBench(change)
        bench.connect(receiveMaximum: receiveMaximum)
        bench.raise("first")
        bench.acknowledge(.alarms)
        receipt("first", &bench)
        bench.raise("second")
        bench.acknowledge(.alarms)
        return bench
    }

    private func receipt(_ alarm: String, _ bench: inout MachineBench) {
        bench.feed(.confirmed(alarm: alarm))
    }

    private func again(_ bench: MachineBench) -> [Flight] { bench.history.filter(\.isAgain) }

    @Test func `the same record goes again under its number, with what stood before it`() throws {
        var bench = bench()
        #expect(bench.status.receiptsAwaited == 1 && bench.delivered[.alarms] == 2)
        bench.commit(.alarms, 3)
        for _ in 0..<3 { bench.acknowledge(.alarms) }
        bench.advance(.seconds(60))
        let flight = try #require(again(bench).first)
        #expect(flight.message.topic == "manhole/v1/gw/alarms" && !flight.message.retained)
        let first = try #require(bench.published(.alarms).first { $0.range == 2...2 })
        #expect(flight.text == first.text.replacing("\"boot\":\"boot-1\"", with: "\"boot\":\"boot-0\""))
        #expect(flight.text.contains("\"after\":1,\"seq\":2,\"alarm\":\"second\""))
        bench.acknowledge(nil)
        #expect(bench.status.alarmsSentAgain == 1)
        #expect(bench.status.waiting == 0 && bench.delivered[.alarms] == 5, "what is delivered stays delivered")
        bench.advance(.seconds(119))
        #expect(again(bench).count == 1)
        bench.advance(.seconds(1))
        #expect(again(bench).count == 2)
        bench.acknowledge(nil)
        #expect(bench.status.problem.hasPrefix("the platform has not confirmed alarm second, which the broker took at "))
        receipt("second", &bench)
        #expect(bench.status.problem == "" && bench.status.receiptsAwaited == 0)
        bench.advance(.seconds(3600))
        #expect(again(bench).count == 2)
    }

    @Test func `only the step an alarm begins with waits for a receipt`() {
        var bench = bench()
        receipt("second", &bench)
        bench.elements[.alarms]?.append(
            .record(seq: 3, body: Array("\"alarm\":\"second\",\"rule\":\"r\",\"severity\":1,\"from\":\"acknowledged\"".utf8)))
        bench.feed(.committed(.alarms, through: 3))
        bench.acknowledge(.alarms)
        #expect(bench.delivered[.alarms] == 3 && bench.status.receiptsAwaited == 0)
    }

    @Test func `an alarm that is offered while it commits waits for its receipt as well`() {
        var bench = bench()
        let body = Array("\"alarm\":\"third\",\"rule\":\"r\",\"severity\":1,\"from\":\"normal\"".utf8)
        bench.feed(.offered(AlarmOffer(previous: 2, record: NumberedRecord(seq: 3, body: body))))
        bench.acknowledge(.alarms)
        #expect(bench.status.receiptsAwaited == 2)
    }

    @Test func `what the broker has not acknowledged waits for no receipt: it goes again on the next connection anyway`() {
        var bench = bench()
        bench.raise("third")
        bench.advance(.seconds(1))
        #expect(bench.status.receiptsAwaited == 1)
        bench.close()
        _ = bench.untilNextAttempt()
        bench.connect()
        #expect(bench.flying(.alarms).map(\.range) == [3...3])
        bench.acknowledge(.alarms)
        #expect(bench.status.receiptsAwaited == 2)
    }

    @Test func `a break while it is on its way begins its minute anew on the next connection`() {
        var bench = bench()
        bench.advance(.seconds(60))
        #expect(again(bench).count == 1)
        bench.close()
        _ = bench.untilNextAttempt()
        bench.connect()
        bench.advance(.seconds(59))
        #expect(again(bench).count == 1)
        bench.advance(.seconds(1))
        #expect(again(bench).count == 2)
        #expect(bench.status.alarmsSentAgain == 0, "the broker has answered for none yet")
    }

    @Test func `alarms go before it, and readings behind it, also with a single slot`() {
        var bench = bench({ $0.batchInterval = .zero }, receiveMaximum: 1)
        bench.advance(.seconds(59))
        bench.commit(.readings, 30)
        bench.raise("third")
        bench.advance(.seconds(1))
        #expect(bench.flying.map(\.flight.lane) == [.readings])
        bench.acknowledge(.readings)
        #expect(bench.flying.map(\.flight.lane) == [.alarms])
        bench.acknowledge(.alarms)
        #expect(bench.flying.map(\.flight.isAgain) == [true])
        bench.acknowledge(nil)
        #expect(bench.flying.map(\.flight.lane) == [.readings])
    }

    @Test func `a receipt that comes while it waits for a free slot is in time`() {
        var bench = bench(receiveMaximum: 1)
        bench.advance(.seconds(59))
        bench.feed(.replied(Array("{}".utf8)))
        bench.advance(.seconds(1))
        #expect(again(bench).isEmpty && bench.flying.count == 1)
        receipt("second", &bench)
        bench.acknowledge(nil)
        bench.advance(.seconds(3600))
        #expect(again(bench).isEmpty)
    }

    @Test func `while nobody listens to alarms none goes again`() {
        var bench = bench()
        bench.raise("third")
        bench.acknowledge(.alarms, 0x10)
        for _ in 0..<30 {
            bench.advance(.seconds(20))
            bench.acknowledge(.alarms, 0x10)
        }
        #expect(again(bench).isEmpty)
        bench.advance(.seconds(20))
        bench.acknowledge(.alarms)
        bench.advance(.seconds(1))
        #expect(again(bench).map(\.last) == [2])
    }

    @Test func `a broker that does not answer for it is left, as with any message`() {
        var bench = bench()
        bench.advance(.seconds(60))
        #expect(bench.drops == 0)
        bench.advance(.seconds(10))
        #expect(bench.drops == 1)
        bench.close()
        #expect(bench.status.problem.hasPrefix("no acknowledgement for manhole/v1/gw/alarms within 10 s"))
    }

    @Test func `the store says after a restart what waits, and an old record that is gone is given up`() {
        let bench = bench()
        var next = MachineBench(delivered: [.alarms: Delivered(through: 2)], states: bench.states)
        next.elements = bench.elements
        next.connect()
        next.advance(.seconds(60))
        #expect(again(next).map(\.last) == [2])
        next = MachineBench(delivered: [.alarms: Delivered(through: 2)], states: bench.states)
        next.hasRecords = false
        next.connect()
        next.advance(.seconds(60))
        #expect(again(next).isEmpty && next.status.receiptsGivenUp == 1 && next.status.receiptsAwaited == 0)
        #expect(Array(next.states.keys) == ["receipts/city"])
    }

    @Test func `a number that means another alarm now is given up, and not sent in its place`() {
        let bench = bench()
        var next = MachineBench(delivered: [.alarms: Delivered(through: 2)], states: bench.states)
        next.raise("first")
        next.raise("another")
        next.connect()
        next.advance(.seconds(60))
        #expect(again(next).isEmpty && next.status.receiptsGivenUp == 1 && next.status.receiptsAwaited == 0)
    }

    @Test(arguments: [false, true])
    func `one that the broker refuses for what it is keeps no other back`(hangsUp: Bool) {
        var bench = bench()
        bench.raise("third")
        bench.acknowledge(.alarms)
        bench.advance(.seconds(60))
        #expect(again(bench).map(\.last) == [2])
        if hangsUp {
            bench.close(.lost, "too large", reason: 0x95)
            _ = bench.untilNextAttempt()
            bench.connect()
            bench.advance(.seconds(60))
        } else {
            bench.acknowledge(nil, 0x99)
        }
        #expect(again(bench).map(\.last) == [2, 3])
        bench.acknowledge(nil)
        #expect(bench.status.alarmsSentAgain == 1)
    }

    @Test func `the machine wakes up for it by itself`() throws {
        var bench = bench()
        let due = try #require(bench.machine.nextDeadline())
        #expect(due - bench.now.monotonic == .seconds(60))
        bench.advance(.seconds(60))
        bench.acknowledge(nil)
        #expect(try #require(bench.machine.nextDeadline()) - bench.now.monotonic == .seconds(120))
    }
}
