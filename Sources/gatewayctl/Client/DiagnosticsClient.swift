// Asks the daemon over its socket and brings the report back, or a failure with its exit code.
import SensorModel
import Doctor
import DiagnosticsProtocol
import FoundationEssentials
import Glibc

/// A client of the daemon's local interface; makes one connection for each request.
public struct DiagnosticsClient: Sendable {
    /// Where the packaged daemon listens.
    public static let defaultSocket = "/run/gatewayd/gatewayd.sock"

    private let path: String
    private let hurry: Int64?

    /// - Parameters:
    ///   - path: the socket's path.
    ///   - hurry: milliseconds for any answer, where nobody waits for longer; nil leaves it to the question.
    public init(path: String = Self.defaultSocket, hurry: Int64? = nil) {
        self.path = path
        self.hurry = hurry
    }

    /// A report, and the JSON it came in.
    public struct Answer<Report: Decodable>: Sendable where Report: Sendable {
        /// The report.
        public let report: Report
        /// The daemon's bytes, with fields this version may not know.
        public let json: [UInt8]
        /// The gateway's language; English for one that this version does not know.
        public let language: EntryLanguage
        /// The present moment at simulated sensors, where the report has times of theirs.
        public var fieldTime: String?
    }

    /// Asks a `GET` route.
    /// - Parameter values: of the route's query parameters, in their order; nil leaves one out.
    public func get<Report: Decodable & Sendable>(
        _ route: DiagnosticsRoute, _ values: String?..., as type: Report.Type
    ) throws(ClientFailure) -> Answer<Report> {
        try exchange(route, target: Self.target(route, values), body: nil, seconds: 10)
    }

    /// Asks a `POST` route.
    /// - Parameter seconds: how long the answer may take.
    public func post<Report: Decodable & Sendable>(
        _ route: DiagnosticsRoute, _ request: some Encodable, seconds: Int = 10, as type: Report.Type
    ) throws(ClientFailure) -> Answer<Report> {
        guard let body = try? JSONEncoder().encode(request) else {
            throw ClientFailure(exitStatus: ExitStatus.usage, message: "this cannot be written as JSON")
        }
        return try exchange(route, target: route.path, body: Array(body), seconds: seconds)
    }

    /// Asks a `POST` route that takes a configuration's text, or nothing.
    /// - Parameter values: as of `get`.
    public func post<Report: Decodable & Sendable>(
        _ route: DiagnosticsRoute, text: [UInt8], _ values: String?..., as type: Report.Type
    ) throws(ClientFailure) -> Answer<Report> {
        try exchange(
            route, target: Self.target(route, values), body: text, contentType: "application/yaml", seconds: 30)
    }

