// Which registers a sensor model has, and what stands in those that do not measure: worked out once from its profile.
import DeviceHAL
import SensorModel

/// The register map of one device.
struct RegisterLayout: Sendable {
    /// How the device is set to write a field: fixed as long as it lives.
    struct Form: Sendable, Equatable {
        var decimals: UInt16?
        var unitCode: UInt16?
    }

    /// Words that stand still: identity, settings, and a status without complaint.
    private(set) var constants: [RegisterPlace: UInt16] = [:]
    /// For each channel, the form of each of its fields.
    private(set) var forms: [[Form]]
    /// From the first to the last named item of each table that has any.
    let spans: [RegisterTable: ClosedRange<UInt16>]
    /// The places that measure.
    private let measured: Set<RegisterPlace>
    private let profile: DeviceProfile
    private let unit: UInt8
    private let demands: [RegisterPlace: [(registers: Int, expectation: DeviceProfile.IdentityCheck.Expectation)]]

    /// - Parameters:
    ///   - profile: the sensor model.
    ///   - unit: the address the device is asked by.
    init(profile: DeviceProfile, unit: UInt8) {
        self.profile = profile
        self.unit = unit
        let plan = ReadPlan(profile: profile)
        var spans: [RegisterTable: ClosedRange<UInt16>] = [:]
        func include(_ table: RegisterTable, _ range: ClosedRange<UInt16>) {
            let known = spans[table] ?? range
            spans[table] = min(known.lowerBound, range.lowerBound)...max(known.upperBound, range.upperBound)
        }
        for block in plan.blocks + plan.requirementBlocks where block.count > 0 {
            include(block.table, block.address...(block.address &+ (block.count - 1)))
        }
        if let place = profile.trigger?.place { include(place.table, place.address...place.address) }
        self.spans = spans
        measured = Set(profile.channels.flatMap(\.fields).flatMap { RegisterPlace.items($0.table, $0.address, $0.registers) })
        let checks = profile.requirements.filter { !$0.isRefused }.flatMap(\.checks)
        demands = Dictionary(grouping: checks, by: \.place).mapValues { $0.map { ($0.registers, $0.expectation) } }
        forms = profile.channels.map { $0.fields.map { _ in Form() } }
        prove()
        chooseForms()
        settle()
        avoidRefusal()
    }

    /// True for an item that the profile names and that is no setting to be written.
    func isFixed(_ place: RegisterPlace) -> Bool { measured.contains(place) || constants[place] != nil }

    /// The words by which the device says of itself what a doubt is about; none when its profile has no such status.
    func complaint(_ doubt: Doubt) -> [RegisterPlace: UInt16] {
        for rule in profile.status {
            let healthy = constants[rule.place] ?? 0
            let values = rule.equals.filter { $0.value == doubt }.keys.sorted()
            let bits = rule.bits.filter { $0.value == doubt }.keys.sorted()
            let limits = rule.atMost.filter { $0.value == doubt }.keys.sorted()
            let words =
                values.map { healthy & ~rule.mask | UInt16(truncatingIfNeeded: $0) & rule.mask } + bits.map { healthy | 1 << $0 }
                + limits.map { UInt16(truncatingIfNeeded: $0) & rule.mask }
            for word in words where rule.doubts(about: word).contains(doubt) { return [rule.place: word] }
        }
        return [:]
    }

    // MARK: what the profile demands

    /// Puts there what proves the device's identity.
    private mutating func prove() {
        for (place, demands) in demands {
            for demand in demands {
                guard case .text(let text) = demand.expectation else { continue }
                let bytes = Array(text.utf8) + Array(repeating: 0, count: max(0, 2 * demand.registers - text.utf8.count))
                for (index, place) in RegisterPlace.items(place.table, place.address, demand.registers).enumerated() {
                    constants[place] = UInt16(bytes[2 * index]) << 8 | UInt16(bytes[2 * index + 1])
                }
            }
            let candidates = demands.compactMap { demand -> UInt16? in
                switch demand.expectation {
                case .equals(let word, _): word
                case .unitAddress: UInt16(unit)
                case .within(let range): range.lowerBound
                case .text: nil
                }
            }
            if let word = candidates.first(where: { suits($0, place) }) ?? candidates.first { constants[place] = word }
        }
    }

    /// True when the word is what all checks of the place demand.
    private func suits(_ word: UInt16, _ place: RegisterPlace) -> Bool {
        (demands[place] ?? []).allSatisfy { Self.holds($0.expectation, word, unit: unit) }
    }

    private static func holds(
        _ expectation: DeviceProfile.IdentityCheck.Expectation, _ word: UInt16, unit: UInt8
    ) -> Bool {
        switch expectation {
        case .equals(let wanted, let mask): word & mask == wanted
        case .unitAddress: word == UInt16(unit)
        case .within(let range): range.contains(word)
        case .text: true
        }
    }

