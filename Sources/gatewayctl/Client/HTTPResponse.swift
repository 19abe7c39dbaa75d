// The little HTTP/1.1 a client of one known server needs, without a socket: bytes in, a response out.

/// A response, read piece by piece as the bytes come.
public struct HTTPResponseParser: Sendable {
    /// Why bytes are not a response.
    public enum Failure: Error, Equatable {
        /// Not HTTP/1.1, or a header that cannot be understood.
        case malformed
        /// Header over 64 KiB or body over 64 MiB.
        case tooLarge
    }

    /// A whole response.
    public struct Response: Sendable, Equatable {
        /// HTTP status.
        public var status: Int
        /// The body.
        public var body: [UInt8]
        /// The language of its sentences (RFC 9110, §8.5), as it came.
        public var language: String?
        /// The present moment at simulated sensors, as it came; nil where they are real.
        public var simulatedTime: String?
    }

    private struct Header {
        var status: Int
        var length: Int?
        var language: String?
        var simulatedTime: String?
        var end: Int
    }

    private static let longestHeader = 64 << 10
    private static let longestBody = 64 << 20

    private var bytes: [UInt8] = []
    private var header: Header?

    /// An empty parser.
    public init() {}

    /// Takes what came.
    /// - Returns: the response as soon as it is whole; nil while more must come.
    public mutating func receive(_ chunk: some Collection<UInt8>) throws(Failure) -> Response? {
        let searchFrom = max(0, bytes.count - 3)
        bytes.append(contentsOf: chunk)
        if header == nil, let end = Self.blankLine(in: bytes[searchFrom...]) {
            header = try Self.parse(bytes[..<end], end: end + 4)
        }
        guard let header else {
            guard bytes.count <= Self.longestHeader else { throw .tooLarge }
            return nil
        }
        guard bytes.count - header.end <= Self.longestBody else { throw .tooLarge }
        guard let length = header.length, bytes.count - header.end >= length else { return nil }
        let body = Array(bytes[header.end..<header.end + length])
        return Response(status: header.status, body: body, language: header.language, simulatedTime: header.simulatedTime)
    }

    /// The peer has closed: a response without a length is whole now, one with a length or half a header is not.
    public func finish() throws(Failure) -> Response {
        guard let header, header.length == nil else { throw .malformed }
        return Response(
            status: header.status, body: Array(bytes[header.end...]), language: header.language,
            simulatedTime: header.simulatedTime)
    }

    private static func blankLine(in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (bytes.startIndex...bytes.endIndex - 4).first { bytes[$0..<$0 + 4].elementsEqual([13, 10, 13, 10]) }
    }

    private static func parse(_ bytes: ArraySlice<UInt8>, end: Int) throws(Failure) -> Header {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        let start = (lines.first ?? "").split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard start.count >= 2, start[0].hasPrefix("HTTP/1."), start[1].utf8.count == 3, let status = Int(start[1]), status >= 100
        else { throw .malformed }
        var header = Header(status: status, end: end)
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw .malformed }
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            // The daemon never sends chunks; to take them for a body would hand out garbage.
            if name == "transfer-encoding" { throw .malformed }
            if name == "content-language" { header.language = String(value) }
            if name == "simulated-time" { header.simulatedTime = String(value) }
            guard name == "content-length" else { continue }
            guard let number = Int(value), number >= 0 else { throw .malformed }
            guard number <= longestBody else { throw .tooLarge }
            header.length = number
        }
        return header
    }
}
