// How connections end by themselves, what CONNECT says, and that nothing of an ended connection stays.
import Glibc
import MQTTTransport
import Platform
import Testing
import TestSupport
import Uplink

extension MQTTTransportTests {
    @Suite(.serialized) struct LifetimeTests {
        let folder = TemporaryFolder()

        @Test func `killed broker is noticed at once`() async throws {
            let broker = try await BrokerFixture(in: folder)
            let (connection, recorder) = MosquittoConnector().open(BrokerEndpoint(host: "127.0.0.1", port: broker.port))
            try #require(await recorder.connected())
            await broker.killNow()
            #expect(
                await recorder.closed(within: .seconds(5))
                    == LinkFailure(kind: .lost, detail: "connection lost: the broker closed the connection"))
            #expect(connection.publish(OutgoingMessage("up/x", "x")) == nil)
        }

        @Test(arguments: [
            (0x8E, LinkFailure.Kind.takenOver, "another client connected with this client id (0x8E)"),
            (0x8B, .lost, "Server shutting down (0x8B)"),
        ])
        func `reason in the broker's DISCONNECT is told in words`(
            reason: UInt8, kind: LinkFailure.Kind, words: String
        ) async throws {
            let (recorder, _) = try await answered([0x20, 0x03, 0x00, 0x00, 0x00] + [0xE0, 0x02, reason, 0x00])
            #expect(await recorder.connected())
            let failure = await recorder.closed()
            #expect(failure?.kind == kind)
            #expect(failure?.detail.contains(words) == true, "\(failure?.detail ?? "")")
        }

        @Test(arguments: [
            (0x85, "Client Identifier not valid (0x85)"), (0x86, "Bad User Name or Password (0x86)"),
            (0x89, "Server busy (0x89)"),
            (0x8A, "Banned (0x8A)"), (0x01, "does not speak MQTT 5"),
        ])
        func `reason in CONNACK is told in words`(reason: UInt8, words: String) async throws {
            let old: [UInt8] = [0x20, 0x02, 0x00, reason]  // a broker of MQTT 3 has no properties
            let (recorder, _) = try await answered(reason < 0x80 ? old : [0x20, 0x03, 0x00, reason, 0x00])
            let failure = await recorder.closed()
            #expect(recorder.events.count == 1)
            #expect(failure?.kind == .refused)
            #expect(failure?.detail.contains(words) == true, "\(failure?.detail ?? "")")
        }

        /// Connects to a listener that answers CONNECT with the given bytes.
        func answered(_ answer: [UInt8]) async throws -> (recorder: EventRecorder, request: [UInt8]) {
            let listener = Loopback.listener(backlog: 4)
            defer { close(listener) }
            let (connection, recorder) = MosquittoConnector().open(
                BrokerEndpoint(host: "127.0.0.1", port: Loopback.port(of: listener)))
            let accepted = accept(listener, nil, nil)
            defer { close(accepted) }
            var packet = [UInt8](repeating: 0, count: 512)
            packet.removeLast(packet.count - max(0, read(accepted, &packet, packet.count)))
            try #require(write(accepted, answer, answer.count) == answer.count)
            _ = await recorder.closed(within: .seconds(answer.isEmpty ? 0 : 15))
            connection.close(graceful: false)
            #expect(await recorder.closed() != nil)
            return (recorder, packet)
        }

        @Test func `CONNECT keeps the session for a day, pings each 15 s and carries the will`() async throws {
            let (_, packet) = try await answered([])
            try #require(packet.count > 14)
            #expect(Array(packet[2..<9]) == [0, 4] + Array("MQTT".utf8) + [5])
            // Will, QoS 1, retained; neither clean start nor user name (MQTT 5 §3.1.2.3).
            #expect(packet[9] == 0b0010_1100)
            #expect(Array(packet[10..<12]) == [0, 15])
            #expect(packet.contains([0x11, 0x00, 0x01, 0x51, 0x80]))
            #expect(packet.contains(Array("gw-1".utf8)))
            #expect(packet.contains([0x03, 0x00, 0x10] + Array("application/json".utf8)))
        }

        @Test func `fifty connections leave no descriptor and no thread`() async throws {
            let authority = try TestAuthority("trusted", in: folder)
            let server = try authority.issue("server", alternativeNames: "DNS:localhost")
            let broker = try await BrokerFixture(in: folder, listener: BrokerFixture.tls(server))
            let endpoint = BrokerEndpoint(host: "localhost", port: broker.port, tls: TLSFiles(authority: authority.certificate))
            let before = entries("/proc/self/fd").count
            for round in 0..<50 {
                let (connection, recorder) = MosquittoConnector().open(endpoint)
                try #require(await recorder.connected())
                connection.close(graceful: round.isMultiple(of: 2))
                #expect(await recorder.closed()?.kind == .stopped)
            }
            // Other tests of this process open and close files meanwhile; a leak would be one for each connection at least.
            #expect(entries("/proc/self/fd").count < before + 25)
            #expect(await eventually { threads(named: "mqtt") == 0 })
        }

        func entries(_ folder: String) -> [String] {
            guard let directory = opendir(folder) else { return [] }
            defer { closedir(directory) }
            var names: [String] = []
            while let entry = readdir(directory) {
                names.append(
                    withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                    })
            }
            return names
        }

        func threads(named name: String) -> Int {
            entries("/proc/self/task").count { TextFile.read("/proc/self/task/\($0)/comm", atMost: 64) == name + "\n" }
        }
    }
}
