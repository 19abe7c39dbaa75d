// A sensor behind a Modbus bus: asks by the plan, lets the edge judge, and hands on one reading for each channel, always.
import SensorModel

/// One sensor of one cover.
///
/// Bus sharing: by the bus; this actor only waits for it. Retries: none, the next poll is the retry. Time-outs: the larger of
/// the bus's and the profile's, for each read; a device that stays silent costs one of them in a poll.
public actor ModbusSensor {
    /// The cover's code.
    public nonisolated let cover: String
    /// The sensor's id within the cover.
    public nonisolated let id: String
    /// Unit address on the bus.
    public nonisolated let unit: UInt8
    /// The sensor model.
    public nonisolated let profile: DeviceProfile
    /// How patient the bus has to be with this unit.
    public nonisolated let timing: UnitTiming

    /// What was wrong in the last poll, in words for a technician; nil when nothing was.
    public private(set) var lastProblem: String?
    /// What is known about the device.
    public private(set) var edge: SensorEdge

    /// Of the profile's channels, in their order.
    private let points: [Point]
    private let bus: any RegisterBus
    private let clock: any TimeSource
    private let origin: Origin
    private var polling = false
    private var waiting: [CheckedContinuation<[Reading], Never>] = []

    /// How many callers wait for the poll under way.
    var waiters: Int { waiting.count }

    /// What one poll has brought so far.
    private struct Progress {
        var lastReply: Timestamp?
        var resynchronised = false
    }

    /// - Parameters:
    ///   - cover: the cover's code.
    ///   - id: the sensor's id within the cover.
    ///   - unit: unit address on the bus.
    ///   - profile: the sensor model.
    ///   - busResponseTimeout: the bus's own time-out; the profile's counts where it is larger.
    ///   - bus: where the unit is.
    ///   - clock: gives the readings their time.
    ///   - origin: what the readings say about themselves.
    public init(
        cover: String, id: String, unit: UInt8, profile: DeviceProfile, busResponseTimeout: Duration, bus: any RegisterBus,
        clock: any TimeSource, origin: Origin = .field
    ) {
        self.cover = cover
        self.id = id
        self.unit = unit
        self.profile = profile
        timing = UnitTiming(busResponseTimeout: busResponseTimeout, profile: profile.timing)
        edge = SensorEdge(profile: profile, unit: unit)
        points = profile.channels.map { Point(cover: cover, sensor: id, channel: $0.name) }
        self.bus = bus
        self.clock = clock
        self.origin = origin
    }

    /// Reads the device once. Who calls while a poll is under way gets that poll's readings.
    /// - Returns: one reading for each channel, in the profile's order.
    public func poll() async -> [Reading] {
        if polling { return await withCheckedContinuation { waiting.append($0) } }
        polling = true
        let readings = await readOnce()
        polling = false
        let others = waiting
        waiting = []
        for other in others { other.resume(returning: readings) }
        return readings
    }

    private func readOnce() async -> [Reading] {
        var progress = Progress()
        if !edge.identityVerified, let refusal = await proveIdentity(&progress) { return readings(refusal, progress) }
        let proven = edge.identityConnection
        if let trigger = profile.trigger, let error = await pull(trigger, &progress) {
            let outcomes = edge.plan.blocks.map { _ in SensorEdge.Outcome.failure(error) }
            return readings(edge.judge(outcomes, resynchronised: false, at: clock.now().monotonic), progress)
        }
        let outcomes = await outcomes(of: edge.plan.blocks, &progress)
        if let refusal = await proveAgain(outcomes, proven, &progress) { return readings(refusal, progress) }
        let now = progress.lastReply ?? clock.now()
        let judgement = edge.judge(outcomes, resynchronised: progress.resynchronised, at: now.monotonic)
        return readings(judgement, progress)
    }

    private func proveIdentity(_ progress: inout Progress) async -> SensorEdge.Judgement? {
        let outcomes = await outcomes(of: edge.plan.requirementBlocks, &progress)
        return edge.identify(outcomes)
    }

    /// When the port was opened anew, perhaps under another sensor's read, the device behind it may be another one: replies
    /// over a connection are believed once the device has proved its identity over it.
    private func proveAgain(
        _ outcomes: [SensorEdge.Outcome], _ proven: UInt64?, _ progress: inout Progress
    ) async -> SensorEdge.Judgement? {
        var strange = SensorEdge.connections(of: outcomes)
        if let proven { strange.remove(proven) }
        guard !profile.requirements.isEmpty, !strange.isEmpty else { return nil }
        // A proof of exceptions alone names no connection; the one that the next replies come over is taken for it.
        if proven != nil || strange.count > 1, let refusal = await proveIdentity(&progress) { return refusal }
        if let connection = edge.identityConnection {
            strange.remove(connection)
        } else if let connection = strange.first, strange.count == 1 {
            edge.identified(over: connection)
            return nil
        }
        guard !strange.isEmpty else { return nil }
        return edge.everyChannel(.disconnected, "the port was opened anew several times during the poll")
    }

    /// Starts a measurement and waits until the device has made it; the bus is free for others meanwhile.
    /// - Returns: what stood in the way.
    private func pull(_ trigger: DeviceProfile.Trigger, _ progress: inout Progress) async -> BusError? {
        let action: RegisterWrite.Action =
            trigger.place.table == .coil
            ? .coil(address: trigger.place.address, on: trigger.value != 0)
            : .register(address: trigger.place.address, word: trigger.value)
        do throws(BusError) {
            try await bus.write(RegisterWrite(unit: unit, action: action, timing: timing))
        } catch {
            edge.note(.failure(error), at: clock.now().monotonic)
            return error
        }
        let now = clock.now()
        progress.lastReply = now
        edge.note(.success(RegisterReply(words: [])), at: now.monotonic)
        do {
            try await clock.sleep(until: now.monotonic + trigger.wait)
            return nil
        } catch {
            return BusError(kind: .timeout, bus: "", unit: unit, detail: "the poll was given up while the device measured")
        }
    }

    /// Asks for the blocks one after the other. A silent device is not asked again: the other blocks get the same error.
    private func outcomes(of blocks: [ReadPlan.Block], _ progress: inout Progress) async -> [SensorEdge.Outcome] {
        var outcomes: [SensorEdge.Outcome] = []
        var silence: BusError?
        for block in blocks {
            if let silence {
                outcomes.append(.failure(silence))
                continue
            }
            do throws(BusError) {
                let reply = try await bus.read(
                    RegisterRequest(unit: unit, table: block.table, address: block.address, count: block.count, timing: timing))
                let now = clock.now()
                progress.lastReply = now
                progress.resynchronised = progress.resynchronised || reply.afterResynchronisation
                outcomes.append(.success(reply))
                edge.note(.success(reply), at: now.monotonic)
            } catch {
                var error = error
                if case .exception(1...3) = error.kind {
                    let last = Int(block.address) + Int(block.count) - 1
                    let place = "\(block.table.rawValue) \(block.address)" + (block.count > 1 ? "-\(last)" : "")
                    error.detail = "\(place): \(error.detail); does the model have this, and does its manual count from 0?"
                }
                outcomes.append(.failure(error))
                edge.note(.failure(error), at: clock.now().monotonic)
                switch error.kind {
                case .timeout, .disconnected, .resting: silence = error
                case .corruptReply, .exception: break
                }
            }
        }
        return outcomes
    }

    private func readings(_ judgement: SensorEdge.Judgement, _ progress: Progress) -> [Reading] {
        lastProblem = judgement.problem
        let time = progress.lastReply ?? clock.now()
        return profile.channels.indices.map { index in
            Reading(
                point: points[index], quantity: profile.channels[index].quantity, measurement: judgement.measurements[index],
                time: time, origin: origin)
        }
    }
}
