// gatewayctl commission test: does the sensor move when somebody moves what it measures?
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol
import Glibc

extension Commission {
    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tests whether a sensor does what it should when a person moves what it measures; for root and the group "
                + "gatewayd-operator.",
            discussion: """
                Says what is to be done, reads the point as fast as it can (at most four times a second), and ends when the \
                value has moved as expected or the time is over. On a terminal it asks at the end whether to put the outcome on \
                record with your name; elsewhere --confirm does. Exits with 1 when the value did not move.
                """)

        /// What the value has to do.
        enum Expectation: String, CaseIterable, ExpressibleByArgument { case rise, fall, change }

        @Argument(
            help: ArgumentHelp("COVER/SENSOR/CHANNEL, as `sensors` shows it.", valueName: "point"), completion: Suggestions.points
        ) var point: String
        @Option(help: "rise, fall or change.") var expect: Expectation
        @Option(help: ArgumentHelp("How long to look, 5 to 600.", valueName: "seconds")) var seconds = 60
        @Flag(help: "Put the outcome on record without asking.") var confirm = false
        @OptionGroup var common: CommonOptions

        func run() throws {
            let request = FunctionTestRequest(point: point, expect: expect.rawValue, seconds: seconds)
            var answer = try ask(.startFunctionTest, request)
            // Said before anything is looked at; beside the answer where that is for a program.
            let instruction = Renderer(colour: false, language: answer.language).instruction(answer.report)
            CommonOptions.write(Array(instruction.utf8), to: common.json ? STDERR_FILENO : STDOUT_FILENO)
            while answer.report.state == "waiting" { answer = try ask(.stepFunctionTest, FunctionTestStep(point: point)) }
            let hasMoved = answer.report.state == "moved"
            if try confirm || agrees(answer) {
                answer = try ask(.confirmFunctionTest, FunctionTestConfirmation(point: point, passed: hasMoved))
            }
            let text = Renderer(colour: false, language: answer.language).text(answer.report)
            let output = common.json ? answer.json + [UInt8(ascii: "\n")] : Array(text.utf8)
            CommonOptions.write(output, to: STDOUT_FILENO)
            if !hasMoved { throw ExitCode(ExitStatus.no) }
        }

        private func ask(
            _ route: DiagnosticsRoute, _ request: some Encodable
        ) throws -> DiagnosticsClient.Answer<FunctionTestReport> {
            do throws(ClientFailure) {
                return try DiagnosticsClient(path: common.socket).post(route, request, seconds: 30, as: FunctionTestReport.self)
            } catch {
                CommonOptions.complain(error)
                throw ExitCode(error.exitStatus)
            }
        }

        /// Whether the person wants it on record; where nobody can be asked, that is said.
        private func agrees(_ answer: DiagnosticsClient.Answer<FunctionTestReport>) throws -> Bool {
            guard isatty(STDIN_FILENO) == 1 else {
                CommonOptions.complain(
                    Vocabulary(answer.language)("未记录：加 --confirm 才会记录", "not put on record: --confirm does that"))
                return false
            }
            let question = Renderer(colour: false, language: answer.language).question(answer.report)
            CommonOptions.write(Array(question.utf8), to: STDERR_FILENO)
            return ["y", "yes"].contains((readLine() ?? "").lowercased())
        }
    }
}
