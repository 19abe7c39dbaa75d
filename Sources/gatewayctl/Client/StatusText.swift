// `gatewayctl status` for people: first whether all is well, then what is not and what to do, then the figures.
import SensorModel
import DiagnosticsProtocol

/// Renders reports as text for a terminal.
public struct Renderer: Sendable {
    /// Whether the output takes colour.
    let colour: Bool
    /// Words in the reader's language.
    public let words: Vocabulary

    /// Columns of the terminal; nil where nothing limits a line.
    let width: Int?

    /// - Parameters:
    ///   - colour: whether the output takes colour.
    ///   - language: the reader's.
    ///   - width: columns of the terminal; nil where nothing limits a line.
    public init(colour: Bool, language: EntryLanguage = .en, width: Int? = nil) {
        self.colour = colour
        self.width = width
        words = Vocabulary(language)
    }

    /// A table as the reader's terminal can show it.
    func render(_ table: Table) -> String { table.render(colour: colour, width: width) }

    /// The text with control characters replaced, so that what the daemon says cannot drive the terminal.
    public static func printable(_ text: String) -> String { Words.printable(text) }

    /// The state of the gateway.
    public func text(_ status: StatusReport) -> String {
        let gateway = Words.printable(status.gateway)
        var lines: [String] = []
        if status.healthy {
            lines.append("\(gateway) \(Paint.good.apply(to: words("正常", "HEALTHY"), colour: colour))")
        } else {
            let count = status.problems.count
            let problems = count == 0 ? "" : words("：\(count) 个问题", ": \(Words.count(count, "problem"))")
            lines.append("\(gateway) \(Paint.bad.apply(to: words("异常", "UNHEALTHY"), colour: colour))\(problems)")
        }
        lines += status.problems.map { "  - \(Words.printable($0))" }
        if !status.configuration.errors.isEmpty {
            lines.append(words("  未采用：", "  refused: ") + Words.printable(status.configuration.path))
            lines += status.configuration.errors.map { "    \(Words.printable($0))" }
        }
        lines.append("")
        let facts = facts(status) + work(status)
        let width = facts.map { DisplayWidth.of($0.name) }.max() ?? 0
        lines += facts.map { name, value in
            name + String(repeating: " ", count: width - DisplayWidth.of(name) + 2) + Words.printable(value)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func facts(_ status: StatusReport) -> [(name: String, value: String)] {
        let (sensors, configuration) = (status.sensors, status.configuration)
        let uncertain = sensors.total - sensors.good - sensors.bad
        let (connected, buses) = (status.buses.count { $0.connected }, status.buses.count)
        let none = words("未配置", "none configured")
        let uplinks = status.uplinks.map { "\($0.id) \(words.uplink($0.state))" }.joined(separator: words("，", ", "))
        let state = configuration.state == "current" ? words("当前", "current") : words("上一份有效配置", configuration.state)
        let (up, since) = (Words.age(status.uptimeSeconds), Words.time(status.started))
        // Beside the times of a simulated field one of the machine's has to say whose it is.
        let ownClock = status.simulation == nil ? "" : words("（本机时钟）", " (this machine's clock)")
        return [
            (words("版本", "version"), status.version),
            (words("运行时间", "up"), words("\(up)，自 \(since) UTC", "\(up), since \(since) UTC") + ownClock),
            (words("时钟", "clock"), words.clock(status.clock)), (words("现场", "field"), field(status.simulation)),
            (
                words("配置", "configuration"),
                [configuration.path, state, String(configuration.hash.prefix(19))].joined(separator: words("，", ", "))
            ),
            (
                words("总线", "buses"),
                buses == 0 ? none : words("\(buses) 条，已连接 \(connected) 条", "\(connected) of \(buses) connected")
            ),
            (
                words("测点", "points"),
                words(
                    "\(sensors.total) 个：可信 \(sensors.good)，无效 \(sensors.bad)，存疑或尚无读数 \(uncertain)",
                    "\(sensors.total): \(sensors.good) good, \(sensors.bad) bad, \(uncertain) uncertain or not read yet")
            ),
            (
                words("报警", "alarms"),
                words(
                    "未恢复 \(status.alarms.active) 起，未确认 \(status.alarms.unacknowledged) 起",
                    "\(status.alarms.active) active, \(status.alarms.unacknowledged) unacknowledged")
            ),
            (
                words("待发送", "outbox"), waiting(status.outbox)
            ),
            (words("断电损失", "power cut"), powerCut(status.outbox)),
            (words("上行", "uplinks"), uplinks.isEmpty ? none : uplinks), (words("存储", "store"), status.store),
            (words("启动号", "boot"), status.boot),
        ]
    }

    private func waiting(_ outbox: StatusReport.Outbox) -> String {
        guard let alarms = outbox.alarmsWaiting, let readings = outbox.readingsWaiting else {
            return words("未知：存储无法查询", "not known: the store cannot be asked")
        }
        return words(
            "报警 \(alarms) 条，读数 \(readings) 条",
            "waiting: \(Words.count(alarms, "alarm")), \(Words.count(readings, "reading"))")
    }

    /// What a power cut takes, beside what it costs to make that little.
    private func powerCut(_ outbox: StatusReport.Outbox) -> String {
        let (window, written) = (Words.age(outbox.lossWindowSeconds), outbox.writtenBytesPerDay.map(Words.bytes))
        return words(
            "最多丢失最后 \(window) 的读数，已提交的报警不丢失；"
                + (written.map { "按目前速度每天写入 \($0)" } ?? "写入量未知"),
            "takes at most the last \(window) of readings, no committed alarm; "
                + (written.map { "\($0) a day are written at this rate" } ?? "how much is written is not known"))
    }

    /// That the configuration has to prove itself, how long it may take, and what it waits for.
    private func text(_ trial: StatusReport.Trial) -> String {
        let (left, before) = (Words.age(trial.remainingSeconds), trial.before.prefix(19))
        let waits = trial.waitsFor.joined(separator: words("，", ", "))
        return words("剩余 \(left)，\(trial.by) 应用，此前为 \(before)", "\(left) left, applied by \(trial.by), before it \(before)")
            + (waits.isEmpty ? "" : words("：\(waits)", ": \(waits)"))
    }

    private func field(_ simulation: StatusReport.Simulation?) -> String {
        guard let simulation else { return words("真实传感器", "real sensors") }
        let (scenario, time) = (Words.printable(simulation.scenario), Words.time(simulation.time))
        return words(
            "模拟：\(scenario)，种子 \(simulation.seed)，速度 \(simulation.speed)；读数、报警和维护按模拟时间，现为 \(time) UTC",
            "SIMULATED: \(scenario), seed \(simulation.seed), speed \(simulation.speed); times of readings, alarms and "
                + "maintenance are simulated, now \(time) UTC")
    }

    /// Crews at work and sensors under test, each with its cover.
    private func work(_ status: StatusReport) -> [(name: String, value: String)] {
        (status.configuration.trial.map { [(words("试运行", "on trial"), text($0))] } ?? [])
            + status.maintenance.map { row in
                let place = words.title(row.cover, name: row.coverName, place: row.place)
                let until = Words.time(row.until)
                return (
                    words("维护", "maintenance"),
                    words(
                        "\(place)，至 \(until) UTC，工单 \(row.order)，班组 \(row.crew)",
                        "\(place) until \(until) UTC, order \(row.order), crew \(row.crew)")
                )
            }
            + status.tests.map { row in
                let place = words.title(row.point, name: row.coverName, place: row.place)
                let (until, gas) = (Words.time(row.until), words.quantity(row.quantity))
                return (
                    words("标定中", "under test"),
                    words("\(place)，至 \(until) UTC，在此期间不监测\(gas)", "\(place) until \(until) UTC, \(gas) is not watched")
                )
            }
            + status.thresholds.map { row in
                let (unit, by) = (row.unit, row.by ?? "")
                let (raise, over) = (Words.quantity(row.threshold, unit), Words.quantity(row.clearThreshold, unit))
                let configured = (Words.number(row.configuredThreshold), Words.number(row.configuredClearThreshold))
                return (
                    words("阈值", "threshold"),
                    words(
                        "\(row.rule)：报警值 \(raise)，恢复值 \(over)；配置为 \(configured.0) 和 \(configured.1)；\(by) 修改",
                        "\(row.rule) raised at \(raise), over beyond \(over); the configuration has \(configured.0) and "
                            + "\(configured.1); by \(by)")
                )
            }
            + status.sampling.map { row in
                let place = words.title(row.cover, name: row.coverName, place: row.place)
                let (every, until) = (Words.number(row.everySeconds), Words.time(row.until))
                let sensors = row.sensors.joined(separator: words("，", ", "))
                return (
                    words("采样", "sampling"),
                    words(
                        "\(place)，每 \(every) s 读取一次，至 \(until) UTC：\(sensors)；\(row.by) 要求",
                        "\(place) every \(every) s until \(until) UTC: \(sensors); by \(row.by)")
                )
            }
    }
}
