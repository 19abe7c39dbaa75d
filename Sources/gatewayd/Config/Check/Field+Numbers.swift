// Numbers, and numbers that carry their unit in the text.
import SensorModel

extension Field {
    /// A whole number, decimal or 0x…, without quotes.
    func integer(in range: ClosedRange<Int>, _ what: String? = nil) -> Int? {
        let wanted = what ?? "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let text = plain, let number = NumberText.integer(text), range.contains(number) else {
            return expected(wanted + withoutQuotes)
        }
        return number
    }

    /// A register's content or address, 0 to 65535.
    func word() -> UInt16? {
        integer(in: 0...0xFFFF, "a whole number from 0 to 65535 (0xFFFF)").map { UInt16($0) }
    }

    /// A decimal number without quotes and without unit.
    func number(_ what: String = "a number", in range: ClosedRange<Double> = -1e300...1e300) -> Double? {
        guard let text = plain, let number = NumberText.decimal(text), range.contains(number) else {
            return expected(what + withoutQuotes)
        }
        return number
    }

    /// A duration such as `500 ms`, `5 s`, `10 min`, `2 h`, `30 d`; the unit must be there.
    func duration(in range: ClosedRange<Duration>) -> Duration? {
        let form = "a duration with unit (ms, s, min, h, d)"
        guard let text = node.text, let (amount, unit) = NumberText.split(text), let scale = Self.nanoseconds[unit], amount >= 0,
            amount * scale < 9e18
        else { return expected("\(form), like '\(Self.words(range.lowerBound > .zero ? range.lowerBound : .seconds(5)))'") }
        let duration = Duration.nanoseconds(Int64((amount * scale).rounded()))
        guard range.contains(duration) else {
            return expected("\(Self.words(range.lowerBound)) to \(Self.words(range.upperBound))")
        }
        return duration
    }

    private static let nanoseconds: [String: Double] = ["ms": 1e6, "s": 1e9, "min": 6e10, "h": 3.6e12, "d": 8.64e13]

    /// A duration in the largest unit that takes it whole.
    static func words(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        for (unit, size) in [("h", Int64(3_600_000)), ("min", 60_000), ("s", 1000)]
        where milliseconds != 0 && milliseconds % size == 0 {
            return "\(milliseconds / size) \(unit)"
        }
        return milliseconds == 0 ? "0 s" : "\(milliseconds) ms"
    }

    /// A size such as `512 MiB`; the unit must be there.
    func byteSize(atLeast lowest: Int64) -> Int64? {
        let wanted = "a size with unit (KiB, MiB, GiB) of at least \(lowest >> 20) MiB, like '512 MiB'"
        let scales: [String: Double] = ["KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824]
        guard let text = node.text, let (amount, unit) = NumberText.split(text), let scale = scales[unit], amount * scale < 1e15,
            Int64(amount * scale) >= lowest
        else { return expected(wanted) }
        return Int64(amount * scale)
    }

    /// A value in one given unit, which must stand there: nothing is converted. Quantities of unit 1 are bare numbers.
    func value(in unit: Unit, of what: String? = nil) -> Double? {
        let subject = what.map { " of \($0)" } ?? ""
        guard unit != .one else { return number("a number without unit\(subject)") }
        guard let text = node.text, let (amount, word) = NumberText.split(text), word == unit.rawValue else {
            return expected("a value\(subject) in \(unit.rawValue), like '5 \(unit.rawValue)'")
        }
        return amount
    }

}

/// Numbers as they are written in the files.
enum NumberText {
    /// A whole number, decimal or 0x….
    static func integer(_ text: String) -> Int? {
        if text.hasPrefix("0x") || text.hasPrefix("0X") {
            let digits = text.dropFirst(2)
            return digits.allSatisfy(\.isHexDigit) ? Int(digits, radix: 16) : nil
        }
        return text.hasPrefix("+") ? nil : Int(text)
    }

    /// A decimal number: digits, one point, an exponent. Words like «nan» and hexadecimal are not numbers here.
    static func decimal(_ text: String) -> Double? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }) else { return nil }
        guard let number = Double(text), number.isFinite else { return nil }
        return number
    }

    /// A number and the unit behind it, with or without spaces between them.
    static func split(_ text: String) -> (number: Double, unit: String)? {
        let end = text.firstIndex { !($0.isASCII && ($0.isNumber || "+-.".contains($0))) } ?? text.endIndex
        guard let number = decimal(String(text[..<end])) else { return nil }
        let unit = text[end...].drop { $0 == " " }
        return unit.isEmpty ? nil : (number, String(unit))
    }
}
