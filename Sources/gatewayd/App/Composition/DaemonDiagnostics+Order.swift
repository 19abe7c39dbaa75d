// Another configuration by a command of the platform: the same trial, within what may be changed from afar.
import Alarms
import DiagnosticsProtocol
import GatewayConfig
import Platform
import SensorModel

extension DaemonDiagnostics {
    func applyConfiguration(
        _ text: [UInt8], hash: String, order: ConfigurationOrder
    ) async throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        let found = "sha256:\(SHA256.hexadecimal(of: text))"
        guard found == hash else {
            throw DiagnosticsFailure(
                .invalid, zh: "收到的 args.yaml 的哈希为 \(found)，与 args.hash 不符：文本在途中被改动，或哈希不是对该文本计算的",
                en: "args.yaml came with the hash \(found), which is not args.hash: the text was changed on its way, or that is "
                    + "the hash of another one")
        }
        return try await apply(
            text, name: "args.yaml", .stranger(order.actor), action: .configurationApply, order: order)
    }

    /// What a person is shown and decides, a command is refused for: errors, what is changed at the gateway only, and haste.
    /// - Returns: the report, `unchanged` also where nothing but the words of the file is another: nothing begins for that.
    func agreed(
        _ report: ConfigurationApplyReport, _ loaded: LoadedConfiguration?, _ changes: ConfigurationChanges?
    ) throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        guard let loaded, let changes else {
            let said = Self.bounded(report.errors.map { Bilingual(zh: $0, en: $0) })
            throw DiagnosticsFailure(
                .configuration, zh: "配置有 \(report.errors.count) 处错误：\(said.zh)", en: "\(report.errors.count) error(s): \(said.en)"
            )
        }
        let (old, new) = (start.configuration, loaded.configuration)
        let beyond = changes.beyondCommand(from: old, to: new)
        guard beyond.isEmpty else {
            let said = Self.bounded(beyond.map(\.words))
            throw DiagnosticsFailure(
                .conflict,
                zh: "命令只能增加井盖、传感器和报警规则，或更改井盖的名称、位置和责任单位；其他更改须在网关上进行（gatewayctl config apply），"
                    + "阈值和周期可用命令 threshold、sampling：\(said.zh)",
                en: "a command may add covers, sensors and rules, and change what a cover is called, where it is and whose; "
                    + "all else is changed at the gateway (gatewayctl config apply), thresholds and periods also by the commands "
                    + "threshold and sampling: \(said.en)")
        }
        guard !changes.rows.isEmpty else {
            var report = report
            (report.outcome, report.hash) = ("unchanged", old.hash)
            return report
        }
        try mayAdd(to: old, new)
        if let left = desk.rest(now: clock.now().monotonic) {
            let seconds = Int(left.seconds.rounded(.up))
            let minutes = Int(ConfigurationDesk.restAfterOrder.seconds) / 60
            throw DiagnosticsFailure(
                .conflict, zh: "上一条 config 命令的试运行结束不到 \(minutes) 分钟：请在 \(seconds) 秒后重发（新的 id）",
                en: "the trial of another command 'config' ended less than \(minutes) min ago: send it again, with a new id, in "
                    + "\(seconds) s")
        }
        return report
    }

    /// What is added must not silence what is there, and the buses must keep their reserve.
    private func mayAdd(to old: Configuration, _ new: Configuration) throws(DiagnosticsFailure) {
        let witnesses = ConfigurationChanges.witnesses(from: old, to: new)
        guard witnesses.isEmpty else {
            let said = Self.bounded(witnesses.map { Bilingual(zh: $0, en: $0) })
            throw DiagnosticsFailure(
                .conflict,
                zh: "氧气、水位、浸水和供电传感器会使同一井盖的其他读数失效或存疑，命令不能将其加到已有的井盖上；"
                    + "请在网关上进行（gatewayctl config apply）：\(said.zh)",
                en:
                    "sensors of oxygen, water and supply make other readings at their cover bad or uncertain: a command does "
                    + "not add them to a cover that is there already; do it "
                    + "at the gateway (gatewayctl config apply): \(said.en)"
            )
        }
        if let objection = ConfigurationChanges.overload(from: old, to: new) {
            throw DiagnosticsFailure(
                .conflict, zh: "\(objection.zh)；请加长新传感器的周期，或在网关上更改（gatewayctl config apply）",
                en: "\(objection.en); have the new sensors read less often, or change it at the gateway (gatewayctl config apply)"
            )
        }
    }

    /// As much of a list as a reply should carry.
    private static func bounded(_ lines: [Bilingual]) -> Bilingual {
        let (most, longest) = (20, 400)
        func joined(_ texts: [String], _ more: String) -> String {
            let shown = texts.prefix(most).map { $0.count > longest ? String($0.prefix(longest)) + "…" : $0 }
            return (shown + (texts.count > most ? [more] : [])).joined(separator: "; ")
        }
        let rest = lines.count - most
        return Bilingual(zh: joined(lines.map(\.zh), "另有 \(rest) 处"), en: joined(lines.map(\.en), "\(rest) more"))
    }
}
