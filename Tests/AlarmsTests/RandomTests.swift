// The engine against a second, differently written one, on random histories.
import Alarms
import SensorModel
import TestSupport
import Testing

/// One rule on one point, as a table of states and a list of what the value did, instead of the engine's watches.
private struct Model {
    let rule: AlarmRule
    /// Since when no good value was inside the threshold, as the list of times beyond it.
    var beyond: [Double] = []
    var state = AlarmState.normal
    var generation = 0

    private static let afterReturn: [AlarmState: AlarmState] = [.unacknowledged: .returnedUnacknowledged, .acknowledged: .normal]
    private static let afterAcknowledgement: [AlarmState: AlarmState] = [
        .unacknowledged: .acknowledged, .returnedUnacknowledged: .normal,
    ]

    /// How far the value is on the dangerous side of a limit; 0 is on it.
    private func excess(_ value: Double, _ limit: Double) -> Double {
        rule.condition.comparison?.direction == .above ? value - limit : limit - value
    }

    mutating func see(_ measurement: Measurement, at seconds: Double) -> String? {
        let before = state
        switch (measurement, before) {
        case (.bad, _): return nil
        case (.good(let value), .unacknowledged), (.good(let value), .acknowledged):
            guard excess(value, rule.clear) < 0, let next = Self.afterReturn[before] else { return nil }
            state = next
            beyond = []
        case (.uncertain, .unacknowledged), (.uncertain, .acknowledged): return nil
        default:
            guard let value = measurement.value else { return nil }
            if excess(value, rule.raise) >= 0 {
                beyond.append(seconds)
            } else {
                if measurement.quality == "good" { beyond = [] }
                return nil
            }
            guard let first = beyond.first, seconds - first >= rule.onDelay.seconds else { return nil }
            if before == .normal { generation += 1 }
            state = .unacknowledged
        }
        return "\(before.rawValue)>\(state.rawValue)"
    }

    mutating func acknowledge() -> String? {
        guard let next = Self.afterAcknowledgement[state] else { return nil }
        defer { state = next }
        return "\(state.rawValue)>\(next.rawValue)"
    }
}

extension AlarmRule {
    fileprivate var raise: Double { condition.comparison?.threshold ?? .nan }
    fileprivate var clear: Double { condition.comparison?.clearThreshold ?? .nan }
}

@Suite struct RandomTests {
    /// Steps are this far apart, so that no alarm chatters: that has tests of its own.
    private static let stride = 200.0
    private let rules = [
        AlarmRule(
            id: "methane-high", quantity: .methane, direction: .above, threshold: 20, clearThreshold: 15,
            onDelay: .seconds(10 * stride), severity: .warning),
        EngineBench.prompt,
        AlarmRule(
            id: "methane-missing", quantity: .methane, direction: .below, threshold: 2, clearThreshold: 4,
            onDelay: .seconds(3 * stride),
            severity: .notice),
    ]
    private let points = (0..<3).map { Point(cover: "C\($0)", sensor: "ch4", channel: "gas") }

    private func measurement(_ chance: inout SeededGenerator) -> Measurement {
        let value = Double(Int.random(in: 0...26, using: &chance))
        switch Int.random(in: 0..<10, using: &chance) {
        case 0: return .bad(.timeout)
        case 1: return .uncertain(value, .stuck)
        default: return .good(value)
        }
    }

    @Test(
        "a second model agrees on every transition, and each begins where the one before ended",
        arguments: 0..<40 as Range<UInt64>)
    func histories(seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        var bench = EngineBench(rules)
        var models: [String: Model] = [:]
        for point in points { for rule in rules { models["\(point) \(rule.id)"] = Model(rule: rule) } }
        var ends: [String: AlarmState] = [:]
        var ids: [String: [String]] = [:]
        func note(_ transition: AlarmTransition) throws -> String {
            let place = "\(try #require(transition.alarm.point)) \(transition.alarm.rule)"
            #expect(transition.from == ends[transition.alarm.id, default: .normal])
            ends[transition.alarm.id] = transition.to
            if ids[place]?.last != transition.alarm.id { ids[place, default: []].append(transition.alarm.id) }
            return "\(place) \(transition.from.rawValue)>\(transition.to.rawValue)"
        }
        for second in 0..<600 {
            let point = points[Int.random(in: 0..<points.count, using: &chance)]
            if Int.random(in: 0..<12, using: &chance) == 0, let alarm = bench.engine.active.randomElement(using: &chance) {
                let place = "\(try #require(alarm.point)) \(alarm.rule)"
                let expected = models[place]?.acknowledge()
                let transition = try? bench.engine.acknowledge(
                    alarm.id, by: "chen", now: EngineBench.at(Double(second) * Self.stride))
                #expect(try transition.map { try note($0) } == expected.map { "\(place) \($0)" })
            } else {
                let measurement = measurement(&chance)
                let found = try bench.step(measurement, at: Double(second) * Self.stride, point).map { try note($0) }
                let expected = rules.compactMap { rule in
                    models["\(point) \(rule.id)"]?.see(measurement, at: Double(second) * Self.stride).map {
                        "\(point) \(rule.id) \($0)"
                    }
                }
                #expect(found == expected, "second \(second)")
            }
        }
        for (place, model) in models { #expect(ids[place, default: []].count == model.generation) }
        #expect(Set(ids.values.joined()).count == ids.values.map(\.count).reduce(0, +))
        #expect(ends.count > 20)
    }
}
