// `gatewayctl commission show` for people: who the cover is, what sits there, the words beside the values, and what is missing.
import DiagnosticsProtocol

extension Renderer {
    /// A cover as it stands before and after its commissioning.
    public func text(_ report: CommissionReport) -> String {
        var lines = identity(report.cover).map { Words.printable($0) }
        for sensor in report.sensors {
            lines.append("")
            lines += facts(sensor).map { Words.printable($0) }
            lines += channels(sensor)
            lines += sensor.zeros.map(text)
            lines += sensor.tests.map(text)
        }
        lines.append("")
        lines.append(
            report.missing.isEmpty ? words("没有遗漏。", "Nothing is missing.") : words("尚待完成：", "Still to be done:"))
        lines += report.missing.map { "  \(Words.printable($0))" }
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(_ zero: TiltZeroRow) -> String {
        let (stand, time) = (Self.stand(zero), Words.time(zero.time))
        let set = words(
            "\(zero.channel) 的零位：\(stand)，\(zero.by) 于 \(time) 设定",
            "zero of \(zero.channel): \(stand), set \(time) by \(zero.by)")
        return paint("  \(set)", problem: zero.problem)
    }

    private func text(_ test: FunctionTestRow) -> String {
        let (before, furthest) = (Words.number(test.before), Words.quantity(test.furthest, test.unit))
        let (time, expect) = (Words.time(test.time), words.expectation(test.expect))
        let done = words(
            "\(test.channel) 的功能测试：\(test.passed ? "合格" : "不合格")，\(expect)，\(before) 至 \(furthest)，"
                + "\(test.by) 于 \(time) 完成",
            "test of \(test.channel): \(test.passed ? "passed" : "FAILED"), \(expect), \(before) to \(furthest), "
                + "\(time) by \(test.by)")
        return paint("  \(done)", problem: test.problem)
    }

    /// Where the signed report is, and what it says.
    public func text(_ document: CommissionDocument, path: String) -> String {
        let (missing, code) = (document.report.commission.missing, document.report.commission.cover.code)
        let state =
            missing.isEmpty
            ? words("没有遗漏", "nothing is missing")
            : words("尚缺 \(missing.count) 项", Words.count(missing.count, "thing") + " missing")
        return Words.printable(
            words("\(path)：\(code) 的签名报告，\(state)", "\(path): signed report of \(code), \(state)")) + "\n"
    }

    private func identity(_ cover: CommissionCover) -> [String] {
        let risk = cover.risk.isEmpty ? nil : cover.risk.joined(separator: words("，", ", "))
        let position = cover.longitude.flatMap { east in
            cover.latitude.map { north in "\(east) \(north)\(cover.crs.map { " (\($0))" } ?? "")" }
        }
        let rows: [(String, String?)] = [
            (words("井盖", "cover"), cover.code), (words("编码规则", "scheme"), cover.scheme), (words("名称", "name"), cover.name),
            (words("类别", "kind"), cover.kind), (words("风险", "risk"), risk), (words("位置", "place"), cover.place),
            (words("坐标", "position"), position), (words("道路", "road"), cover.road), (words("单元网格", "grid"), cover.grid),
            (words("责任网格", "responsible"), cover.responsibilityGrid), (words("主管", "competent"), cover.competent),
            (words("权属", "owner"), cover.owner), (words("养护", "maintainer"), cover.maintainer),
        ]
        return rows.compactMap { name, value in
            value.map { name + String(repeating: " ", count: max(1, 12 - DisplayWidth.of(name))) + $0 }
        }
    }

    private func facts(_ sensor: CommissionSensor) -> [String] {
        let place =
            sensor.unitAddress.map { words("设备 \($0)", "unit \($0)") }
            ?? words("线 \(sensor.line ?? "?")", "line \(sensor.line ?? "?")")
        var facts = [words("\(sensor.sensor)：总线 \(sensor.bus) 的\(place)", "\(sensor.sensor): \(place) of \(sensor.bus)")]
        if let profile = sensor.profile {
            let verified =
                sensor.verified == true
                ? words("已验证", "verified") : words("未经验证：请与仪器比对", "not verified: compare with an instrument")
            facts.append(words("  型号 \(profile)，\(verified)，", "  model \(profile), \(verified), ") + (sensor.profileHash ?? ""))
            facts.append(
                sensor.identity == "none"
                    ? words("  身份无法证明：该型号没有可供核对的内容", "  identity cannot be proved: the model has nothing to prove it by")
                    : words("  身份 \(sensor.identity)", "  identity \(sensor.identity)"))
        } else {
            let level = sensor.level.map { $0 ? words("有效", "active") : words("无效", "not active") } ?? words("未知", "not known")
            facts.append(words("  电平 \(level)", "  level \(level)"))
        }
        let mounted = sensor.mounted.map(Words.number).map { words("，井口以下 \($0) m", ", \($0) m below the rim") } ?? ""
        let installed = sensor.installed.map { words("，安装于 \($0)", ", installed \($0)") } ?? ""
        facts.append(words("  设备 ", "  device ") + (sensor.serial ?? words("无序列号", "without serial")) + installed + mounted)
        if let problem = sensor.problem { facts.append(words("  问题 \(problem)", "  problem \(problem)")) }
        return facts
    }

    /// A row for each group of registers.
    private func channels(_ sensor: CommissionSensor) -> [String] {
        var table = Table(
            words, ("  通道", "  CHANNEL"), ("量", "QUANTITY"), (">数值", ">VALUE"), ("单位", "UNIT"), ("质量", "QUALITY"),
            ("寄存器", "REGISTERS"), ("寄存器值", "WORDS"))
        for channel in sensor.channels {
            let first = channel.registers.first
            table.add(
                Table.Cell("  \(channel.channel)"), Table.Cell(words.quantity(channel.quantity)),
                Table.Cell(Words.number(channel.value)),
                Table.Cell(channel.unit == "1" ? "" : channel.unit),
                Table.Cell(
                    channel.reason.map { words.quality(channel.quality) + words("：", ": ") + words.reason($0) }
                        ?? words.quality(channel.quality),
                    channel.quality == "good" ? .good : channel.quality == "uncertain" ? .warning : .bad),
                Table.Cell(first.map { "\($0.table) \($0.address)" } ?? ""), Table.Cell(first.map(contents) ?? ""))
            for more in channel.registers.dropFirst() {
                table.add("", "", "", "", "", Table.Cell("\(more.table) \(more.address)"), Table.Cell(contents(more)))
            }
        }
        return render(table).split(separator: "\n").map(String.init)
    }

    private func contents(_ registers: CommissionRegisters) -> String {
        registers.words.isEmpty
            ? words("未读取", "not read") : registers.words.map { Self.hex(UInt16(truncatingIfNeeded: $0)) }.joined(separator: " ")
    }

    private func paint(_ text: String, problem: String?) -> String {
        guard let problem else { return Words.printable(text) }
        return Paint.bad.apply(
            to: Words.printable(words("\(text)：不计，\(problem)", "\(text): does not count, \(problem)")), colour: colour)
    }
}
