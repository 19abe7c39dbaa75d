// Messages over a real broker: acknowledged with the broker's own reason, announced limits, will and farewell.
import Glibc
import MQTTTransport
import Testing
import TestSupport
import Uplink

extension MQTTTransportTests {
    @Suite(.serialized) struct PublishTests {
        let folder = TemporaryFolder()

        func plain(_ broker: BrokerFixture) -> BrokerEndpoint { BrokerEndpoint(host: "127.0.0.1", port: broker.port) }

        @Test func `message reaches a subscriber and is acknowledged with success`() async throws {
            let broker = try await BrokerFixture(in: folder)
            let subscriber = try await broker.subscriber("up/#", in: folder)
            let (connection, recorder) = MosquittoConnector().open(plain(broker))
            try #require(await recorder.connected())
            let token = connection.publish(OutgoingMessage("up/alarm", "{\"id\":1}"))
            #expect(await recorder.reason(of: token) == 0x00)
            #expect(await eventually { subscriber.output == "0 up/alarm application/json {\"id\":1}\n" })
            connection.close(graceful: true)
            #expect(await recorder.closed()?.kind == .stopped)
        }

        @Test func `message that nobody takes is acknowledged with no matching subscribers`() async throws {
            let broker = try await BrokerFixture(in: folder)
            let (connection, recorder) = MosquittoConnector().open(plain(broker))
            try #require(await recorder.connected())
            let token = connection.publish(OutgoingMessage("up/alarm", "{}"))
            #expect(await recorder.reason(of: token) == 0x10)
            connection.close(graceful: false)
            #expect(await recorder.closed()?.kind == .stopped)
        }

        @Test func `limits come from the broker, and a message above them is refused with a reason`() async throws {
            let broker = try await BrokerFixture(
                in: folder, listener: ["allow_anonymous true", "max_packet_size 2000", "max_inflight_messages 7"])
            let (connection, recorder) = MosquittoConnector().open(plain(broker))
            try #require(await recorder.connected())
            #expect(recorder.limits == BrokerLimits(receiveMaximum: 7, maximumPacketSize: 2000))
            let token = connection.publish(OutgoingMessage("up/big", String(repeating: "x", count: 4000)))
            #expect(await recorder.reason(of: token) == 0x95)
            #expect(await recorder.reason(of: connection.publish(OutgoingMessage("up/small", "x"))) == 0x10)
            #expect(await recorder.reason(of: connection.publish(OutgoingMessage("up/+", "x"))) == 0x90)
            connection.close(graceful: true)
            #expect(await recorder.closed()?.kind == .stopped)
        }

        @Test func `many messages from many tasks are each acknowledged once, and do not wait for the loop`() async throws {
            let broker = try await BrokerFixture(in: folder)
            let (connection, recorder) = MosquittoConnector().open(plain(broker))
            try #require(await recorder.connected())
            // One after the other in each task: a publish that waited for the loop's second would take 100 s.
            let clock = ContinuousClock()
            let deadline = clock.now + .seconds(60)
            let tokens = await withTaskGroup(of: [Int32].self) { group in
                for task in 0..<4 {
                    group.addTask {
                        var tokens: [Int32] = []
                        for index in 0..<100 where clock.now < deadline {
                            guard let token = connection.publish(OutgoingMessage("up/\(task)", "\(index)")) else { continue }
                            _ = await recorder.reason(of: token)
                            tokens.append(token)
                        }
                        return tokens
                    }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(tokens).count == 400)
            let acknowledged = recorder.events.compactMap { if case .acknowledged(let token, _) = $0 { token } else { nil } }
            #expect(acknowledged.sorted() == tokens.sorted())
            connection.close(graceful: true)
            #expect(await recorder.closed()?.kind == .stopped)
        }

        @Test func `nothing is taken before CONNACK and after the end`() async throws {
            let broker = try await BrokerFixture(in: folder)
            let silent = Loopback.listener(backlog: 4)
            defer { close(silent) }
            let early = MosquittoConnector().open(BrokerEndpoint(host: "127.0.0.1", port: Loopback.port(of: silent)))
            #expect(early.connection.publish(OutgoingMessage("up/early", "x")) == nil)
            early.connection.close(graceful: true)
            #expect(await early.recorder.closed()?.kind == .stopped)
            let (connection, recorder) = MosquittoConnector().open(plain(broker))
            try #require(await recorder.connected())
            connection.close(graceful: true)
            connection.close(graceful: false)
            #expect(await recorder.closed()?.kind == .stopped)
            #expect(connection.publish(OutgoingMessage("up/late", "x")) == nil)
            #expect(recorder.events.count == 2)
        }

        @Test func `dropped line makes the broker publish the will, a farewell does not`() async throws {
            let broker = try await BrokerFixture(in: folder)
            let subscriber = try await broker.subscriber("manhole/#", in: folder)
            let first = MosquittoConnector().open(plain(broker), clientID: "gw-polite", will: "manhole/v1/gw-polite/state")
            try #require(await first.recorder.connected())
            first.connection.close(graceful: true)
            #expect(await first.recorder.closed()?.kind == .stopped)
            let second = MosquittoConnector().open(plain(broker), clientID: "gw-cut", will: "manhole/v1/gw-cut/state")
            try #require(await second.recorder.connected())
            second.connection.close(graceful: false)
            #expect(await second.recorder.closed()?.kind == .stopped)
            #expect(await eventually { subscriber.output.contains("gw-cut") })
            #expect(subscriber.output == "0 manhole/v1/gw-cut/state application/json {\"online\":false}\n")
        }

        @Test func `line whose owner went away is dropped, and its end is still told`() async throws {
            let broker = try await BrokerFixture(in: folder)
            var opened: (connection: any BrokerConnection, recorder: EventRecorder)? = MosquittoConnector().open(plain(broker))
            let recorder = try #require(opened?.recorder)
            try #require(await recorder.connected())
            opened = nil
            #expect(await recorder.closed()?.kind == .stopped)
        }
    }
}
