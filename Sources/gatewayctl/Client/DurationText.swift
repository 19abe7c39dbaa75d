// Durations as people write them in the configuration and behind --for.

/// Reads durations.
public enum DurationText {
    private static let seconds: [String: Double] = ["s": 1, "min": 60, "m": 60, "h": 3600, "d": 86_400]

    /// Whole seconds of `90 min`, `2 h` or `2h`; nil when the text is none, or has no unit.
    public static func seconds(_ text: String) -> Int? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).drop { $0 == " " }
        guard let amount = Double(number), let size = seconds[String(unit)], amount * size < 1e9 else { return nil }
        return Int((amount * size).rounded())
    }
}
