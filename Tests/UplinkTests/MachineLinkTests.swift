// The line: which link, when again, and what the uplink says about itself.
import Outbox
import SensorModel
import Testing
import TestSupport

@testable import Uplink

@Suite struct MachineLinkTests {
    @Test func `links are tried in their order, and from the first again after a connection stood`() {
        var bench = MachineBench { $0.links = MachineBench.links }
        bench.feed(.tick)
        for expected in ["a", "b", "c", "a", "b"] {
            #expect(bench.connects.last?.endpoint.host == expected)
            #expect(bench.status.link == "\(expected):8883")
            #expect(bench.status.state == .connecting)
            bench.close(.unreachable)
            #expect(bench.status.state == .waiting)
            _ = bench.untilNextAttempt()
        }
        bench.feed(.broker(generation: bench.generation, .connected(BrokerLimits())))
        #expect(bench.status.state == .connected)
        bench.close(.lost)
        _ = bench.untilNextAttempt()
        #expect(bench.connects.last?.endpoint.host == "a")
    }

    @Test func `generations rise, and what an old connection says counts for nothing`() {
        var bench = MachineBench { $0.batchInterval = .zero }
        bench.connect()
        bench.commit(.readings, 3)
        let old = bench.generation
        let token = bench.flying[0].token
        bench.close()
        _ = bench.untilNextAttempt()
        #expect(bench.generation > old)
        bench.feed(.broker(generation: old, .connected(BrokerLimits())))
        #expect(bench.status.state == .connecting)
        bench.connect()
        bench.feed(.broker(generation: old, .acknowledged(token: token, reason: 0)))
        bench.feed(
            .selected(.readings, generation: old, Selection(after: 3, elements: [.record(seq: 9, body: [])], boot: "b", bytes: 0))
        )
        bench.feed(.broker(generation: old, .closed(LinkFailure(kind: .lost, detail: "old"))))
        #expect(bench.delivered.isEmpty)
        #expect(bench.status.state == .connected)
        #expect(bench.published(.readings).map(\.range) == [1...3, 1...3])
        bench.feed(.broker(generation: bench.generation, .acknowledged(token: 4711, reason: 0)))
        #expect(bench.delivered.isEmpty, "a token nobody gave")
    }

    @Test(arguments: [LinkFailure.Kind.unreachable, .lost, .timeout])
    func `a broker that is away is asked every two seconds, and after ten minutes every fifteen`(kind: LinkFailure.Kind) {
        var bench = MachineBench(seed: 3)
        bench.feed(.tick)
        let start = bench.now.monotonic
        while bench.now.monotonic - start < .seconds(590) {
            bench.close(kind)
            #expect(bench.untilNextAttempt() <= .seconds(2))
        }
        bench.advance(.seconds(20))
        var pauses: [Duration] = []
        for _ in 0..<40 {
            bench.close(kind)
            pauses.append(bench.untilNextAttempt())
        }
        #expect(pauses.allSatisfy { $0 <= .seconds(15) && $0 > .zero })
        #expect(pauses.contains { $0 > .seconds(7) })
    }

    @Test(arguments: [LinkFailure.Kind.refused, .brokerCertificate, .ownCertificate, .certificateRefused, .tls])
    func `a broker that refuses is asked less and less, up to a minute`(kind: LinkFailure.Kind) {
        var bench = MachineBench(seed: 5)
        bench.feed(.tick)
        var pauses: [Duration] = []
        for _ in 0..<30 {
            bench.close(kind, "certificate expired")
            #expect(bench.status.problem == "certificate expired")
            pauses.append(bench.untilNextAttempt())
        }
        #expect(pauses[0] <= .seconds(1))
        #expect(pauses.allSatisfy { $0 <= .seconds(60) && $0 > .zero })
        #expect(pauses.contains { $0 > .seconds(20) })
    }

