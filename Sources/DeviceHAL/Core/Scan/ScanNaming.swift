// Which installed sensor models a device that was found may be, by what their profiles require. Pure.
import SensorModel

/// The naming of one device.
///
/// A model is named only when its profile requires something that says enough and the device has it; a profile that requires
/// nothing fits everything and therefore says nothing. A requirement with the reason `another-unit` is about how the device is
/// set: when only that fails, it is the model all the same, and what is set otherwise is said.
public struct ScanNaming: Sendable {
    /// A model that fits.
    public struct Match: Sendable, Equatable {
        /// The profile's name.
        public var profile: String
        /// What is set otherwise than the profile needs it; nil when nothing is.
        public var objection: String?
        /// About how many bits of evidence its requirements are.
        fileprivate var evidence: Double
    }

    private struct Candidate {
        let profile: DeviceProfile
        let plan: ReadPlan
        var requirement = 0
        var evidence = 0.0
        var objection: String?
    }

    /// So many silences, and it is given up: each costs a time-out and a rest.
    public static let mostSilences = 3

    /// So many bits of evidence more, and the other model is named alone.
    private static let clearly = 5.0

    /// With less evidence no model is named: a register full of zeros, or a small number, is found in too many devices. One
    /// identifying byte is enough.
    private static let least = 8.0

    private let unit: UInt8
    private var candidates: [Candidate]
    private var words: [RegisterTable: [Int: UInt16]] = [:]
    private var failures: [ReadPlan.Block: BusError] = [:]
    private var silences = 0
    private var fits: [Match] = []

    /// - Parameters:
    ///   - unit: the address the device is asked by.
    ///   - profiles: the installed sensor models, the likely ones first.
    public init(unit: UInt8, profiles: [DeviceProfile]) {
        self.unit = unit
        candidates = profiles.filter { !$0.requirements.isEmpty }.map { Candidate(profile: $0, plan: ReadPlan(profile: $0)) }
    }

    /// The models that fit, the strongest evidence first.
    public var matches: [Match] { ranked.filter(isNamed) }

    /// Models that fit too, on evidence that is little by itself, or so much less that they are the less likely ones by far.
    public var unlikely: [String] { ranked.filter { !isNamed($0) }.map(\.profile) }

    private var ranked: [Match] { fits.sorted { ($1.evidence, $0.profile) < ($0.evidence, $1.profile) } }

    private func isNamed(_ match: Match) -> Bool {
        match.evidence >= Self.least && match.evidence + Self.clearly > fits.reduce(0) { max($0, $1.evidence) }
    }

    /// Whether models were left out because the device fell silent.
    public var wasGivenUp: Bool { silences >= Self.mostSilences && !candidates.isEmpty }

    /// The next read that tells models apart; nil when there is none. `take` must follow.
    public mutating func next() -> ReadPlan.Block? {
        guard silences < Self.mostSilences else { return nil }
        while let candidate = candidates.first {
            guard candidate.requirement < candidate.profile.requirements.count else {
                candidates.removeFirst()
                if candidate.evidence > 0 {
                    fits.append(
                        Match(
                            profile: candidate.profile.name, objection: candidate.objection, evidence: candidate.evidence))
                }
                continue
            }
            if let block = missing(for: candidate) { return block }
            judge(candidate)
        }
        return nil
    }

    /// What the read brought. What was read is not asked for again, whichever model asks.
    public mutating func take(_ outcome: SensorEdge.Outcome, for block: ReadPlan.Block) {
        switch outcome {
        case .success(let reply):
            guard reply.words.count == Int(block.count) else {
                failures[block] = BusError(kind: .corruptReply, bus: "", unit: unit, detail: "a reply of another length")
                return
            }
            for (offset, word) in reply.words.enumerated() {
                words[block.table, default: [:]][Int(block.address) + offset] = word
            }
        case .failure(let error):
            failures[block] = error
            if error.badReason == .timeout { silences += 1 }
        }
    }

    /// The reads of the candidate's plan that its present requirement stands in.
    private func blocks(_ candidate: Candidate) -> [ReadPlan.Block] {
        var blocks: [ReadPlan.Block] = []
        for slot in candidate.plan.requirements[candidate.requirement] {
            let block = candidate.plan.requirementBlocks[slot.block]
            if !blocks.contains(block) { blocks.append(block) }
        }
        return blocks
    }

    private func missing(for candidate: Candidate) -> ReadPlan.Block? {
        blocks(candidate).first { outcome(of: $0) == nil }
    }

    private func outcome(of block: ReadPlan.Block) -> SensorEdge.Outcome? {
        if let error = failures[block] { return .failure(error) }
        let known = (0..<Int(block.count)).compactMap { words[block.table]?[Int(block.address) + $0] }
        return known.count == Int(block.count) ? .success(RegisterReply(words: known)) : nil
    }

    /// Holds one requirement against what was read, as a poll would.
    private mutating func judge(_ candidate: Candidate) {
        let requirement = candidate.profile.requirements[candidate.requirement]
        var single = candidate.profile
        single.requirements = [requirement]
        let plan = ReadPlan(profile: single)
        let known = blocks(candidate)
        // With others the requirement may stand in a larger read: what became of that is what became of it.
        let outcomes = plan.requirementBlocks.map { block in
            outcome(of: block) ?? known.first { $0.contains(block) }.flatMap { outcome(of: $0) }
                ?? .failure(BusError(kind: .timeout, bus: "", unit: unit, detail: "not read"))
        }
        let objection = IdentityProof(profile: single, plan: plan, unit: unit).objection(in: PollReplies(outcomes))
        if let objection, objection.reason != .anotherUnit {
            candidates.removeFirst()
            return
        }
        candidates[0].requirement += 1
        if let objection {
            candidates[0].objection = candidate.objection ?? objection.problem
        } else if requirement.reason != .anotherUnit {
            candidates[0].evidence += requirement.evidence
        }
    }
}

extension ReadPlan.Block {
    fileprivate func contains(_ other: Self) -> Bool {
        table == other.table && address <= other.address
            && Int(other.address) + Int(other.count) <= Int(address) + Int(count)
    }
}
