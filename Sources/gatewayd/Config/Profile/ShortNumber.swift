// Numbers as a person writes them: without the digits that only a double has.

/// Numbers in messages and pages.
enum ShortNumber {
    /// Up to six digits behind the point; a number that they cannot show with its power of ten.
    static func text(_ number: Double) -> String {
        guard number.isFinite, number.magnitude < 1e12 else { return "\(number)" }
        if number == 0 || number.magnitude >= 1e-3 { return "\((number * 1e6).rounded() / 1e6)" }
        var mantissa = number
        var power = 0
        while mantissa.magnitude < 1 { (mantissa, power) = (mantissa * 10, power - 1) }
        return "\((mantissa * 1e3).rounded() / 1e3)e\(power)"
    }

    /// A register's content as manuals write it, `0x00FF`.
    static func text(word: UInt16) -> String {
        let digits = String(word, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
