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
        abstract: "Watches over manhole covers: reads their sensors, raises alarms, delivers everything.",
        version: GatewayApplication.version, subcommands: [Run.self, Check.self])
}

/// What a broken configuration ends with (sysexits.h, EX_CONFIG).
private let exitConfiguration = ExitCode(78)

extension LogFormat: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The daemon, in the foreground; logs to stderr.")

    @Option(name: .customLong("config"), help: "The configuration, gateway.yaml.")
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
            report(error, to: stderrDescriptor)
            throw exitConfiguration
        }
        if !start.refused.isEmpty {
            report(ConfigurationErrors(errors: start.refused), to: stderrDescriptor)
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

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Checks a configuration and prints all its errors, one a line.")

    @Option(name: .customLong("config"), help: "The configuration, gateway.yaml.")
    var file: String

    func run() throws {
        do {
            let loaded = try ConfigurationLoader(boards: BoardFiles.locate()).load(path: file)
            let configuration = loaded.configuration
            let sensors = configuration.covers.reduce(0) { $0 + $1.sensors.count }
            report(
                "\(file): good: \(configuration.covers.count) covers, \(sensors) sensors on \(configuration.buses.count) buses, "
                    + "\(configuration.rules.count) rules, \(configuration.uplinks.count) uplinks", to: stdoutDescriptor)
        } catch {
            report(error, to: stdoutDescriptor)
            throw exitConfiguration
        }
    }
}

private let stdoutDescriptor: Int32 = 1
private let stderrDescriptor: Int32 = 2

/// Writes a text and a line end with the system call, so that nothing waits in a buffer when the program ends.
private func report(_ text: some CustomStringConvertible, to descriptor: Int32) {
    let bytes = Array("\(text.description)\n".utf8)
    bytes.withUnsafeBytes { _ = write(descriptor, $0.baseAddress, $0.count) }
}
