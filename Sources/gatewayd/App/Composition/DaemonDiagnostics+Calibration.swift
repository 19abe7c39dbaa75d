// Bump tests and calibrations: begun and ended by a person, on record with what the sensor said.
import Advice
import Alarms
import DiagnosticsProtocol
import GatewayConfig
import Glibc
import SensorModel

extension DaemonDiagnostics {
    func calibrations(cover: String?) async throws(DiagnosticsFailure) -> CalibrationReport {
        let rows = await modes.calibration.tests.filter { row in cover.map { row.point.hasPrefix($0 + "/") } ?? true }
        if rows.isEmpty { try known(cover) }
        return CalibrationReport(tests: rows, unreadable: await modes.calibration.unreadable)
    }

    func calibrationDue(cover: String?) async throws(DiagnosticsFailure) -> CalibrationDueReport {
        try known(cover)
        let states = await modes.calibration.states(of: modes.tested, now: fieldClock.now())
        var rows: [CalibrationDueReport.Row] = []
        for point in start.configuration.alarmSite.channels.map(\.point) where cover == nil || cover == point.cover {
            guard let state = states[point], let tested = modes.tested[point] else { continue }
            rows.append(
                CalibrationDueReport.Row(
                    point: point.description, coverName: tested.coverName, place: tested.place, serial: tested.serial,
                    passed: state.passed?.rfc3339, due: state.due?.rfc3339, state: state.word))
        }
        return CalibrationDueReport(
            intervalDays: CalibrationInterval.days, source: CalibrationInterval.source[language], points: rows)
    }

    func startCalibration(_ request: CalibrationRequest, actor: String) async throws(DiagnosticsFailure) -> SensorTestRow {
        let reason = try Self.said(request.reason, as: .reason)
        let (point, tested) = try place(of: request.point)
        let subject = called(testOf: point)
        guard Quantity.gases.contains(tested.quantity) else {
            let (called, quantity) = (called(point), EntryText.name(tested.quantity))
            throw DiagnosticsFailure(
                .invalid, zh: "\(called.zh) 测量\(quantity.zh)，不是气体：标定以标准气进行；其他传感器用 gatewayctl commission test 检验",
                en: "\(called.en) measures \(tested.quantity.rawValue) and no gas: a calibration is done with test gas; "
                    + "try other sensors with gatewayctl commission test")
        }
        let time = try Self.time(request.seconds, atMost: SensorTest.longest, via: .local, subject)
        if let running = intake.tests.first(where: { $0.point == point }) {
            throw DiagnosticsFailure(
                .conflict, zh: "\(subject.zh)（\(running.by)）正在进行，至 \(running.until.wall.rfc3339)：请先结束",
                en: "\(subject.en) by \(running.by) is on until \(running.until.wall.rfc3339): stop it first")
        }
        try asked(subject) { () throws(AlarmEngine.Refusal) in
            try intake.check { engine, now throws(AlarmEngine.Refusal) in
                let wanted = SensorTest(point: point, by: actor, reason: reason, since: now, until: now + time)
                try engine.startTest(wanted, now: now)
            }
        }
        try await putOnRecord(
            AuditEntry(
                actor: actor, via: .local, action: .calibrationStart, subject: point.description,
                detail: ["reason": reason, "seconds": "\(request.seconds)"]))
        let test = try asked(subject) { () throws(AlarmEngine.Refusal) in
            try intake.startTest(of: point, by: actor, reason: reason, for: time)
        }
        modes.calibrations.begin(test)
        try await committed(subject, via: .local)
        return row(of: test)
    }

