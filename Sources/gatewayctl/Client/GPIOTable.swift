// `gatewayctl gpio` for people: each chip, what its library cannot do, and its lines.
import DiagnosticsProtocol

extension Renderer {
    /// The chips and their lines.
    public func text(_ report: GPIOReport) -> String {
        guard !report.chips.isEmpty else { return Self.noChips }
        return report.chips.map(text).joined(separator: "\n")
    }

    private static let noChips = """
        No bus of kind gpio is configured. `gpiodetect` (Debian package gpiod) lists the chips of this machine and `gpioinfo` \
        their lines; name the chip's label in gateway.yaml, under buses: box: {kind: gpio, chip: LABEL}.

        """

    private func text(_ chip: ChipRow) -> String {
        let found = chip.path.map { ["at", $0] + (chip.label.map { $0 == chip.chip ? [] : ["with label", $0] } ?? []) } ?? []
        let place = found.isEmpty ? "" : " " + Words.printable(found.joined(separator: " "))
        var result =
            "\(Words.printable(chip.bus)) (gpio, \(Words.printable(chip.chip))\(place)), \(Words.printable(chip.library))\n"
        if let problem = chip.problem { result += "  - \(Words.printable(problem))\n" }
        if !chip.kernelDebounce {
            result += "  - this version of the library has no debounce: gatewayd debounces on the times of the edges\n"
        }
        if !chip.sequenceNumbers {
            result += "  - this version of the library does not number edges: a lost edge cannot be seen\n"
        }
        return result + text(chip.lines) + text(chip.outputs)
    }

    private func text(_ lines: [ChipRow.Line]) -> String {
        guard !lines.isEmpty else { return "" }
        var table = Table(">LINE", "NAME", "DIRECTION", "WIRED", "HELD BY", "STATE", ">LOST EDGES", "SENSOR, OUTPUT")
        for line in lines {
            let wiring = (line.activeLow ? ["active low"] : []) + (line.bias.map { [$0] } ?? [])
            table.add(
                "\(line.offset)", Table.Cell(line.name ?? ""), Table.Cell(line.direction),
                Table.Cell(wiring.joined(separator: ", ")), Table.Cell(line.holder ?? ""),
                Table.Cell(line.active.map { $0 ? "active" : "not active" } ?? ""),
                Table.Cell(line.lostEdges.map { "\($0)" } ?? "", line.lostEdges ?? 0 > 0 ? .warning : .plain),
                Table.Cell(line.sensor ?? line.output ?? ""))
        }
        return render(table)
    }

    private func text(_ outputs: [ChipRow.Output]) -> String {
        guard !outputs.isEmpty else { return "" }
        var table = Table("OUTPUT", "LINE", "DIRECTION", "WIRED", "DEMAND", "LEVEL", "READ BACK", "PROBLEM")
        for output in outputs {
            let unread = output.energised == nil ? "" : "not possible"
            let wiring = [output.activeLow ? "active low" : "active high"] + (output.failSafe ? ["fail-safe"] : [])
            table.add(
                Table.Cell(output.output), Table.Cell(output.line), "output", Table.Cell(wiring.joined(separator: ", ")),
                Table.Cell(output.sounds.map { $0 ? "sound" : "quiet" } ?? "none yet"),
                Table.Cell(output.energised.map { $0 ? "energised" : "not energised" } ?? "not driven"),
                Table.Cell(output.confirmed.map { $0 ? "confirmed" : "contradicted" } ?? unread),
                Table.Cell(output.problem ?? "", .warning))
        }
        return render(table)
    }
}
