// The one place where errors become data: what a poll brought, judged by what the profile demands. Pure.
import SensorModel

/// What is known about the device at a sensor's place, and what its replies are therefore worth.
///
/// Reasons of one poll come in this order: what kept a read from being believed, identity, status (bad), heartbeat, warm-up,
/// decoding, low oxygen; then those that leave the value, in the order resynchronising, heartbeat not seen yet, status
/// (uncertain), supply, jump, stuck, flat line.
public struct SensorEdge: Sendable {
    /// What a read brought.
    public typealias Outcome = Result<RegisterReply, BusError>

    /// The outcome of a poll: one measurement for each channel, in the profile's order.
    public struct Judgement: Sendable, Equatable {
        /// One for each channel.
        public var measurements: [Measurement]
        /// What was seen, in words for a technician; nil when all is well.
        public var problem: String?

        mutating func note(_ problem: String) { self.problem = self.problem ?? problem }
    }

    /// The profile's reads.
    public let plan: ReadPlan
    /// True while the device is known to be the one the profile describes.
    public private(set) var identityVerified: Bool
    /// The opening of the port over which it proved that; nil while it did not, or while that is not known.
    public private(set) var identityConnection: UInt64?
    /// When the device last gave a believed reply.
    public private(set) var lastReply: MonotonicTime?
    /// The end of the time in which a device that came back is taken to warm up.
    public private(set) var warmUpEnds: MonotonicTime?
    /// Where the tilts of the channels of these names are measured from.
    private var references: [String: TiltReference] = [:]
    /// The words of each block of the plan in the last poll; none where the read failed, and none before the first.
    public private(set) var lastWords: [[UInt16]] = []
    private var silent = false
    private var heartbeat: HeartbeatWatch?
    private var plausibility: [Plausibility]
    /// What the status said against each channel in the last poll, where it is not read together with the value: the value may
    /// then be older than the end of the state.
    private var lastState: [BadReason?]
    private let statusIsApart: [Bool]
    private let profile: DeviceProfile
    private let proof: IdentityProof

    /// At start nothing is known about the device, and nothing is held against it either.
    /// - Parameters:
    ///   - profile: the sensor model.
    ///   - unit: the address the device is asked by.
    public init(profile: DeviceProfile, unit: UInt8) {
        self.profile = profile
        plan = ReadPlan(profile: profile)
        proof = IdentityProof(profile: profile, plan: plan, unit: unit)
        identityVerified = profile.requirements.isEmpty
        heartbeat = profile.heartbeat.map { HeartbeatWatch(period: $0.period) }
        plausibility = profile.channels.map(Plausibility.init)
        lastState = profile.channels.map { _ in nil }
        statusIsApart = zip(profile.channels, plan.channels).map { [plan] channel, places in
            let own = Set(places.flatMap(\.slots).map(\.block))
            return zip(profile.status, plan.status).contains { rule, slot in
                (rule.channels.isEmpty || rule.channels.contains(channel.name)) && own != [slot.block]
            }
        }
    }

    /// Takes note of a read or, with a reply without words, of a write. After a silence or a disconnection the device may be
    /// another one, or may have lost its power: it has to prove its identity again, and its life, and to warm up if it cannot
    /// say itself when it is warm.
    public mutating func note(_ outcome: Outcome, at now: MonotonicTime) {
        switch outcome {
        case .success:
            lastReply = now
            if silent, profile.timing.warmUp > .zero, !reportsWarmUp { warmUpEnds = now + profile.timing.warmUp }
            silent = false
        // A resting unit was not asked; what it rests after was noted when it happened, or was not this sensor's question.
        case .failure(let error) where error.kind == .timeout || error.kind == .disconnected:
            silent = true
            doubtIdentity()
            heartbeat?.forget()
            for index in plausibility.indices { plausibility[index].forgetRest() }
        case .failure: break
        }
    }

