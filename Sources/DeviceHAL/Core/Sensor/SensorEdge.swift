// The one place where errors become data: what a poll brought, judged by what the profile demands. Pure.
import SensorModel

/// What is known about the device at a sensor's place, and what its replies are therefore worth.
public struct SensorEdge: Sendable {
    /// What a read brought.
    public typealias Outcome = Result<RegisterReply, BusError>

    /// The outcome of a poll: one measurement for each channel, in the profile's order.
    public struct Judgement: Sendable, Equatable {
        /// One for each channel.
        public var measurements: [Measurement]
        /// What was seen, in words for a technician; nil when all is well.
        public var problem: String?
    }

    /// The profile's reads.
    public let plan: ReadPlan
    /// True while the device is known to be the one the profile describes.
    public private(set) var identityVerified: Bool
    /// When the device last gave a believed reply.
    public private(set) var lastReply: MonotonicTime?
    /// The end of the time in which a device that came back is taken to warm up.
    public private(set) var warmUpEnds: MonotonicTime?
    private var silent = false
    private let profile: DeviceProfile

    /// At start nothing is known about the device, and nothing is held against it either.
    public init(profile: DeviceProfile) {
        self.profile = profile
        plan = ReadPlan(profile: profile)
        identityVerified = profile.requirements.isEmpty
    }

    /// Takes note of a read. After a silence or a disconnection the device may be another one, or may have lost its power:
    /// it has to prove its identity again, and to warm up if it cannot say itself when it is warm.
    public mutating func note(_ outcome: Outcome, at now: MonotonicTime) {
        switch outcome {
        case .success:
            lastReply = now
            if silent, profile.timing.warmUp > .zero, !reportsWarmUp { warmUpEnds = now + profile.timing.warmUp }
            silent = false
        case .failure(let error) where error.badReason == .timeout || error.badReason == .disconnected:
            silent = true
            identityVerified = profile.requirements.isEmpty
        case .failure: break
        }
    }

    /// Judges the reads of `plan.requirementBlocks`.
    /// - Returns: nil when the device is the one the profile describes; otherwise every channel bad, and why.
    public mutating func identify(_ outcomes: [Outcome]) -> Judgement? {
        if let error = failure(among: outcomes) { return everyChannel(error.badReason, error.detail) }
        for (requirement, slot) in zip(profile.requirements, plan.requirements) {
            guard case .success(let words) = words(at: [slot], of: outcomes), let word = words.first else {
                return everyChannel(.decodeError, "\(requirement.table.rawValue) \(requirement.address): the reply is too short")
            }
            guard word & requirement.mask == requirement.equals else {
                let mask = requirement.mask == 0xFFFF ? "" : " (of which \(hex(requirement.mask)) counts)"
                let seen = "\(requirement.table.rawValue) \(requirement.address) reads \(hex(word))\(mask)"
                let wanted = "\(profile.name) has \(hex(requirement.equals)): \(requirement.reason.rawValue)"
                return everyChannel(
                    requirement.reason, "\(seen) where \(wanted); check which device is there and how it is set")
            }
        }
        identityVerified = true
        return nil
    }

    /// Judges the reads of `plan.blocks`.
    /// - Parameters:
    ///   - outcomes: one for each block; a block that was not asked has the error that kept it from being asked.
    ///   - resynchronised: the bus had to find its place again before one of this poll's replies.
    ///   - now: when the last of them arrived.
    public func judge(_ outcomes: [Outcome], resynchronised: Bool, at now: MonotonicTime) -> Judgement {
        if let judgement = statusProblem(in: outcomes) { return judgement }
        var judgement = Judgement(measurements: [], problem: failure(among: outcomes)?.detail)
        for (channel, slots) in zip(profile.channels, plan.channels) {
            var measurement: Measurement
            switch words(at: slots, of: outcomes) {
            case .failure(let error): measurement = .bad(error.badReason)
            case .success where warmUpEnds.map({ now < $0 }) ?? false:
                measurement = .bad(.warmingUp)
                judgement.problem = judgement.problem ?? "the device came back from a silence and is given time to warm up"
            case .success(let words):
                measurement = RegisterDecoder.measurement(of: channel, words: words)
                if case .bad(let reason) = measurement {
                    let seen = words.map(hex).joined(separator: " ")
                    judgement.problem = judgement.problem ?? "channel \(channel.name): words \(seen): \(reason.rawValue)"
                }
            }
            if resynchronised, case .good(let value) = measurement { measurement = .uncertain(value, .resynchronising) }
            judgement.measurements.append(measurement)
        }
        return judgement
    }

    /// The first status rule that stands in the way of every channel: unread, or with a reason.
    private func statusProblem(in outcomes: [Outcome]) -> Judgement? {
        for (rule, slot) in zip(profile.status, plan.status) {
            let found = words(at: [slot], of: outcomes)
            if case .failure(let error) = found { return everyChannel(error.badReason, error.detail) }
            guard case .success(let words) = found, let word = words.first else {
                return everyChannel(.decodeError, "\(rule.table.rawValue) \(rule.address): the reply is too short")
            }
            let bit = rule.bits.keys.sorted().first { (0..<16).contains($0) && word >> UInt16($0) & 1 == 1 }
            guard let reason = rule.equals[word] ?? bit.flatMap({ rule.bits[$0] }) else { continue }
            return everyChannel(reason, "status \(rule.table.rawValue) \(rule.address) reads \(hex(word)): \(reason.rawValue)")
        }
        return nil
    }

    private var reportsWarmUp: Bool {
        profile.status.contains { $0.equals.values.contains(.warmingUp) || $0.bits.values.contains(.warmingUp) }
    }

    private func everyChannel(_ reason: BadReason, _ problem: String) -> Judgement {
        Judgement(measurements: profile.channels.map { _ in .bad(reason) }, problem: problem)
    }

    private func failure(among outcomes: [Outcome]) -> BusError? {
        for case .failure(let error) in outcomes { return error }
        return nil
    }

    /// The words of the slots, one after the other; too few when a reply was too short, which no decoder accepts.
    private func words(at slots: [ReadPlan.Slot], of outcomes: [Outcome]) -> Result<[UInt16], BusError> {
        var words: [UInt16] = []
        for slot in slots where outcomes.indices.contains(slot.block) {
            switch outcomes[slot.block] {
            case .success(let reply): words += slot.words(in: reply.words) ?? []
            case .failure(let error): return .failure(error)
            }
        }
        return .success(words)
    }

    private func hex(_ word: UInt16) -> String {
        let digits = String(word, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
