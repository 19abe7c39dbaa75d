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
        timing = UnitTiming(
            responseTimeout: max(busResponseTimeout, profile.timing.responseTimeout ?? .zero),
            maxLatency: profile.timing.maxLatency, gap: profile.timing.gap)
        edge = SensorEdge(profile: profile)
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
        if !edge.identityVerified {
            let outcomes = await outcomes(of: edge.plan.requirementBlocks, &progress)
            if let refusal = edge.identify(outcomes) { return readings(refusal, progress) }
        }
        let outcomes = await outcomes(of: edge.plan.blocks, &progress)
        let now = progress.lastReply ?? clock.now()
        let judgement = edge.judge(outcomes, resynchronised: progress.resynchronised, at: now.monotonic)
        return readings(judgement, progress)
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
        return zip(profile.channels, judgement.measurements).map { channel, measurement in
            Reading(
                point: Point(cover: cover, sensor: id, channel: channel.name), quantity: channel.quantity,
                measurement: measurement,
                time: time, origin: origin)
        }
    }
}