    /// Judges the reads of `plan.requirementBlocks`.
    /// - Returns: nil when the device is the one the profile describes; otherwise every channel bad, and why.
    public mutating func identify(_ outcomes: [Outcome]) -> Judgement? {
        if let objection = proof.objection(in: PollReplies(outcomes)) {
            doubtIdentity()
            return everyChannel(objection.reason, objection.problem)
        }
        let connections = Self.connections(of: outcomes)
        guard connections.count <= 1 else {
            doubtIdentity()
            return everyChannel(.disconnected, "the port was opened anew while the device proved its identity")
        }
        identityVerified = true
        identityConnection = connections.first
        return nil
    }

    /// Measures the tilts of these channels from here on, from the next poll on; those of others from the vertical.
    public mutating func setReferences(_ references: [String: TiltReference]) {
        for (index, channel) in profile.channels.enumerated() where references[channel.name] != self.references[channel.name] {
            // The value moves because of us: that is no jump of the sensor's.
            plausibility[index] = Plausibility(channel: channel)
        }
        self.references = references
    }

    /// How the sensor stood by each of its tilt channels in the last poll; a channel without value is left out.
    public var stands: [String: TiltReference] {
        var stands: [String: TiltReference] = [:]
        for (channel, places) in zip(profile.channels, plan.channels) {
            stands[channel.name] = RegisterDecoder.stand(of: channel, at: places, in: lastWords)
        }
        return stands
    }

    /// Names the connection of a proof in which every read was answered with an exception.
    mutating func identified(over connection: UInt64) {
        if identityVerified, identityConnection == nil { identityConnection = connection }
    }

    /// The openings of the port over which the replies came.
    static func connections(of outcomes: [Outcome]) -> Set<UInt64> {
        Set(outcomes.compactMap { try? $0.get().connection })
    }

    /// Every channel bad for one reason; words of a device that is not believed are not kept.
    mutating func everyChannel(_ reason: BadReason, _ problem: String) -> Judgement {
        lastWords = []
        return Judgement(measurements: profile.channels.map { _ in .bad(reason) }, problem: problem)
    }

    /// Judges the reads of `plan.blocks`.
    /// - Parameters:
    ///   - outcomes: one for each block; a block that was not asked has the error that kept it from being asked.
    ///   - resynchronised: the bus had to find its place again before one of this poll's replies.
    ///   - now: when the last of them arrived.
    public mutating func judge(_ outcomes: [Outcome], resynchronised: Bool, at now: MonotonicTime) -> Judgement {
        let replies = PollReplies(outcomes)
        lastWords = replies.words
        let status = StatusJudgement(profile.status, at: plan.status, in: replies)
        let pulse = pulse(in: replies, at: now)
        var judgement = Judgement(measurements: [], problem: replies.failure?.detail)
        var oxygenBeyond: [Double] = []
        for (index, (channel, places)) in zip(profile.channels, plan.channels).enumerated() {
            let state = statusIsApart[index] && replies.failure == nil ? status.bad(channel.name)?.reason : nil
            defer { lastState[index] = state }
            if let error = replies.failure(at: places.flatMap(\.slots)) {
                judgement.measurements.append(.bad(error.badReason))
                // What could not be read is no evidence of standing still.
                plausibility[index].forgetRest()
            } else if let (reason, problem) = status.bad(channel.name) ?? bad(pulse) ?? warmingUp(at: now) {
                judgement.measurements.append(.bad(reason))
                judgement.note(problem)
            } else if let reason = lastState[index] {
                judgement.measurements.append(.bad(reason))
                judgement.note("channel \(channel.name): \(reason.rawValue) until this poll; believed from the next one on")
            } else {
                let measurement = RegisterDecoder.measurement(
                    of: channel, at: places, in: replies.words, from: references[channel.name])
                judgement.measurements.append(measurement)
                if case .bad(let reason) = measurement {
                    if reason == .outOfRange, channel.quantity == .oxygen {
                        var open = channel
                        open.range = nil
                        let beyond = RegisterDecoder.measurement(of: open, at: places, in: replies.words)
                        oxygenBeyond += [beyond.value].compactMap { $0 }
                    }
                    let seen = places.flatMap(\.slots).flatMap { replies.words(at: $0) ?? [] }.map(hex).joined(separator: " ")
                    judgement.note("channel \(channel.name): words \(seen): \(reason.rawValue)")
                }
            }
        }
        let neighbours = Neighbours(profile)
        neighbours.judgeOxygen(&judgement, beyond: oxygenBeyond)
        let supply = neighbours.lowSupply(judgement.measurements)
        for index in judgement.measurements.indices {
            judgeBehaviour(
                of: index, &judgement, replies: replies, resynchronised: resynchronised, at: now,
                state: unseen(pulse) ?? status.uncertain(profile.channels[index].name)
                    ?? (profile.channels[index].quantity == .supplyVoltage ? nil : supply))
        }
        return judgement
    }

