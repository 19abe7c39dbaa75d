// `gatewayctl config check|apply|rollback` for people: what changes, and what came of it.
import DiagnosticsProtocol

extension Renderer {
    /// What a change is about to do, before somebody says yes.
    public func preview(_ report: ConfigurationApplyReport) -> String {
        guard report.outcome != "trial" else {
            let by = Words.printable(report.by ?? "–")
            return words(
                "将结束 \(by) 的试运行，恢复 \(short(report.before))。\n",
                "This ends the trial by \(by) and goes back to \(short(report.before)).\n")
        }
        return changes(report)
            + words(
                "网关将在进程内重新开始：约一秒不读取传感器，上行重新连接，不丢失记录；\n120 秒内未恢复正常则自动恢复原配置。\n",
                "The gateway begins anew inside its process: about a second without readings, uplinks connect again, "
                    + "nothing is lost.\n"
                    + "When it is not well within 120 s, the present configuration is back by itself.\n")
    }

    /// How it stands.
    /// - Parameter name: of the file, as it was given.
    public func text(_ report: ConfigurationApplyReport, name: String) -> String {
        let (name, by) = (Words.printable(name), Words.printable(report.by ?? "–"))
        let path = Words.printable(report.path)
        switch report.outcome {
        case "refused": return report.errors.map { Words.printable($0) + "\n" }.joined()
        case "good": return words("\(name)：有效\n", "\(name): good\n") + changes(report)
        case "unchanged": return words("\(name)：与当前配置相同\n", "\(name): nothing changes\n")
        case "trial":
            let left = Words.age(report.remainingSeconds)
            let waits = report.waitsFor.map { "  - \(Words.printable($0))\n" }.joined()
            return words(
                "试运行中：\(short(report.hash))，剩余 \(left)；gatewayctl status 显示结果\n",
                "On trial: \(short(report.hash)), \(left) left; `gatewayctl status` shows what comes of it.\n") + waits
        case "confirmed":
            return words(
                "已确认：\(short(report.hash)) 已写入 \(path)，原配置保存为 \(path).previous\n",
                "Confirmed: \(short(report.hash)) is \(path) now, the one before is \(path).previous.\n")
        case "rolled-back":
            let problem = Words.printable(report.problem ?? "–")
            return words(
                "已恢复原配置 \(short(report.before))：\(problem)；未采用的保存为 \(path).refused\n",
                "Taken back, \(short(report.before)) is in force: \(problem). The other one is \(path).refused.\n")
        default: return words("没有试运行。\n", "Nothing is on trial. Applied by: \(by).\n")
        }
    }

    /// What is another, thing by thing.
    private func changes(_ report: ConfigurationApplyReport) -> String {
        guard !report.changes.isEmpty else {
            return words("  没有任何值改变\n", "  no value changes\n")
        }
        return report.changes.map { change in
            let head = "  \(words.change(change.change)) \(words.about(change.about)) \(Words.printable(change.subject))"
            let points = change.points.map { "\n      \(Words.printable($0))" }
            let values = change.values.map { value in
                let (before, after) = (Words.printable(value.before ?? "–"), Words.printable(value.after ?? "–"))
                return "\n      \(Words.printable(value.key)): \(before) → \(after)"
            }
            return head + (points + values).joined() + "\n"
        }.joined()
    }

    private func short(_ hash: String?) -> String { Words.printable(String((hash ?? "–").prefix(19))) }
}

/// What a configuration consists of, as in `ConfigurationApplyReport`.
enum ChangedThing: String, CaseIterable {
    case section, bus, cover, sensor, model, rule, output, uplink

    var chinese: String {
        switch self {
        case .section: "段落"
        case .bus: "总线"
        case .cover: "井盖"
        case .sensor: "传感器"
        case .model: "型号"
        case .rule: "规则"
        case .output: "输出"
        case .uplink: "上行"
        }
    }
}

/// What happens to it.
enum ChangeWord: String, CaseIterable {
    case added, removed, changed

    var chinese: String {
        switch self {
        case .added: "新增"
        case .removed: "删除"
        case .changed: "更改"
        }
    }
}
