// What `status` says is wrong: one sentence each, with what is to be done.
import SensorModel
import DiagnosticsProtocol
import Uplink

extension DaemonDiagnostics {
    /// What needs a person; nothing when all is well. What a driver, a medium or a broker has said stands in their own words.
    func problems(
        _ rows: [SensorRow], _ buses: [BusRow], _ lanes: [OutboxReport.Lane], _ links: [UplinkRow]
    ) async -> [Bilingual] {
        var problems: [Bilingual] = []
        if let problem = start.problem {
            problems.append(
                Bilingual(zh: "配置未采用：", en: "configuration refused: ") + problem + Bilingual(zh: "；", en: "; ")
                    + start.remedy)
        }
        if let safeMode, let newer = safeMode.newerStore {
            problems.append(
                Bilingual(
                    zh: "安全模式：只保留报警、上行和本地查询；请重新安装创建该存储的版本（\(newer)）",
                    en: "safe mode: \(newer); only alarms, uplinks and the local socket work: install that version again"))
        } else if let safeMode, safeMode.isOn(clock.now().monotonic) {
            problems.append(
                Bilingual(
                    zh: "安全模式：10 分钟内意外结束 \(safeMode.starts) 次"
                        + (start.isLastGood ? "，正在使用上一份有效配置" : "") + "；请在日志中查找原因，排除后重启 gatewayd",
                    en: "safe mode: ended unexpectedly \(safeMode.starts) times within 10 min"
                        + (start.isLastGood ? ", the last good configuration is in use" : "")
                        + "; look for the cause in the log, mend it and restart gatewayd"))
        }
        if let seen = clock.contradiction {
            let shown = clock.now().wall.rfc3339
            problems.append(
                Bilingual(
                    zh: "时钟显示 \(shown)，但本网关已见过 \(seen.rfc3339)，因此不予信任：请检查时间服务器",
                    en: "the clock says \(shown), but this gateway has already seen \(seen.rfc3339), so it is not trusted: "
                        + "check the time server"))
        }
        let used = Set(rows.map(\.bus))
        problems += buses.filter { !$0.connected && used.contains($0.id) }.map { bus in
            Bilingual(zh: "总线 \(bus.id) 未连接：\(bus.problem ?? "–")", en: "bus \(bus.id): \(bus.problem ?? "not connected")")
        }
        problems += await outputProblems()
        problems += overloads
        problems += await commission.problems
        let bad = rows.count { $0.quality == "bad" }
        if bad > 0 {
            problems.append(
                Bilingual(
                    zh: "\(rows.count) 个测点中有 \(bad) 个没有有效值：见 gatewayctl sensors",
                    en: "\(bad) of \(rows.count) points give no value: see `gatewayctl sensors`"))
        }
        problems += links.flatMap(Self.problems)
        problems += storage.problems
        problems += audit.condition.problems
        for lane in lanes where lane.evicted + lane.dropped > 0 {
            let (count, isAlarms) = (lane.evicted + lane.dropped, lane.lane == "alarms")
            problems.append(
                Bilingual(
                    zh: "待发送：已放弃 \(count) 条\(isAlarms ? "报警记录" : "读数")，存储已满或介质挂起",
                    en: "outbox: \(count) \(lane.lane) given up, the store was full or hung"))
        }
        for lane in lanes where lane.corrupt > 0 {
            problems.append(
                Bilingual(
                    zh: "待发送：\(lane.corrupt) 条\(lane.lane == "alarms" ? "报警记录" : "读数")读回时与写入不符，由缺口记录标明",
                    en: "outbox: \(lane.corrupt) \(lane.lane) could not be read back as they were written; gaps name them"))
        }
        return problems + (await modes.calibration.problems)
    }

    /// Buses that are too slow for what is asked of them.
    private var overloads: [Bilingual] {
        fieldBuses.compactMap { bus in
            guard case .modbus(let poller) = bus, let (missed, all) = poller.overload else { return nil }
            return Bilingual(
                zh: "总线 \(poller.id) 超载：最近 \(all) 次读取漏掉 \(missed) 次，总线跟不上传感器的读取周期："
                    + "用 gatewayctl bus stats 找出慢的设备，并加大传感器的 every",
                en: "bus \(poller.id): \(missed) of the last \(all) polls were left out, "
                    + "it is too slow for its sensors' periods: look at `gatewayctl bus stats` for slow units, "
                    + "and read sensors less often")
        }
    }

    /// What is wrong with the outputs, one line each.
    private func outputProblems() async -> [Bilingual] {
        var problems: [Bilingual] = []
        for case .gpio(let watcher) in fieldBuses {
            for output in watcher.outputs {
                guard let problem = await output.line.state.problem else { continue }
                problems.append(Bilingual(zh: "输出 \(output.id)：\(problem)", en: "output \(output.id): \(problem)"))
            }
        }
        return problems
    }

    private static func problems(of link: UplinkRow) -> [Bilingual] {
        var problems: [Bilingual] = []
        if link.state != "connected" {
            problems.append(
                Bilingual(
                    zh: "上行 \(link.id) 未连接：\(link.problem ?? link.state)",
                    en: "uplink \(link.id): \(link.problem ?? link.state)"))
        } else if let problem = link.problem {
            problems.append(Bilingual(zh: "上行 \(link.id)：\(problem)", en: "uplink \(link.id): \(problem)"))
        }
        if !link.nobodyListening.isEmpty {
            let topics = link.nobodyListening.joined(separator: ", ")
            problems.append(
                Bilingual(
                    zh: "上行 \(link.id)：平台没有订阅 \(topics)；记录都已保留",
                    en: "uplink \(link.id): nobody listens to \(topics); records are kept"))
        }
        return problems
    }
}
