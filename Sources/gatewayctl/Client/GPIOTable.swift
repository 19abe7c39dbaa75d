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
        guard !chip.lines.isEmpty else { return result }
        var table = Table(">LINE", "NAME", "DIRECTION", "WIRED", "HELD BY", "STATE", ">LOST EDGES", "SENSOR")
        for line in chip.lines {
            let wiring = (line.activeLow ? ["active low"] : []) + (line.bias.map { [$0] } ?? [])
            table.add(
                "\(line.offset)", Table.Cell(line.name ?? ""), Table.Cell(line.direction),
                Table.Cell(wiring.joined(separator: ", ")), Table.Cell(line.holder ?? ""),
                Table.Cell(line.active.map { $0 ? "active" : "not active" } ?? ""),
                Table.Cell(line.lostEdges.map { "\($0)" } ?? "", line.lostEdges ?? 0 > 0 ? .warning : .plain),
                Table.Cell(line.sensor ?? ""))
        }
        return result + table.render(colour: colour)
    }
}
