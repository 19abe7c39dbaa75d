// The lines of frames for people: `gatewayctl bus trace`, and the frames below `bus raw` and `bus write`.
import DiagnosticsProtocol
import Glibc

extension Renderer {
    /// One frame of a trace with its line end: local time, direction, unit, words, bytes, and what is wrong.
    /// - Parameters:
    ///   - words: what it says.
    ///   - zone: seconds that local time is ahead of UTC, at a moment in seconds since 1970.
    public func line(_ frame: BusFrameRow, words: String, zone: (Int64) -> Int64) -> String {
        let unit = frame.unit.map { "\($0)" } ?? "–"
        let fixed = "\(LocalTime.text(frame.time, zone: zone)) \(Self.arrow(frame)) \(Self.padded(unit, to: 3, right: true))  "
        let said = words.isEmpty && frame.hex.isEmpty ? "" : Self.padded(words, to: 26) + "  "
        var result = fixed + said + Self.spaced(frame.hex)
        if !frame.problem.isEmpty {
            let problem = Paint.warning.apply(to: problem(frame), colour: colour)
            result += (frame.hex.isEmpty ? "" : "  ! ") + problem
        }
        while result.last == " " { result.removeLast() }
        return result + "\n"
    }

    /// Frames below each other, their bytes in rows that fit a narrow terminal.
    /// - Parameter isAsked: tells the request that was asked for from the probes before it.
    func frames(_ frames: [BusFrameRow], isAsked: (ModbusFrame) -> Bool) -> String {
        let perRow = 24
        return frames.map { frame in
            let bytes = Self.spaced(frame.hex).split(separator: " ")
            var rows = stride(from: 0, to: bytes.count, by: perRow).map {
                bytes[$0..<min($0 + perRow, bytes.count)].joined(separator: " ")
            }
            if rows.isEmpty { rows = [""] }
            if frame.kind == "request", let request = ModbusFrame(request: frame.hex), !isAsked(request) {
                rows[rows.count - 1] += words("  试探", "  probe")
            }
            if !frame.problem.isEmpty {
                let problem = Paint.warning.apply(to: problem(frame), colour: colour)
                if rows == [""] { rows = [problem] } else { rows.append("! \(problem)") }
            }
            return rows.enumerated().map { "  \($0 == 0 ? Self.arrow(frame) : " ") \($1)\n" }.joined()
        }.joined()
    }

    /// What is wrong with a frame: in Chinese what kind of fault it is, before what the bus has seen.
    private func problem(_ frame: BusFrameRow) -> String {
        let seen = Words.printable(frame.problem)
        switch frame.kind {
        case "silence": return words("无应答（\(seen)）", seen)
        case "stray": return words("未请求的数据（\(seen)）", seen)
        default: return words("应答异常（\(seen)）", seen)
        }
    }

    private static func arrow(_ frame: BusFrameRow) -> String {
        switch frame.kind {
        case "request": "→"
        case "reply": "←"
        case "stray": "?"
        default: "·"
        }
    }

    /// Blanks between the bytes.
    static func spaced(_ hex: String) -> String {
        let digits = Array(Words.printable(hex))
        return stride(from: 0, to: digits.count, by: 2).map { String(digits[$0..<min($0 + 2, digits.count)]) }
            .joined(separator: " ")
    }

    private static func padded(_ text: String, to width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
        return right ? blanks + text : text + blanks
    }
}

/// Times of frames in the time of who reads them.
public enum LocalTime {
    /// Seconds that the system's zone is ahead of UTC at a moment.
    public static func offset(at seconds: Int64) -> Int64 {
        var moment = time_t(seconds)
        var parts = tm()
        localtime_r(&moment, &parts)
        return Int64(parts.tm_gmtoff)
    }

    /// `18:09:32.123`; a time in another form as it stands.
    static func text(_ rfc3339: String, zone: (Int64) -> Int64) -> String {
        guard let microseconds = Capture.microseconds(rfc3339) else { return Words.printable(rfc3339) }
        let seconds = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let local = seconds.quotient + zone(seconds.quotient)
        let day = ((local % 86_400) + 86_400) % 86_400
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let thousandths = String(1000 + seconds.remainder / 1000).dropFirst()
        return "\(two(day / 3600)):\(two(day / 60 % 60)):\(two(day % 60)).\(thousandths)"
    }
}
