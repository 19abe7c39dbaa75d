// Sensors, alarms, what people have switched on, commissioning, rules.
import Advice
import DiagnosticsProtocol
import SensorModel

extension Doctor {
    static func sensors(_ facts: DoctorFacts) -> [DoctorFinding] {
        // The channels of a sensor that fail for one reason are one finding.
        var groups: [(key: String, rows: [SensorRow])] = []
        for row in facts.sensors where row.quality != "good" {
            let key = "\(row.cover)/\(row.sensor) \(row.quality) \(row.reason ?? "")"
            if let index = groups.firstIndex(where: { $0.key == key }) {
                groups[index].rows.append(row)
            } else {
                groups.append((key, [row]))
            }
        }
        return groups.map { finding($0.rows, facts) }
    }

    private static func finding(_ rows: [SensorRow], _ facts: DoctorFacts) -> DoctorFinding {
        let row = rows[0]
        let subject = "\(row.cover)/\(row.sensor)"
        let channels: [FindingText.Blank: Bilingual] = [.list: .same(rows.map(\.channel).joined(separator: ", "))]
        let (words, remedy) = self.reason(row)
        guard let words else { return DoctorFinding(.sensorNotRead, .sensor, subject, cover: facts.label(row.cover), channels) }
        let problem = rows.compactMap(\.problem).first
        let detail = Bilingual(
            zh: words.zh + (problem.map { "（\($0)）" } ?? ""), en: words.en + (problem.map { " (\($0))" } ?? ""))
        let isGuard = rows.contains { Quantity(rawValue: $0.quantity)?.isGuard ?? false }
        let isPassing = row.reason == BadReason.warmingUp.rawValue || row.reason == BadReason.calibrating.rawValue
        return DoctorFinding(
            row.quality == "bad" ? .sensorNoValue : .sensorUncertain, .sensor, subject, cover: facts.label(row.cover),
            severity: row.quality == "bad" && isGuard && !isPassing ? .danger : nil, reasonRemedy: remedy,
            channels.merging([.detail: detail]) { $1 })
    }

    /// The reason's words and its remedy; no words for a point that was not read yet.
    private static func reason(_ row: SensorRow) -> (words: Bilingual?, remedy: Bilingual?) {
        if let reason = row.reason.flatMap(BadReason.init(rawValue:)) {
            return (EntryText.reason(reason), ReasonRemedy.remedy(reason))
        }
        if let reason = row.reason.flatMap(UncertainReason.init(rawValue:)) {
            return (EntryText.reason(reason), ReasonRemedy.remedy(reason))
        }
        return (nil, nil)
    }

    static func people(_ facts: DoctorFacts) -> [DoctorFinding] {
        let alarms = facts.alarms.compactMap { alarm -> DoctorFinding? in
            let row = alarm.row
            let place = row.point ?? row.cover ?? facts.status.gateway
            if let left = alarm.shelvedFor, row.state == "shelved" {
                return DoctorFinding(
                    .alarmShelved, .alarm, row.alarm, cover: facts.label(row.cover),
                    [.list: .same("\(row.rule) \(place)"), .time: .span(left), .detail: .same(alarm.shelvedBy ?? "")])
            }
            let waits = row.state == "unacknowledged" || row.state == "returned-unacknowledged"
            guard waits, alarm.seconds >= Limit.unacknowledged else { return nil }
            return DoctorFinding(
                .alarmUnacknowledged, .alarm, row.alarm, cover: facts.label(row.cover),
                severity: row.severity >= 3 ? .danger : nil,
                [.list: .same(row.rule), .time: .span(alarm.seconds), .detail: .same(place)])
        }
        return alarms
            + facts.people.compactMap { work in
                let cover = work.place.split(separator: "/").first.map(String.init)
                guard work.isTest || work.seconds >= Limit.maintenance else { return nil }
                return DoctorFinding(
                    work.isTest ? .sensorTest : .maintenanceLong, work.isTest ? .sensor : .cover, work.place,
                    cover: facts.label(cover),
                    [.time: .span(work.isTest ? work.left : work.seconds), .detail: .same(work.by)])
            }
    }

    static func covers(_ facts: DoctorFacts) -> [DoctorFinding] {
        facts.covers.flatMap { cover -> [DoctorFinding] in
            var found: [DoctorFinding] = []
            let code = cover.label.code
            if !cover.risk.isEmpty, !cover.sensors.contains(where: { $0.quantities.contains(where: \.isGuard) }) {
                found.append(
                    DoctorFinding(
                        .riskUnwatched, .cover, code, cover: cover.label, [.list: .same(cover.risk.joined(separator: ", "))]))
            }
            for sensor in cover.sensors {
                if let objection = sensor.voidZero {
                    found.append(
                        DoctorFinding(
                            .tiltZeroVoid, .sensor, "\(code)/\(sensor.id)", cover: cover.label, [.detail: objection]))
                } else if sensor.lacksZero {
                    found.append(DoctorFinding(.tiltZeroMissing, .sensor, "\(code)/\(sensor.id)", cover: cover.label))
                }
            }
            found += cover.sensors.filter { !$0.neverTested.isEmpty }.map { sensor in
                DoctorFinding(
                    .sensorNeverTested, .sensor, "\(code)/\(sensor.id)", cover: cover.label,
                    [.list: .same(sensor.neverTested.joined(separator: ", ")), .detail: .same(sensor.neverTested[0])])
            }
            let unnamed = cover.sensors.filter { !$0.hasSerial }.map(\.id)
            if !unnamed.isEmpty {
                found.append(
                    DoctorFinding(
                        .serialMissing, .cover, code, cover: cover.label, [.list: .same(unnamed.joined(separator: ", "))]))
            }
            if cover.openSteps > 0 {
                found.append(
                    DoctorFinding(.commissioningOpen, .cover, code, cover: cover.label, [.count: .same(cover.openSteps)]))
            }
            return found
        }
    }

    static func rules(_ facts: DoctorFacts) -> [DoctorFinding] {
        var found = facts.tooRare.map { rare in
            DoctorFinding(
                .readTooRarely, .sensor, rare.point, cover: facts.label(rare.point.split(separator: "/").first.map(String.init)),
                [.list: .same(rare.rules.joined(separator: ", ")), .time: .span(rare.period), .limit: .span(rare.event)])
        }
        if !facts.rulesWithoutData.isEmpty {
            let rules = facts.rulesWithoutData
            found.append(
                DoctorFinding(
                    .ruleWithoutData, .rule, "", [.count: .same(rules.count), .list: .same(rules.joined(separator: ", "))]))
        }
        let unverified = Set(facts.covers.flatMap(\.sensors).filter { !$0.isVerified }.compactMap(\.profile)).sorted()
        if !unverified.isEmpty {
            found.append(
                DoctorFinding(
                    .profileUnverified, .profile, "",
                    [.count: .same(unverified.count), .list: .same(unverified.joined(separator: ", "))]))
        }
        return found
    }
}

extension Quantity {
    /// Whether its want leaves a cover unwatched: gases, and what tells that the lid is not where it belongs.
    var isGuard: Bool {
        switch self {
        case .methane, .combustible, .hydrogenSulfide, .carbonMonoxide, .oxygen, .tilt, .displacement, .coverOpen, .coverPresent:
            true
        default: false
        }
    }
}
