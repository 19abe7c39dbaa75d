// Every way in which a broker is not reached, not trusted or does not want us: its own kind and words a technician can act on.
import Glibc
import MQTTTransport
import Platform
import SensorModel
import Testing
import TestSupport
import Uplink

extension MQTTTransportTests {
    @Suite(.serialized) struct RefusalTests {
        let folder = TemporaryFolder()

        /// The end of a connection that must never stand.
        func end(_ endpoint: BrokerEndpoint, deadline: Duration = .seconds(10)) async -> LinkFailure? {
            let (connection, recorder) = MosquittoConnector(connectDeadline: deadline).open(endpoint)
            let failure = await recorder.closed()
            #expect(recorder.events.count == 1)
            #expect(connection.publish(OutgoingMessage("up/x", "x")) == nil)
            return failure
        }

        struct BadServer: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let names: String?
            var usage: String? = "serverAuth"
            var from: String?
            var until: String?
            var stranger = false
            var host = "localhost"
            let words: String
        }

        static let badServers = [
            BadServer(
                testDescription: "unknown authority", names: "DNS:localhost", stranger: true,
                words: "signed by an unknown authority"),
            BadServer(
                testDescription: "expired", names: "DNS:localhost", from: "20200101000000Z", until: "20210203040506Z",
                words: "expired on 2021-02-03T04:05:06Z"),
            BadServer(
                testDescription: "not yet valid", names: "DNS:localhost", from: "20900101000000Z", until: "20910101000000Z",
                words: "not valid before 2090-01-01T00:00:00Z"),
            BadServer(
                testDescription: "no alternative name", names: nil,
                words: "does not name localhost: it has no subject alternative name"),
            BadServer(
                testDescription: "other host", names: "DNS:broker.example,DNS:*.example,IP:10.0.0.1",
                words: "does not name localhost: it names broker.example, *.example, 10.0.0.1"),
            BadServer(
                testDescription: "other address", names: "DNS:127.0.0.1,DNS:localhost", host: "127.0.0.1",
                words: "does not name 127.0.0.1: it names 127.0.0.1, localhost"),
            BadServer(
                testDescription: "client usage only", names: "DNS:localhost", usage: "clientAuth", words: "is not for servers"),
        ]

        @Test(arguments: badServers) func `server certificate is refused in words`(_ bad: BadServer) async throws {
            let trusted = try TestAuthority("trusted", in: folder)
            let issuer = bad.stranger ? try TestAuthority("stranger", in: folder) : trusted
            let server = try issuer.issue(
                "server", alternativeNames: bad.names, usage: bad.usage, from: bad.from, until: bad.until)
            let broker = try await BrokerFixture(in: folder, listener: BrokerFixture.tls(server))
            let failure = await end(
                BrokerEndpoint(host: bad.host, port: broker.port, tls: TLSFiles(authority: trusted.certificate)))
            #expect(failure?.kind == .brokerCertificate)
            #expect(failure?.detail.contains(bad.words) == true, "\(failure?.detail ?? "")")
            #expect(!broker.log.contains("as gw-1"))
        }

        @Test func `a clock that nobody vouches for does not keep the broker away, and a trusted one is believed`() async throws {
            func day(_ days: Int64) -> String {
                let now = SystemClock().now().wall.nanoseconds
                let text = WallTime(nanoseconds: now + days * 86_400_000_000_000).rfc3339.prefix(19)
                return text.filter(\.isNumber) + "Z"
            }
            // The broker's certificate begins tomorrow: for this machine's clock it is as if it stood in 1970.
            let authority = try TestAuthority("trusted", in: folder)
            let server = try authority.issue("server", alternativeNames: "DNS:localhost", from: day(1), until: day(3))
            let broker = try await BrokerFixture(in: folder, listener: BrokerFixture.tls(server))
            let now = SystemClock().now().wall.milliseconds / 1000
            func attempt(_ earliest: Int64?, own: TestAuthority.Pair? = nil) -> (any BrokerConnection, EventRecorder) {
                let tls = TLSFiles(authority: authority.certificate, certificate: own?.certificate, key: own?.key)
                return MosquittoConnector(earliestTime: { earliest }).open(
                    BrokerEndpoint(host: "localhost", port: broker.port, tls: tls))
            }
            for (earliest, words) in [
                (nil, "is not valid before"), (0, "is not valid before"), (now - 86_400, "is not valid before"),
                (now + 4 * 86_400, "expired on"),
            ] as [(Int64?, String)] {
                let (connection, recorder) = attempt(earliest)
                let failure = await recorder.closed()
                #expect(connection.publish(OutgoingMessage("up/x", "x")) == nil)
                #expect(failure?.kind == .brokerCertificate)
                #expect(failure?.detail.contains(words) == true, "\(failure?.detail ?? "")")
            }
            let client = try authority.issue("client", alternativeNames: nil, usage: "clientAuth", from: day(2), until: day(3))
            for (earliest, own) in [(now + 2 * 86_400, nil), (0, client)] as [(Int64, TestAuthority.Pair?)] {
                let (connection, recorder) = attempt(earliest, own: own)
                #expect(await recorder.connected(), "\(recorder.events)")
                connection.close(graceful: true)
                #expect(await recorder.closed()?.kind == .stopped)
            }
        }

