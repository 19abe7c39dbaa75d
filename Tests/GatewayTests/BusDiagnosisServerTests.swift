// The routes that look at a bus more closely: what reaches the source, and who may write.
import DiagnosticsProtocol
import FoundationEssentials
import Gateway
import Testing

@Suite struct BusDiagnosisServerTests {
    private static let read = #"{"bus":"rs485-1","unit":3,"table":"holding","address":0,"count":2}"#
    private static let write = #"{"bus":"rs485-1","unit":3,"table":"holding","address":0,"words":[5,6]}"#

    @Test func `a read, a write and a trace reach the source as they were asked`() async throws {
        let source = ScriptedSource()
        try await withServer(source: source) { socket in
            #expect(await RawClient.ask(socket, "POST", "/v1/buses/read", body: Self.read)?.status == 200)
            #expect(await RawClient.ask(socket, "POST", "/v1/buses/write", body: Self.write)?.status == 200)
            #expect(await RawClient.ask(socket, "GET", "/v1/buses/trace?bus=rs485-1&after=17")?.status == 200)
            #expect(await RawClient.ask(socket, "GET", "/v1/buses/trace?bus=rs485-1")?.status == 200)
        }
        #expect(
            source.questions == [
                "bus read rs485-1 3 holding 0 2", "bus write rs485-1 3 [5, 6] by root", "trace rs485-1 after 17",
                "trace rs485-1 after 0",
            ])
    }

    @Test func `who is no operator may read and trace, and a write does not reach the source`() async throws {
        let source = ScriptedSource()
        try await withServer(source: source, mayChange: false) { socket in
            #expect(await RawClient.ask(socket, "POST", "/v1/buses/read", body: Self.read)?.status == 200)
            #expect(await RawClient.ask(socket, "GET", "/v1/buses/trace?bus=rs485-1")?.status == 200)
            let refused = try #require(await RawClient.ask(socket, "POST", "/v1/buses/write", body: Self.write))
            #expect(refused.status == 403 && refused.error == "not-allowed")
            let stop = await RawClient.ask(socket, "POST", "/v1/buses/scan/stop", body: #"{"bus":"rs485-1"}"#)
            #expect(stop?.status == 403, "a scan that an operator began is not a reader's to end")
            // Right comes before content: what is refused is not looked at.
            #expect(await RawClient.ask(socket, "POST", "/v1/buses/write", body: "{")?.status == 403)
        }
        #expect(
            source.questions.filter { !$0.hasPrefix("refused") } == ["bus read rs485-1 3 holding 0 2", "trace rs485-1 after 0"])
        #expect(source.questions.count { $0.hasPrefix("refused POST /v1/buses/write") } == 2, "attempts are on record")
    }

    @Test(arguments: [
        "/v1/buses/trace", "/v1/buses/trace?bus=", "/v1/buses/trace?bus=b&after=-1", "/v1/buses/trace?bus=b&after=x",
        "/v1/buses/trace?bus=b&after=18446744073709551616", "/v1/buses/trace?bus=b&bus=c", "/v1/buses/trace?bus=b&since=1",
    ])
    func `a trace without a bus, or after no number, is refused`(target: String) async throws {
        let source = ScriptedSource()
        try await withServer(source: source) { socket in
            #expect(await RawClient.ask(socket, "GET", target)?.error == "bad-request")
        }
        #expect(source.questions.isEmpty)
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"bus":"b","unit":3,"table":"holding","address":0}"#,
        #"{"bus":"b","unit":3.5,"table":"holding","address":0,"count":1,"words":[1]}"#,
        #"{"bus":"b","unit":99999999999999999999,"table":"holding","address":0,"count":1,"words":[1]}"#,
        #"{"bus":"b","unit":3,"table":"holding","address":"0","count":1,"words":["1"]}"#,
    ])
    func `a body that is none is refused with an example of one`(body: String) async throws {
        let source = ScriptedSource()
        try await withServer(source: source) { socket in
            for path in ["/v1/buses/read", "/v1/buses/write"] {
                let refused = try #require(await RawClient.ask(socket, "POST", path, body: body))
                #expect(refused.error == "bad-request")
                #expect(String(decoding: refused.body, as: UTF8.self).contains("rs485-1"))
            }
        }
        #expect(source.questions.isEmpty)
    }
}
