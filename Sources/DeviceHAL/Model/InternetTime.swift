// Times as other machines write them: RFC 3339 text into wall time.

extension WallTime {
    /// The moment of a text like `2026-06-01T00:00:00Z` or `2026-06-01T08:00:00.5+08:00` (RFC 3339 §5.6); nil for another form,
    /// and for days and times that do not exist. A leap second is the first moment after it; what lies beyond the years that
    /// fit (1678 to 2261) is the first or last moment that does.
    public init?(rfc3339 text: String) {
        var rest = Array(text.utf8)[...]
        guard let year = Self.number(&rest, 4), Self.skip(&rest, "-"), let month = Self.number(&rest, 2), Self.skip(&rest, "-"),
            let day = Self.number(&rest, 2), Self.skip(&rest, "Tt"), let hour = Self.number(&rest, 2), Self.skip(&rest, ":"),
            let minute = Self.number(&rest, 2), Self.skip(&rest, ":"), let second = Self.number(&rest, 2),
            let fraction = Self.fraction(&rest), let offset = Self.offset(&rest), rest.isEmpty
        else { return nil }
        let days = Self.days(year, month, day)
        guard (1...12).contains(month), Self.civil(days: days) == (year, month, day), hour < 24, minute < 60, second <= 60 else {
            return nil
        }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        let (product, isFar) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isBeyond) = product.addingReportingOverflow(fraction)
        self.init(nanoseconds: isFar || isBeyond ? (seconds < 0 ? .min : .max) : sum)
    }

    /// So many digits, and no other characters.
    private static func number(_ text: inout ArraySlice<UInt8>, _ digits: Int) -> Int64? {
        let part = text.prefix(digits)
        guard part.count == digits, part.allSatisfy(isDigit) else { return nil }
        text = text.dropFirst(digits)
        return part.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func skip(_ text: inout ArraySlice<UInt8>, _ one: String) -> Bool {
        guard let first = text.first, one.utf8.contains(first) else { return false }
        text = text.dropFirst()
        return true
    }

    /// Nanoseconds of a second's fraction; 0 where there is none, nil for a point without digits.
    private static func fraction(_ text: inout ArraySlice<UInt8>) -> Int64? {
        guard skip(&text, ".") else { return 0 }
        let digits = text.prefix(while: isDigit)
        guard !digits.isEmpty else { return nil }
        text = text.dropFirst(digits.count)
        let kept = digits.prefix(9)
        let number = kept.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        return (kept.count..<9).reduce(number) { number, _ in number * 10 }
    }

    /// Minutes ahead of UTC.
    private static func offset(_ text: inout ArraySlice<UInt8>) -> Int64? {
        if skip(&text, "Zz") { return 0 }
        let isBehind = text.first == UInt8(ascii: "-")
        guard skip(&text, "+-"), let hours = number(&text, 2), skip(&text, ":"), let minutes = number(&text, 2), hours < 24,
            minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (isBehind ? -1 : 1)
    }

    /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (years counted from March in 400-year eras).
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
