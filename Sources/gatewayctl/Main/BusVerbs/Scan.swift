// gatewayctl bus scan: begins a scan or joins the one that runs, follows it, shows whom it found.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol
import Glibc

extension Bus {
    struct Scan: ParsableCommand {
        /// From look to look.
        private static let pause: Int32 = 250

        static let configuration = CommandConfiguration(
            abstract: "Looks for devices on a bus and names their models. Exits with 1 when there is none.",
            discussion: """
                Asks the factory addresses of the installed sensor models first, then units 1 to 32, then the rest, in the gaps \
                between the polls of the bus's sensors. A device is named when it meets what a sensor model's file requires. \
                Ctrl-C leaves, the scan goes on: the same command joins it again, --stop ends it. \
                --other-settings asks at the factory settings of the models too, where they differ from the bus's: for root and \
                the group gatewayd-operator, only on a serial line none of whose sensors answers or whose covers are all under \
                maintenance, and only after a yes to the time they are not read.
                """)

        @Argument(help: ArgumentHelp("The bus's id.", valueName: "bus"), completion: Suggestions.buses) var bus: String
        @Flag(help: "Ask at the factory settings of the installed models too.") var otherSettings = false
        @Flag(help: "Leave the bus's settings without asking.") var yes = false
        @Flag(help: "End the scan that runs, and show what it has found.") var stop = false
        @OptionGroup var common: CommonOptions

        private var client: DiagnosticsClient { DiagnosticsClient(path: common.socket) }

        func validate() throws {
            if stop, otherSettings || yes { throw ValidationError("--stop stands alone") }
        }

        func run() throws {
            let answer = stop ? try end() : try follow(begin())
            let renderer = Renderer(
                colour: CommonOptions.takesColour, language: answer.language, width: CommonOptions.width)
            let output = common.json ? answer.json + [UInt8(ascii: "\n")] : Array(renderer.text(answer.report).utf8)
            CommonOptions.write(output, to: STDOUT_FILENO)
            if answer.report.devices.isEmpty { throw ExitCode(ExitStatus.no) }
        }

        private func end() throws -> DiagnosticsClient.Answer<BusScanReport> {
            try orComplain { () throws(ClientFailure) in
                try client.post(.stopBusScan, BusScanStop(bus: bus), as: BusScanReport.self)
            }
        }

        /// Begins one; or finds the one that runs, which is as good unless other settings were asked for.
        private func begin() throws -> DiagnosticsClient.Answer<BusScanReport> {
            if otherSettings { try confirm() }
            let request = BusScanRequest(bus: bus, otherSettings: otherSettings)
            return try orComplain { () throws(ClientFailure) in
                do throws(ClientFailure) { return try client.post(.startBusScan, request, as: BusScanReport.self) } catch {
                    guard error.code == ErrorCode.conflict.rawValue, !otherSettings else { throw error }
                    let running = try client.get(.busScan, bus, as: BusScanReport.self)
                    guard running.report.state == "running" else { throw error }
                    return running
                }
            }
        }

        /// Says how long the sensors are not read, and goes on only after a yes.
        private func confirm() throws {
            let preview = BusScanRequest(bus: bus, otherSettings: true, preview: true)
            let answer = try orComplain { () throws(ClientFailure) in
                try client.post(.startBusScan, preview, as: BusScanReport.self)
            }
            let renderer = Renderer(colour: false, language: answer.language)
            CommonOptions.complain(renderer.warning(answer.report))
            guard !yes else { return }
            guard isatty(STDIN_FILENO) == 1 else {
                CommonOptions.complain(
                    renderer.words("无人可确认时，以其他串口参数扫描需要 --yes", "a scan at other settings needs --yes where nobody can be asked"))
                throw ExitCode(ExitStatus.usage)
            }
            CommonOptions.write(Array(renderer.question(scanOf: bus).utf8), to: STDERR_FILENO)
            guard ["y", "yes"].contains((readLine() ?? "").lowercased()) else {
                CommonOptions.complain(renderer.words("没有扫描", "nothing was scanned"))
                throw ExitCode(ExitStatus.no)
            }
        }

        /// Looks until it is over.
        private func follow(
            _ first: DiagnosticsClient.Answer<BusScanReport>
        ) throws -> DiagnosticsClient.Answer<BusScanReport> {
            var answer = first
            var shown = 0
            let screen = ProgressLine()
            while true {
                if !common.json { show(answer, &shown, screen) }
                guard answer.report.state == "running" else { return answer }
                poll(nil, 0, Self.pause)
                do {
                    answer = try orComplain { () throws(ClientFailure) in try client.get(.busScan, bus, as: BusScanReport.self) }
                } catch {
                    screen.clear()
                    throw error
                }
            }
        }

        private func show(
            _ answer: DiagnosticsClient.Answer<BusScanReport>, _ shown: inout Int, _ screen: ProgressLine
        ) {
            let (report, renderer) = (answer.report, Renderer(colour: false, language: answer.language))
            for device in report.devices.dropFirst(shown) {
                screen.clear()
                let line = Array("\(renderer.text(device))\n".utf8)
                CommonOptions.write(line, to: screen.isShown ? STDERR_FILENO : STDOUT_FILENO)
            }
            shown = max(shown, report.devices.count)
            if report.state == "running" { screen.show(renderer.progress(report)) } else { screen.clear() }
        }

        private func orComplain<Report>(
            _ ask: () throws(ClientFailure) -> DiagnosticsClient.Answer<Report>
        ) throws -> DiagnosticsClient.Answer<Report> {
            do throws(ClientFailure) { return try ask() } catch {
                CommonOptions.complain(error)
                throw ExitCode(error.exitStatus)
            }
        }
    }
}

/// One line at the bottom of the terminal that is written over; nothing where standard error is none.
private struct ProgressLine {
    let isShown = isatty(STDERR_FILENO) == 1 && Terminal.knowsMoreThanText

    func show(_ text: String) {
        guard isShown else { return }
        var size = winsize()
        let width = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1 ? Int(size.ws_col) - 1 : 79
        write("\r\u{1B}[K" + DisplayWidth.prefix(of: text, columns: width))
    }

    func clear() { if isShown { write("\r\u{1B}[K") } }

    private func write(_ text: String) { CommonOptions.write(Array(text.utf8), to: STDERR_FILENO) }
}
