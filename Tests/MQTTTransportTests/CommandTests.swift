// Commands over a real broker: they come, also those that were sent while nobody was connected, each as it was published.
import MQTTTransport
import Testing
import TestSupport
import Uplink

extension MQTTTransportTests {
    @Suite(.serialized) struct CommandTests {
        let folder = TemporaryFolder()

        private func open(_ broker: BrokerFixture, _ id: String = "gw-1") -> (any BrokerConnection, EventRecorder) {
            let (connection, recorder) = MosquittoConnector().open(
                BrokerEndpoint(host: "127.0.0.1", port: broker.port), clientID: id, commands: "manhole/v1/\(id)/commands")
            return (connection, recorder)
        }

        /// Publishes with mosquitto's own program and waits until the broker has it.
        private func publish(_ broker: BrokerFixture, _ text: String, to id: String = "gw-1", retained: Bool = false) async throws
        {
            let arguments = ["-V", "5", "-p", "\(broker.backdoor)", "-q", "1", "-t", "manhole/v1/\(id)/commands", "-m", text]
            let child = try ChildProcess(
                "/usr/bin/mosquitto_pub", arguments + (retained ? ["-r"] : []), outputFile: folder.file("publish.log"))
            child.waitForEnd()
            #expect(child.output == "")
        }

        private func subscribed(_ broker: BrokerFixture, _ id: String = "gw-1", times: Int = 1) async -> Bool {
            await eventually { broker.log.split(separator: "\n").count { $0.hasSuffix("Sending SUBACK to \(id)") } == times }
        }

        private func messages(_ recorder: EventRecorder) -> [String] {
            recorder.events.compactMap { event in
                guard case .message(let message) = event else { return nil }
                return String(decoding: message.payload, as: UTF8.self) + (message.retained ? " retained" : "")
            }
        }

        @Test func `a command comes with the bytes it was published with, and an empty one too`() async throws {
            let broker = try await BrokerFixture(in: folder)
            let (connection, recorder) = open(broker)
            try #require(await subscribed(broker))
            try await publish(broker, "{\"id\":\"井 1\"}")
            try await publish(broker, "")
            #expect(await eventually { messages(recorder) == ["{\"id\":\"井 1\"}", ""] })
            connection.close(graceful: true)
            #expect(await recorder.closed()?.kind == .stopped)
        }

        @Test(arguments: [true, false])
        func `commands sent while nobody was connected come with the next connection`(graceful: Bool) async throws {
            let broker = try await BrokerFixture(in: folder)
            let (first, recorder) = open(broker)
            try #require(await subscribed(broker))
            first.close(graceful: graceful)
            #expect(await recorder.closed()?.kind == .stopped)
            for number in 1...3 { try await publish(broker, "\(number)") }
            let (second, again) = open(broker)
            #expect(await eventually { messages(again) == ["1", "2", "3"] })
            second.close(graceful: true)
            #expect(await again.closed()?.kind == .stopped)
            // They were acknowledged: a third connection does not get them again.
            let (third, once) = open(broker)
            try #require(await subscribed(broker, times: 3))
            try await publish(broker, "4")
            #expect(await eventually { messages(once) == ["4"] })
            third.close(graceful: true)
            #expect(await once.closed()?.kind == .stopped)
        }

        @Test func `a retained command is told from others, whenever it was published`() async throws {
            let broker = try await BrokerFixture(in: folder)
            try await publish(broker, "old", retained: true)
            let (connection, recorder) = open(broker)
            #expect(await eventually { messages(recorder) == ["old retained"] })
            try await publish(broker, "new", retained: true)
            try await publish(broker, "usual")
            #expect(await eventually { messages(recorder) == ["old retained", "new retained", "usual"] })
            connection.close(graceful: false)
            #expect(await recorder.closed()?.kind == .stopped)
            // The session has the subscription: what is retained does not come at each connection.
            let (second, again) = open(broker)
            try #require(await subscribed(broker, times: 2))
            try await publish(broker, "last")
            #expect(await eventually { messages(again) == ["last"] })
            second.close(graceful: true)
            #expect(await again.closed()?.kind == .stopped)
        }

        @Test func `a command with another gateway's name does not come`() async throws {
            let broker = try await BrokerFixture(in: folder)
            let (connection, recorder) = open(broker)
            try #require(await subscribed(broker))
            try await publish(broker, "theirs", to: "gw-2")
            try await publish(broker, "ours")
            #expect(await eventually { messages(recorder) == ["ours"] })
            connection.close(graceful: true)
            #expect(await recorder.closed()?.kind == .stopped)
        }
    }
}
