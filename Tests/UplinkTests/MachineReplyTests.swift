// Replies to commands: out at once, behind alarms and before readings, again after a break, and never without bound.
import SensorModel
import Testing
import TestSupport

@testable import Uplink

@Suite struct MachineReplyTests {
    private func replies(_ flights: [Flight]) -> [String] { flights.filter { $0.reply != nil }.map(\.text) }

    private func reply(_ bench: inout MachineBench, _ text: String) { bench.feed(.replied(Array(text.utf8))) }

    @Test func `a reply goes out on its topic, not retained, and is forgotten when the broker has taken it`() {
        var bench = MachineBench()
        bench.connect()
        reply(&bench, "one")
        #expect(bench.flying(nil).map(\.message) == [OutgoingMessage(topic: "manhole/v1/gw/replies", payload: Array("one".utf8))])
        bench.acknowledge(nil)
        bench.close()
        _ = bench.untilNextAttempt()
        bench.connect()
        #expect(replies(bench.history) == ["one"])
        #expect(bench.status.repliesDropped == 0)
    }

    @Test func `replies that were not acknowledged are sent again after a reconnect, in order`() {
        var bench = MachineBench()
        reply(&bench, "before the first connection")
        bench.connect()
        reply(&bench, "second")
        #expect(replies(bench.flying(nil)) == ["before the first connection", "second"])
        bench.close()
        reply(&bench, "while away")
        _ = bench.untilNextAttempt()
        bench.connect()
        #expect(replies(bench.flying(nil)) == ["before the first connection", "second", "while away"])
    }

    @Test func `sixty-four replies are kept, the oldest gives way, and that is counted`() {
        var bench = MachineBench()
        for number in 1...66 { reply(&bench, "\(number)") }
        #expect(bench.status.repliesDropped == 2)
        bench.connect()
        while bench.flying.contains(where: { $0.flight.reply != nil }) { bench.acknowledge(nil) }
        #expect(replies(bench.history) == (3...66).map { "\($0)" })
    }

    @Test func `a reply goes behind the alarms that are there and before the readings`() {
        var bench = MachineBench { $0.batchInterval = .zero }
        bench.commit(.alarms, 2)
        bench.commit(.readings, 3)
        reply(&bench, "r")
        bench.connect()
        let order = bench.history.map { $0.reply != nil ? "reply" : $0.lane?.rawValue ?? "birth" }
        #expect(order.first == "birth")
        #expect(order.dropFirst().first == "alarms")
        #expect(order.firstIndex(of: "reply") ?? 99 < order.firstIndex(of: "readings") ?? -1)
    }

    @Test func `a reply that is refused, or that nobody hears, is not sent again, and a refusal is told until one goes through`()
    {
        var bench = MachineBench()
        bench.connect()
        reply(&bench, "a")
        bench.acknowledge(nil, 0x87)
        #expect(bench.status.problem.contains("refuses replies to commands: not authorized for this topic (0x87)"))
        #expect(bench.status.problem.contains("manhole/v1/gw/replies"))
        #expect(bench.status.refused == 1)
        reply(&bench, "b")
        bench.acknowledge(nil, 0x10)
        #expect(bench.status.problem == "")
        bench.close()
        _ = bench.untilNextAttempt()
        bench.connect()
        #expect(replies(bench.history) == ["a", "b"])
    }

    @Test func `without an acknowledgement of a reply the connection is given up after ten seconds`() {
        var bench = MachineBench()
        bench.connect()
        reply(&bench, "a")
        bench.advance(.milliseconds(9999))
        #expect(bench.drops == 0)
        bench.advance(.milliseconds(1))
        #expect(bench.drops == 1)
    }

    @Test func `a refused subscription is told while the connection stands`() {
        var bench = MachineBench()
        bench.connect()
        bench.feed(.broker(generation: bench.generation, .subscriptionRefused(reason: 0x87)))
        #expect(bench.status.state == .connected)
        #expect(bench.status.problem.contains("commands cannot come: the broker refuses the subscription, not authorized"))
        #expect(bench.status.problem.contains("manhole/v1/gw/commands"))
        bench.close()
        #expect(!bench.status.problem.contains("commands"))
    }
}