        @Test(arguments: ["localhost", "127.0.0.1"]) func `good certificates on both sides connect`(host: String) async throws {
            let authority = try TestAuthority("trusted", in: folder)
            let server = try authority.issue("server", alternativeNames: "DNS:localhost,IP:127.0.0.1")
            let client = try authority.issue("client", alternativeNames: nil, usage: "clientAuth")
            let broker = try await BrokerFixture(in: folder, listener: BrokerFixture.tls(server, clientsFrom: authority))
            let tls = TLSFiles(authority: authority.certificate, certificate: client.certificate, key: client.key)
            let (connection, recorder) = MosquittoConnector().open(BrokerEndpoint(host: host, port: broker.port, tls: tls))
            #expect(await recorder.connected(), "\(recorder.events)")
            #expect(await recorder.reason(of: connection.publish(OutgoingMessage("up/x", "x"))) == 0x10)
            connection.close(graceful: true)
            #expect(await recorder.closed()?.kind == .stopped)
        }

        @Test(arguments: ["tlsv1.2", "tlsv1.3"]) func `broker that wants a certificate refuses without one`(version: String)
            async throws
        {
            let authority = try TestAuthority("trusted", in: folder)
            let stranger = try TestAuthority("stranger", in: folder)
            let server = try authority.issue("server", alternativeNames: "DNS:localhost")
            let client = try stranger.issue("client", alternativeNames: nil, usage: "clientAuth")
            let broker = try await BrokerFixture(
                in: folder, listener: BrokerFixture.tls(server, clientsFrom: authority) + ["tls_version \(version)"])
            var endpoint = BrokerEndpoint(host: "localhost", port: broker.port, tls: TLSFiles(authority: authority.certificate))
            let missing = await end(endpoint)
            #expect(missing?.kind == .certificateRefused, "\(missing?.detail ?? "")")
            #expect(missing?.detail.contains("it asks for one, and none is configured") == true, "\(missing?.detail ?? "")")
            endpoint.tls?.certificate = client.certificate
            endpoint.tls?.key = client.key
            let unknown = await end(endpoint)
            #expect(unknown?.kind == .certificateRefused, "\(unknown?.detail ?? "")")
            #expect(unknown?.detail.contains("unknown CA") == true, "\(unknown?.detail ?? "")")
        }

        @Test func `own certificate files that cannot be used are named before any connection`() async throws {
            let authority = try TestAuthority("trusted", in: folder)
            let one = try authority.issue("one", alternativeNames: nil)
            let two = try authority.issue("two", alternativeNames: nil)
            let listener = Loopback.listener(backlog: 4)
            defer { close(listener) }
            let cases = [
                (TLSFiles(authority: folder.file("none.pem")), "none.pem cannot be read: No such file"),
                (TLSFiles(authority: one.key), "one.key cannot be used"),
                (TLSFiles(authority: authority.certificate, certificate: one.certificate), "the key file is missing"),
                (
                    TLSFiles(authority: authority.certificate, certificate: one.key, key: one.key),
                    "one.key cannot be used: no PEM block"
                ),
                (
                    TLSFiles(authority: authority.certificate, certificate: one.certificate, key: two.key),
                    "two.key cannot be used: it does not belong to the certificate"
                ),
            ]
            for (files, words) in cases {
                let failure = await end(BrokerEndpoint(host: "localhost", port: Loopback.port(of: listener), tls: files))
                #expect(failure?.kind == .ownCertificate)
                #expect(failure?.detail.contains(words) == true, "\(failure?.detail ?? "")")
            }
            var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            #expect(poll(&waiting, 1, 0) == 0, "somebody connected")
        }