    /// The requirement by which the device would be taken for another one.
    private func refusal(_ words: [RegisterPlace: UInt16]) -> DeviceProfile.Requirement? {
        profile.requirements.first { requirement in
            requirement.isRefused
                && requirement.checks.allSatisfy { check in
                    // A measured word changes: it is not what makes the device another one.
                    !measured.contains(check.place) && Self.holds(check.expectation, words[check.place] ?? 0, unit: unit)
                }
        }
    }

    /// Changes a word that nothing else needs, where the device would be taken for another one.
    private mutating func avoidRefusal() {
        guard let refusal = refusal(constants) else { return }
        for check in refusal.checks where constants[check.place] == nil {
            guard let word = [0, 0xFFFF, 0x5555].first(where: { !Self.holds(check.expectation, $0, unit: unit) }) else {
                continue
            }
            constants[check.place] = word
            return
        }
    }

    // MARK: settings

    /// Fixes decimals and unit of every field that has such: the finest setting in which it can write all it may measure, and
    /// that is not another device's.
    private mutating func chooseForms() {
        // A field at the same setting as one before it has to follow.
        var settings: Set<RegisterPlace> = []
        for (index, channel) in profile.channels.enumerated() {
            let ends = Self.ends(of: channel)
            for (number, field) in channel.fields.enumerated() where field.decimalsAt != nil || field.unitAt != nil {
                let candidates = choices(for: field)
                let best = candidates.first { form in
                    let words = words(of: form, in: field)
                    return words.allSatisfy { place, word in
                        settings.contains(place) ? constants[place] == word : suits(word, place)
                    } && refusal(constants.merging(words) { $1 }) == nil && Self.canWrite(ends, in: field, form)
                }
                guard let form = best ?? candidates.first else { continue }
                forms[index][number] = form
                for (place, word) in words(of: form, in: field) {
                    constants[place] = word
                    settings.insert(place)
                }
            }
        }
    }

    private static func canWrite(_ values: [Double], in field: RegisterField, _ form: Form) -> Bool {
        values.allSatisfy {
            RegisterEncoder.words(for: $0, in: field, decimals: form.decimals, unitCode: form.unitCode) != nil
        }
    }

    private func words(of form: Form, in field: RegisterField) -> [RegisterPlace: UInt16] {
        var words: [RegisterPlace: UInt16] = [:]
        if let place = field.decimalsAt { words[place] = form.decimals }
        if let table = field.unitAt { words[table.place] = form.unitCode }
        return words
    }

    /// Finest first.
    private func choices(for field: RegisterField) -> [Form] {
        let decimals: [UInt16?] = field.decimalsAt == nil ? [nil] : (0...6).map { $0 }
        let codes: [UInt16?] = field.unitAt.map { $0.codes.keys.sorted() } ?? [nil]
        func step(_ form: Form) -> Double {
            let scale = form.unitCode.flatMap { field.unitAt?.codes[$0]?.scale } ?? 1
            return (0..<(form.decimals ?? 0)).reduce(scale.magnitude) { step, _ in step / 10 }
        }
        let forms = decimals.flatMap { count in codes.map { Form(decimals: count, unitCode: $0) } }
        return forms.enumerated().sorted { (step($0.element), $0.offset) < (step($1.element), $1.offset) }.map(\.element)
    }

    /// What a device has to be able to write: its range, as far as a manhole can show it.
    private static func ends(of channel: ChannelMap) -> [Double] {
        let span = SensorCharacter(of: channel.quantity).span
        let range = channel.range ?? -span...span
        return [max(range.lowerBound, -span * 4), min(range.upperBound, span * 4)]
    }

    /// Gives every status a word without complaint.
    private mutating func settle() {
        for place in Set(profile.status.map(\.place)) where !measured.contains(place) {
            let rules = profile.status.filter { $0.place == place }
            func isHealthy(_ word: UInt16) -> Bool {
                suits(word, place) && rules.allSatisfy { $0.doubts(about: word).isEmpty }
            }
            // 180 is a believable number of days, where the register counts them down.
            let usual = [constants[place] ?? 0, 0, 180].first(where: isHealthy)
            constants[place] = usual ?? (1...UInt16.max).first(where: isHealthy) ?? constants[place] ?? 0
        }
    }
}

extension RegisterPlace {
    /// Neighbouring items.
    static func items(_ table: RegisterTable, _ address: UInt16, _ count: Int) -> [RegisterPlace] {
        (0..<max(count, 0)).compactMap { offset in
            UInt16(exactly: Int(address) + offset).map { RegisterPlace(table: table, address: $0) }
        }
    }
}