    private static func target(_ route: DiagnosticsRoute, _ values: [String?]) -> String {
        let query = zip(route.parameters, values).compactMap { name, value in value.map { "\(name)=\(PercentCoding.encode($0))" }
        }
        return route.path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    /// The bytes of a `GET` request.
    static func request(_ route: DiagnosticsRoute, target: String) -> String {
        "\(route.method) \(target) HTTP/1.1\r\nhost: gatewayd\r\nconnection: close\r\n"
    }

    private func exchange<Report: Decodable & Sendable>(
        _ route: DiagnosticsRoute, target: String, body: [UInt8]?, contentType: String = "application/json", seconds: Int
    ) throws(ClientFailure) -> Answer<Report> {
        var head = Self.request(route, target: target)
        if let body { head += "content-type: \(contentType)\r\ncontent-length: \(body.count)\r\n" }
        let response = try transfer(Array((head + "\r\n").utf8) + (body ?? []), seconds: seconds)
        var answer: Answer<Report> = try answer(response)
        answer.fieldTime = route.hasFieldTimes ? response.simulatedTime : nil
        return answer
    }

    /// What a response brought: the report, or why there is none.
    func answer<Report: Decodable & Sendable>(_ response: HTTPResponseParser.Response) throws(ClientFailure) -> Answer<Report> {
        guard response.status == 200 else {
            guard let report = try? JSONDecoder().decode(ErrorReport.self, from: Data(response.body)) else {
                throw strange("status \(response.status) without a reason")
            }
            throw ClientFailure(status: response.status, report: report)
        }
        do {
            let report = try JSONDecoder().decode(Report.self, from: Data(response.body))
            let language = response.language.flatMap { EntryLanguage(rawValue: $0) } ?? .en
            return Answer(report: report, json: response.body, language: language)
        } catch {
            throw strange("a report this version cannot read; gatewayctl and gatewayd should be of one version")
        }
    }

    private func transfer(_ bytes: [UInt8], seconds: Int) throws(ClientFailure) -> HTTPResponseParser.Response {
        do throws(SocketConnection.Failure) {
            let connection = try SocketConnection(path: path, milliseconds: hurry ?? Int64(seconds) * 1000)
            try connection.send(bytes)
            var parser = HTTPResponseParser()
            while true {
                let chunk = try connection.receive()
                guard !chunk.isEmpty else { break }
                do { if let response = try parser.receive(chunk) { return response } } catch {
                    throw SocketConnection.Failure(code: EBADMSG)
                }
            }
            do { return try parser.finish() } catch { throw SocketConnection.Failure(code: EBADMSG) }
        } catch {
            throw failure(error.code, seconds: seconds)
        }
    }

    private func strange(_ what: String) -> ClientFailure {
        ClientFailure(exitStatus: ExitStatus.unreachable, message: "the program at \(path) answered \(what)")
    }

    /// In words, what an errno of the socket means.
    func failure(_ code: Int32, seconds: Int) -> ClientFailure {
        let status =
            switch code {
            case EACCES, EPERM: ExitStatus.notAllowed
            case ENAMETOOLONG: ExitStatus.usage
            default: ExitStatus.unreachable
            }
        let words = words(code, seconds: seconds)
        return ClientFailure(exitStatus: status, message: words.en, chinese: words.zh, systemCode: code)
    }

    /// - Parameter hasSystemd: whether the machine runs it: what is not there is not advised.
    func words(_ code: Int32, seconds: Int, hasSystemd: Bool = OfflineFacts.hasSystemd()) -> Bilingual {
        let command = hasSystemd ? "systemctl start gatewayd" : "gatewayd run --config FILE"
        let log = hasSystemd ? Bilingual.same("journalctl -u gatewayd") : Bilingual(zh: "其标准错误输出", en: "its standard error")
        return switch code {
        case ENOENT:
            Bilingual(
                zh: "\(path) 没有套接字：网关程序在运行吗？用 --socket 可指定其他路径；启动：\(command)",
                en: "no socket at \(path): is gatewayd running? Name another with --socket PATH, or start it: \(command)")
        case ECONNREFUSED:
            Bilingual(
                zh: "\(path) 无人应答：网关程序异常退出；请启动它：\(command)",
                en: "nobody answers at \(path): gatewayd has ended without cleaning up; start it: \(command)")
        case EACCES, EPERM:
            Bilingual(
                zh: "无权打开 \(path)：请以 root 或 gatewayd 组成员的身份执行",
                en: "you may not open \(path): run this as root or as a member of the group gatewayd")
        case ETIMEDOUT:
            Bilingual(
                zh: "\(path) 在 \(seconds) 秒内无应答：请查看网关程序的日志（\(log.zh)）",
                en: "no answer at \(path) within \(seconds) s: look at the daemon's log (\(log.en))")
        case ENAMETOOLONG:
            Bilingual(
                zh: "\(path) 作为套接字路径过长（最多 107 字节）", en: "\(path) is too long for a socket's path (107 bytes at most)")
        case EBADMSG:
            Bilingual(
                zh: "在 \(path) 应答的不是网关程序，或它在应答中途退出",
                en: "what answers at \(path) is not gatewayd, or it ended in the middle of its answer")
        default:
            Bilingual(
                zh: "无法与 \(path) 通信：\(String(cString: strerror(code)))",
                en: "cannot talk to \(path): \(String(cString: strerror(code)))")
        }
    }
}
