// Commands and replies through the service: handed on at once whatever else waits, answered over a broken line.
import SensorModel
import Testing
import TestSupport

@testable import Uplink

@Suite struct UplinkCommandTests {
    @Test func `the commands' topic is named at each connection, and what comes is handed on as it is`() throws {
        let bench = try UplinkServiceTests.Bench()
        bench.start()
        bench.executor.run(bench.clock, for: .seconds(1))
        #expect(bench.broker.commandTopics == ["manhole/v1/gw/commands"])
        bench.broker.say(.message(IncomingMessage(payload: [0xFF, 0], retained: true)))
        // Without a drain: the connection's own thread hands it on.
        #expect(bench.commands.take() == IncomingMessage(payload: [0xFF, 0], retained: true))
        bench.broker.dropLine()
        bench.executor.run(bench.clock, for: .seconds(10))
        #expect(bench.broker.commandTopics == ["manhole/v1/gw/commands", "manhole/v1/gw/commands"])
        bench.end()
    }

    @Test func `a reply is sent, and once more when the line broke before it was acknowledged`() throws {
        let bench = try UplinkServiceTests.Bench()
        bench.start()
        bench.executor.run(bench.clock, for: .seconds(1))
        bench.broker.behave { $0.reason = nil }
        bench.service.reply(Array("{}".utf8))
        bench.executor.drain()
        bench.broker.dropLine()
        bench.broker.behave { $0.reason = 0 }
        bench.executor.run(bench.clock, for: .seconds(10))
        #expect(bench.texts.filter { $0 == "replies: {}" }.count == 2)
        bench.broker.dropLine()
        bench.executor.run(bench.clock, for: .seconds(10))
        #expect(bench.texts.filter { $0 == "replies: {}" }.count == 2)
        bench.end()
    }
}
