// gatewayd's command line: arguments in, exit codes out, nothing else.
import ArgumentParser
import Gateway
import GatewayConfig
import Glibc
import Logging
import Platform

@main
struct Gatewayd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatewayd",
        abstract: "Watches over manhole covers: reads their sensors, raises alarms and delivers both.",
        version: GatewayApplication.version, subcommands: [Run.self, Check.self, Schema.self])
}

/// What a broken configuration ends with (sysexits.h, EX_CONFIG).
private let exitConfiguration = ExitCode(78)

extension LogFormat: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The daemon, in the foreground; logs to stderr.")

    @Option(name: .customLong("config"), help: "Path of the configuration file.")
    var file: String

    @Option(help: "text or json.")
    var logFormat = LogFormat.text

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = Logger.Level.info

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let clock = SystemClock()
        let (format, level) = (logFormat, logLevel)
        LoggingSystem.bootstrap { LogOutput(label: $0, level: level, format: format, clock: clock) }
        let log = Logger(label: "gatewayd")
        let start: StartConfiguration
        do {
            start = try StartConfiguration.load(path: file)
        } catch {
            refuse(error.errors, log)
            throw exitConfiguration
        }
        if !start.refused.isEmpty {
            refuse(start.refused, log)
            log.warning("the configuration is broken; starting with the last good one")
        }
        do {
            try await GatewayApplication(start: start, clock: clock, log: log).run()
        } catch {
            log.critical("\(error)")
            throw ExitCode(1)
        }
    }
}

extension Run {
    /// Names every error: in the form editors know, or as log lines where those are JSON.
    private func refuse(_ errors: [ConfigurationError], _ log: Logger) {
        switch logFormat {
        case .text: report(ConfigurationErrors(errors: errors), to: stderrDescriptor)
        case .json: for error in errors { log.error("\(error)") }
        }
    }
}

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a configuration or a sensor model and prints all its errors, one a line.")

    @Option(help: "Path of the configuration file.")
    var config: String?

    @Option(help: "Path of a sensor model's file; a good one is shown with its words beside its values.")
    var profile: String?

    func validate() throws {
        guard (config == nil) != (profile == nil) else { throw ValidationError("expected --config FILE or --profile FILE") }
    }

    func run() throws {
        do {
            if let config { report(try page(configuration: config), to: stdoutDescriptor) }
            if let profile {
                let model = try ConfigurationLoader(boards: nil).loadProfile(path: profile)
                report("\(profile): good\n\n\(ProfilePage(model))", to: stdoutDescriptor)
            }
        } catch {
            report(error, to: stdoutDescriptor)
            throw exitConfiguration
        }
    }

    private func page(configuration file: String) throws(ConfigurationErrors) -> String {
        let configuration = try ConfigurationLoader(boards: BoardFiles.locate()).load(path: file).configuration
        let sensors = configuration.covers.reduce(0) { $0 + $1.sensors.count }
        func counted(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
            "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
        }
        let what = [
            counted(configuration.covers.count, "cover"),
            "\(counted(sensors, "sensor")) on \(counted(configuration.buses.count, "bus", "buses"))",
            counted(configuration.rules.count, "rule"), counted(configuration.uplinks.count, "uplink"),
        ].joined(separator: ", ")
        return "\(file): good: \(what)"
    }
}

struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a JSON Schema for editors: of the configuration, of sensor models or of rule packs.")

    @Flag(help: "The schema of sensor models.")
    var profile = false

    @Flag(help: "The schema of rule packs.")
    var rules = false

    func validate() throws {
        if profile, rules { throw ValidationError("expected --profile or --rules, found both") }
    }

    func run() {
        let schema =
            profile ? ConfigurationSchema.profile : rules ? ConfigurationSchema.rules : ConfigurationSchema.configuration
        report(schema, to: stdoutDescriptor)
    }
}

private let stdoutDescriptor: Int32 = 1
private let stderrDescriptor: Int32 = 2

/// Writes a text and a line end with the system call, so that nothing waits in a buffer when the program ends.
private func report(_ text: some CustomStringConvertible, to descriptor: Int32) {
    let bytes = Array("\(text.description)\n".utf8)
    var start = 0
    while start < bytes.count {
        let count = bytes[start...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno != EINTR { return }
        start += max(count, 0)
    }
}
