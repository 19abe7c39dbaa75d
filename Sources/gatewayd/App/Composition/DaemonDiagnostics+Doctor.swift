// The doctor: the reports of `status` and its neighbours, with what is known beside them, judged by the pure core.
import Alarms
import DeviceHAL
import DiagnosticsProtocol
import Doctor
import GatewayConfig
import Glibc
import SensorModel

extension DaemonDiagnostics {
    func doctor(language: String?) async throws(DiagnosticsFailure) -> DoctorReport {
        guard let tongue = language.map({ EntryLanguage(rawValue: $0) }) ?? self.language else {
            throw DiagnosticsFailure.noLanguage(language)
        }
        let facts = try await doctorFacts()
        return DoctorReport(
            Doctor(facts), gateway: start.configuration.gateway.id, time: clock.now().wall.rfc3339, tongue)
    }

    private func doctorFacts() async throws(DiagnosticsFailure) -> DoctorFacts {
        // Whoever asks the doctor has a gateway that may be broken: that the store cannot be asked is a finding.
        var (lanes, storeProblem): ([OutboxReport.Lane]?, Bilingual?) = (nil, nil)
        do throws(DiagnosticsFailure) { lanes = try await outbox().lanes } catch { storeProblem = error.message }
        var facts = DoctorFacts(status: try await status(lanes))
        (facts.storeProblem, facts.storeFailures) = (storeProblem, storage.unwritten)
        facts.contradiction = clock.contradiction.map { (clock.now().wall.rfc3339, $0.rfc3339) }
        facts.untaken = start.untaken.map { .init(why: $0.why, keptAt: $0.keptAt) }
        facts.sensors = try await sensors(cover: nil).sensors
        facts.buses = try await buses(bus: nil).buses
        for case .modbus(let poller) in fieldBuses {
            guard let (missed, all) = poller.overload else { continue }
            facts.overloads.append(.init(bus: poller.id, missed: Int(clamping: missed), of: Int(clamping: all)))
        }
        facts.chips = try await gpio().chips
        facts.lanes = lanes ?? []
        facts.uplinks = try await self.uplinks().uplinks
        facts.alarms = try await standing()
        facts.people = work()
        let condition = audit.condition
        facts.audit = DoctorFacts.Audit(
            unwritable: condition.problem == 0 ? nil : String(cString: strerror(condition.problem)),
            brokenAt: condition.fault?.seq, fault: condition.fault?.message)
        let zeros = await commission.use
        facts.commissionProblems = await commission.problems.filter { !zeros.problems.contains($0) }
        let content = await commission.content
        let tests = await modes.calibration.states(of: modes.tested, now: fieldClock.now())
        let untested = Set(tests.filter { $0.value.passed == nil }.keys)
        for cover in start.configuration.covers {
            let missing = try await commissioned(cover: cover.code).missing.count
            facts.covers.append(DoctorFacts.Cover(cover, zeros, content, untested, openSteps: missing))
        }
        let layout = AlarmLayout(rules: start.configuration.rules, site: start.configuration.alarmSite)
        facts.rulesWithoutData = layout.rulesWithoutData
        facts.tooRare = Dictionary(grouping: layout.tooRare) { $0.point.description }.sorted { $0.key < $1.key }.map {
            point, rules in
            DoctorFacts.TooRare(
                point: point, rules: rules.map(\.rule).sorted(), event: rules.map(\.event.seconds).min() ?? 0,
                period: rules[0].period.seconds)
        }
        facts.machine = await machine.look(start.configuration, now: clock.now().wall)
        return facts
    }

    /// Alarms with their ages. By the wall clock: the times of an earlier boot have no other.
    private func standing() async throws(DiagnosticsFailure) -> [DoctorFacts.Alarm] {
        let now = fieldClock.now()
        let alarms = Dictionary(intake.activeAlarms.map { ($0.id, $0) }) { first, _ in first }
        return try await self.alarms().alarms.compactMap { row in
            // Between the two questions it may have ended.
            guard let alarm = alarms[row.alarm] else { return nil }
            return DoctorFacts.Alarm(
                row: row, seconds: Self.age(alarm.changed, now),
                shelvedBy: alarm.shelving.map { "\($0.by): \($0.reason)" },
                shelvedFor: alarm.shelving.map { max(0, ($0.until.monotonic - now.monotonic).seconds) })
        }
    }

    private func work() -> [DoctorFacts.Work] {
        let now = fieldClock.now()
        return intake.maintenance.map {
            .init(
                place: $0.cover, isTest: false, by: "\($0.by), \($0.order), \($0.crew)", seconds: Self.age($0.since, now),
                left: max(0, ($0.until.monotonic - now.monotonic).seconds))
        }
            + intake.tests.map {
                .init(
                    place: $0.point.description, isTest: true, by: "\($0.by), \($0.reason)", seconds: Self.age($0.since, now),
                    left: max(0, ($0.until.monotonic - now.monotonic).seconds))
            }
    }

    private static func age(_ time: Timestamp, _ now: Timestamp) -> Double {
        max(0, Double(now.wall.milliseconds - time.wall.milliseconds) / 1000)
    }
}

extension DoctorFacts.Cover {
    fileprivate init(
        _ cover: CoverSettings, _ zeros: TiltZeroUse, _ content: CommissionContent, _ untested: Set<Point>, openSteps: Int
    ) {
        self.init(
            label: cover.label, risk: cover.risk,
            sensors: cover.sensors.map { sensor in
                let place = SensorPlace(cover: cover.code, sensor: sensor.id)
                let channels = sensor.profile?.tiltChannels ?? []
                let objections = content.zeros(of: place).filter { channels.contains($0.channel) }.compactMap {
                    TiltZeroUse.objection(to: $0, serial: sensor.serial, profile: sensor.profile?.name ?? "a line")
                }
                return DoctorFacts.Sensor(
                    id: sensor.id, quantities: sensor.channels.map(\.quantity),
                    hasSerial: sensor.serial != nil || sensor.profile == nil, profile: sensor.profile?.name,
                    isVerified: sensor.profile?.verified ?? true, lacksZero: zeros.without.contains(place),
                    voidZero: objections.first,
                    neverTested: sensor.channels.map(\.name).filter { name in
                        untested.contains(Point(cover: cover.code, sensor: sensor.id, channel: name))
                    })
            }, openSteps: openSteps)
    }
}
