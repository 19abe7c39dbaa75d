// Evidence being gathered: what was before an alarm, and what came so far.
import Alarms
import DeviceHAL
import DiagnosticsProtocol
import SensorModel

/// Where a cover's evidence comes from; each asks a part that knows.
struct CaseScene: Sendable {
    /// A point of a cover.
    struct Channel: Sendable {
        var point: Point
        var quantity: Quantity
        var device: String?
        var line: String?
    }

    /// Frames of a bus with the moment they were asked for.
    struct Frames: Sendable {
        var bus: String
        var kind: String
        var frames: [BusFrame]
        var now: Timestamp
    }

    /// The cover's place; nil when the configuration does not have it.
    var cover: @Sendable (String) -> EvidenceCover?
    /// Its points.
    var channels: @Sendable (String) -> [Channel]
    /// The last readings of a point, oldest first.
    var recent: @Sendable (Point) -> [RecentReadings.Entry]
    /// The frames of each bus that the cover's sensors are on, with higher numbers than those of the bus.
    var frames: @Sendable (_ cover: String, _ after: [String: UInt64]) async -> [Frames]
    /// A rule as configured.
    var rule: @Sendable (String) -> EvidenceRule?
    /// The audit log's last record.
    var head: @Sendable () -> AuditHead?
}

/// One moment of an alarm, until its time is over.
struct OpenMoment: Sendable {
    /// The most frames of a bus that are kept; later ones are not.
    static let mostFrames = 1024

    let alarm: String
    let cover: String?
    /// When gathering ends.
    let due: MonotonicTime
    /// The step's number, by which it is told from others.
    var key: Int64 { moment.seq }
    private var moment: EvidenceMoment
    private let channels: [CaseScene.Channel]
    private let before: [Point: [RecentReadings.Entry]]
    private var buses: [String: EvidenceBus] = [:]
    /// The last frame of each bus that was asked for.
    private(set) var lastFrames: [String: UInt64] = [:]

    /// What is there at once.
    init(_ step: CaseInbox.Step, _ scene: CaseScene, boot: String, version: String, configuration: String) {
        let transition = step.transition
        alarm = transition.alarm.id
        cover = transition.alarm.point?.cover
        // Nothing is to be gathered where there is no cover.
        due = transition.detected.monotonic + (cover == nil ? .zero : CaseInbox.after)
        channels = cover.map(scene.channels) ?? []
        before = Dictionary(channels.map { ($0.point, scene.recent($0.point)) }) { first, _ in first }
        moment = EvidenceMoment(
            seq: step.seq, time: transition.detected.wall.rfc3339, clock: transition.detected.clock.rawValue,
            cause: transition.cause.rawValue, complete: false, boot: boot, version: version, configuration: configuration,
            rule: scene.rule(transition.alarm.rule), audit: scene.head().map { EvidenceHead(seq: $0.seq, hash: $0.hash) },
            points: [], buses: [], omitted: 0)
    }

    /// Takes frames that came meanwhile.
    mutating func take(_ new: [CaseScene.Frames]) {
        for part in new {
            let last = lastFrames[part.bus] ?? 0
            var bus = buses[part.bus] ?? EvidenceBus(bus: part.bus, kind: part.kind, frames: [])
            for frame in part.frames where frame.number > last && bus.frames.count < Self.mostFrames {
                bus.frames.append(BusFrameRow(frame, now: part.now))
            }
            buses[part.bus] = bus
            lastFrames[part.bus] = max(last, part.frames.last?.number ?? 0)
        }
    }

    /// The moment with what came until now.
    /// - Parameter isOver: whether its time has passed.
    func composed(_ collection: CaseInbox.Collection?, isOver: Bool) -> EvidenceMoment {
        var moment = self.moment
        moment.complete = isOver && (cover == nil || collection != nil)
        moment.omitted = collection?.leftOut ?? 0
        moment.buses = buses.values.sorted { $0.bus < $1.bus }
        let after = Dictionary(grouping: collection?.readings ?? [], by: \.point)
        moment.points = channels.map { channel in
            let collected = after[channel.point] ?? []
            // Asked late, what was kept of the time before has readings of the time after, too.
            let begin = collected.first?.time.monotonic ?? due
            let entries =
                (before[channel.point] ?? []).filter { $0.time.monotonic < begin }
                + collected.filter { $0.time.monotonic <= due }
                .map { RecentReadings.Entry(measurement: $0.measurement, time: $0.time) }
            let readings = entries.map(EvidenceReading.init)
            return EvidencePoint(
                point: channel.point.description, quantity: channel.quantity.rawValue, unit: channel.quantity.unit.rawValue,
                device: channel.device, line: channel.line, readings: readings,
                edges: channel.line == nil ? nil : Self.edges(readings))
        }
        return moment
    }

    /// The readings at which the value changed.
    private static func edges(_ readings: [EvidenceReading]) -> [EvidenceReading] {
        zip(readings, readings.dropFirst()).filter { $0.value != $1.value }.map(\.1)
    }
}

extension EvidenceReading {
    fileprivate init(_ entry: RecentReadings.Entry) {
        self.init(
            time: entry.time.wall.rfc3339, clock: entry.time.clock.rawValue, value: entry.measurement.value,
            quality: entry.measurement.quality, reason: entry.measurement.reason)
    }
}

extension BusFrameRow {
    /// A frame as people and tools read it.
    /// - Parameter now: a moment on both clocks: a frame knows only the one.
    init(_ frame: BusFrame, now: Timestamp) {
        let wall = WallTime(nanoseconds: now.wall.nanoseconds - (now.monotonic - frame.time).nanoseconds)
        self.init(
            number: frame.number, time: wall.rfc3339Microseconds, kind: frame.kind.rawValue, unit: frame.unit.map(Int.init),
            hex: frame.bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined(), problem: frame.problem)
    }
}
