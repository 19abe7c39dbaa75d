// `gatewayctl gpio` for people: each chip, what its library cannot do, and its lines.
import DiagnosticsProtocol

extension Renderer {
    /// The chips and their lines.
    public func text(_ report: GPIOReport) -> String {
        guard !report.chips.isEmpty else { return noChips }
        return report.chips.map(text).joined(separator: "\n")
    }

    private var noChips: String {
        words(
            "没有配置 gpio 总线。`gpiodetect`（Debian 软件包 gpiod）列出本机的芯片，`gpioinfo` 列出其线路；"
                + "请在 `gateway.yaml` 的 `buses` 下写明芯片标签：`box: {kind: gpio, chip: LABEL}`。\n",
            "No bus of kind gpio is configured. `gpiodetect` (Debian package gpiod) lists the chips of this machine and "
                + "`gpioinfo` their lines; name the chip's label in gateway.yaml, under buses: box: {kind: gpio, chip: LABEL}.\n")
    }

    private func text(_ chip: ChipRow) -> String {
        let label = chip.label.flatMap { $0 == chip.chip ? nil : words("，标签 \($0)", " with label \($0)") } ?? ""
        let place = chip.path.map { words("，位于 \($0)\(label)", " at \($0)\(label)") } ?? ""
        var result = Words.printable("\(chip.bus) (gpio, \(chip.chip)\(place))\(words("，", ", "))\(chip.library)") + "\n"
        if let problem = chip.problem { result += "  - \(Words.printable(problem))\n" }
        if !chip.kernelDebounce {
            result += words(
                "  - 此版本的库没有去抖：gatewayd 按信号变化的时间去抖\n",
                "  - this version of the library has no debounce: gatewayd debounces on the times of the edges\n")
        }
        if !chip.sequenceNumbers {
            result += words(
                "  - 此版本的库不给信号变化编号：无法发现丢失的变化\n",
                "  - this version of the library does not number edges: a lost edge cannot be seen\n")
        }
        return result + text(chip.lines) + text(chip.outputs)
    }

    private func text(_ lines: [ChipRow.Line]) -> String {
        guard !lines.isEmpty else { return "" }
        var table = Table(
            words, (">线路", ">LINE"), ("名称", "NAME"), ("方向", "DIRECTION"), ("接线", "WIRED"), ("占用者", "HELD BY"), ("状态", "STATE"),
            (">丢失变化", ">LOST EDGES"), ("传感器、输出", "SENSOR, OUTPUT"))
        for line in lines {
            let wiring = (line.activeLow ? [words("低电平有效", "active low")] : []) + (line.bias.map { [$0] } ?? [])
            let direction = line.direction == "output" ? words("输出", "output") : words("输入", line.direction)
            table.add(
                "\(line.offset)", Table.Cell(line.name ?? ""), Table.Cell(direction),
                Table.Cell(wiring.joined(separator: words("，", ", "))), Table.Cell(line.holder ?? ""),
                Table.Cell(line.active.map { $0 ? words("激活", "active") : words("未激活", "not active") } ?? ""),
                Table.Cell(line.lostEdges.map { "\($0)" } ?? "", line.lostEdges ?? 0 > 0 ? .warning : .plain),
                Table.Cell(line.sensor ?? line.output ?? ""))
        }
        return render(table)
    }

    private func text(_ outputs: [ChipRow.Output]) -> String {
        guard !outputs.isEmpty else { return "" }
        var table = Table(
            words, ("输出", "OUTPUT"), ("线路", "LINE"), ("方向", "DIRECTION"), ("接线", "WIRED"), ("要求", "DEMAND"), ("电平", "LEVEL"),
            ("回读", "READ BACK"), ("问题", "PROBLEM"))
        for output in outputs {
            let unread = output.energised == nil ? "" : words("无法回读", "not possible")
            let wiring =
                [output.activeLow ? words("低电平有效", "active low") : words("高电平有效", "active high")]
                + (output.failSafe ? [words("失电报警", "fail-safe")] : [])
            let driven = output.energised.map { $0 ? words("通电", "energised") : words("断电", "not energised") }
            let confirmed = output.confirmed.map { $0 ? words("一致", "confirmed") : words("不一致", "contradicted") }
            table.add(
                Table.Cell(output.output), Table.Cell(output.line), Table.Cell(words("输出", "output")),
                Table.Cell(wiring.joined(separator: words("，", ", "))),
                Table.Cell(output.sounds.map { $0 ? words("发声", "sound") : words("静默", "quiet") } ?? words("尚无", "none yet")),
                Table.Cell(driven ?? words("未驱动", "not driven")),
                Table.Cell(confirmed ?? unread),
                Table.Cell(output.problem ?? "", .warning))
        }
        return render(table)
    }
}
