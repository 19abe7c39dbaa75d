// A sensor behind a Modbus bus: asks by the plan, lets the edge judge, and hands on one reading for each channel, always. Pure:
// whoever owns the bus carries the transactions out and says how they went.
import SensorModel

/// One sensor of one cover.
///
/// A poll is a row of steps: `step` says what is next, `take` hears how it went, until a step has the readings. Between two
/// steps the bus is free for others. Retries: none, the next poll is the retry. Time-outs: the larger of the bus's and the
/// profile's, for each read; a device that stays silent costs one of them in a poll.
public struct ModbusSensor: Sendable {
    /// What a poll needs next.
    public enum Step: Sendable, Equatable {
        /// A read; `take` hears its outcome.
        case read(RegisterRequest)
        /// A write; `take` hears its outcome, a reply without words.
        case write(RegisterWrite)
        /// Nothing before this moment: the device measures.
        case wait(until: MonotonicTime)
        /// The poll is over: one reading for each channel, in the profile's order.
        case readings([Reading])
    }

    /// The cover's code.
    public let cover: String
    /// The sensor's id within the cover.
    public let id: String
    /// Unit address on the bus.
    public let unit: UInt8
    /// The sensor model.
    public let profile: DeviceProfile
    /// How patient the bus has to be with this unit.
    public let timing: UnitTiming

    /// What was wrong in the last poll, in words for a technician; nil when nothing was.
    public private(set) var lastProblem: String?
    /// The readings of the last poll; none before the first.
    public private(set) var lastReadings: [Reading] = []
    /// What is known about the device.
    public private(set) var edge: SensorEdge

    /// Of the profile's channels, in their order.
    private let points: [Point]
    private let origin: Origin
    private var poll: Poll?

    /// What one poll has brought so far.
    private struct Poll {
        enum Stage: Equatable {
            case identity
            case trigger(DeviceProfile.Trigger)
            case measuring(until: MonotonicTime)
            case values
            /// The port was opened anew while the values came: the identity once more.
            case identityAgain
        }

        var stage: Stage
        /// The connection over which identity was proved before the values were read.
        var proven: UInt64?
        /// Of the stage's reads so far.
        var outcomes: [SensorEdge.Outcome] = []
        /// A silent device is not asked again: the other reads get the same error.
        var silence: BusError?
        var lastReply: Timestamp?
        var resynchronised = false
        var values: [SensorEdge.Outcome] = []
    }

    /// - Parameters:
    ///   - cover: the cover's code.
    ///   - id: the sensor's id within the cover.
    ///   - unit: unit address on the bus.
    ///   - profile: the sensor model.
    ///   - busResponseTimeout: the bus's own time-out; the profile's counts where it is larger.
    ///   - origin: what the readings say about themselves.
    public init(
        cover: String, id: String, unit: UInt8, profile: DeviceProfile, busResponseTimeout: Duration, origin: Origin = .field
    ) {
        self.cover = cover
        self.id = id
        self.unit = unit
        self.profile = profile
        timing = UnitTiming(busResponseTimeout: busResponseTimeout, profile: profile.timing)
        edge = SensorEdge(profile: profile, unit: unit)
        points = profile.channels.map { Point(cover: cover, sensor: id, channel: $0.name) }
        self.origin = origin
    }

    /// Whether a poll has begun and is not over.
    public var isPolling: Bool { poll != nil }

    /// What comes next; begins a poll when none is under way.
    public mutating func step(now: Timestamp) -> Step {
        var poll = self.poll ?? Poll(stage: edge.identityVerified ? begun : .identity, proven: edge.identityConnection)
        self.poll = nil
        while true {
            switch poll.stage {
            case .trigger(let trigger):
                self.poll = poll
                return .write(RegisterWrite(unit: unit, action: Self.action(trigger), timing: timing))
            case .measuring(let until):
                if now.monotonic < until {
                    self.poll = poll
                    return .wait(until: until)
                }
                poll.stage = .values
            case .identity, .values, .identityAgain:
                let blocks = poll.stage == .values ? edge.plan.blocks : edge.plan.requirementBlocks
                if poll.outcomes.count < blocks.count {
                    if let silence = poll.silence {
                        poll.outcomes.append(.failure(silence))
                        continue
                    }
                    let block = blocks[poll.outcomes.count]
                    self.poll = poll
                    return .read(
                        RegisterRequest(
                            unit: unit, table: block.table, address: block.address, count: block.count, timing: timing))
                }
                if let readings = conclude(&poll, now) { return .readings(readings) }
            }
        }
    }

    /// Measures the tilts of the channels of these names from here on; those of others from the vertical.
    public mutating func setTiltReferences(_ references: [String: TiltReference]) { edge.setReferences(references) }

    /// The device was not asked: every channel is bad for the error's reason.
    public mutating func leaveOut(because error: BusError, now: Timestamp) -> [Reading] {
        poll = nil
        let outcomes = edge.plan.blocks.map { _ in SensorEdge.Outcome.failure(error) }
        return readings(edge.judge(outcomes, resynchronised: false, at: now.monotonic), now)
    }

