// The verbs about the configuration: show, check, apply, rollback.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol
import Glibc

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at the configuration, and puts another one into force.",
        subcommands: [Show.self, Check.self, Apply.self, Rollback.self], defaultSubcommand: Show.self)

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What is in force, defaults included, and where it comes from.",
            discussion: """
                The answer is a gateway.yaml: values that no file gives end in `# default`, models, rules and timings say in \
                comments where they come from. Paths of passwords and keys are shown, never what is in the files.
                """)
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.configuration, as: ConfigurationReport.self)
            } text: {
                $0.text($1)
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Names all errors of a file as if it were the gateway's, or what it would change. Exits with 78 for errors.",
            discussion: """
                Paths in the file start from the folder of the file that gatewayd was given. Where gatewayd does not run: \
                gatewayd check --config FILE.
                """)
        @Argument(help: ArgumentHelp("The file.", valueName: "file"), completion: .file(extensions: ["yaml"])) var file: String
        @OptionGroup var common: CommonOptions

        func run() throws {
            let change = ConfigurationChange(common: common)
            let answer = try change.examine(file)
            try change.show(answer, name: file)
        }
    }

    struct Apply: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts a file into force, on trial first; for root and the group gatewayd-operator.",
            discussion: """
                Shows what changes and asks; where there is no terminal it needs --yes. The gateway begins anew inside its \
                process: sensors are not read for about a second, nothing is lost. What worked before has to work again within \
                120 s: then the file takes the place of the one that gatewayd was given, and that is kept beside it as \
                FILE.previous. Otherwise, and when gatewayd ends before, the one before is in force again. Exits with 1 when it \
                was taken back; Ctrl-C leaves, the trial goes on.
                """)
        @Argument(help: ArgumentHelp("The file.", valueName: "file"), completion: .file(extensions: ["yaml"])) var file: String
        @Flag(help: "Apply without asking.") var yes = false
        @OptionGroup var common: CommonOptions

        func run() throws {
            let change = ConfigurationChange(common: common)
            let plan = try change.examine(file)
            guard plan.report.outcome == "good" else { return try change.show(plan, name: file) }
            try change.confirm(plan, yes: yes)
            let text = try change.read(file)
            let begun = try change.ask { client throws(ClientFailure) in
                try client.post(
                    .applyConfiguration, text: text, file, plan.report.before, as: ConfigurationApplyReport.self)
            }
            try change.show(change.follow(begun), name: file)
        }
    }

    struct Rollback: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts the configuration before this one into force again; for root and the group gatewayd-operator.",
            discussion: """
                Ends a trial that runs. Otherwise it is what `config apply FILE.previous` does; done twice it leads back here.
                """)
        @Flag(help: "Do it without asking.") var yes = false
        @OptionGroup var common: CommonOptions

        func run() throws {
            let change = ConfigurationChange(common: common)
            let plan = try change.ask { client throws(ClientFailure) in
                try client.get(.previousConfiguration, as: ConfigurationApplyReport.self)
            }
            let endsTrial = plan.report.outcome == "trial"
            guard endsTrial || plan.report.outcome == "good" else { return try change.show(plan, name: plan.report.path) }
            try change.confirm(plan, yes: yes)
            let begun = try change.ask { client throws(ClientFailure) in
                try client.post(.rollBackConfiguration, text: [], nil, as: ConfigurationApplyReport.self)
            }
            try change.show(endsTrial ? begun : change.follow(begun), name: plan.report.path, isWanted: endsTrial)
        }
    }
}

/// The steps that the verbs have in common.
private struct ConfigurationChange {
    typealias Answer = DiagnosticsClient.Answer<ConfigurationApplyReport>

    /// From look to look, in milliseconds, and how often: most configurations have proved themselves by then.
    private static let (pause, looks): (Int32, Int) = (250, 60)
    /// As long as a configuration may be, and one byte: the daemon says what is too long.
    private static let longest = 1 << 20

    let common: CommonOptions

    /// The file's text.
    func read(_ file: String) throws -> [UInt8] {
        var text: [UInt8] = []
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        var code = descriptor < 0 ? errno : 0
        defer { if descriptor >= 0 { close(descriptor) } }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while code == 0 {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 { code = errno }
            if count <= 0 { break }
            text += chunk[..<count]
            guard text.count <= Self.longest else {
                throw ValidationError("\(file) is longer than 1 MiB: that is no configuration")
            }
        }
        guard code == 0 else { throw ValidationError("\(file) cannot be read: \(String(cString: strerror(code)))") }
        return text
    }

    /// What the daemon says to a file.
    func examine(_ file: String) throws -> Answer {
        let text = try read(file)
        return try ask { client throws(ClientFailure) in
            try client.post(.checkConfiguration, text: text, file, as: ConfigurationApplyReport.self)
        }
    }

    func ask(_ question: (DiagnosticsClient) throws(ClientFailure) -> Answer) throws -> Answer {
        do throws(ClientFailure) { return try question(DiagnosticsClient(path: common.socket)) } catch {
            CommonOptions.complain(error)
            throw ExitCode(error.exitStatus)
        }
    }

    /// Shows what changes, and goes on only after a yes.
    func confirm(_ plan: Answer, yes: Bool) throws {
        let renderer = Renderer(colour: false, language: plan.language, width: CommonOptions.width)
        CommonOptions.write(Array(renderer.preview(plan.report).utf8), to: STDERR_FILENO)
        guard !yes else { return }
        guard isatty(STDIN_FILENO) == 1 else {
            CommonOptions.complain(
                renderer.words("无人可确认时，更改配置需要 --yes", "a change of the configuration needs --yes where nobody can be asked"))
            throw ExitCode(ExitStatus.usage)
        }
        CommonOptions.write(Array(renderer.words("更改？[y/N] ", "Go on? [y/N] ").utf8), to: STDERR_FILENO)
        guard ["y", "yes"].contains((readLine() ?? "").lowercased()) else {
            CommonOptions.complain(renderer.words("没有更改", "nothing was changed"))
            throw ExitCode(ExitStatus.no)
        }
    }

    /// Looks on for a while. The daemon does not answer while it begins anew; a socket that has moved is not looked for.
    func follow(_ begun: Answer) throws -> Answer {
        var answer = begun
        for _ in 0..<Self.looks where answer.report.outcome == "trial" {
            poll(nil, 0, Self.pause)
            do throws(ClientFailure) {
                answer = try DiagnosticsClient(path: common.socket)
                    .get(.configurationTrial, as: ConfigurationApplyReport.self)
            } catch {
                guard error.exitStatus == ExitStatus.unreachable else {
                    CommonOptions.complain(error)
                    throw ExitCode(error.exitStatus)
                }
            }
        }
        return answer
    }

    /// Shows how it stands.
    /// - Parameter isWanted: whether taking back was what was asked for.
    func show(_ answer: Answer, name: String, isWanted: Bool = false) throws {
        let renderer = Renderer(colour: CommonOptions.takesColour, language: answer.language, width: CommonOptions.width)
        let text = renderer.text(answer.report, name: name)
        CommonOptions.write(common.json ? answer.json + [UInt8(ascii: "\n")] : Array(text.utf8), to: STDOUT_FILENO)
        switch answer.report.outcome {
        case "refused": throw ExitCode(ExitStatus.configuration)
        case "rolled-back" where !isWanted: throw ExitCode(ExitStatus.no)
        default: break
        }
    }
}
