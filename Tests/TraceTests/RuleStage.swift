// One rule with exactly the sensors that one of its conditions looks at, and a hand on what they read.
import Alarms
import SensorModel

/// Feeds one condition of a rule.
struct RuleStage {
    /// What the sensors read.
    enum Mood {
        /// On the safe side of the clear value.
        case safe
        /// As far as it may be without an alarm.
        case nearly
        /// At the limit: it holds.
        case holding
        /// On the clear value, which is not enough.
        case onClear
    }

    /// A reason that is tried.
    enum Reason: Sendable {
        case bad(BadReason)
        case uncertain(UncertainReason)
    }

    /// Every transition so far, without those that say again what is known.
    private(set) var seen: [AlarmTransition] = []
    private(set) var now = TraceWorld.begin
    /// Between two readings.
    let step: Duration
    /// The rule's, with its periods.
    let onDelay: Duration
    /// Whether values decide, rather than qualities or silence.
    let isAboutValues: Bool
    /// How long what has risen counts.
    let window: Duration
    private let parts: [(part: RulePart, point: Point, quantity: Quantity)]
    private let reason: Reason?
    private var engine: AlarmEngine
    private var ids = 0

    /// Each reason that a condition names; one nil where it names none.
    static func reasons(of group: [RulePart]) -> [Reason?] {
        for case .reasons(let reasons) in group {
            return reasons.bad.sorted { $0.rawValue < $1.rawValue }.map { .bad($0) }
                + reasons.uncertain.sorted { $0.rawValue < $1.rawValue }.map { .uncertain($0) }
        }
        return [nil]
    }

    init(_ rule: AlarmRule, _ group: [RulePart], reason: Reason?) {
        self.reason = reason
        let period = max(.seconds(1), rule.onDelay / 20)
        step = period
        var onDelay = max(rule.onDelay, period * rule.onPeriods)
        // What counts for silence is at least ten seconds.
        for case .silent(let periods) in group { onDelay = max(onDelay, period * periods, .seconds(10)) }
        self.onDelay = onDelay
        isAboutValues = group.allSatisfy { if case .comparison = $0 { true } else { false } }
        var window = Duration.zero
        for case .comparison(let comparison) in group {
            if case .rise(let span) = comparison.measure { window = span }
            if case .fall(let span) = comparison.measure { window = span }
        }
        self.window = window
        parts = group.enumerated().map { number, part in
            (part, Point(cover: "C1", sensor: "s\(number)", channel: "c"), part.quantity ?? .temperature)
        }
        let kind = rule.kinds.first
        var channels = parts.map { item in
            AlarmSite.Channel(
                point: item.point, quantity: item.quantity, period: period, reportsChanges: false, mounted: Self.mounted,
                kind: kind, rimElevation: Self.mounted)
        }
        // Something to count from, where a rule counts from the float.
        if !channels.contains(where: { $0.quantity == .waterFloat }) {
            channels.append(
                .init(
                    point: Point(cover: "C1", sensor: "float", channel: "c"), quantity: .waterFloat, period: .seconds(1 << 30),
                    reportsChanges: true, mounted: Self.mounted, kind: kind))
        }
        engine = AlarmEngine(rules: [rule], site: AlarmSite(channels: channels))
    }

    /// Every sensor is mounted so deep, and the rim so high, m.
    private static let mounted = 3.0

    /// Lets the sensors read so for a time.
    mutating func play(_ mood: Mood, for time: Duration) {
        let end = now + time
        while now.monotonic < end.monotonic {
            now = now + step
            var made: [AlarmTransition] = []
            for item in parts {
                guard let measurement = measurement(mood, item.part) else { continue }
                let reading = Reading(
                    point: item.point, quantity: item.quantity, measurement: measurement, time: now, origin: .field)
                made += engine.step(reading, now: now, makeID: Self.id(&ids))
            }
            made += engine.advance(now: now, makeID: Self.id(&ids))
            seen += made.filter { $0.cause == .raised || $0.cause == .returned }
        }
    }

    private static func id(_ ids: inout Int) -> () -> String {
        ids += 1
        let id = "alarm-\(ids)"
        return { id }
    }

    /// What a sensor reads; nil for nothing at all.
    private func measurement(_ mood: Mood, _ part: RulePart) -> Measurement? {
        switch part {
        case .comparison(let comparison): .good(value(mood, comparison))
        case .lost: mood == .safe || mood == .nearly ? .good(0) : .bad(.timeout)
        case .silent: mood == .holding || mood == .onClear ? nil : .good(15)
        case .reasons:
            switch (mood, reason) {
            case (.safe, _), (.nearly, _), (_, nil): .good(15)
            case (_, .bad(let reason)): .bad(reason)
            case (_, .uncertain(let reason)): .uncertain(15, reason)
            }
        }
    }

    private func value(_ mood: Mood, _ comparison: Comparison) -> Double {
        let sign = comparison.direction == .above ? 1.0 : -1.0
        let height =
            switch (comparison.origin, comparison.quantity) {
            case (.zero, _): 0.0
            case (.rim, .displacement): Self.mounted * 1000
            case (.rim, _): Self.mounted
            // The probe hangs where the float hangs.
            case (.float, _): 0.0
            }
        // What rises or falls does so from here.
        let base: Double
        let way: Double
        switch comparison.measure {
        case .value: (base, way) = (height, 1)
        case .rise: (base, way) = (0, 1)
        case .fall: (base, way) = (0, -1)
        }
        let small = 1e-6 * sign
        let moved =
            switch mood {
            case .safe: comparison.measure == .value ? comparison.clearThreshold - 0.1 * sign : 0
            case .nearly: comparison.threshold - small
            case .holding: comparison.threshold
            case .onClear: comparison.clearThreshold
            }
        return base + way * moved
    }
}
