// A sensor model on one page, for the person who wrote it: what is read, and words beside values.
import DeviceHAL
import SensorModel

/// The page that `gatewayd check --profile` prints.
public struct ProfilePage: CustomStringConvertible {
    private let profile: DeviceProfile

    /// - Parameter profile: a model that loaded.
    public init(_ profile: DeviceProfile) { self.profile = profile }

    /// Many lines, without a line end at the end.
    public var description: String {
        let parts = [
            [head], section("identity", profile.requirements.map(words(of:))), section("trigger", trigger),
            section("reads of one poll", ReadPlan(profile: profile).blocks.map(words(of:))),
            section("channels", channels), section("status", profile.status.map(words(of:))),
            section("heartbeat", heartbeat), section("examples", table(profile.examples.map(row(of:)))),
        ]
        return parts.flatMap { $0 }.joined(separator: "\n\n")
    }

    private var head: String {
        """
        \(profile.name): \(profile.vendor) \(profile.model)
        source: \(profile.sourceDocument), \(profile.sourcePage)
        \(profile.verified ? "verified: it has met the device" : "not verified: it has not met the device yet")
        """ + supply
    }

    private var supply: String {
        guard let lowest = profile.supplyMinimum else { return "" }
        let isMeasured = profile.channels.contains { $0.quantity == .supplyVoltage }
        let consequence = isMeasured ? "else supply-low" : "nothing in this model measures it"
        return "\nsupply: at least \(ShortNumber.text(lowest)) V, \(consequence)"
    }

    /// A row for each channel, and below it what its registers go through and whether that is proven.
    private var channels: [String] {
        let proven = Set(profile.examples.filter { if case .value = $0.meaning { true } else { false } }.map(\.channel))
        return zip(profile.channels, table(profile.channels.map(row(of:)))).flatMap { channel, row in
            let changes = zip(inputNames(of: channel), channel.fields).compactMap { name, field -> String? in
                let words = field.changeWords
                return words.isEmpty ? nil : "  \(name)\(words.joined(separator: ", "))"
            }
            return [row] + changes + (proven.contains(channel.name) ? [] : ["  no example: its map is unproven"])
        }
    }

    /// `x: `, `y: `; empty for the one field of a channel without transform.
    private func inputNames(of channel: ChannelMap) -> [String] {
        channel.transform.map { $0.inputs.map { "\($0): " } } ?? [""]
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : [([title] + lines.map { "  \($0)".withoutTrailingSpaces }).joined(separator: "\n")]
    }

    private var trigger: [String] {
        profile.trigger.map {
            ["\($0.place) = \(ShortNumber.text(word: $0.value)) is written, then \(Field.words($0.wait)) of rest"]
        } ?? []
    }

    private var heartbeat: [String] {
        profile.heartbeat.map { ["\($0.place) changes every \(Field.words($0.period)), else heartbeat-stopped"] }
            ?? []
    }

    private func words(of requirement: DeviceProfile.Requirement) -> String {
        let checks = requirement.checks.map { check -> String in
            let place = check.place
            switch check.expectation {
            case .equals(let value, mask: 0xFFFF): return "\(place) is \(ShortNumber.text(word: value))"
            case .equals(let value, let mask):
                return "\(place) is \(ShortNumber.text(word: value)) under the mask \(ShortNumber.text(word: mask))"
            case .unitAddress: return "\(place) is the unit's address"
            case .within(let range): return "\(place) is from \(range.lowerBound) to \(range.upperBound)"
            case .text(let text): return "\(place), \(check.registers) registers, say '\(text)'"
            }
        }.joined(separator: " and ")
        return requirement.isRefused
            ? "refused when \(checks), \(requirement.reason.rawValue)" : "\(checks), else \(requirement.reason.rawValue)"
    }

    private func words(of block: ReadPlan.Block) -> String {
        let last = Int(block.address) + Int(block.count) - 1
        let place = "\(block.table.rawValue) \(block.address)"
        return last == Int(block.address)
            ? "\(place), 1 \(block.table.isBits ? "bit" : "register")"
            : "\(place)-\(last), \(block.count) \(block.table.isBits ? "bits" : "registers")"
    }

    private func words(of rule: DeviceProfile.StatusRule) -> String {
        func listed(_ reasons: [Int: Doubt], _ word: String) -> [String] {
            reasons.sorted { $0.key < $1.key }.map { "\(word)\($0.key) \($0.value.word)" }
        }
        let meanings = listed(rule.equals, "= ") + listed(rule.bits, "bit ") + listed(rule.atMost, "≤ ")
        let mask = rule.mask == 0xFFFF ? "" : " under the mask \(ShortNumber.text(word: rule.mask))"
        let whom = rule.channels.isEmpty ? "" : " (\(rule.channels.joined(separator: ", ")))"
        return "\(rule.place)\(mask): \(meanings.joined(separator: ", "))\(whom)"
    }

    private func row(of channel: ChannelMap) -> [String] {
        let fields = channel.fields.map { field in
            "\(field.table.rawValue) \(field.address)\(field.bit.map { " bit \($0)" } ?? "") \(field.type.rawValue)"
        }.joined(separator: ", ")
        let origin = channel.transform.map { "\($0.rawValue) of \(fields)" } ?? fields
        let unit = channel.quantity.unit.rawValue
        let range = channel.range.map {
            "\(ShortNumber.text($0.lowerBound)) to \(ShortNumber.text($0.upperBound)) \(unit)"
        }
        return [channel.name, channel.quantity.rawValue, unit, range ?? "any value", origin]
    }

    private func row(of example: DeviceProfile.Example) -> [String] {
        let beside = [example.decimals.map { "decimals \($0)" }, example.unitCode.map { "unit code \($0)" }].compactMap { $0 }
        let words = ([example.wordText] + beside).joined(separator: ", ")
        guard let channel = profile.channels.first(where: { $0.name == example.channel }) else { return [] }
        let unit = channel.quantity.unit == .one ? "" : " \(channel.quantity.unit.rawValue)"
        let measured = RegisterDecoder.measurement(of: channel, example: example)
        let meaning = measured.value.map { "\(ShortNumber.text($0))\(unit)" } ?? "no value, \(measured.reason ?? "")"
        return [example.channel, words, "→ \(meaning)", example.problem(in: channel) == nil ? "✓" : "✗"]
    }

    /// Rows of cells as lines of equal columns.
    private func table(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
        }
    }
}

extension String {
    fileprivate var withoutTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
