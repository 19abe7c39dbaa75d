// Thresholds of a rule as the platform wants them: checked by the engine, on record with what was before, then in force.
import Alarms
import DiagnosticsProtocol
import SensorModel

extension DaemonDiagnostics {
    func setThresholds(
        of rule: String, raise: Double, clear: Double, actor: String
    ) async throws(DiagnosticsFailure) -> ThresholdRow {
        let (wanted, subject) = (Thresholds(raise: raise, clear: clear), "rule \(rule)")
        try asked(subject) { () throws(AlarmEngine.Refusal) in
            try intake.check { engine, now throws(AlarmEngine.Refusal) in
                _ = try engine.setThresholds(wanted, of: rule, by: actor, now: now)
            }
        }
        let before = try row(ofRule: rule)
        try await putOnRecord(
            AuditEntry(
                actor: actor, via: .platform, action: .thresholdChange, subject: rule,
                detail: [
                    "raise": "\(raise)", "clear": "\(clear)", "unit": before.unit, "raise_before": "\(before.threshold)",
                    "clear_before": "\(before.clearThreshold)", "set_before_by": before.by ?? "configuration",
                ]))
        try asked(subject) { () throws(AlarmEngine.Refusal) in try intake.setThresholds(wanted, of: rule, by: actor) }
        return try row(ofRule: rule)
    }

    /// The rules whose thresholds are not those of the configuration.
    var changedThresholds: [ThresholdRow] { intake.thresholdChanges.compactMap { try? row(ofRule: $0.rule) } }

    /// A rule with a single comparison, as it is in force.
    private func row(ofRule id: String) throws(DiagnosticsFailure) -> ThresholdRow {
        guard let comparison = intake.rule(id)?.condition.comparison else { throw Self.words(.notSingle, "rule \(id)") }
        let change = intake.thresholdChanges.first { $0.rule == id }
        let inForce = comparison.thresholds
        let configured = change?.configured ?? inForce
        return ThresholdRow(
            rule: id, unit: comparison.quantity.unit.rawValue, threshold: inForce.raise, clearThreshold: inForce.clear,
            configuredThreshold: configured.raise, configuredClearThreshold: configured.clear, by: change?.by,
            since: change?.since.wall.rfc3339)
    }

    /// Why the thresholds of a rule stay as they are.
    static func words(_ refusal: ThresholdRefusal, _ subject: String) -> DiagnosticsFailure {
        switch refusal {
        case .noRule:
            DiagnosticsFailure(.notFound, "there is no \(subject); `gatewayctl config show` lists the rules")
        case .notSingle:
            DiagnosticsFailure(
                .invalid, "\(subject) has no single threshold: what it watches is changed in the configuration, at the gateway")
        case .noData:
            DiagnosticsFailure(
                .conflict, "no sensor here gives \(subject) what it watches: another threshold would change nothing")
        case .notOrdered(let direction):
            DiagnosticsFailure(
                .invalid,
                "\(subject) raises its alarm \(direction.rawValue) 'raise': 'clear' must be "
                    + (direction == .above ? "below it" : "above it"))
        case .looser(let configured):
            DiagnosticsFailure(
                .conflict,
                "lives depend on \(subject): a command may make it raise earlier and end later, and take that back, and never "
                    + "more than that; the configuration has raise \(configured.raise) and clear \(configured.clear), and looser "
                    + "ones are set there, at the gateway")
        case .outOfReach(let point, let range):
            DiagnosticsFailure(
                .invalid,
                "\(point) shows \(range.lowerBound) to \(range.upperBound): with these thresholds \(subject) would never raise "
                    + "its alarm there, or never end it")
        }
    }
}