    /// How the transaction of the last step went.
    public mutating func take(_ outcome: SensorEdge.Outcome, at now: Timestamp) {
        guard var poll else { return }
        defer { self.poll = poll }
        edge.note(outcome, at: now.monotonic)
        if case .success(let reply) = outcome {
            poll.lastReply = now
            poll.resynchronised = poll.resynchronised || reply.afterResynchronisation
        }
        guard case .trigger(let trigger) = poll.stage else { return poll.outcomes.append(explained(outcome, &poll)) }
        switch outcome {
        case .success: poll.stage = .measuring(until: now.monotonic + trigger.wait)
        case .failure(let error):
            // Old values are not taken for new ones.
            poll.stage = .values
            poll.silence = error
        }
    }

    private var begun: Poll.Stage { profile.trigger.map { .trigger($0) } ?? .values }

    /// What the stage's reads amount to.
    /// - Returns: the readings when the poll is over.
    private mutating func conclude(_ poll: inout Poll, _ now: Timestamp) -> [Reading]? {
        let outcomes = poll.outcomes
        poll.outcomes = []
        switch poll.stage {
        case .identity:
            if let refusal = edge.identify(outcomes) { return readings(refusal, poll.lastReply ?? now) }
            poll.stage = begun
            poll.silence = nil
            poll.proven = edge.identityConnection
            return nil
        case .values:
            poll.values = outcomes
            guard needsProof(poll) else { return judged(poll, now) }
            poll.stage = .identityAgain
            poll.silence = nil
            return nil
        default:
            if let refusal = edge.identify(outcomes) { return readings(refusal, poll.lastReply ?? now) }
            if let refusal = stillStrange(poll) { return readings(refusal, poll.lastReply ?? now) }
            return judged(poll, now)
        }
    }

    private mutating func judged(_ poll: Poll, _ now: Timestamp) -> [Reading] {
        let time = poll.lastReply ?? now
        return readings(edge.judge(poll.values, resynchronised: poll.resynchronised, at: time.monotonic), time)
    }
}

extension ModbusSensor {
    /// The connections of the values' replies over which nothing was proved. When the port was opened anew, perhaps under
    /// another sensor's read, the device behind it may be another one: replies over a connection are believed once the device
    /// has proved its identity over it.
    private func strange(_ poll: Poll, besides proven: UInt64?) -> Set<UInt64> {
        guard !profile.requirements.isEmpty else { return [] }
        var strange = SensorEdge.connections(of: poll.values)
        if let proven { strange.remove(proven) }
        return strange
    }

    /// A proof of exceptions alone names no connection; the one that the next replies come over is taken for it.
    private mutating func needsProof(_ poll: Poll) -> Bool {
        let strange = strange(poll, besides: poll.proven)
        if poll.proven == nil, strange.count == 1, let connection = strange.first, edge.identityConnection == nil {
            edge.identified(over: connection)
            return false
        }
        return !strange.isEmpty
    }

    /// What speaks against values over another connection than that of the second proof.
    private mutating func stillStrange(_ poll: Poll) -> SensorEdge.Judgement? {
        var strange = strange(poll, besides: poll.proven)
        if let connection = edge.identityConnection {
            strange.remove(connection)
        } else if let connection = strange.first, strange.count == 1 {
            edge.identified(over: connection)
            return nil
        }
        guard !strange.isEmpty else { return nil }
        return edge.everyChannel(.disconnected, "the port was opened anew several times during the poll")
    }

    /// The outcome with what it may mean; a silence is remembered, so that the device is not asked again in this poll.
    private func explained(_ outcome: SensorEdge.Outcome, _ poll: inout Poll) -> SensorEdge.Outcome {
        guard case .failure(var error) = outcome else { return outcome }
        let blocks = poll.stage == .values ? edge.plan.blocks : edge.plan.requirementBlocks
        if case .exception(1...3) = error.kind {
            let block = blocks[poll.outcomes.count]
            let last = Int(block.address) + Int(block.count) - 1
            let place = "\(block.table.rawValue) \(block.address)" + (block.count > 1 ? "-\(last)" : "")
            error.detail = "\(place): \(error.detail); does the model have this, and does its manual count from 0?"
        }
        switch error.kind {
        case .timeout, .disconnected, .resting: poll.silence = error
        case .corruptReply, .exception: break
        }
        return .failure(error)
    }

    static func action(_ trigger: DeviceProfile.Trigger) -> RegisterWrite.Action {
        trigger.place.table == .coil
            ? .coil(address: trigger.place.address, on: trigger.value != 0)
            : .register(address: trigger.place.address, word: trigger.value)
    }

    private mutating func readings(_ judgement: SensorEdge.Judgement, _ time: Timestamp) -> [Reading] {
        lastProblem = judgement.problem
        lastReadings = profile.channels.indices.map { index in
            Reading(
                point: points[index], quantity: profile.channels[index].quantity, measurement: judgement.measurements[index],
                time: time, origin: origin)
        }
        return lastReadings
    }
}
