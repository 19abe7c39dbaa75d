// docs/sensors.md, made from the sensor models: the page cannot say anything else than the files do.
import DeviceHAL
import SensorModel

/// The page of shipped sensor models.
enum SensorsPage {
    /// Where it stands in the repository.
    static let path = "docs/sensors.md"

    /// The whole page.
    static func text(of profiles: [DeviceProfile]) -> String {
        var lines = [
            "# Sensor models that ship", "",
            "Made from `boards/profiles` by `make documents`; change the files there, not this page.",
            "How to add a model: [adding-a-sensor.md](adding-a-sensor.md).", "",
            "**Verified** is said of a profile that has met the device. Until then its map is what the manual says: compare the",
            "values with the device's own display when it is commissioned. What to compare stands at the top of each file.",
            "",
            "**Knows its device**: registers are read at start, after a reconnect and after a silence, and a device of another",
            "model or in another unit gives no values. Where it says no, nothing but a person notices a mix-up.", "",
            "**Says when not to believe**: the reasons that this model can give beside those of the wire (`timeout`,",
            "`corrupt-reply`, `exception`, `disconnected`, `resynchronising`) and of numbers that are none.", "",
            "**Leaves the factory with**: unit address, bit/s, parity and stop bits, where the manual names them all.", "",
        ]
        for family in SensorFamily.allCases {
            let members = profiles.filter { SensorFamily(of: $0) == family }.sorted { $0.name < $1.name }
            guard !members.isEmpty else { continue }
            lines += ["## \(family.rawValue)", ""] + models(members) + [""] + channels(members) + [""]
        }
        lines += summary(profiles)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func models(_ profiles: [DeviceProfile]) -> [String] {
        let rows = profiles.map { profile in
            [
                "\(profile.vendor) \(profile.model)", link(profile), profile.verified ? "yes" : "no", factory(profile),
                profile.requirements.isEmpty ? "no" : "yes", reasons(profile).map { "`\($0)`" }.joined(separator: ", "),
                "\(profile.sourceDocument), \(page(profile.sourcePage))",
            ]
        }
        return table(
            [
                "Model", "Profile", "Verified", "Leaves the factory with", "Knows its device", "Says when not to believe",
                "Source",
            ], rows)
    }

    private static func factory(_ profile: DeviceProfile) -> String {
        profile.serial.map { "\($0.address), \($0.baud) 8\($0.parity.rawValue.prefix(1).uppercased())\($0.stopBits)" } ?? ""
    }

    private static func channels(_ profiles: [DeviceProfile]) -> [String] {
        let rows = profiles.flatMap { profile in
            profile.channels.map { channel in
                [
                    "`\(profile.name)`", "`\(channel.name)`", channel.quantity.rawValue, channel.quantity.unit.rawValue,
                    channel.range.map { "\(number($0.lowerBound)) to \(number($0.upperBound))" } ?? "",
                    channel.resolution.map(number) ?? "", note(channel),
                ]
            }
        }
        return table(
            ["Profile", "Channel", "Quantity", "Unit", "Range", "Step", "Principle, computed, or set in the device"], rows)
    }

    private static func summary(_ profiles: [DeviceProfile]) -> [String] {
        let channels = profiles.reduce(0) { $0 + $1.channels.count }
        let verified = profiles.filter(\.verified).count
        let identity = profiles.filter { !$0.requirements.isEmpty }.count
        return [
            "\(profiles.count) models with \(channels) channels; \(identity) know their device, \(verified) verified."
        ]
    }

    /// The reasons that the profile's own keys can give, in the order in which they are judged.
    private static func reasons(_ profile: DeviceProfile) -> [String] {
        var words = profile.requirements.map(\.reason.rawValue)
        for rule in profile.status {
            for reasons in [rule.equals, rule.bits, rule.atMost] {
                words += reasons.sorted { $0.key < $1.key }.map(\.value.word)
            }
        }
        if profile.heartbeat != nil { words += [BadReason.heartbeatStopped.rawValue, UncertainReason.stale.rawValue] }
        if profile.timing.warmUp > .zero { words.append(BadReason.warmingUp.rawValue) }
        for channel in profile.channels {
            if channel.fields.contains(where: { !$0.invalid.isEmpty }) { words.append(BadReason.invalidMarker.rawValue) }
            if channel.fields.contains(where: { $0.unitAt != nil }) { words.append(BadReason.anotherUnit.rawValue) }
            if channel.range != nil { words.append(BadReason.outOfRange.rawValue) }
            if channel.maxRate != nil { words.append(UncertainReason.implausibleJump.rawValue) }
            if channel.stuckAfter != nil { words.append(UncertainReason.stuck.rawValue) }
            if channel.flatLine != nil { words.append(UncertainReason.flatLine.rawValue) }
        }
        if profile.supplyMinimum != nil, profile.channels.contains(where: { $0.quantity == .supplyVoltage }) {
            words.append(UncertainReason.supplyLow.rawValue)
        }
        var seen: Set<String> = []
        return words.filter { seen.insert($0).inserted }
    }

    private static func note(_ channel: ChannelMap) -> String {
        let field = channel.fields[0]
        return [
            channel.principle?.rawValue, channel.transform?.rawValue, field.decimalsAt.map { _ in "decimals of the device" },
            field.unitAt.map {
                "unit of the device (\($0.codes.sorted { $0.key < $1.key }.map(\.value.unit).joined(separator: ", ")))"
            },
        ].compactMap { $0 }.joined(separator: ", ")
    }

    private static func link(_ profile: DeviceProfile) -> String { "[\(profile.name)](../boards/profiles/\(profile.name).yaml)" }

    private static func page(_ page: String) -> String { page.first?.isNumber == true ? "p. \(page)" : page }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e9 ? "\(Int(value))" : "\(value)"
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> [String] {
        func line(_ cells: [String]) -> String {
            let escaped = cells.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
            return "| \(escaped.joined(separator: " | ")) |"
        }
        return [line(head), "|\(String(repeating: "---|", count: head.count))"] + rows.map(line)
    }
}