    @Test func `with an alarm waiting no pause is longer than five seconds`() {
        var bench = MachineBench(seed: 5)
        bench.feed(.tick)
        bench.commit(.alarms)
        for _ in 0..<20 {
            bench.close(.refused)
            #expect(bench.untilNextAttempt() <= .seconds(5))
        }
    }

    @Test func `the back-off is forgotten after a minute of connection and not before`() {
        for (stood, isForgotten) in [(Duration.seconds(59), false), (.seconds(61), true)] {
            var bench = MachineBench(seed: 5)
            bench.feed(.tick)
            for _ in 0..<10 {
                bench.close(.refused)
                _ = bench.untilNextAttempt()
            }
            bench.connect()
            bench.advance(stood)
            var longest = Duration.zero
            for seed in 0..<20 {
                var again = bench
                again.machine = bench.machine
                again.advance(.milliseconds(Int64(seed)))
                again.close(.refused)
                longest = max(longest, again.untilNextAttempt())
            }
            #expect((longest <= .seconds(1)) == isForgotten, "\(longest)")
        }
    }

    @Test func `birth and will name the same boot and session, and each connection has a higher one`() throws {
        var bench = MachineBench { $0.predecessor = "s-0" }
        var sessions: [String] = []
        for _ in 0..<3 {
            bench.feed(.tick)
            let will = String(decoding: bench.machine.farewell().payload, as: UTF8.self)
            bench.connect()
            let birth = try #require(bench.published(nil).last)
            #expect(birth.message.retained)
            #expect(birth.message.topic == "manhole/v1/gw/state")
            #expect(bench.machine.farewell().retained)
            let session = try #require(will.split(separator: "\"session\":").last?.prefix { $0 != "," })
            #expect(
                will.hasPrefix("{\"online\":false,\"schema\":1,\"gateway\":\"gw\",\"boot\":\"boot-1\",\"session\":\(session),"))
            #expect(
                birth.text.hasPrefix(
                    "{\"online\":true,\"schema\":1,\"gateway\":\"gw\",\"boot\":\"boot-1\",\"session\":\(session),"))
            #expect(birth.text.contains("\"predecessor\":\"s-0\""))
            sessions.append(String(session))
            bench.close()
            _ = bench.untilNextAttempt()
        }
        #expect(sessions.compactMap(Int64.init) == sessions.compactMap(Int64.init).sorted())
        #expect(Set(sessions).count == 3)
    }

    @Test func `the status counts what happened`() {
        var bench = MachineBench { $0.batchInterval = .zero }
        #expect(bench.status.state == .waiting)
        bench.connect()
        bench.commit(.readings, 3)
        #expect(bench.status.inFlightMessages == 1)
        #expect(bench.status.inFlightBytes == bench.flying[0].flight.bytes)
        bench.advance(.seconds(1))
        bench.acknowledge(.readings)
        bench.commit(.alarms)
        bench.acknowledge(.alarms, 0x97)
        let status = bench.status
        #expect(status.sent == 3)
        #expect(status.acknowledged == 2, "the birth counts too")
        #expect(status.refused == 1)
        #expect(status.connections == 1)
        #expect(status.inFlightMessages == 0)
        #expect(status.inFlightBytes == 0)
        #expect(status.lastAcknowledgement == bench.now)
        #expect(status.nextAttempt == nil)
        bench.close(.lost, "reset by peer")
        #expect(bench.status.problem.hasSuffix("quota exceeded (0x97); reset by peer"))
        #expect(bench.status.nextAttempt == bench.machine.nextDeadline())
        #expect(bench.status.since == bench.now)
    }

    @Test func `a refused birth is told and costs nothing else`() {
        var bench = MachineBench { $0.batchInterval = .zero }
        bench.connect(birth: 0x87)
        #expect(bench.status.problem.contains("state"))
        bench.commit(.readings, 1)
        #expect(bench.flying(.readings).count == 1)
    }
}
