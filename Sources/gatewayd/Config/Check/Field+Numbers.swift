// Numbers, and numbers that carry their unit in the text.
import SensorModel

extension Field {
    /// A whole number, decimal or 0x…, without quotes.
    func integer() -> Int? {
        switch shape {
        case .integer(let range, let name):
            let what = name ?? "a whole number from \(range.lowerBound) to \(range.upperBound)"
            return integer(what, where: range.contains)
        case .integers(let numbers):
            return integer("one of \(MessageText.list(numbers.map(String.init)))", where: numbers.contains)
        default: return defect("a whole number")
        }
    }

    private func integer(_ what: String, where isRight: (Int) -> Bool) -> Int? {
        guard let text = plain, let number = NumberText.integer(text), isRight(number) else {
            return expected(what + withoutQuotes)
        }
        return isClear(text) ? number : nil
    }

    /// False, with an error, for a number with a leading zero, which is octal to some readers of YAML and decimal to others.
    private func isClear(_ text: String) -> Bool {
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        guard digits.first == UInt8(ascii: "0"), let second = digits.dropFirst().first,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(second)
        else { return true }
        refuse("expected a number without leading zero, found \(found), which is ambiguous: octal to some, decimal to others")
        return false
    }

    /// A register's content or address, 0 to 65535.
    func word() -> UInt16? { integer().flatMap { UInt16(exactly: $0) } }

    /// A whole number of 64 bits without sign, up to `largest`, which is `what`.
    func unsigned(atMost largest: UInt64, _ what: String) -> UInt64? {
        guard case .unsigned = shape else { return defect("a whole number without sign") }
        guard let text = plain, let number = NumberText.unsigned(text), number <= largest else {
            return expected(what + withoutQuotes)
        }
        return isClear(text) ? number : nil
    }

    /// A decimal number without quotes and without unit.
    func number() -> Double? {
        switch shape {
        case .number(let range, let what): return number(what, where: range.contains)
        case .factor: return number("a decimal number other than 0", where: { $0 != 0 })
        default: return defect("a number")
        }
    }

    private func number(_ what: String, where isRight: (Double) -> Bool) -> Double? {
        guard let text = plain, let number = NumberText.decimal(text), isRight(number) else {
            return expected(what + withoutQuotes)
        }
        return isClear(text) ? number : nil
    }

    /// A duration such as `500 ms`, `5 s`, `10 min`, `2 h`, `30 d`; the unit must be there.
    func duration() -> Duration? {
        guard case .duration(let range) = shape else { return defect("a duration") }
        let form = "a duration with unit (ms, s, min, h, d)"
        guard let duration = node.text.flatMap(Duration.init(words:)) else {
            return expected("\(form), like '\(Self.words(range.lowerBound > .zero ? range.lowerBound : .seconds(5)))'")
        }
        guard range.contains(duration) else { return expected(Self.words(range)) }
        return duration
    }

    /// A range of durations.
    static func words(_ range: ClosedRange<Duration>) -> String { "\(words(range.lowerBound)) to \(words(range.upperBound))" }

    /// A duration in the largest unit that takes it whole.
    static func words(_ duration: Duration) -> String { duration.words }

    /// A size such as `512 MiB`; the unit must be there.
    func byteSize() -> Int64? {
        guard case .size(let lowest) = shape else { return defect("a size") }
        let wanted = "a size with unit (KiB, MiB, GiB) of at least \(lowest >> 20) MiB, like '512 MiB'"
        let scales: [String: Double] = ["KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824]
        guard let text = node.text, let (amount, unit) = NumberText.split(text), let scale = scales[unit], amount * scale < 1e15,
            Int64(amount * scale) >= lowest
        else { return expected(wanted) }
        return Int64(amount * scale)
    }

    /// A value in the one unit that belongs here, which must stand there: nothing is converted.
    func value() -> Double? {
        guard case .value(let unit) = shape else { return defect("a value with unit") }
        return value(in: unit, "")
    }

    /// A value within a range in the one unit that belongs here, like `3 L/min`.
    func measure() -> Double? {
        guard case .measure(let unit, let range) = shape else { return defect("a value with unit within a range") }
        let what = Self.words(range, unit)
        guard let text = node.text, let (amount, word) = NumberText.split(text), word == unit else {
            return expected("a value from \(what), with its unit")
        }
        return range.contains(amount) ? amount : expected("a value from \(what)")
    }

    /// A range of whole numbers and their unit.
    static func words(_ range: ClosedRange<Double>, _ unit: String) -> String {
        "\(Int(range.lowerBound)) to \(Int(range.upperBound)) \(unit)"
    }

    /// A value in the unit of a quantity, which must stand there. Quantities of unit 1 are bare numbers.
    func value(of quantity: Quantity) -> Double? {
        guard case .valueOfQuantity = shape else { return defect("a value of a quantity") }
        return value(in: quantity.unit, " of \(quantity.rawValue)")
    }

    private func value(in unit: Unit, _ subject: String) -> Double? {
        guard unit != .one else { return number("a number without unit\(subject)", where: { _ in true }) }
        guard let text = node.text, let (amount, word) = NumberText.split(text), word == unit.rawValue else {
            return expected("a value\(subject) in \(unit.rawValue), like '5 \(unit.rawValue)'")
        }
        return amount
    }
}

extension Duration {
    private static let scales: [String: Double] = ["ms": 1e6, "s": 1e9, "min": 6e10, "h": 3.6e12, "d": 8.64e13]

    /// A duration as it is written in the files and in commands, like `500 ms`; nil for what is none.
    public init?(words: String) {
        guard let (amount, unit) = NumberText.split(words), let scale = Self.scales[unit], amount >= 0, amount * scale < 9e18
        else {
            return nil
        }
        self = .nanoseconds(Int64((amount * scale).rounded()))
    }

    /// The same the other way, in the largest unit that takes it whole.
    public var words: String {
        for (unit, size) in [("h", Int64(3_600_000)), ("min", 60_000), ("s", 1000)]
        where milliseconds != 0 && milliseconds % size == 0 { return "\(milliseconds / size) \(unit)" }
        return milliseconds == 0 ? "0 s" : "\(milliseconds) ms"
    }
}

/// Numbers as they are written in the files.
enum NumberText {
    /// A whole number, decimal or 0x….
    static func integer(_ text: String) -> Int? {
        if text.hasPrefix("0x") {
            let digits = text.dropFirst(2)
            return digits.allSatisfy(\.isHexDigit) ? Int(digits, radix: 16) : nil
        }
        return text.hasPrefix("+") ? nil : Int(text)
    }

    /// A whole number of 64 bits without sign, decimal or 0x….
    static func unsigned(_ text: String) -> UInt64? {
        guard text.hasPrefix("0x") else { return text.hasPrefix("+") ? nil : UInt64(text) }
        let digits = text.dropFirst(2)
        return digits.allSatisfy(\.isHexDigit) ? UInt64(digits, radix: 16) : nil
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
