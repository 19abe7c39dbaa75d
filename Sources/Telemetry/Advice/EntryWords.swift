// Puts numbers, names and times into the sentences of entry advice.
import SensorModel

/// Writes in one language.
public struct EntryWords: Sendable {
    /// The language.
    public let language: EntryLanguage

    /// - Parameter language: the reader's.
    public init(_ language: EntryLanguage) { self.language = language }

    /// A finding's sentence.
    public func text(_ finding: EntryFinding) -> String {
        var values = names(finding.quantity, finding.points)
        let unit = finding.unit
        values["missing"] = finding.missing.map { EntryText.name($0)[language] }.joined(separator: language == .zh ? "、" : ", ")
        values["value"] = finding.value.map { number($0, unit) }
        values["limit"] = finding.limit.map { number($0, unit) }
        // A value must not look like the limit that it passes.
        if let value = finding.value, value != finding.limit, values["value"] == values["limit"] {
            values["value"] = "\(value) \(unit.rawValue)"
        }
        values["time"] = finding.time.map(duration)
        values["rule"] = finding.rule
        values["moment"] = finding.moment.map(moment)
        switch finding.reason {
        case .bad(let reason): values["reason"] = EntryText.reason(reason)[language]
        case .uncertain(let reason): values["reason"] = EntryText.reason(reason)[language]
        case nil:
            values["reason"] =
                finding.time.map { Self.fill(EntryText.old[language], ["time": duration($0)]) } ?? EntryText.unread[language]
        }
        return Self.fill(EntryText.template(finding.code)[language], values)
    }

    /// A gas's last day.
    public func text(_ day: DayExtremes.Summary?, of point: Point, _ quantity: Quantity) -> String {
        var values = names(quantity, [point])
        guard let day else { return Self.fill(EntryText.noDay[language], values) }
        values["value"] = number(day.lowest, quantity.unit)
        values["limit"] = number(day.highest, quantity.unit)
        values["time"] = duration(day.seen)
        values["count"] = "\(day.emptyHours)"
        return Self.fill((day.emptyHours > 0 ? EntryText.dayWithHoles : EntryText.day)[language], values)
    }

    /// `sensor/channel` is enough: the cover stands above.
    private func names(_ quantity: Quantity?, _ points: [Point]) -> [String: String] {
        [
            "name": quantity.map { EntryText.name($0)[language] } ?? "",
            "points": points.map { "\($0.sensor)/\($0.channel)" }.joined(separator: language == .zh ? "、" : ", "),
        ]
    }

    /// At most two decimals, none that are zero: gas heads resolve a tenth.
    public func number(_ value: Double, _ unit: Unit) -> String {
        let hundredths = (value * 100).rounded()
        let rounded = abs(hundredths) < 1e15 ? hundredths / 100 : value
        let text = "\(rounded)"
        return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + (unit == .one ? "" : " \(unit.rawValue)")
    }

    /// In the largest whole unit that leaves two of it at least.
    public func duration(_ duration: Duration) -> String {
        let seconds = max(0, Int(duration.seconds))
        let (count, unit) =
            switch seconds {
            case ..<120: (seconds, Bilingual(zh: "秒", en: "s"))
            case ..<7200: (seconds / 60, Bilingual(zh: "分钟", en: "min"))
            default: (seconds / 3600, Bilingual(zh: "小时", en: "h"))
            }
        return "\(count) \(unit[language])"
    }

    /// `2026-11-21 04:00 UTC`.
    private func moment(_ time: WallTime) -> String {
        let text = time.rfc3339
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }

    /// The template with every `{name}` that has a value replaced; one that has none stays to be seen.
    static func fill(_ template: String, _ values: [String: String]) -> String {
        var result = ""
        var rest = template[...]
        while let begin = rest.firstIndex(of: "{"), let end = rest[begin...].firstIndex(of: "}") {
            let name = String(rest[rest.index(after: begin)..<end])
            result += rest[..<begin] + (values[name] ?? "{\(name)}")
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}

extension EntryFinding {
    /// The unit of value and limit.
    public var unit: Unit {
        switch code {
        case .catalyticWithoutOxygen: .percentVolume
        case .submerged, .waterRising: .metre
        default: quantity?.unit ?? .one
        }
    }
}
