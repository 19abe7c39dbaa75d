// Numbers, times and names as a person reads them.

/// Small renderings shared by all tables.
package enum Words {
    /// The text with every control and line-breaking character replaced, so that a name cannot drive the terminal.
    package static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: result.append("\u{FFFD}")
            // Direction overrides can make a name show as another; joiners inside a word are harmless.
            case .format: result.append(scalar == "\u{200D}" || scalar == "\u{200C}" ? scalar : "\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// At most three decimals, no zeros at the end; `–` for no value.
    package static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        let rounded = (value * 1000).rounded() / 1000
        guard abs(rounded) < 1e15 else { return "\(value)" }
        if rounded == rounded.rounded() { return "\(Int64(rounded))" }
        // Below a thousandth the shortest form would be scientific; rounding has made that impossible.
        return "\(rounded)"
    }

    /// The value with its unit; the unit 1 is not written.
    package static func quantity(_ value: Double?, _ unit: String?) -> String {
        guard value != nil, let unit, unit != "1" else { return number(value) }
        return "\(number(value)) \(unit)"
    }

    /// `12 s`, `5 min`, `3 h 20 min`, `4 d 2 h`; `–` for nothing.
    package static func age(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds < 1e12 else { return "–" }
        let whole = Int(max(0, seconds))
        switch whole {
        case ..<10: return "\(number((max(0, seconds) * 10).rounded() / 10)) s"
        case ..<120: return "\(whole) s"
        case ..<7200: return "\(whole / 60) min"
        case ..<172_800: return "\(whole / 3600) h \(whole / 60 % 60) min"
        default: return "\(whole / 86_400) d \(whole / 3600 % 24) h"
        }
    }

    /// `2026-11-21 04:00:00` of an RFC 3339 time in UTC; another form is shown as it stands, nothing as `–`.
    package static func time(_ rfc3339: String?) -> String {
        guard let rfc3339 else { return "–" }
        let parts = rfc3339.split(separator: "T")
        guard parts.count == 2, rfc3339.hasSuffix("Z") else { return rfc3339 }
        return "\(parts[0]) \(parts[1].prefix(8))"
    }

    /// `1 problem`, `2 problems`.
    package static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// Bytes in the largest binary unit that leaves at least 1.
    package static func bytes(_ bytes: Int64) -> String {
        var value = Double(bytes)
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if value < 1024 { return "\(number((value * 10).rounded() / 10)) \(unit)" }
            value /= 1024
        }
        return "\(number((value * 10).rounded() / 10)) TiB"
    }

    /// `1 notice`, `2 warning`, `3 danger`.
    package static func severity(_ severity: Int) -> String {
        switch severity {
        case 1: "1 notice"
        case 2: "2 warning"
        case 3: "3 danger"
        default: "\(severity)"
        }
    }
}
