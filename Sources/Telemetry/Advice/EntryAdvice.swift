// Twelve steps from a cover's facts to an answer: pure, and every finding is told, not only the first.
import SensorModel

/// What the fixed sensors let one say before somebody enters.
///
/// What it promises: a gas that is missing, old, bad or disbelieved is a STOP; an uncertain one is a CAUTION at least; the worst
/// finding decides. It is no permit: fixed sensors sit at one height and do not see the sludge that a boot stirs up.
public struct EntryAdvice: Sendable, Equatable {
    /// Everything that was found, in the order of the steps.
    public let findings: [EntryFinding]

    /// The worst finding's.
    public var verdict: EntryVerdict { findings.map(\.code.verdict).max() ?? .noObjection }

    /// The first of the worst findings; nil when there is none.
    public var headline: EntryFinding? { findings.first { $0.code.verdict == verdict } }

    /// Judges a cover.
    public init(_ facts: EntryFacts) {
        var findings: [EntryFinding] = []
        let gases = facts.points.filter { NeededGas($0.quantity) != nil }
        if facts.now.clock == .unsynced { findings.append(EntryFinding(.clockUnsynced)) }
        let missing = NeededGas.allCases.filter { gas in !gases.contains { NeededGas($0.quantity) == gas } }
        if !missing.isEmpty { findings.append(EntryFinding(.notMeasured, missing: missing)) }
        for gas in gases {
            if let finding = Self.age(of: gas, now: facts.now) { findings.append(finding) }
            findings += Self.trust(in: gas)
            findings += Self.limits(of: gas)
        }
        findings += Self.beads(gases)
        findings += EntryWater.findings(facts, gases)
        findings += Self.checks(gases, now: facts.now)
        findings += Self.history(facts, gases)
        if !facts.isMaintained { findings.append(EntryFinding(.maintenanceOff)) }
        // Points came one after the other; a stable sort by step keeps their order within each.
        self.findings = findings.enumerated().sorted { ($0.element.code.step, $0.offset) < ($1.element.code.step, $1.offset) }
            .map(\.element)
    }

    /// What is left to say when the daemon does not answer: step 1.
    public static let withoutGateway = EntryAdvice(findings: [EntryFinding(.gatewaySilent)])

    private init(findings: [EntryFinding]) { self.findings = findings }

    /// Step 3.
    static func age(of fact: PointFact, now: Timestamp) -> EntryFinding? {
        guard let last = fact.last else {
            return EntryFinding(.notReadYet, points: [fact.point], quantity: fact.quantity)
        }
        let age = now.monotonic - last.time.monotonic
        if age > max(fact.period + fact.period, EntryLimit.youngest) {
            return EntryFinding(.stale, points: [fact.point], quantity: fact.quantity, time: age)
        }
        guard case .uncertain(_, .stale) = last.measurement else { return nil }
        return EntryFinding(.stale, points: [fact.point], quantity: fact.quantity, time: age)
    }

    /// Steps 4 and 5, and those reasons that belong to a later step.
    private static func trust(in fact: PointFact) -> [EntryFinding] {
        func finding(
            _ code: EntryCode, _ reason: EntryFinding.Reason, _ value: Double? = nil, limit: Double? = nil
        ) -> [EntryFinding] {
            [EntryFinding(code, points: [fact.point], quantity: fact.quantity, value: value, limit: limit, reason: reason)]
        }
        switch fact.last?.measurement {
        case .bad(let reason):
            switch reason {
            case .lowOxygen: return finding(.catalyticWithoutOxygen, .bad(reason), limit: EntryLimit.catalyticOxygen)
            case .submerged: return finding(.submerged, .bad(reason))
            default: return finding(.noValue, .bad(reason))
            }
        case .uncertain(let value, let reason):
            switch reason {
            case .stuck, .flatLine, .disagreement, .testGas: return finding(.disbelieved, .uncertain(reason), value)
            case .calibrationOverdue: return finding(.calibrationOverdue, .uncertain(reason))
            // Step 3 has said it.
            case .stale: return []
            case .resynchronising, .implausibleJump, .supplyLow, .missedEdges, .lineFlapping:
                return finding(.doubtful, .uncertain(reason), value)
            }
        case .good, nil: return []
        }
    }

    /// Steps 6 to 8. Also an uncertain value may be a danger; test gas is none.
    private static func limits(of fact: PointFact) -> [EntryFinding] {
        guard let measurement = fact.last?.measurement, let value = measurement.value else { return [] }
        if case .uncertain(_, .testGas) = measurement { return [] }
        guard let limit = EntryLimit.all.first(where: { $0.quantities.contains(fact.quantity) && $0.isPassed(by: value) }) else {
            return []
        }
        return [EntryFinding(limit.code, points: [fact.point], quantity: fact.quantity, value: value, limit: limit.value)]
    }

    /// Step 6: a catalytic bead without oxygen shows nothing where there is much.
    private static func beads(_ gases: [PointFact]) -> [EntryFinding] {
        let oxygen = gases.filter { $0.quantity == .oxygen }.compactMap { $0.last?.measurement.value }.min()
        guard let oxygen, oxygen < EntryLimit.catalyticOxygen else { return [] }
        return gases.filter { $0.isCatalytic && $0.last?.measurement.value != nil }.map {
            EntryFinding(
                .catalyticWithoutOxygen, points: [$0.point], quantity: $0.quantity, value: oxygen,
                limit: EntryLimit.catalyticOxygen)
        }
    }

    /// Step 10. What is not on record is not taken as done.
    private static func checks(_ gases: [PointFact], now: Timestamp) -> [EntryFinding] {
        let day: Int64 = 86_400_000_000_000
        var findings: [EntryFinding] = []
        for gas in gases {
            if let since = gas.checks.overdueSince {
                findings.append(EntryFinding(.calibrationOverdue, points: [gas.point], quantity: gas.quantity, moment: since))
            }
            if let test = gas.checks.bumpTest,
                now.wall.nanoseconds - test.nanoseconds > Int64(EntryLimit.bumpTestDays) * day
            {
                findings.append(EntryFinding(.bumpTestOverdue, points: [gas.point], quantity: gas.quantity, moment: test))
            }
        }
        let unknown = gases.filter { $0.checks.bumpTest == nil }
        if !unknown.isEmpty { findings.append(EntryFinding(.checksUnknown, points: unknown.map(\.point))) }
        return findings
    }

    /// Step 11.
    private static func history(_ facts: EntryFacts, _ gases: [PointFact]) -> [EntryFinding] {
        var findings = facts.alarms.map { alarm in
            EntryFinding(alarm.isRaised ? .alarmRaised : .alarmLately, rule: alarm.rule, moment: alarm.began)
        }
        let seen = gases.map { $0.day?.seen ?? .zero }.min()
        if let seen, seen < .seconds(86_400) { findings.append(EntryFinding(.seenShortly, time: seen)) }
        return findings
    }
}
