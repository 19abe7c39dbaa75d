// Entry advice: a cover's facts, gathered from the parts, judged by the pure core and put into words.
import Advice
import Alarms
import DeviceHAL
import DiagnosticsProtocol
import GatewayConfig
import SensorModel

extension DaemonDiagnostics {
    func entryAdvice(cover code: String, language: String?) async throws(DiagnosticsFailure) -> EntryAdviceReport {
        guard let cover = start.configuration.covers.first(where: { $0.code == code }) else {
            throw DiagnosticsFailure.noCover(code)
        }
        guard let tongue = language.map({ EntryLanguage(rawValue: $0) }) ?? self.language
        else { throw DiagnosticsFailure.noLanguage(language) }
        let facts = await entryFacts(of: cover)
        return EntryAdviceReport(EntryAdvice(facts), facts, cover, simulated: simulation != nil, EntryWords(tongue))
    }

    private func entryFacts(of cover: CoverSettings) async -> EntryFacts {
        let now = fieldClock.now()
        let history = memory.now
        let checks = await modes.calibration.states(of: modes.tested.filter { $0.key.cover == cover.code }, now: now)
            .mapValues { SensorChecks(overdueSince: $0.overdueSince, bumpTest: $0.passed) }
        let points = cover.sensors.flatMap { sensor in
            sensor.channels.map { channel in
                let point = Point(cover: cover.code, sensor: sensor.id, channel: channel.name)
                return PointFact(
                    point: point, quantity: channel.quantity, last: intake.last(point), period: sensor.every,
                    mounted: sensor.mounted,
                    isCatalytic: sensor.profile?.channels.first { $0.name == channel.name }?.principle == .catalytic,
                    day: history.day(of: point, now: now.monotonic), rise: history.rise(of: point, now: now.monotonic),
                    checks: checks[point] ?? SensorChecks())
            }
        }
        // What stands now is the intake's to say; what is over is the memory's.
        let standing = intake.activeAlarms.filter { $0.point?.cover == cover.code }.map { AlarmFact($0) }
        let rules = Set(standing.map(\.rule))
        let over = history.alarms(at: cover.code, now: now.monotonic).filter { !rules.contains($0.rule) }
        return EntryFacts(
            now: now, points: points, alarms: standing + over,
            isMaintained: intake.maintenance.contains { $0.cover == cover.code })
    }
}

extension EntryLanguage {
    /// The configuration's.
    init(_ language: GatewaySettings.Language) {
        switch language {
        case .zh: self = .zh
        case .en: self = .en
        }
    }
}

extension EntryAdviceReport {
    fileprivate init(
        _ advice: EntryAdvice, _ facts: EntryFacts, _ cover: CoverSettings, simulated: Bool, _ words: EntryWords
    ) {
        self.init(
            cover: cover.code, coverName: cover.name, place: cover.place, time: facts.now.wall.rfc3339,
            clock: facts.now.clock.rawValue, origin: simulated ? Origin.simulated.rawValue : Origin.field.rawValue,
            note: simulated ? EntryText.simulated[words.language] : nil, language: words.language.rawValue,
            verdict: advice.verdict.rawValue, answer: EntryText.answer(advice.verdict)[words.language],
            headline: advice.headline?.code.rawValue,
            findings: advice.findings.map { finding in
                Finding(
                    step: finding.code.step, verdict: finding.code.verdict.rawValue, code: finding.code.rawValue,
                    text: words.text(finding), points: finding.points.map(\.description), quantity: finding.quantity?.rawValue,
                    missing: finding.missing.map(\.rawValue), value: finding.value, limit: finding.limit,
                    unit: finding.value == nil && finding.limit == nil ? nil : finding.unit.rawValue,
                    reason: finding.reason?.word, seconds: finding.time?.seconds, rule: finding.rule,
                    since: finding.moment?.rfc3339)
            },
            day: facts.points.filter { NeededGas($0.quantity) != nil }.map { fact in
                Day(
                    point: fact.point.description, quantity: fact.quantity.rawValue, unit: fact.quantity.unit.rawValue,
                    lowest: fact.day?.lowest, highest: fact.day?.highest, seenSeconds: fact.day?.seen.seconds ?? 0,
                    emptyHours: fact.day?.emptyHours ?? 0, text: words.text(fact.day, of: fact.point, fact.quantity))
            },
            dayHeading: EntryText.days[words.language], sentence: EntryText.sentence[words.language])
    }
}
