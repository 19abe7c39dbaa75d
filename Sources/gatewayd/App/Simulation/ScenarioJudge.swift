// Whether what a scenario expects was seen: looks at every reading and every transition as they are judged. Pure.
import Alarms
import DeviceHALSimulated
import SensorModel

/// Holds the expectations of a scenario against what comes.
struct ScenarioJudge: Sendable {
    /// What became of one expectation.
    struct Verdict: Sendable, Equatable {
        let expectation: Expectation
        let isMet: Bool
        /// What was seen, in words.
        let words: String
    }

    private let scenario: Scenario
    private let covers: [String]
    /// Alarms that were raised before the story and have not moved since.
    private var earlier: Set<String> = []
    /// The first sight of each expectation, in words.
    private var sights: [String?]

    /// - Parameter covers: the codes of the configuration, in its order.
    init(_ scenario: Scenario, covers: [String]) {
        self.scenario = scenario
        self.covers = covers
        sights = scenario.expectations.map { _ in nil }
    }

    /// Alarms that were raised before the story began: their return is no sight.
    mutating func knows(_ ids: Set<String>) { earlier = ids }

    /// Looks at a reading.
    /// - Parameter time: from the story's begin.
    mutating func take(_ reading: Reading, at time: Duration) {
        look(at: reading.point.cover, time) { sight in
            switch sight {
            case .above(let quantity, let limit):
                guard quantity == reading.quantity, case .good(let value) = reading.measurement else { return nil }
                return value >= limit ? "\(reading.point) gave \(value) \(quantity.unit.rawValue)" : nil
            case .below(let quantity, let limit):
                guard quantity == reading.quantity, case .good(let value) = reading.measurement else { return nil }
                return value <= limit ? "\(reading.point) gave \(value) \(quantity.unit.rawValue)" : nil
            case .reason(let quantity, let reason):
                guard quantity == nil || quantity == reading.quantity, reading.measurement.reason == reason else { return nil }
                return "\(reading.point) gave \(reading.measurement.quality) (\(reason))"
            case .raised, .returned: return nil
            }
        }
    }

    /// Looks at an alarm's transition.
    /// - Parameter time: from the story's begin.
    mutating func take(_ transition: AlarmTransition, at time: Duration) {
        let alarm = transition.alarm
        if earlier.remove(alarm.id) != nil, !transition.to.isRaised { return }
        look(at: alarm.point?.cover ?? "", time) { sight in
            switch sight {
            case .raised(let rule):
                guard rule == nil || rule == alarm.rule, transition.to.isRaised, !transition.from.isRaised else { return nil }
                return "\(alarm.rule) was raised at \(alarm.point?.description ?? "the gateway")"
            case .returned(let rule):
                guard rule == alarm.rule, transition.from.isRaised, !transition.to.isRaised else { return nil }
                return "\(alarm.rule) returned at \(alarm.point?.description ?? "the gateway")"
            case .above, .below, .reason: return nil
            }
        }
    }

    /// The verdicts so far, in the order of the file.
    var verdicts: [Verdict] {
        zip(scenario.expectations, sights).map { expectation, sight in
            Verdict(expectation: expectation, isMet: (sight == nil) == expectation.never, words: sight ?? "never seen")
        }
    }

    /// - Parameter sees: what is seen of a sight, in words; nil when it is not seen.
    private mutating func look(at cover: String, _ time: Duration, _ sees: (Expectation.Sight) -> String?) {
        guard time <= scenario.duration else { return }
        for (index, expectation) in scenario.expectations.enumerated() where sights[index] == nil {
            guard expectation.within?.contains(time) ?? true, isMeant(expectation.cover, cover),
                let words = sees(expectation.sight)
            else { continue }
            sights[index] = "\(words) after \(time.seconds) s"
        }
    }

    private func isMeant(_ choice: CoverChoice, _ cover: String) -> Bool {
        switch choice {
        case .all: true
        case .code(let code): code == cover
        case .number(let number): covers.indices.contains(number - 1) && covers[number - 1] == cover
        }
    }
}
