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
        discussion: "Exit codes: \(GatewayApplication.exitCodes).", version: GatewayApplication.version,
        subcommands: [Run.self, Check.self, Schema.self])
}

/// What a broken configuration ends with (sysexits.h, EX_CONFIG).
private let exitConfiguration = ExitCode(78)

extension LogFormat: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The daemon, in the foreground; logs to stderr.")

    @Option(
        name: .customLong("config"), help: ArgumentHelp("Path of the configuration file.", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var file: String

    @Option(
        help: ArgumentHelp(
            "Path of a scenario: all buses are simulated, every reading is marked as simulated.", valueName: "scenario"),
        completion: .file(extensions: ["yaml"]))
    var simulate: String?

    @Option(help: "With --simulate: what chance is made of; the same number gives the same world.")
    var seed: UInt64 = 1

    @Option(help: "With --simulate: simulated seconds in a real one, up to 10000; 0 is as fast as it goes.")
    var speed: Double = 1

    @Flag(help: "With --simulate: end when the story is over; with 0 when everything was as expected, 1 otherwise.")
    var once = false

    @Option(help: "text or json.")
    var logFormat = LogFormat.text

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = Logger.Level.info

    func validate() throws {
        // Slower than a hundredth nobody can watch; faster than the tasks' timers is speed 0.
        guard speed == 0 || (0.01...10_000).contains(speed) else {
            throw ValidationError("--speed is 0, or from 0.01 to 10000, found \(speed)")
        }
        guard simulate != nil || (seed == 1 && speed == 1 && !once) else {
            throw ValidationError("--seed, --speed and --once go with --simulate SCENARIO.yaml")
        }
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        ProcessMemory.forbidDumps()
        ProcessMemory.keepSmall()
        let clock = SystemClock()
        let (format, level) = (logFormat, logLevel)
        LoggingSystem.bootstrap { LogOutput(label: $0, level: level, format: format, clock: clock) }
        let log = Logger(label: "gatewayd")
        // Before anything that may fall over: a configuration can be what does it.
        let record = StartRecord(
            inStore: ConfigurationLoader(boards: nil).salvagedStorePath(path: file), now: clock.now().monotonic)
        if let problem = record.problem { log.error("starts cannot be counted, there will be no safe mode: \(problem)") }
        var isInOrder = false
        defer { record.ended(inOrder: isInOrder, now: clock.now().monotonic) }
        let start: StartConfiguration
        do {
            start = try StartConfiguration.load(path: file, isSafe: record.safeMode != nil)
        } catch {
            refuse(error.errors, log)
            throw exitConfiguration
        }
        if !start.refused.isEmpty {
            refuse(start.refused, log)
            log.warning("the configuration is broken; starting with the last good one")
        }
        let simulation: SimulationOrder?
        do {
            simulation = try simulate.map { path throws(ConfigurationErrors) in
                let scenario = try ConfigurationLoader(boards: BoardFiles.locate())
                    .loadScenario(path: path, on: start.configuration)
                return SimulationOrder(scenario: scenario, seed: seed, speed: speed, once: once)
            }
        } catch {
            refuse(error.errors, log)
            throw exitConfiguration
        }
        do {
            try await GatewayRun(
                start: start, surroundings: Surroundings(clock: clock), log: log, safeMode: record.safeMode,
                simulation: simulation
            ).runUntilSignal()
            isInOrder = true
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

    @Option(help: ArgumentHelp("Path of the configuration file.", valueName: "file"), completion: .file(extensions: ["yaml"]))
    var config: String?

    @Option(help: "With --config: path of a scenario's file, checked against the configuration that it is played on.")
    var simulate: String?

    @Option(
        help: ArgumentHelp(
            "Path of a sensor model's file; a good one is shown with its words beside its values.", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var profile: String?

    func validate() throws {
        guard (config == nil) != (profile == nil) else { throw ValidationError("expected --config FILE or --profile FILE") }
        guard simulate == nil || config != nil else { throw ValidationError("--simulate SCENARIO.yaml goes with --config FILE") }
    }

    func run() throws {
        do {
            if let config { report(try page(configuration: config, scenario: simulate), to: stdoutDescriptor) }
            if let profile {
                let model = try ConfigurationLoader(boards: nil).loadProfile(path: profile)
                report("\(profile): good\n\n\(ProfilePage(model))", to: stdoutDescriptor)
            }
        } catch {
            report(error, to: stdoutDescriptor)
            throw exitConfiguration
        }
    }

    /// What is said of files that are good; where they are not, all errors of both.
    private func page(configuration file: String, scenario: String?) throws(ConfigurationErrors) -> String {
        let loader = ConfigurationLoader(boards: BoardFiles.locate())
        var configuration: Configuration?
        var errors: [ConfigurationError] = []
        var lines: [String] = []
        do {
            let loaded = try loader.load(path: file).configuration
            lines.append("\(file): good: \(summary(loaded))")
            lines += (loaded.loadSummary + loaded.ruleSummary + [loaded.storeSummary]).map { "  \($0)" }
            configuration = loaded
        } catch { errors += error.errors }
        if let scenario {
            do { lines.append("\(scenario): good: \(try loader.loadScenario(path: scenario, on: configuration).summary)") } catch
            {
                errors += error.errors
            }
        }
        guard errors.isEmpty else { throw ConfigurationErrors(errors: errors) }
        return lines.joined(separator: "\n")
    }

    private func summary(_ configuration: Configuration) -> String {
        let sensors = configuration.covers.reduce(0) { $0 + $1.sensors.count }
        func counted(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
            "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
        }
        return [
            counted(configuration.covers.count, "cover"),
            "\(counted(sensors, "sensor")) on \(counted(configuration.buses.count, "bus", "buses"))",
            counted(configuration.rules.count, "rule"), counted(configuration.uplinks.count, "uplink"),
        ].joined(separator: ", ")
    }
}

struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a JSON Schema for editors: of the configuration, of sensor models, of rule packs or of scenarios.")

    @Flag(help: "The schema of sensor models.")
    var profile = false

    @Flag(help: "The schema of rule packs.")
    var rules = false

    @Flag(help: "The schema of scenarios.")
    var scenario = false

    func validate() throws {
        guard [profile, rules, scenario].count(where: { $0 }) <= 1 else {
            throw ValidationError("expected one of --profile, --rules and --scenario, found several")
        }
    }

    func run() {
        let schema =
            profile
            ? ConfigurationSchema.profile
            : rules ? ConfigurationSchema.rules : scenario ? ConfigurationSchema.scenario : ConfigurationSchema.configuration
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
