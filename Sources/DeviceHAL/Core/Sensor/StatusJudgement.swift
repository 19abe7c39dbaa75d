// What a device says about itself in its status registers, and for which of its channels. Pure.
import SensorModel

/// The status rules of a profile, judged on one poll.
struct StatusJudgement {
    private var findings: [(channels: [String], finding: Finding)] = []

    /// - Parameters:
    ///   - rules: the profile's.
    ///   - places: where each is read.
    ///   - replies: what the poll brought.
    init(_ rules: [DeviceProfile.StatusRule], at places: [ReadPlan.Slot], in replies: PollReplies) {
        // What could not be read weighs more than what was.
        for (rule, slot) in zip(rules, places) {
            if let error = replies.failure(at: slot) {
                findings.append((rule.channels, Finding(doubt: .bad(error.badReason), problem: error.detail)))
            }
        }
        for (rule, slot) in zip(rules, places) where replies.failure(at: slot) == nil {
            guard let word = replies.word(at: slot) else {
                let finding = Finding(doubt: .bad(.decodeError), problem: "\(rule.place): the reply is too short")
                findings.append((rule.channels, finding))
                continue
            }
            for doubt in rule.doubts(about: word) {
                let finding = Finding(doubt: doubt, problem: "status \(rule.place) reads \(hex(word)): \(doubt.word)")
                findings.append((rule.channels, finding))
            }
        }
    }

    /// The first bad reason for a channel, and what was seen.
    func bad(_ channel: String) -> (reason: BadReason, problem: String)? {
        for case (let channels, let finding) in findings where channels.isEmpty || channels.contains(channel) {
            if case .bad(let reason) = finding.doubt { return (reason, finding.problem) }
        }
        return nil
    }

    /// The first reason to take a channel's value with care, and what was seen.
    func uncertain(_ channel: String) -> (reason: UncertainReason, problem: String)? {
        for case (let channels, let finding) in findings where channels.isEmpty || channels.contains(channel) {
            if case .uncertain(let reason) = finding.doubt { return (reason, finding.problem) }
        }
        return nil
    }
}

extension DeviceProfile.StatusRule {
    /// What the register's content means: its value, then its bits from the least significant, then the limits it is not above,
    /// the lowest first.
    public func doubts(about word: UInt16) -> [Doubt] {
        let masked = word & mask
        let value = isSigned ? Int(Int16(bitPattern: masked)) : Int(masked)
        var doubts: [Doubt] = []
        if let doubt = equals[value] { doubts.append(doubt) }
        for (bit, doubt) in bits.sorted(by: { $0.key < $1.key })
        where (0..<16).contains(bit) && word >> UInt16(truncatingIfNeeded: bit) & 1 == 1 {
            doubts.append(doubt)
        }
        for (limit, doubt) in atMost.sorted(by: { $0.key < $1.key }) where value <= limit { doubts.append(doubt) }
        return doubts
    }

    /// True when the register can mean the reason.
    public func names(_ doubt: Doubt) -> Bool {
        equals.values.contains(doubt) || bits.values.contains(doubt) || atMost.values.contains(doubt)
    }
}
