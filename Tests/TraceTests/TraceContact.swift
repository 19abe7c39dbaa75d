// A contact of a trace: edges as a kernel notices them, and the state at its period.
import DeviceHAL
@testable import DeviceHALSimulated
import GatewayConfig
import SensorModel

/// One contact.
struct TraceContact {
    /// When it has something to say next, from the story's begin.
    var due: Duration { min(state, edge ?? .seconds(1 << 40)) }
    private var state: Duration
    private var edge: Duration?
    private var lookedTo = Duration.zero
    private let every: Duration
    private let source: any LineSource
    private let activeLow: Bool
    private let point: Point
    private let quantity: Quantity
    private var trace: EdgeTrace
    private var watch: LineWatch

    init(
        _ settings: SensorSettings, _ line: LineSensorSettings, _ cover: CoverSettings, _ manhole: Int, _ world: TraceWorld,
        phase: Duration
    ) {
        every = settings.every
        state = phase
        quantity = line.quantity
        activeLow = line.line.activeLow
        point = Point(cover: cover.code, sensor: settings.id, channel: "state")
        source = SimulatedContact(
            quantity: line.quantity, wiring: line.line, mounted: settings.mounted, view: world.view(manhole), sensor: settings.id)
        let isHigh = source.isHigh(at: .zero)
        trace = EdgeTrace(isHigh: isHigh, at: .zero, debounce: line.line.debounce)
        watch = LineWatch(LineLevel(active: isHigh != activeLow, time: TraceWorld.begin.monotonic), debounce: .zero)
    }

    /// Looks for the next edge, a minute ahead.
    mutating func look(upTo end: Duration) {
        guard edge == nil, lookedTo <= state, lookedTo < end else { return }
        let horizon = max(lookedTo, state) + .seconds(60)
        edge = trace.next(in: source, upTo: horizon)
        lookedTo = horizon
    }

    /// What it has to say now.
    mutating func report() -> [Reading] {
        let now = due
        trace.follow(source, upTo: now)
        var reports: [LineReport] = []
        while let edge = trace.take() {
            reports += watch.event(
                LineEvent(
                    active: edge.isHigh != activeLow, time: TraceWorld.begin.monotonic + edge.time, sequence: edge.sequence,
                    lost: edge.lost))
        }
        if now == edge {
            edge = nil
            lookedTo = now
        }
        if now == state {
            state += every
            reports += watch.snapshot(
                LineLevel(active: trace.isHigh != activeLow, time: TraceWorld.begin.monotonic + now))
        }
        return reports.map { report in
            Reading(
                point: point, quantity: quantity, measurement: report.measurement,
                time: TraceWorld.moment(report.time - TraceWorld.begin.monotonic), origin: .simulated)
        }
    }
}
