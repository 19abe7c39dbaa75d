// The diagnostics server over a real socket: what it answers, and what it survives.
import DiagnosticsProtocol
import FoundationEssentials
import Gateway
import Glibc
import Synchronization
import Testing

@Suite struct DiagnosticsServerTests {
    @Test(arguments: DiagnosticsRoute.allCases)
    func `every route answers as its source does`(route: DiagnosticsRoute) async throws {
        try await withServer { socket in
            let reply = try #require(
                await RawClient.ask(socket, route.method, route.exampleTarget, body: route.exampleBody))
            let expected = route == .outbox ? 503 : route == .uplinks ? 409 : 200
            #expect(reply.status == expected)
            #expect(reply.head.lowercased().contains("content-type: \(route == .metrics ? "text/plain" : "application/json")"))
            #expect(reply.head.lowercased().contains("connection: close"))
        }
    }

    @Test func `a bad reading keeps its field value as null`() async throws {
        try await withServer { socket in
            let reply = try #require(await RawClient.ask(socket, "GET", "/v1/sensors"))
            let text = String(decoding: reply.body, as: UTF8.self)
            #expect(text.contains(#""value":null"#))
            #expect(text.contains(#""point":"C1/ch4/gas""#))
            let report = try JSONDecoder().decode(SensorReport.self, from: Data(reply.body))
            #expect(report.sensors.first?.value == nil)
            #expect(report.sensors.first?.reason == "timeout")
        }
    }

    @Test func `the doctor answers in a language if one is asked for`() async throws {
        let source = ScriptedSource()
        try await withServer(source: source) { socket in
            #expect(await RawClient.ask(socket, "GET", "/v1/doctor")?.status == 200)
            #expect(await RawClient.ask(socket, "GET", "/v1/doctor?language=zh")?.status == 200)
            #expect(await RawClient.ask(socket, "GET", "/v1/doctor?cover=C1")?.error == "bad-request")
            #expect(source.questions == ["doctor in its own language", "doctor zh"])
        }
    }

    @Test func `an answer of a simulated field names the time there, and one of a real field none`() async throws {
        let time = "2026-11-21T04:00:00.000Z"
        try await withServer(source: ScriptedSource(simulatedTime: time)) { socket in
            let sensors = try #require(await RawClient.ask(socket, "GET", "/v1/sensors"))
            #expect(sensors.head.lowercased().contains("simulated-time: \(time.lowercased())"))
        }
        try await withServer(source: ScriptedSource()) { socket in
            let sensors = try #require(await RawClient.ask(socket, "GET", "/v1/sensors"))
            #expect(sensors.status == 200 && !sensors.head.lowercased().contains("simulated-time"))
        }
    }

    @Test func `an answer names the gateway's language, and a refusal speaks it`() async throws {
        try await withServer(source: ScriptedSource(language: .zh)) { socket in
            let refused = try #require(await RawClient.ask(socket, "GET", "/v1/sensors?cover=C9"))
            #expect(refused.status == 404 && refused.head.lowercased().contains("content-language: zh"))
            #expect(String(decoding: refused.body, as: UTF8.self).contains("没有这个井盖"))
            let status = try #require(await RawClient.ask(socket, "GET", "/v1/status"))
            #expect(status.head.lowercased().contains("content-language: zh"))
            let metrics = try #require(await RawClient.ask(socket, "GET", "/metrics"))
            #expect(!metrics.head.lowercased().contains("content-language"))
        }
        try await withServer(mayChange: false) { socket in
            let refused = try #require(await RawClient.ask(socket, "POST", "/v1/alarms/ack", body: #"{"alarm":"A1"}"#))
            #expect(refused.status == 403 && refused.head.lowercased().contains("content-language: en"))
            #expect(String(decoding: refused.body, as: UTF8.self).contains("may not change state"))
        }
    }

    @Test func `entry advice is about a cover, in a language if one is asked for`() async throws {
        let source = ScriptedSource()
        try await withServer(source: source) { socket in
            #expect(await RawClient.ask(socket, "GET", "/v1/entry-advice")?.error == "bad-request")
            #expect(await RawClient.ask(socket, "GET", "/v1/entry-advice?cover=C1&language=zh")?.status == 200)
            #expect(await RawClient.ask(socket, "GET", "/v1/entry-advice?cover=%E4%BA%95")?.status == 200)
            #expect(source.questions == ["entry-advice C1 zh", "entry-advice 井 in its own language"])
        }
    }

    @Test func `a filter reaches the source decoded, and another parameter is refused`() async throws {
        let source = ScriptedSource()
        try await withServer(source: source) { socket in
            #expect(await RawClient.ask(socket, "GET", "/v1/sensors?cover=%E4%BA%95%201")?.status == 200)
            #expect(await RawClient.ask(socket, "GET", "/v1/buses?bus=plc")?.status == 200)
            #expect(source.questions == ["sensors 井 1", "buses plc"])
            for target in ["/v1/sensors?colour=red", "/v1/status?cover=C1", "/v1/sensors?cover=%ZZ", "/v1/sensors?cover="] {
                #expect(await RawClient.ask(socket, "GET", target)?.error == "bad-request", "\(target)")
            }
            #expect(await RawClient.ask(socket, "GET", "/v1/sensors?cover=C9")?.error == "not-found")
        }
    }

    @Test func `unknown paths, wrong methods and wrong bodies are told apart`() async throws {
        try await withServer { socket in
            #expect(await RawClient.ask(socket, "GET", "/v2/status")?.error == "not-found")
            let wrongMethod = try #require(await RawClient.ask(socket, "DELETE", "/v1/alarms"))
            #expect(wrongMethod.status == 405)
            #expect(wrongMethod.head.lowercased().contains("allow: get"))
            for body in ["", "{", "[]", #"{"alarm":"A1"}"#, #"{"point":7}"#] {
                #expect(await RawClient.ask(socket, "POST", "/v1/read", body: body)?.error == "bad-request", "\(body)")
            }
        }
    }

    @Test func `what is known of the audit log reaches the source whole, or is refused`() async throws {
        let source = ScriptedSource()
        let head = String(repeating: "a1", count: 32)
        try await withServer(source: source) { socket in
            #expect(await RawClient.ask(socket, "GET", "/v1/audit?last=7")?.status == 200)
            #expect(await RawClient.ask(socket, "GET", "/v1/audit/verify?seq=12&head=\(head)")?.status == 200)
            #expect(source.questions == ["audit 7", "verify audit 12 a1a1"])
            for query in ["?last=0", "?last=1001", "?last=x"] {
                #expect(await RawClient.ask(socket, "GET", "/v1/audit\(query)")?.error == "bad-request", "\(query)")
            }
            for query in [
                "?seq=12", "?head=\(head)", "?seq=0&head=\(head)", "?seq=1&head=\(head.uppercased())", "?seq=1&head=a1",
            ] {
                #expect(await RawClient.ask(socket, "GET", "/v1/audit/verify\(query)")?.error == "bad-request", "\(query)")
            }
        }
    }

    @Test func `a configuration takes effect when whoever applies it has the answer, and may be as long as its file`()
        async throws
    {
        let source = ScriptedSource()
        try await withServer(source: source) { socket in
            let text = String(repeating: "#", count: 300_000)
            #expect(await RawClient.ask(socket, "POST", "/v1/config/check?name=a.yaml", body: text)?.status == 200)
            #expect(
                await RawClient.ask(socket, "POST", "/v1/config/apply?name=a.yaml&before=sha256%3A0", body: text)?.status == 200)
            while source.questions.last != "answered" { await Task.yield() }
            #expect(
                source.questions == [
                    "check a.yaml of 300000 bytes for root", "apply a.yaml of 300000 bytes in place of sha256:0 by root",
                    "answered",
                ])
            let long = String(repeating: "#", count: 1 << 20 + 1)
            #expect(await RawClient.ask(socket, "POST", "/v1/config/check", body: long)?.error == "too-large")
            #expect(await RawClient.ask(socket, "POST", "/v1/read", body: text)?.error == "too-large")
        }
    }

    @Test func `only operators apply or take back, and a refusal is put on record`() async throws {
        let source = ScriptedSource()
        try await withServer(source: source, mayChange: false) { socket in
            #expect(await RawClient.ask(socket, "POST", "/v1/config/apply", body: "schema: 1")?.status == 403)
            #expect(await RawClient.ask(socket, "POST", "/v1/config/rollback")?.status == 403)
            #expect(await RawClient.ask(socket, "POST", "/v1/config/check", body: "schema: 1")?.status == 200)
            #expect(
                source.questions == [
                    "refused POST /v1/config/apply to visitor", "refused POST /v1/config/rollback to visitor",
                    "check gateway.yaml of 9 bytes for visitor",
                ])
        }
    }

    @Test func `the name of who acknowledges goes to the source`() async throws {
        let source = ScriptedSource()
        try await withServer(source: source) { socket in
            let reply = try #require(await RawClient.ask(socket, "POST", "/v1/alarms/ack", body: #"{"alarm":"A1"}"#))
            let report = try JSONDecoder().decode(AckReply.self, from: Data(reply.body))
            #expect(report == AckReply(alarm: "A1", state: "acknowledged", acknowledgedBy: "root"))
            #expect(await RawClient.ask(socket, "POST", "/v1/alarms/ack", body: #"{"alarm":"A2"}"#)?.status == 404)
        }
    }

    @Test func `what people do reaches the source with their name, and a refusal is put on record`() async throws {
        let source = ScriptedSource()
        try await withServer(source: source) { socket in
            func post(_ path: String, _ body: String) async -> Int? {
                await RawClient.ask(socket, "POST", "/v1/\(path)", body: body)?.status
            }
            #expect(await post("alarms/close", #"{"alarm":"A1","note":"leak","false_alarm":true}"#) == 200)
            #expect(await post("alarms/close", #"{"alarm":"A2","note":"leak"}"#) == 409)
            #expect(await post("alarms/shelve", #"{"alarm":"A1","reason":"paint","seconds":60}"#) == 200)
            let work = #"{"cover":"C1","order":"W-17","crew":"B2","reason":"pump","seconds":"#
            #expect(await post("maintenance/start", work + "3600}") == 200)
            #expect(await post("maintenance/start", work + "32400}") == 400)
            #expect(await post("maintenance/stop", "{}") == 400)
            #expect(await post("calibration/start", #"{"point":"C1/ch4/gas","reason":"bump","seconds":60}"#) == 200)
            #expect(await post("calibration/stop", #"{"point":"C1/ch4/gas","applied":50,"unit":"%LEL","passed":false}"#) == 200)
            #expect(await RawClient.ask(socket, "GET", "/v1/calibration/due?cover=C1")?.status == 200)
            #expect(
                source.questions == [
                    "close A1 leak (false) by root", "close A2 leak by root",
                    "refused POST /v1/alarms/close: it still stands to root", "shelve A1 paint 60 by root",
                    "work at C1 W-17 B2 pump 3600 by root", "work at C1 W-17 B2 pump 32400 by root",
                    "refused POST /v1/maintenance/start: at most 8 h to root",
                    "refused POST /v1/maintenance/stop: the body is not what POST needs here: send JSON like "
                        + #"{"cover":"CODE"} to root"#,
                    "calibrate C1/ch4/gas bump 60 by root", "calibrated C1/ch4/gas 50.0 %LEL false by root",
                    "calibration due at C1",
                ])
        }
    }

    @Test func `somebody without the right reads but does not acknowledge`() async throws {
        let source = ScriptedSource()
        try await withServer(source: source, mayChange: false) { socket in
            let refused = try #require(await RawClient.ask(socket, "POST", "/v1/alarms/ack", body: #"{"alarm":"A1"}"#))
            #expect(refused.status == 403)
            #expect(refused.error == "not-allowed")
            #expect(await RawClient.ask(socket, "POST", "/v1/read", body: #"{"point":"C1/ch4/gas"}"#)?.status == 200)
            #expect(source.questions == ["refused POST /v1/alarms/ack to visitor", "read C1/ch4/gas"])
        }
    }

    @Test(arguments: ["\u{0}\u{1}\u{2}garbage\r\n\r\n", "GET\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}"])
    func `garbage is refused and closed`(text: String) async throws {
        try await withServer { socket in
            let client = try #require(RawClient(socket))
            await client.send(text)
            client.endSending()
            let bytes = try #require(await client.bytesUntilClosed())
            #expect(bytes.isEmpty || String(decoding: bytes, as: UTF8.self).hasPrefix("HTTP/1.1 4"))
            #expect(await RawClient.ask(socket, "GET", "/v1/status")?.status == 200)
        }
    }

    @Test func `a client that stops half way is told so after its time, and others are served meanwhile`() async throws {
        var limits = DiagnosticsLimits()
        limits.requestTime = .milliseconds(300)
        try await withServer(limits: limits) { socket in
            let silent = try #require(RawClient(socket))
            let half = try #require(RawClient(socket))
            await half.send("POST /v1/read HTTP/1.1\r\nhost: x\r\ncontent-length: 30\r\n\r\n{\"poi")
            #expect(await RawClient.ask(socket, "GET", "/v1/status")?.status == 200)
            #expect(await half.reply()?.error == "request-timeout")
            #expect(await silent.reply()?.error == "request-timeout")
        }
    }

    @Test func `a whole request is answered although the client sends no more`() async throws {
        try await withServer { socket in
            let client = try #require(RawClient(socket))
            await client.send("GET /v1/status HTTP/1.1\r\nhost: x\r\n\r\n")
            client.endSending()
            #expect(await client.reply()?.status == 200)
        }
    }

    @Test func `oversized bodies and headers are refused before they are kept`() async throws {
        try await withServer { socket in
            let announced = try #require(RawClient(socket))
            await announced.send("POST /v1/read HTTP/1.1\r\nhost: x\r\ncontent-length: 65537\r\n\r\n")
            #expect(await announced.reply()?.status == 413)

            let chunked = try #require(RawClient(socket))
            await chunked.send("POST /v1/read HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
            for _ in 0..<5 { await chunked.send("4000\r\n" + String(repeating: "x", count: 0x4000) + "\r\n") }
            #expect(await chunked.reply()?.status == 413)

            let endless = try #require(RawClient(socket))
            await endless.send("GET /v1/status HTTP/1.1\r\nx: " + String(repeating: "y", count: 17 << 10))
            #expect(await endless.reply()?.status == 413)

            #expect(await RawClient.ask(socket, "GET", "/v1/status")?.status == 200)
        }
    }

    @Test func `the ninth client is sent away and the eight keep their seats`() async throws {
        let source = ScriptedSource(held: true)
        try await withServer(source: source) { socket in
            var seated: [RawClient] = []
            for _ in 0..<8 {
                let client = try #require(RawClient(socket))
                await client.send("GET /v1/status HTTP/1.1\r\nhost: x\r\n\r\n")
                seated.append(client)
            }
            for _ in 0..<12 { #expect(await RawClient.ask(socket, "GET", "/v1/status")?.error == "busy") }
            source.release()
            for client in seated { #expect(await client.reply()?.status == 200) }
            #expect(source.questions.count == 8)
        }
    }

    @Test func `clients that leave without reading give their seats back`() async throws {
        try await withServer { socket in
            for _ in 0..<40 { await RawClient(socket)?.send("GET /v1/sensors HTTP/1.1\r\nhost: x\r\n\r\n") }
            let deadline = ContinuousClock.now + .seconds(20)
            var status: Int?
            while status != 200, ContinuousClock.now < deadline {
                status = await RawClient.ask(socket, "GET", "/v1/status")?.status
            }
            #expect(status == 200)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a client that never takes its answer is closed and its seat given on`() async throws {
        var limits = DiagnosticsLimits()
        limits.clients = 1
        limits.writeTime = .milliseconds(300)
        try await withServer(source: ScriptedSource(points: 20_000), limits: limits) { socket in
            let deaf = try #require(RawClient(socket))
            await deaf.send("GET /v1/sensors HTTP/1.1\r\nhost: x\r\n\r\n")
            var reply: RawClient.Reply?
            let deadline = ContinuousClock.now + .seconds(30)
            repeat {
                reply = await RawClient.ask(socket, "GET", "/v1/status")
            } while reply?.status != 200 && ContinuousClock.now < deadline
            #expect(reply?.status == 200)
            let taken = try #require(await deaf.bytesUntilClosed())
            #expect(taken.count < 4_000_000)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a large answer arrives whole`() async throws {
        try await withServer(source: ScriptedSource(points: 20_000)) { socket in
            let reply = try #require(await RawClient.ask(socket, "GET", "/v1/sensors"))
            #expect(try JSONDecoder().decode(SensorReport.self, from: Data(reply.body)).sensors.count == 20_000)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `the end of the server ends its clients, waiting or being served`() async throws {
        let clients = Mutex<[RawClient]>([])
        let source = ScriptedSource(held: true)
        try await withServer(source: source) { socket in
            let idle = try #require(RawClient(socket))
            let asking = try #require(RawClient(socket))
            await asking.send("GET /v1/status HTTP/1.1\r\nhost: x\r\n\r\n")
            while source.questions.isEmpty { await Task.yield() }
            clients.withLock { $0 = [idle, asking] }
        }
        for client in clients.withLock({ $0 }) { #expect(await client.bytesUntilClosed() != nil) }
    }
}
