// Whether the device at a sensor's place is the one its profile describes. Pure.
import SensorModel

/// The requirements of a profile, judged on what was read.
struct IdentityProof {
    private let profile: String
    private let unit: UInt8
    private let requirements: [DeviceProfile.Requirement]
    private let places: [[ReadPlan.Slot]]

    /// - Parameters:
    ///   - profile: the requirements and their profile's name, for messages.
    ///   - plan: where they are read.
    ///   - unit: the address the unit is asked by.
    init(profile: DeviceProfile, plan: ReadPlan, unit: UInt8) {
        self.profile = profile.name
        self.unit = unit
        requirements = profile.requirements
        places = plan.requirements
    }

    /// What speaks against the device, in the order of the profile; nil when it is the one. The reason is always a bad one.
    func objection(in replies: PollReplies) -> (reason: BadReason, problem: String)? {
        // A requirement that could not be read says nothing about the device yet, whatever the others say.
        for (requirement, slots) in zip(requirements, places) {
            for slot in slots {
                guard let error = replies.failure(at: slot) else { continue }
                // Only a refusal of the place itself says that the model has no such register; a busy device says nothing.
                if requirement.isRefused, case .exception(1...3) = error.kind { continue }
                return (error.badReason, error.detail)
            }
        }
        for (requirement, slots) in zip(requirements, places) {
            if let objection = objection(of: requirement, slots, replies) { return objection }
        }
        return nil
    }

    private func objection(
        of requirement: DeviceProfile.Requirement, _ slots: [ReadPlan.Slot], _ replies: PollReplies
    ) -> (BadReason, String)? {
        var seen: [String] = []
        for (check, slot) in zip(requirement.checks, slots) {
            // Only what the device refuses is left without words here, beside a reply that is too short.
            let refused = replies.failure(at: slot) != nil
            guard let words = replies.words(at: slot), words.count == check.registers || check.registers < 1 else {
                if refused { return nil }
                return (.decodeError, "\(check.place): the reply is too short")
            }
            let holds = holds(check.expectation, words)
            guard requirement.isRefused else {
                if holds { continue }
                return (requirement.reason, against(check, words, requirement.reason))
            }
            guard holds else { return nil }
            seen.append("\(check.place) reads \(shown(words, check.expectation))")
        }
        guard requirement.isRefused, !seen.isEmpty else { return nil }
        let problem = "\(seen.joined(separator: " and ")), which \(profile) has not: \(requirement.reason.rawValue)"
        return (requirement.reason, "\(problem); check which device is there and which profile is its own")
    }

    private func holds(_ expectation: DeviceProfile.IdentityCheck.Expectation, _ words: [UInt16]) -> Bool {
        guard let word = words.first else { return false }
        switch expectation {
        case .equals(let wanted, let mask): return word & mask == wanted
        case .unitAddress: return word == UInt16(unit)
        case .within(let range): return range.contains(word)
        case .text(let text): return RegisterText.trimmed(words) == Array(text.utf8)
        }
    }

    private func against(_ check: DeviceProfile.IdentityCheck, _ words: [UInt16], _ reason: BadReason) -> String {
        let wanted =
            switch check.expectation {
            case .equals(let wanted, _): "\(profile) has \(hex(wanted))"
            case .unitAddress: "\(profile) has the unit's own address \(unit)"
            case .within(let range): "\(profile) has \(range.lowerBound) to \(range.upperBound)"
            case .text(let text): "\(profile) has \"\(text)\""
            }
        let seen = "\(check.place) reads \(shown(words, check.expectation))"
        return "\(seen) where \(wanted): \(reason.rawValue); check which device is there and how it is set"
    }

    private func shown(_ words: [UInt16], _ expectation: DeviceProfile.IdentityCheck.Expectation) -> String {
        let word = words.first ?? 0
        switch expectation {
        case .equals(_, let mask): return hex(word) + (mask == 0xFFFF ? "" : " (of which \(hex(mask)) counts)")
        case .unitAddress, .within: return "\(word)"
        case .text:
            let characters = RegisterText.trimmed(words)
            guard !characters.isEmpty, characters.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
                return words.map(hex).joined(separator: " ")
            }
            return "\"\(String(decoding: characters, as: UTF8.self))\""
        }
    }
}
