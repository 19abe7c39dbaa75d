// What the scripted source answers to people who close, shelve, work and test.
import DiagnosticsProtocol
import Gateway

extension ScriptedSource {
    func close(_ request: CloseRequest, actor: String, via way: AuditEntry.Way) async throws(DiagnosticsFailure) -> CloseReply {
        let word = request.falseAlarm.map { $0 ? " (false)" : " (true)" } ?? ""
        note("close \(request.alarm) \(request.note)\(word) by \(actor)")
        guard request.alarm == "A1" else { throw DiagnosticsFailure(.conflict, .same("it still stands")) }
        return CloseReply(alarm: request.alarm, state: "closed", closedBy: actor)
    }

    func shelve(
        _ request: ShelveRequest, actor: String, via way: AuditEntry.Way
    ) async throws(DiagnosticsFailure) -> ShelveReply {
        note("shelve \(request.alarm) \(request.reason) \(request.seconds) by \(actor)")
        return ShelveReply(alarm: request.alarm, state: "shelved", by: actor, until: "2026-11-21T06:00:00.000Z")
    }

    func maintenance() async throws(DiagnosticsFailure) -> MaintenanceReport {
        note("maintenance")
        return MaintenanceReport(maintenance: [], tests: [])
    }

    func startMaintenance(
        _ request: MaintenanceRequest, actor: String, via way: AuditEntry.Way
    ) async throws(DiagnosticsFailure) -> MaintenanceRow {
        note("work at \(request.cover) \(request.order) \(request.crew) \(request.reason) \(request.seconds) by \(actor)")
        guard request.seconds <= 28_800 else { throw DiagnosticsFailure(.invalid, .same("at most 8 h")) }
        return MaintenanceRow(
            cover: request.cover, order: request.order, crew: request.crew, reason: request.reason, by: actor,
            since: "2026-11-21T04:00:00.000Z", until: "2026-11-21T06:00:00.000Z")
    }

    func stopMaintenance(
        _ request: MaintenanceStop, actor: String, via way: AuditEntry.Way
    ) async throws(DiagnosticsFailure) -> MaintenanceRow {
        note("work at \(request.cover) is over by \(actor)")
        return MaintenanceRow(
            cover: request.cover, order: "W-17", crew: "B2", reason: "r", by: "x", since: "2026-11-21T04:00:00.000Z",
            until: "2026-11-21T06:00:00.000Z", active: false)
    }

    func setThresholds(
        of rule: String, raise: Double, clear: Double, actor: String
    ) async throws(DiagnosticsFailure) -> ThresholdRow {
        note("\(rule) from \(raise) to \(clear) by \(actor)")
        guard raise <= 20 else { throw DiagnosticsFailure(.conflict, .same("lives depend on it")) }
        return ThresholdRow(
            rule: rule, unit: "%LEL", threshold: raise, clearThreshold: clear, configuredThreshold: 20,
            configuredClearThreshold: 15, by: actor, since: "2026-11-21T04:00:00.000Z")
    }

    func setSampling(
        of cover: String, every: String, seconds: Int, actor: String
    ) async throws(DiagnosticsFailure) -> SamplingRow {
        note("\(cover) every \(every) for \(seconds) s by \(actor)")
        guard cover == "C1" else { throw DiagnosticsFailure(.invalid, .same("the bus cannot")) }
        return SamplingRow(
            cover: cover, everySeconds: 2, sensors: ["ch4"], by: actor, since: "2026-11-21T04:00:00.000Z",
            until: "2026-11-21T05:00:00.000Z")
    }

    func calibrations(cover: String?) async throws(DiagnosticsFailure) -> CalibrationReport {
        note("calibrations of \(cover ?? "all")")
        return CalibrationReport(tests: [], unreadable: 0)
    }

    func calibrationDue(cover: String?) async throws(DiagnosticsFailure) -> CalibrationDueReport {
        note("calibration due at \(cover ?? "all")")
        return CalibrationDueReport(intervalDays: 180, source: "site practice", points: [])
    }

    func startCalibration(_ request: CalibrationRequest, actor: String) async throws(DiagnosticsFailure) -> SensorTestRow {
        note("calibrate \(request.point) \(request.reason) \(request.seconds) by \(actor)")
        return SensorTestRow(
            point: request.point, quantity: "methane", reason: request.reason, by: actor, since: "2026-11-21T04:00:00.000Z",
            until: "2026-11-21T04:30:00.000Z")
    }

    func stopCalibration(_ request: CalibrationStop, actor: String) async throws(DiagnosticsFailure) -> CalibrationRow {
        let gas = request.applied.map { " \($0) \(request.unit ?? "")" } ?? ""
        note("calibrated \(request.point)\(gas) \(request.passed.map { "\($0)" } ?? "unsaid") by \(actor)")
        return CalibrationRow(
            point: request.point, unit: "%LEL", by: actor, reason: "r", start: "2026-11-21T04:00:00.000Z",
            end: "2026-11-21T04:10:00.000Z", clock: "synced", readings: 0)
    }
}
