// What is new on a bus since the last look: its frames in words, and whether some were missed. Pure.
import SensorModel
import DiagnosticsProtocol

/// Follows the frames of a bus from answer to answer.
public struct TraceFollower: Sendable {
    /// What an answer brought.
    public struct News: Sendable, Equatable {
        /// The frames that are new and asked for.
        public var frames: [BusFrameRow]
        /// What each of them says.
        public var words: [String]
        /// That frames were missed, or that the daemon began anew; nil otherwise.
        public var notice: String?
        /// That the bus is not connected, or is again; nil when that has been said, or was never otherwise.
        public var connection: String?
    }

    /// The number to ask after.
    public private(set) var last: UInt64
    private let kind: String
    private let unit: Int?
    private let words: Vocabulary
    /// The last request, which says what its reply means.
    private var request: ModbusFrame?
    private var seen = 0
    private var isAway = false
    private var missed: UInt64 = 0

    /// - Parameters:
    ///   - kind: the bus's kind.
    ///   - after: the last number that is old.
    ///   - unit: only the frames of this unit; nil for all.
    ///   - words: in the reader's language.
    public init(kind: String, after: UInt64, unit: Int? = nil, words: Vocabulary = Vocabulary(.en)) {
        self.words = words
        self.kind = kind
        last = after
        self.unit = unit
    }

    /// How it went, in one line.
    public var summary: String {
        words("\(seen) 帧", Words.count(seen, "frame")) + (missed > 0 ? words("，漏掉 \(missed) 帧", ", \(missed) missed") : "")
    }

    /// What is followed, before the first frame.
    public func heading(_ bus: String) -> String {
        words("正在跟踪 \(bus)（\(kind)）；按 Ctrl-C 结束", "following \(bus), \(kind); Ctrl-C ends")
    }

    /// Takes the answer to a question after `last`.
    public mutating func take(_ report: BusTraceReport) -> News {
        var notice: String?
        if report.last < last {
            notice = words(
                "网关程序已重新启动；下一帧之前的内容未知", "gatewayd began anew; what came before the next frame is not known")
            request = nil
        } else if let first = report.frames.first?.number, first > last + 1 {
            let count = first - last - 1
            missed += count
            request = nil
            notice = words(
                "漏掉 \(count) 帧：总线只保留最近的帧",
                "\(count) \(count == 1 ? "frame was" : "frames were") missed: the bus keeps only its last ones")
        }
        last = report.last
        var news = News(frames: [], words: [], notice: notice, connection: connection(report))
        for frame in report.frames {
            let text = text(of: frame)
            guard unit == nil || frame.unit == unit else { continue }
            news.frames.append(frame)
            news.words.append(text)
        }
        seen += news.frames.count
        return news
    }

    private mutating func connection(_ report: BusTraceReport) -> String? {
        guard isAway == report.connected else { return nil }
        isAway = !report.connected
        guard isAway else { return words("总线 \(report.bus) 已恢复连接", "\(report.bus) is connected again") }
        return words("总线 \(report.bus) 未连接", "\(report.bus) is not connected")
            + (report.problem.map { words("：\($0)", ": \($0)") } ?? "")
    }

    private mutating func text(of frame: BusFrameRow) -> String {
        let parsed = ModbusFrame(hex: frame.hex, kind: kind)
        switch frame.kind {
        case "request":
            request = parsed
            return parsed?.question(words) ?? ""
        case "reply":
            // What was not believed may be anything.
            return frame.problem.isEmpty || parsed?.isRefusal == true
                ? parsed?.answer(to: request, words) ?? ""
                : words("不可信", "not believed")
        case "stray": return words("未请求", "not asked for")
        default: return ""
        }
    }
}

extension ModbusFrame {
    /// A whole exception reply (V1.1b3 §7).
    fileprivate var isRefusal: Bool { pdu.count == 2 && pdu[0] & 0x80 != 0 }
}
