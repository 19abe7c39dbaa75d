// A month of the calendar, in UTC: what history is kept by. Pure.
import SensorModel

/// A month.
struct Month: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Its year and its number in it, 1 to 12.
    private let year: Int, number: Int
    /// Its first moment.
    let from: WallTime
    /// The first moment of the next one.
    let until: WallTime

    private init?(year: Int, number: Int) {
        let (nextYear, nextNumber) = number == 12 ? (year + 1, 1) : (year, number + 1)
        guard let from = WallTime(rfc3339: "\(Self.text(year, number))-01T00:00:00Z"),
            let until = WallTime(rfc3339: "\(Self.text(nextYear, nextNumber))-01T00:00:00Z")
        else { return nil }
        (self.year, self.number, self.from, self.until) = (year, number, from, until)
    }

    /// Reads `2026-11`; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
            text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "-") }),
            let year = Int(parts[0]), let number = Int(parts[1])
        else { return nil }
        self.init(year: year, number: number)
    }

    /// The month that a moment lies in.
    init(of time: WallTime) {
        // Whatever nanoseconds since 1970 can say lies in the years 1677 to 2262, which have four digits.
        self = Self(String(time.rfc3339.prefix(7))) ?? Self.first
    }

    private static let first = Self(wall: WallTime(nanoseconds: 0), until: WallTime(nanoseconds: 31 * 86_400_000_000_000))

    private init(wall from: WallTime, until: WallTime) {
        (year, number, self.from, self.until) = (1970, 1, from, until)
    }

    /// The month after it.
    var next: Month { Month(of: until) }

    /// Whether a moment lies in it.
    func contains(_ time: WallTime) -> Bool { from <= time && time < until }

    /// `2026-11`.
    var description: String { Self.text(year, number) }

    /// Earlier is smaller.
    static func < (left: Self, right: Self) -> Bool { left.from < right.from }

    private static func text(_ year: Int, _ number: Int) -> String {
        let (year, number) = ("\(year)", "\(number)")
        return String(repeating: "0", count: max(0, 4 - year.count)) + year + (number.count < 2 ? "-0" : "-") + number
    }
}
