// `gatewayctl commission show` for people: who the cover is, what sits there, the words beside the values, and what is missing.
import DiagnosticsProtocol

extension Renderer {
    /// A cover as it stands before and after its commissioning.
    public func text(_ report: CommissionReport) -> String {
        var lines = Self.identity(report.cover).map { Words.printable($0) }
        for sensor in report.sensors {
            lines.append("")
            lines += Self.facts(sensor).map { Words.printable($0) }
            lines += channels(sensor)
            lines += sensor.zeros.map { zero in
                let set = "zero of \(zero.channel): \(Self.stand(zero)), set \(Words.time(zero.time)) by \(zero.by)"
                return paint("  \(set)", problem: zero.problem)
            }
            lines += sensor.tests.map { test in
                let moved = "\(Words.number(test.before)) to \(Words.quantity(test.furthest, test.unit))"
                let outcome = test.passed ? "passed" : "FAILED"
                let done = "test of \(test.channel): \(outcome), \(test.expect), \(moved), \(Words.time(test.time)) by \(test.by)"
                return paint("  \(done)", problem: test.problem)
            }
        }
        lines.append("")
        if report.missing.isEmpty { lines.append("Nothing is missing.") } else { lines.append("Still to be done:") }
        lines += report.missing.map { "  \(Words.printable($0))" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Where the signed report is, and what it says.
    public func text(_ document: CommissionDocument, path: String) -> String {
        let missing = document.report.commission.missing
        let state = missing.isEmpty ? "nothing is missing" : Words.count(missing.count, "thing") + " missing"
        return Words.printable("\(path): signed report of \(document.report.commission.cover.code), \(state)") + "\n"
    }

    private static func identity(_ cover: CommissionCover) -> [String] {
        let rows: [(String, String?)] = [
            ("cover", cover.code), ("scheme", cover.scheme), ("name", cover.name), ("kind", cover.kind),
            ("risk", cover.risk.isEmpty ? nil : cover.risk.joined(separator: ", ")), ("place", cover.place),
            (
                "position",
                cover.longitude.flatMap { east in
                    cover.latitude.map { north in "\(east) \(north)\(cover.crs.map { " (\($0))" } ?? "")" }
                }
            ),
            ("road", cover.road), ("grid", cover.grid), ("responsible", cover.responsibilityGrid),
            ("competent", cover.competent), ("owner", cover.owner), ("maintainer", cover.maintainer),
        ]
        return rows.compactMap { name, value in
            value.map { name + String(repeating: " ", count: max(1, 12 - name.count)) + $0 }
        }
    }

    private static func facts(_ sensor: CommissionSensor) -> [String] {
        var facts = [
            "\(sensor.sensor): \(sensor.unitAddress.map { "unit \($0)" } ?? "line \(sensor.line ?? "?")") of \(sensor.bus)"
        ]
        if let profile = sensor.profile {
            let verified = sensor.verified == true ? "verified" : "not verified: compare with an instrument"
            facts.append("  model \(profile), \(verified), \(sensor.profileHash ?? "")")
            facts.append(
                sensor.identity == "none"
                    ? "  identity cannot be proved: the model has nothing to prove it by" : "  identity \(sensor.identity)"
            )
        } else {
            facts.append("  level \(sensor.level.map { $0 ? "active" : "not active" } ?? "not known")")
        }
        let mounted = sensor.mounted.map { ", \(Words.number($0)) m below the rim" } ?? ""
        let installed = sensor.installed.map { ", installed \($0)" } ?? ""
        facts.append("  device \(sensor.serial ?? "without serial")\(installed)\(mounted)")
        if let problem = sensor.problem { facts.append("  problem \(problem)") }
        return facts
    }

    /// A row for each group of registers.
    private func channels(_ sensor: CommissionSensor) -> [String] {
        var table = Table("  CHANNEL", "QUANTITY", ">VALUE", "UNIT", "QUALITY", "REGISTERS", "WORDS")
        for channel in sensor.channels {
            let first = channel.registers.first
            table.add(
                Table.Cell("  \(channel.channel)"), Table.Cell(channel.quantity), Table.Cell(Words.number(channel.value)),
                Table.Cell(channel.unit == "1" ? "" : channel.unit),
                Table.Cell(
                    channel.reason.map { "\(channel.quality): \($0)" } ?? channel.quality,
                    channel.quality == "good" ? .good : channel.quality == "uncertain" ? .warning : .bad),
                Table.Cell(first.map { "\($0.table) \($0.address)" } ?? ""), Table.Cell(first.map(Self.words) ?? ""))
            for more in channel.registers.dropFirst() {
                table.add("", "", "", "", "", Table.Cell("\(more.table) \(more.address)"), Table.Cell(Self.words(more)))
            }
        }
        return render(table).split(separator: "\n").map(String.init)
    }

    private static func words(_ registers: CommissionRegisters) -> String {
        registers.words.isEmpty ? "not read" : registers.words.map { hex(UInt16(truncatingIfNeeded: $0)) }.joined(separator: " ")
    }

    private func paint(_ text: String, problem: String?) -> String {
        guard let problem else { return Words.printable(text) }
        return Paint.bad.apply(to: Words.printable("\(text): does not count, \(problem)"), colour: colour)
    }
}
