// `gatewayctl bus scan` for people: the line while it runs, what was found, the table at the end.
import DiagnosticsProtocol

extension Renderer {
    /// One line: what is asked now, how much remains.
    public func progress(_ report: BusScanReport) -> String {
        let now = report.now.isEmpty ? words("开始", "begins") : Words.printable(report.now)
        let (found, left) = (report.devices.count, Words.age(report.remainingSeconds))
        return words(
            "\(now) · 已发现 \(found) 台 · 还有 \(report.remaining) 次询问，最多 \(left)",
            "\(now) · \(found) found · \(Words.count(report.remaining, "question")) left, at most \(left)")
    }

    /// One line for a device.
    public func text(_ device: BusScanReport.Device) -> String {
        let settings = device.settings.map { words("，\($0)", " at \($0)") } ?? ""
        let models = device.profiles.isEmpty ? words("未识别出已安装的型号", "no installed model recognised") : models(device)
        return Words.printable(
            words("发现设备 \(device.unit)\(settings)：\(models)", "found unit \(device.unit)\(settings): \(models)"))
    }

    /// How long a scan at other settings takes the bus away from its sensors. Rounded up: a crew that stays so long is enough.
    public func warning(_ report: BusScanReport) -> String {
        let (bus, time) = (Words.printable(report.bus), Words.number(report.blindSeconds.rounded(.up)) + " s")
        return words(
            "总线 \(bus) 上的传感器最长 \(time) 不被读取，每发现一台设备再增加几秒。",
            "The sensors of bus \(bus) will not be read for up to \(time), "
                + "and up to a few seconds more for each device that is found.")
    }

    /// Whether the bus may be taken away from its sensors.
    public func question(scanOf bus: String) -> String {
        let bus = Words.printable(bus)
        return words("以其他串口参数扫描总线 \(bus)？[y/N] ", "Scan bus \(bus) at other settings? [y/N] ")
    }

    /// What was found.
    public func text(_ report: BusScanReport) -> String {
        let (bus, count) = (Words.printable(report.bus), report.devices.count)
        var result = words(
            "总线 \(bus) 扫描\(words.scan(report.state))：询问 \(report.asked) 次，发现设备 \(count) 台。\n",
            "Scan of \(bus) \(words.scan(report.state)): \(Words.count(report.asked, "question")) asked, "
                + "\(Words.count(count, "device")) found.\n")
        if let problem = report.problem { result += "  - \(Words.printable(problem))\n" }
        guard !report.devices.isEmpty else { return result }
        var table = Table(
            words, (">设备", ">UNIT"), ("串口参数", "SETTINGS"), ("型号", "MODEL"), ("传感器", "SENSORS"), ("应答内容", "SEEN"))
        for device in report.devices {
            table.add(
                "\(device.unit)", Table.Cell(device.settings ?? ""),
                Table.Cell(
                    device.profiles.isEmpty ? "–" : models(device), device.profiles.isEmpty ? .warning : .good),
                Table.Cell(device.sensors.isEmpty ? "–" : device.sensors.joined(separator: " ")), Table.Cell(device.seen))
        }
        return result + render(table) + places(report.covers)
    }

    private func models(_ device: BusScanReport.Device) -> String {
        device.profiles.joined(separator: words(" 或 ", " or "))
    }
}
