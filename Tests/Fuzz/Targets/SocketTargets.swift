// Bytes at the local socket, on both of its sides.
import DiagnosticsClient
import DiagnosticsProtocol
import FoundationEssentials
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Synchronization

@testable import Gateway

extension FuzzTargets {
    private static let http = [
        "GET ", "POST ", "HEAD ", "/v1/read", "/v1/config/apply?name=x", " HTTP/1.1\r\n", "\r\n\r\n", "content-length: 5\r\n",
        "transfer-encoding: chunked\r\n", "expect: 100-continue\r\n", "%E4%BA%95", "%00", "?cover=", "5\r\nabcde\r\n0\r\n\r\n",
        #"{"point":"C1/ch4/gas"}"#, #"{"alarm":"A1"}"#, "\u{0}", "18446744073709551616",
    ]

    /// A request at the daemon: whatever it is, there is an end to it, and a request within the bounds.
    static let request = FuzzTarget(name: "request", runs: 3000, words: http) { bytes in
        let limits = DiagnosticsLimits()
        let channel = EmbeddedChannel()
        let whole = channel.eventLoop.makePromise(of: DiagnosticsRequest?.self)
        let headers = HeaderLimit(limit: limits.headerBytes)
        let connection = DiagnosticsConnection(limits: limits, headerLimit: headers, asksForPeer: false, whole: whole)
        let found = Mutex<DiagnosticsRequest??>(nil)
        whole.futureResult.whenSuccess { request in found.withLock { $0 = .some(request) } }
        do {
            try channel.pipeline.syncOperations.addHandlers([
                headers, HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)),
                connection,
            ])
            try channel.connect(to: SocketAddress(unixDomainSocketPath: "/s")).wait()
        } catch { return "the connection cannot be made: \(error)" }
        let piece = Int(bytes.first ?? 0) % 64 + 1
        var rest = bytes.dropFirst()
        while !rest.isEmpty {
            _ = try? channel.writeInbound(ByteBuffer(bytes: rest.prefix(piece)))
            rest = rest.dropFirst(piece)
        }
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        _ = try? channel.finish(acceptAlreadyClosed: true)
        guard let request = found.withLock({ $0 }) else { return "nobody learns whether there is a request" }
        guard let request else { return nil }
        if request.body.count > limits.bodyBytes { return "a body of \(request.body.count) bytes" }
        if request.target.utf8.count > limits.headerBytes { return "a target of \(request.target.utf8.count) bytes" }
        decode(request.body)
        return nil
    }

    /// The bodies that routes take.
    private static func decode(_ body: [UInt8]) {
        func attempt<Body: Decodable>(_ type: Body.Type) { _ = try? JSONDecoder().decode(type, from: Data(body)) }
        attempt(ReadRequest.self)
        attempt(ShelveRequest.self)
        attempt(MaintenanceRequest.self)
        attempt(CalibrationStop.self)
        attempt(BusWriteRequest.self)
        attempt(OutboxExportRequest.self)
    }

    /// A response at the technician's tool.
    static let response = FuzzTarget(
        name: "response", runs: 10_000,
        words: ["HTTP/1.1 200 OK\r\n", "content-length: ", "-1", "9223372036854775808", "\r\n\r\n", "content-language: zh\r\n"]
    ) { bytes in
        var parser = HTTPResponseParser()
        let piece = Int(bytes.first ?? 0) % 64 + 1
        var rest = bytes.dropFirst()
        do throws(HTTPResponseParser.Failure) {
            while !rest.isEmpty {
                if let response = try parser.receive(rest.prefix(piece)) {
                    return response.body.count < bytes.count ? nil : "a body that is longer than what came"
                }
                rest = rest.dropFirst(piece)
            }
            _ = try parser.finish()
        } catch { return nil }
        return nil
    }
}
