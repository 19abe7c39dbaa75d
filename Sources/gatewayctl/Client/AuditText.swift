// `gatewayctl audit` for people: who changed what, and whether the log is still what was written.
import DiagnosticsProtocol

extension Renderer {
    /// The last records, oldest first.
    public func text(_ report: AuditReport) -> String {
        var result = words("没有记录。\n", "No records.\n")
        if !report.records.isEmpty {
            var table = Table(
                words, (">序号", ">SEQ"), ("时间 (UTC)", "TIME (UTC)"), ("操作人", "ACTOR"), ("途径", "VIA"), ("操作", "ACTION"),
                ("对象", "SUBJECT"), ("详情", "DETAIL"))
            for row in report.records {
                let detail = row.detail.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "; ")
                let paint: Paint = row.action.hasSuffix(".refused") || row.action.hasPrefix("log.") ? .warning : .plain
                table.add(
                    Table.Cell("\(row.seq)"),
                    Table.Cell(Words.time(row.time) + (row.clock == "synced" ? "" : " \(words.clock(row.clock))")),
                    Table.Cell(row.actor), Table.Cell(row.via), Table.Cell(row.action, paint), Table.Cell(row.subject),
                    Table.Cell(detail))
            }
            result = render(table)
        }
        if report.unreadable > 0 {
            result += words(
                "有 \(report.unreadable) 行无法作为记录读取：见 `gatewayctl audit verify`。\n",
                "\(Words.count(report.unreadable, "line")) cannot be read as records: see `gatewayctl audit verify`.\n")
        }
        return result
    }

    /// Whether the log is what was written, and from which record on not.
    public func text(_ report: AuditVerification) -> String {
        let (folder, files) = (report.folder, report.files.joined(separator: words("，", ", ")))
        let good = Paint.good.apply(to: words("完好", "OK"), colour: colour)
        var lines: [String] = []
        if let fault = report.fault {
            let place = words("（\(fault.file) 第 \(fault.line) 行）", ", line \(fault.line) of \(fault.file)")
            let at = "\(fault.seq)\(fault.line > 0 ? Words.printable(place) : "")"
            let (bad, kind) = (Paint.bad.apply(to: words("损坏", "BROKEN"), colour: colour), Words.printable(fault.kind))
            lines.append(words("\(bad)：记录 \(at)：\(kind)", "\(bad) at record \(at): \(kind)"))
            lines.append("  " + Words.printable(fault.message))
            lines.append(
                words(
                    "  请保留这些文件的副本，并与平台所收到的比对：docs/audit.md。",
                    "  Keep a copy of the files, and compare with what the platform was told: docs/audit.md."))
        } else if let seq = report.seq, let first = report.first {
            lines.append(words("\(good)：记录 \(first) 至 \(seq) 连成一链", "\(good): records \(first) to \(seq) are one chain"))
        } else {
            lines.append(words("\(good)：尚无记录", "\(good): there are no records yet"))
        }
        if let seq = report.seq, let head = report.head {
            lines.append(Words.printable(words("最新：记录 \(seq)，\(head)", "head: record \(seq), \(head)")))
        }
        lines.append(Words.printable(words("文件：\(folder)：\(files)", "files: \(folder): \(files)")))
        return lines.joined(separator: "\n") + "\n"
    }
}
