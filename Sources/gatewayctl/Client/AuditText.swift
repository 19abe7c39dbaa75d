// `gatewayctl audit` for people: who changed what, and whether the log is still what was written.
import DiagnosticsProtocol

extension Renderer {
    /// The last records, oldest first.
    public func text(_ report: AuditReport) -> String {
        var result = "No records.\n"
        if !report.records.isEmpty {
            var table = Table(">SEQ", "TIME (UTC)", "ACTOR", "VIA", "ACTION", "SUBJECT", "DETAIL")
            for row in report.records {
                let detail = row.detail.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "; ")
                let paint: Paint = row.action.hasSuffix(".refused") || row.action.hasPrefix("log.") ? .warning : .plain
                table.add(
                    Table.Cell("\(row.seq)"), Table.Cell(Words.time(row.time) + (row.clock == "synced" ? "" : " \(row.clock)")),
                    Table.Cell(row.actor), Table.Cell(row.via), Table.Cell(row.action, paint), Table.Cell(row.subject),
                    Table.Cell(detail))
            }
            result = render(table)
        }
        if report.unreadable > 0 {
            result += "\(Words.count(report.unreadable, "line")) cannot be read as records: see `gatewayctl audit verify`.\n"
        }
        return result
    }

    /// Whether the log is what was written, and from which record on not.
    public func text(_ report: AuditVerification) -> String {
        let extent = "\(report.folder): \(report.files.joined(separator: ", "))"
        var lines: [String] = []
        if let fault = report.fault {
            let place = fault.line > 0 ? ", line \(fault.line) of \(fault.file)" : ""
            lines.append("\(Paint.bad.apply(to: "BROKEN", colour: colour)) at record \(fault.seq)\(place): \(fault.kind)")
            lines.append("  \(fault.message)")
            lines.append("  Keep a copy of the files, and compare with what the platform was told: docs/audit.md.")
        } else if let seq = report.seq, let first = report.first {
            lines.append("\(Paint.good.apply(to: "OK", colour: colour)): records \(first) to \(seq) are one chain")
        } else {
            lines.append("\(Paint.good.apply(to: "OK", colour: colour)): there are no records yet")
        }
        if let seq = report.seq, let head = report.head { lines.append("head: record \(seq), \(head)") }
        lines.append("files: \(extent)")
        return lines.map { $0.hasPrefix("\u{1B}") ? $0 : Words.printable($0) }.joined(separator: "\n") + "\n"
    }
}