    /// The reasons that leave a value, on one channel. The channel's past is kept up to date whatever the others say.
    private mutating func judgeBehaviour(
        of index: Int, _ judgement: inout Judgement, replies: PollReplies, resynchronised: Bool, at now: MonotonicTime,
        state: (reason: UncertainReason, problem: String)?
    ) {
        let channel = profile.channels[index]
        if plausibility[index].watchesWords {
            let words = plan.channels[index].flatMap { replies.words(at: $0.number) ?? [] }
            if words.count == channel.fields.reduce(0, { $0 + $1.registers }) { plausibility[index].see(words: words, at: now) }
        }
        guard case .good(let value) = judgement.measurements[index] else { return }
        let behaviour =
            plausibility[index].isNeeded
            ? plausibility[index].judge(value, settled: !resynchronised, at: now) : nil
        if resynchronised {
            judgement.measurements[index] = .uncertain(value, .resynchronising)
        } else if let state {
            judgement.measurements[index] = .uncertain(value, state.reason)
            judgement.note(state.problem)
        } else if let behaviour {
            judgement.measurements[index] = .uncertain(value, behaviour)
            judgement.note("channel \(channel.name) reads \(value) \(channel.quantity.unit.rawValue): \(behaviour.rawValue)")
        }
    }

    /// How alive the device is, or why that could not be seen; beating where the profile has no heartbeat.
    private mutating func pulse(in replies: PollReplies, at now: MonotonicTime) -> Result<HeartbeatWatch.Pulse, BusError>? {
        guard let slot = plan.heartbeat else { return nil }
        if let error = replies.failure(at: slot) { return .failure(error) }
        guard let word = replies.word(at: slot), let pulse = heartbeat?.see(word, at: now) else { return nil }
        return .success(pulse)
    }

    private func bad(_ pulse: Result<HeartbeatWatch.Pulse, BusError>?) -> (reason: BadReason, problem: String)? {
        guard let place = profile.heartbeat?.place else { return nil }
        switch pulse {
        case .failure(let error): return (error.badReason, error.detail)
        case .success(.stopped):
            return (.heartbeatStopped, "heartbeat \(place) does not move: the device answers and does not measure")
        case .success: return nil
        case nil: return (.decodeError, "\(place): the reply is too short")
        }
    }

    private func unseen(_ pulse: Result<HeartbeatWatch.Pulse, BusError>?) -> (reason: UncertainReason, problem: String)? {
        guard case .success(.unseen) = pulse, let place = profile.heartbeat?.place else { return nil }
        return (.stale, "heartbeat \(place) was not seen to move yet")
    }

    private func warmingUp(at now: MonotonicTime) -> (reason: BadReason, problem: String)? {
        guard let warmUpEnds, now < warmUpEnds else { return nil }
        return (.warmingUp, "the device came back from a silence and is given time to warm up")
    }

    private var reportsWarmUp: Bool { profile.status.contains { $0.names(.bad(.warmingUp)) } }

    private mutating func doubtIdentity() {
        identityVerified = profile.requirements.isEmpty
        identityConnection = nil
    }
}
