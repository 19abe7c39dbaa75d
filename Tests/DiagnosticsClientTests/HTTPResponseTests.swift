// The client's HTTP parser: any cutting of the bytes gives the same response, and nothing else is taken for one.
import DiagnosticsClient
import Testing

@Suite struct HTTPResponseTests {
    private func parse(_ text: String, pieces: Int) throws -> HTTPResponseParser.Response? {
        var parser = HTTPResponseParser()
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            if let response = try parser.receive(bytes[start..<min(start + pieces, bytes.count)]) { return response }
        }
        return nil
    }

    @Test func `a response is the same however it is cut`() throws {
        let text = "HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\nconnection: close\r\n\r\n{\"a\":1}"
        for pieces in 1...text.utf8.count {
            let response = try #require(try parse(text, pieces: pieces))
            #expect(response.status == 404)
            #expect(response.body == Array("{\"a\":1}".utf8))
        }
    }

    @Test func `the language of an answer is the header's, and may be missing`() throws {
        let chinese = "HTTP/1.1 200 OK\r\nContent-Language: zh\r\ncontent-length: 0\r\n\r\n"
        #expect(try parse(chinese, pieces: 1)?.language == "zh")
        #expect(try parse("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", pieces: 1)?.language == nil)
    }

    @Test func `half a body is no response`() throws {
        var parser = HTTPResponseParser()
        #expect(try parser.receive(Array("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345".utf8)) == nil)
        #expect(throws: HTTPResponseParser.Failure.malformed) { try parser.finish() }
    }

    @Test func `without a length the end of the connection is the end of the body`() throws {
        var parser = HTTPResponseParser()
        #expect(try parser.receive(Array("HTTP/1.1 200 OK\r\n\r\nabc".utf8)) == nil)
        #expect(try parser.finish().body == Array("abc".utf8))
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 two OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
    ])
    func `what is not a response is refused`(text: String) {
        #expect(throws: HTTPResponseParser.Failure.malformed) { try parse(text, pieces: 5) }
    }

    @Test func `endless headers and absurd lengths are refused`() {
        #expect(throws: HTTPResponseParser.Failure.tooLarge) { try parse(String(repeating: "x", count: 70_000), pieces: 1000) }
        #expect(throws: HTTPResponseParser.Failure.tooLarge) {
            try parse("HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n", pieces: 100)
        }
    }
}