    func stopCalibration(_ request: CalibrationStop, actor: String) async throws(DiagnosticsFailure) -> CalibrationRow {
        let (point, place) = try place(of: request.point)
        let note = try request.note.map { text throws(DiagnosticsFailure) in try Self.said(text, as: .note) }
        guard let running = intake.tests.first(where: { $0.point == point }) else {
            throw Self.refusal(.notOn, called(testOf: point))
        }
        if let applied = request.applied, request.unit != place.quantity.unit.rawValue || !applied.isFinite {
            let (unit, called) = (place.quantity.unit.rawValue, called(point))
            throw DiagnosticsFailure(
                .invalid, zh: "\(called.zh) 的单位为 \(unit)，不作换算：请按此单位给出标准气浓度",
                en: "\(called.en) is measured in \(unit), and nothing is converted: say the gas in that unit")
        }
        let tally = modes.calibrations.end(point)
        if request.passed == true, tally.readings == 0 {
            modes.calibrations.goOn(point)
            let called = called(point)
            throw DiagnosticsFailure(
                .conflict, zh: "\(called.zh) 在标定期间没有读数，不能判为合格；请等待读数，或以 --failed 结束",
                en: "\(called.en) gave no value during the test: it cannot have passed; wait for a reading, or stop with --failed"
            )
        }
        if request.passed == true, let applied = request.applied, let nearest = tally.nearest(to: applied),
            abs(nearest - applied) > abs(applied) / 2
        {
            modes.calibrations.goOn(point)
            let (called, unit) = (called(point), place.quantity.unit.rawValue)
            let shown = (nearest * 1000).rounded() / 1000
            throw DiagnosticsFailure(
                .conflict,
                zh: "\(called.zh) 在标定期间最接近标准气 \(applied) \(unit) 的读数为 \(shown) \(unit)，不能判为合格；"
                    + "请通入标准气，或以 --failed 结束",
                en: "\(called.en) came no nearer to the \(applied) \(unit) of the gas than \(shown) \(unit): that is not passed; "
                    + "give it the gas, or stop with --failed")
        }
        var detail = ["reason": running.reason]
        detail["passed"] = request.passed.map { $0 ? "true" : "false" }
        do throws(DiagnosticsFailure) {
            try await putOnRecord(
                AuditEntry(actor: actor, via: .local, action: .calibrationStop, subject: point.description, detail: detail))
        } catch {
            modes.calibrations.goOn(point)
            throw error
        }
        defer { modes.calibrations.forget(point) }
        let ended = try asked(called(testOf: point)) { () throws(AlarmEngine.Refusal) in try intake.stopTest(of: point) }
        var row = place.row(of: ended, tally, end: fieldClock.now())
        (row.endedBy, row.passed, row.note, row.applied) = (actor, request.passed, note, request.applied)
        if let applied = request.applied, let last = tally.last { row.deviation = last - applied }
        do throws(CalibrationBook.WriteFailure) { try await modes.calibration.record(row) } catch {
            let cause = String(cString: strerror(error.code))
            throw DiagnosticsFailure(
                .unavailable, zh: "标定已结束，但 calibration.jsonl 无法写入：\(cause)",
                en: "the test is over, but calibration.jsonl cannot be written: \(cause)")
        }
        await modes.tellDue()
        try await committed(called(testOf: point), via: .local)
        return row
    }

    private func place(of text: String) throws(DiagnosticsFailure) -> (point: Point, place: TestedPoint) {
        guard let point = Point(text) else { throw DiagnosticsFailure.notAPoint(text) }
        guard let place = modes.tested[point] else { throw Self.refusal(.nowhere, called(point)) }
        return (point, place)
    }

    private func known(_ cover: String?) throws(DiagnosticsFailure) {
        guard let cover, !start.configuration.covers.contains(where: { $0.code == cover }) else { return }
        throw DiagnosticsFailure.noCover(cover)
    }
}

extension Configuration {
    /// Every point, as the calibration log has to know it.
    var testedPoints: [Point: TestedPoint] {
        var points: [Point: TestedPoint] = [:]
        for cover in covers {
            for sensor in cover.sensors {
                for channel in sensor.channels {
                    points[Point(cover: cover.code, sensor: sensor.id, channel: channel.name)] = TestedPoint(
                        coverName: cover.name, place: cover.place, serial: sensor.serial, quantity: channel.quantity)
                }
            }
        }
        return points
    }
}
