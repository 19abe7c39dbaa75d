// Thresholds of a rule as the platform wants them: checked by the engine, on record with what was before, then in force.
import Alarms
import DiagnosticsProtocol
import SensorModel

extension DaemonDiagnostics {
    func setThresholds(
        of rule: String, raise: Double, clear: Double, actor: String
    ) async throws(DiagnosticsFailure) -> ThresholdRow {
        let (wanted, subject) = (Thresholds(raise: raise, clear: clear), Self.called(rule: rule))
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
        guard let comparison = intake.rule(id)?.condition.comparison else { throw Self.words(.notSingle, Self.called(rule: id)) }
        let change = intake.thresholdChanges.first { $0.rule == id }
        let inForce = comparison.thresholds
        let configured = change?.configured ?? inForce
        return ThresholdRow(
            rule: id, unit: comparison.quantity.unit.rawValue, threshold: inForce.raise, clearThreshold: inForce.clear,
            configuredThreshold: configured.raise, configuredClearThreshold: configured.clear, by: change?.by,
            since: change?.since.wall.rfc3339)
    }

    private static func called(rule id: String) -> Bilingual { Bilingual(zh: "规则 \(id)", en: "rule \(id)") }

    /// Why the thresholds of a rule stay as they are.
    static func words(_ refusal: ThresholdRefusal, _ subject: Bilingual) -> DiagnosticsFailure {
        switch refusal {
        case .noRule:
            DiagnosticsFailure(
                .notFound, zh: "没有\(subject.zh)；gatewayctl config show 列出各条规则",
                en: "there is no \(subject.en); `gatewayctl config show` lists the rules")
        case .notSingle:
            DiagnosticsFailure(
                .invalid, zh: "\(subject.zh) 没有单一阈值：请在网关上修改配置",
                en: "\(subject.en) has no single threshold: what it watches is changed in the configuration, at the gateway")
        case .noData:
            DiagnosticsFailure(
                .conflict, zh: "这里没有传感器为\(subject.zh) 提供数据：修改阈值不会有任何作用",
                en: "no sensor here gives \(subject.en) what it watches: another threshold would change nothing")
        case .notOrdered(let direction):
            DiagnosticsFailure(
                .invalid,
                zh: "\(subject.zh) 在\(direction == .above ? "高于" : "低于") raise 时报警：clear 必须"
                    + (direction == .above ? "低于它" : "高于它"),
                en: "\(subject.en) raises its alarm \(direction.rawValue) 'raise': 'clear' must be "
                    + (direction == .above ? "below it" : "above it"))
        case .looser(let configured):
            DiagnosticsFailure(
                .conflict,
                zh: "\(subject.zh) 关系到人命：命令只能使其更早报警、更晚恢复，或取消这种修改；配置为 raise \(configured.raise)、"
                    + "clear \(configured.clear)，更宽的阈值只能在网关上设置",
                en: "lives depend on \(subject.en): a command may make it raise earlier and end later, and take that back, and "
                    + "never more than that; the configuration has raise \(configured.raise) and clear \(configured.clear), and "
                    + "looser ones are set there, at the gateway")
        case .noRange(let point):
            DiagnosticsFailure(
                .invalid, zh: "\(point) 的量程未知：\(subject.zh) 的阈值在此只能更严，不能更宽",
                en: "what \(point) can show is not known: the thresholds of \(subject.en) may only be made stricter here")
        case .outOfReach(let point, let range):
            DiagnosticsFailure(
                .invalid,
                zh: "\(point) 的量程为 \(range.lowerBound) 至 \(range.upperBound)：按这些阈值，\(subject.zh) 在该处永远不会报警，或永远不会恢复",
                en: "\(point) shows \(range.lowerBound) to \(range.upperBound): with these thresholds \(subject.en) would never "
                    + "raise its alarm there, or never end it")
        }
    }
}
