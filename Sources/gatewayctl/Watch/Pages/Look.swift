// How values, qualities, ages and alarms look: in words first, colour only helps.
import DiagnosticsClient
import DiagnosticsProtocol

/// Small renderings shared by the pages.
struct Look {
    /// Words in the gateway's language.
    let words: Vocabulary

    /// 0 bad, 1 uncertain or not read yet, 2 good.
    static func rank(_ row: SensorRow) -> Int {
        switch row.quality {
        case "good": 2
        case "uncertain": 1
        default: isUnread(row) ? 1 : 0
        }
    }

    private static func isUnread(_ row: SensorRow) -> Bool { row.time == nil && row.reason == nil }

    /// The quality with its reason; `old` while the daemon is silent.
    func quality(_ row: SensorRow, old: Bool) -> StyledText {
        let quality = words.quality(row.quality)
        let word =
            Self.isUnread(row)
            ? words("尚无读数", "not read yet")
            : row.reason.map { words("\(quality)：\(words.reason($0))", "\(quality): \($0)") } ?? quality
        if old { return StyledText(words("旧值：\(word)", "old: \(word)"), .quiet) }
        let rank = Self.rank(row)
        return StyledText(word, rank == 2 ? .good : rank == 1 ? .warning : .bad)
    }

    /// The number with as many decimals as the unit deserves, so that it does not dance.
    static func value(_ row: SensorRow) -> String {
        guard let value = row.value, value.isFinite, abs(value) < 1e9 else { return Words.number(row.value) }
        let decimals =
            switch row.unit {
            case "m", "bar": 3
            case "deg", "V", "%VOL", "m/s2", "m3/h": 2
            case "%LEL", "ppm", "mm", "Cel", "%": 1
            default: value == value.rounded() ? 0 : 3
            }
        var power: Int64 = 1
        for _ in 0..<decimals { power *= 10 }
        let scaled = Int64((abs(value) * Double(power)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(scaled)" }
        let fraction = String(scaled % power)
        return "\(sign)\(scaled / power).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
    }

    /// The unit, or for a contact what its state means.
    func unit(_ row: SensorRow) -> String {
        guard row.unit == "1" else { return row.unit }
        guard let value = row.value else { return "" }
        let meanings: (zero: String, one: String)? =
            switch row.quantity {
            case "cover-open": (words("关闭", "closed"), words("开启", "open"))
            case "cover-present": (words("缺失", "absent"), words("在位", "present"))
            case "mains": (words("无", "absent"), words("有", "present"))
            case "water-float": (words("无水", "dry"), words("有水", "wet"))
            case "door-tamper": (words("关闭", "closed"), words("已开", "opened"))
            default: nil
            }
        return meanings.map { value == 0 ? $0.zero : value == 1 ? $0.one : "" } ?? ""
    }

    /// Whole seconds; what is fresh is `now`, so that a calm screen is calm.
    func age(_ seconds: Double?, plus more: Double = 0) -> String {
        guard let seconds else { return "–" }
        let whole = (seconds + more).rounded(.down)
        return whole < 3 ? words("刚刚", "now") : Words.age(whole)
    }

    /// `3 danger`, in its colour.
    func severity(_ severity: Int) -> StyledText {
        StyledText(words.severity(severity), Self.style(severity))
    }

    static func style(_ severity: Int) -> Style { severity >= 3 ? .bad : severity == 2 ? .warning : .title }

    /// The state, loud while nobody has acknowledged it.
    func state(_ alarm: AlarmRow) -> StyledText {
        StyledText(words.state(alarm.state), Renderer.isSeen(alarm) ? .plain : .title)
    }

    /// The place of a point without its cover.
    static func place(_ alarm: AlarmRow) -> String {
        guard let point = alarm.point else { return "" }
        guard let cover = alarm.cover, point.hasPrefix(cover + "/") else { return point }
        return String(point.dropFirst(cover.count + 1))
    }

    /// The time of day, with the date when it is not today's.
    static func clock(_ time: String?, now: Moment) -> String {
        let text = Words.time(time)
        return text.hasPrefix(now.utc.prefix(10)) ? String(text.dropFirst(11)) : text
    }
}
