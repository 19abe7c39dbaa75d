// A sensor at a digital line: hands on every change at once and the state when asked, and turns errors into quality.
import SensorModel

/// One contact of one cover; its one channel is `state`, 1 for active and 0 for not.
///
/// One task waits with `arrival` and hands `news` on, any task may ask for the `state`; they take turns, so that readings are
/// handed on in their order. Retries: a line that cannot be claimed, or is lost, is claimed again with a growing pause; its
/// readings are bad (`disconnected`) meanwhile.
public actor DigitalSensor {
    /// The cover's code.
    public nonisolated let cover: String
    /// The sensor's id within the cover.
    public nonisolated let id: String
    /// The line and how it is wired.
    public nonisolated let settings: LineSettings
    /// What active means.
    public nonisolated let quantity: Quantity
    /// The address of its readings.
    public nonisolated let point: Point

    /// What is wrong, in words for a technician; nil when nothing is.
    public private(set) var lastProblem: String?
    /// The level that is believed; nil when the line is not claimed.
    public var active: Bool? { claim?.watch.active }
    /// How many edges are known to be lost since start.
    public var lostEdges: UInt64 { lostBefore + (claim?.watch.lostEdges ?? 0) }

    private struct Claim {
        let number: UInt64
        let input: any DigitalInput
        var watch: LineWatch
    }

    private let lines: any DigitalLines
    private let clock: any TimeSource
    private let origin: Origin
    private var pause: ClaimPause
    private var claim: Claim?
    private var claims: UInt64 = 0
    private var lostBefore: UInt64 = 0
    /// The input of a claim that failed, until it is given back: at the latest before the line is claimed again.
    private var stale: (any DigitalInput)?
    private var lastTime: MonotonicTime?
    private let turn = Turn()

    /// - Parameters:
    ///   - cover: the cover's code.
    ///   - id: the sensor's id within the cover.
    ///   - settings: the line.
    ///   - quantity: what active means; its unit is 1.
    ///   - lines: the chip.
    ///   - pause: between two attempts to claim the line: the first, doubled after each failure up to the longest.
    ///   - clock: gives the readings their time.
    ///   - origin: what the readings say about themselves.
    public init(
        cover: String, id: String, settings: LineSettings, quantity: Quantity, lines: any DigitalLines,
        pause: ClosedRange<Duration> = .seconds(1)...(.seconds(30)), clock: any TimeSource, origin: Origin = .field
    ) {
        self.cover = cover
        self.id = id
        self.settings = settings
        self.quantity = quantity
        point = Point(cover: cover, sensor: id, channel: "state")
        self.lines = lines
        self.pause = ClaimPause(pause)
        self.clock = clock
        self.origin = origin
    }

    /// Waits until `news` may have something: an edge, the end of a debounce time, the time to claim the line again. One task
    /// at a time.
    /// - Parameter deadline: nil to wait without limit.
    public func arrival(until deadline: MonotonicTime? = nil) async {
        guard let claim else {
            let again = pause.until ?? clock.now().monotonic
            try? await clock.sleep(until: deadline.map { min($0, again) } ?? again)
            return
        }
        let deadlines = [deadline, claim.watch.deadline].compactMap { $0 }
        await claim.input.arrival(until: deadlines.min())
    }

    /// Hands on what the line has to say: the first state, every change, the loss of the line; nothing when nothing has
    /// happened.
    /// - Returns: the last reading that was handed on.
    public func news(to receiver: @Sendable ([Reading]) async -> Void) async -> Reading? {
        await turn.take {
            let readings = await self.news()
            if !readings.isEmpty { await receiver(readings) }
            return readings.last
        }
    }

    /// Reads the level now, and hands on changes that were not handed on yet, and last the state as it is.
    /// - Returns: the state.
    public func state(to receiver: @Sendable ([Reading]) async -> Void) async -> Reading? {
        await turn.take {
            let readings = await self.poll()
            await receiver(readings)
            return readings.last
        }
    }

    /// In turn only.
    func news() async -> [Reading] {
        if claim == nil { return await claimLine() }
        return await changes()
    }

    /// In turn only.
    func poll() async -> [Reading] {
        if claim == nil {
            let first = await claimLine()
            if !first.isEmpty { return first }
        }
        let readings = claim == nil ? [] : await look(answering: true)
        return readings.isEmpty ? [reading(LineReport(.bad(.disconnected), at: clock.now().monotonic))] : readings
    }

    // MARK: the claim

    /// Claims the line if that is due.
    /// - Returns: the first state, or the bad reading of a line that cannot be had any more, or for another reason.
    private func claimLine() async -> [Reading] {
        guard pause.isOver(now: clock.now().monotonic) else { return [] }
        let before = lastProblem
        let report = await attempt()
        // The same problem again is no news: the period says it.
        return claim == nil && lastProblem == before ? [] : [reading(report)]
    }

    private func attempt() async -> LineReport {
        await letGo()
        do throws(LineError) {
            let input = try await lines.watch(settings)
            claims += 1
            let byTheKernel = lines.abilities.kernelDebounce
            let watch = LineWatch(input.initial, debounce: byTheKernel ? .zero : settings.debounce)
            claim = Claim(number: claims, input: input, watch: watch)
            pause.attempted(success: true, now: clock.now().monotonic)
            lastProblem = nil
            return LineReport(.good(input.initial.active ? 1 : 0), at: input.initial.time)
        } catch {
            return failed(error)
        }
    }

    private func letGo() async {
        let input = stale
        stale = nil
        await input?.release()
    }

    /// The one place where a line's error becomes a reading's quality.
    private func failed(_ error: LineError) -> LineReport {
        let now = clock.now().monotonic
        lastProblem = error.message
        pause.attempted(success: false, now: now)
        guard var ended = claim else { return LineReport(.bad(.disconnected), at: now) }
        claim = nil
        stale = ended.input
        lostBefore += ended.watch.lostEdges
        return ended.watch.unreadable(now).first ?? LineReport(.bad(.disconnected), at: now)
    }

    // MARK: what the line says

    private func changes() async -> [Reading] {
        let before = claim?.watch
        let readings = drain()
        guard let watch = claim?.watch else { return readings }
        // Unnumbered edges do not tell when the last of them was lost: the level does.
        let unsure = !lines.abilities.sequenceNumbers && watch != before
        let due = watch.deadline.map { $0 <= clock.now().monotonic } ?? false
        return watch.wantsLevel || unsure || due ? readings + (await look(answering: false)) : readings
    }

    /// Reads the level and lets the watch judge it.
    private func look(answering: Bool) async -> [Reading] {
        guard let claim else { return [] }
        let number = claim.number
        do throws(LineError) {
            let level = try await claim.input.level()
            guard self.claim?.number == number else { return [] }
            let readings = drain()
            guard var claim = self.claim else { return readings }
            let reports = answering ? claim.watch.snapshot(level) : claim.watch.check(level)
            self.claim = claim
            // The task in `arrival` waits for another moment if this look has found a level to be debounced.
            if answering, claim.watch.deadline != nil { claim.input.wake() }
            return readings + reports.map(reading)
        } catch {
            guard self.claim?.number == number else { return [] }
            let readings = drain() + (self.claim == nil ? [] : [reading(failed(error))])
            // Wakes the task in `arrival`, which waits for this input.
            await letGo()
            return readings
        }
    }

    /// Takes what waits. Never suspends: the edges must reach the watch in their order.
    private func drain() -> [Reading] {
        var readings: [Reading] = []
        while var claim, let notice = claim.input.take() {
            switch notice {
            case .edge(let event):
                let reports = claim.watch.event(event)
                self.claim = claim
                readings += reports.map(reading)
            case .ended(let error): readings.append(reading(failed(error)))
            }
        }
        return readings
    }

    private func reading(_ report: LineReport) -> Reading {
        let now = clock.now()
        // A change is as old as its edge; a state that was asked for while it was being debounced is newer, and stands before it.
        let moment = max(report.time, (lastTime ?? report.time) + .nanoseconds(lastTime == nil ? 0 : 1))
        lastTime = moment
        let wall = WallTime(nanoseconds: now.wall.nanoseconds &- (now.monotonic - moment).nanoseconds)
        let time = Timestamp(wall: wall, monotonic: moment, clock: now.clock)
        return Reading(point: point, quantity: quantity, measurement: report.measurement, time: time, origin: origin)
    }
}
