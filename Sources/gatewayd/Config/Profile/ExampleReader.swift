// A sensor model's `examples`: golden vectors, which the words of the file must decode to.
import DeviceHAL
import SensorModel

/// Reads examples and decodes them.
enum ExampleReader {
    /// One entry; an example that does not decode is an error at its `value` or `reason`.
    /// - Parameter known: the names of all channels, also of those with errors.
    static func read(_ field: Field, _ channels: [ChannelMap], _ known: [String]) -> DeviceProfile.Example? {
        guard let section = field.section() else { return nil }
        let words = section["words"]?.list()
        let numbers = words?.compactMap { $0.word() }
        let value = section["value"]?.number()
        let reason: BadReason? = section["reason"]?.choice()
        let decimals = section["decimals"]?.word()
        let code = section["unit_code"]?.word()
        guard let name = section["channel"]?.choice(of: known), let channel = channels.first(where: { $0.name == name }),
            let words, let numbers, numbers.count == words.count,
            let meaning = value.map(DeviceProfile.Example.Meaning.value) ?? reason.map(DeviceProfile.Example.Meaning.bad)
        else { return nil }
        let count = channel.fields.reduce(0) { $0 + $1.registers }
        guard words.count == count else {
            section["words"]?.refuse("expected \(count) word\(count == 1 ? "" : "s") for channel '\(name)', found \(words.count)")
            return nil
        }
        let example = DeviceProfile.Example(channel: name, words: numbers, decimals: decimals, unitCode: code, meaning: meaning)
        if hasOthers(section, channel), let problem = example.problem(in: channel) {
            (section["value"] ?? section["reason"])?.refuse(problem)
        }
        return example
    }

    /// False, with errors, when `decimals` or `unit_code` is missing or too much.
    private static func hasOthers(_ section: Section, _ channel: ChannelMap) -> Bool {
        let pairs = [
            ("decimals", "decimals_at", channel.fields.contains { $0.decimalsAt != nil }),
            ("unit_code", "unit_at", channel.fields.contains { $0.unitAt != nil }),
        ]
        var isRight = true
        for (key, origin, isNeeded) in pairs where isNeeded != (section[key] != nil) {
            isRight = false
            if isNeeded {
                section.missing(key, "what the register of '\(origin)' holds")
            } else {
                section[key]?.refuse("channel '\(channel.name)' has no '\(origin)'")
            }
        }
        return isRight
    }
}

extension DeviceProfile.Example {
    /// The words as a person writes them.
    var wordText: String {
        words.map(ShortNumber.text(word:)).joined(separator: " ")
    }

    /// What is wrong with it, in words; nil when the words decode to what it says.
    ///
    func problem(in channel: ChannelMap) -> String? {
        let found = RegisterDecoder.measurement(of: channel, example: self)
        let unit = channel.quantity.unit == .one ? "" : " \(channel.quantity.unit.rawValue)"
        let words = "the words \(wordText) decode to"
        let decoded = found.value.map { "\(ShortNumber.text($0))\(unit)" }
        switch meaning {
        case .value(let value):
            let wanted = "expected \(ShortNumber.text(value))\(unit)"
            guard let number = found.value else {
                return "\(wanted), \(words) no value, \(found.reason ?? "bad") (type? word_order? range? invalid?)"
            }
            let tolerance = tolerance(of: value, in: channel)
            // What a double rounds away is no difference.
            if (number - value).magnitude <= tolerance * (1 + 1e-9) + 1e-9 { return nil }
            return "\(wanted), \(words) \(decoded ?? "") (word_order? scale?)"
        case .bad(let reason):
            if found.reason == reason.rawValue, found.value == nil { return nil }
            return "expected no value, \(reason.rawValue); \(words) \(decoded ?? "no value, \(found.reason ?? "bad")")"
        }
    }

    /// How far the decoded number may be from the value a person reads.
    ///
    /// Without resolution a millionth of the value. With one half a step, which is what the display rounds away; but not more
    /// than a hundredth of the value, because a coarse step would let any wrong map pass, unless the register itself counts
    /// in such steps.
    private func tolerance(of value: Double, in channel: ChannelMap) -> Double {
        guard let resolution = channel.resolution else { return value.magnitude * 1e-6 }
        let half = resolution / 2
        if channel.transform == nil, let step = channel.fields.first?.step(of: self), resolution <= step * (1 + 1e-9) {
            return half
        }
        return min(half, value.magnitude / 100)
    }
}

extension RegisterField {
    /// What one count of the register is worth in an example; nil for floating point and text, which do not count.
    fileprivate func step(of example: DeviceProfile.Example) -> Double? {
        switch type {
        case .float32, .float64, .ascii: return nil
        default: break
        }
        var step = scale.magnitude
        if decimalsAt != nil { for _ in 0..<min(example.decimals ?? 0, 6) { step /= 10 } }
        if let unitAt { step *= example.unitCode.flatMap { unitAt.codes[$0]?.scale.magnitude } ?? 1 }
        return step
    }
}