        @Test func `broker without TLS is not spoken to in plain`() async throws {
            let authority = try TestAuthority("trusted", in: folder)
            let broker = try await BrokerFixture(in: folder)
            let failure = await end(
                BrokerEndpoint(host: "127.0.0.1", port: broker.port, tls: TLSFiles(authority: authority.certificate)))
            #expect(failure?.kind == .tls, "\(failure?.detail ?? "")")
            #expect(
                failure?.detail.contains("no TLS handshake with 127.0.0.1:\(broker.port)") == true, "\(failure?.detail ?? "")")
        }

        @Test func `password is read at each connection, and a wrong one is refused without showing it`() async throws {
            let passwords = folder.write("passwords", "gw:right-password\n")
            let tool = try ChildProcess("/usr/bin/mosquitto_passwd", ["-U", passwords], outputFile: folder.file("passwd.log"))
            #expect(await tool.ended() == 0)
            let broker = try await BrokerFixture(in: folder, listener: ["allow_anonymous false", "password_file \(passwords)"])
            let secret = folder.write("secret", "wrong-password\n")
            let endpoint = BrokerEndpoint(host: "127.0.0.1", port: broker.port, username: "gw", passwordFile: secret)
            let wrong = await end(endpoint)
            #expect(wrong?.kind == .refused)
            #expect(wrong?.detail.contains("Not authorized (0x87)") == true, "\(wrong?.detail ?? "")")
            #expect(wrong?.detail.contains("wrong-password") == false)
            folder.write("secret", "right-password\n")
            let (connection, recorder) = MosquittoConnector().open(endpoint)
            #expect(await recorder.connected(), "\(recorder.events)")
            connection.close(graceful: true)
            #expect(await recorder.closed()?.kind == .stopped)
            var missing = endpoint
            missing.passwordFile = folder.file("nothing")
            let unreadable = await end(missing)
            #expect(unreadable?.kind == .refused)
            #expect(unreadable?.detail == "password file \(folder.file("nothing")) cannot be read: No such file or directory")
        }

        @Test func `port with nobody and a name that nobody has are unreachable`() async throws {
            let nobody = await end(BrokerEndpoint(host: "127.0.0.1", port: Loopback.freePort()))
            #expect(nobody?.kind == .unreachable)
            #expect(nobody?.detail.contains("Connection refused") == true, "\(nobody?.detail ?? "")")
            let authority = try TestAuthority("trusted", in: folder)
            let files = TLSFiles(authority: authority.certificate)
            #expect(await end(BrokerEndpoint(host: "localhost", port: Loopback.freePort(), tls: files))?.kind == .unreachable)
            #expect(await end(BrokerEndpoint(host: "no-such-host.invalid", port: 1883))?.kind == .unreachable)
        }

        @Test func `host that takes the connection and says nothing is given up at the deadline`() async throws {
            let listener = Loopback.listener(backlog: 4)
            defer { close(listener) }
            let port = Loopback.port(of: listener)
            let plain = await end(BrokerEndpoint(host: "127.0.0.1", port: port), deadline: .milliseconds(300))
            #expect(plain?.kind == .timeout)
            #expect(plain?.detail == "127.0.0.1:\(port) took the connection but sent no CONNACK within 0.3 s")
            let authority = try TestAuthority("trusted", in: folder)
            let tls = BrokerEndpoint(host: "127.0.0.1", port: port, tls: TLSFiles(authority: authority.certificate))
            let silent = await end(tls, deadline: .milliseconds(300))
            #expect(silent?.kind == .timeout)
            #expect(silent?.detail.contains("did not answer the TLS handshake") == true, "\(silent?.detail ?? "")")
        }

        @Test func `who says nothing has ten seconds where nobody sets a deadline`() async throws {
            let listener = Loopback.listener(backlog: 4)
            defer { close(listener) }
            let endpoint = BrokerEndpoint(host: "127.0.0.1", port: Loopback.port(of: listener))
            // As the daemon makes it.
            let (connection, recorder) = MosquittoConnector(earliestTime: { nil }).open(endpoint)
            let failure = await recorder.closed(within: .seconds(30))
            connection.close(graceful: false)
            #expect(failure?.kind == .timeout)
            #expect(failure?.detail.hasSuffix("sent no CONNACK within 10 s") == true, "\(failure?.detail ?? "")")
        }

        @Test func `host that drops every packet is given up at the deadline`() async throws {
            // A listener whose backlog is full answers no SYN: a black hole on loopback.
            let listener = Loopback.listener(backlog: 1)
            defer { close(listener) }
            let port = Loopback.port(of: listener)
            let fillers = (0..<8).map { _ in Loopback.startConnecting(port: port) }
            defer { for filler in fillers { close(filler) } }
            let failure = await end(BrokerEndpoint(host: "127.0.0.1", port: port), deadline: .milliseconds(300))
            #expect(failure == LinkFailure(kind: .unreachable, detail: "127.0.0.1:\(port): no answer within 0.3 s"))
        }
    }
}
