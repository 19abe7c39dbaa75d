// gateway-simulate: the whole daemon in one process on virtual time, seed after seed, against everything that can go wrong.
import ArgumentParser
import Gateway
import Glibc
import MemoryDisk

/// The seed that runs, for whoever finds the process dead.
private nonisolated(unsafe) var running: UInt64 = 0

@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway-simulate",
        abstract: "Runs the whole daemon by seed on virtual time, with faults of disk, link, broker, clock, power and sensors.",
        discussion: "A failure names its seed and the command that repeats it. The same seed gives the same log, byte for byte.")

    @Option(help: "How many seeds.")
    var seeds: UInt64 = 1

    @Option(help: "The first seed.")
    var firstSeed: UInt64 = 1

    @Option(help: "From a seed to the next one.")
    var stride: UInt64 = 1

    @Option(help: "Simulated hours of each seed, before everything is healed.")
    var hours = 2.0

    @Option(help: "Only faults of these kinds, separated by commas; an empty text is none.")
    var faults: String?

    @Option(help: ArgumentHelp("Writes the event log of the last seed there.", valueName: "file"))
    var log: String?

    @Option(help: ArgumentHelp("The folder of the shipped sensor models and rules.", valueName: "folder"))
    var boards = "boards"

    @Option(help: "The commit that was built, for failures.")
    var commit: String?

    @Flag(help: "Runs each seed twice and compares the logs.")
    var twice = false

    @Flag(help: "Prints a line for each seed.")
    var verbose = false

    func run() throws {
        makeRepeatable()
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT] {
            signal(number) { _ in
                let words = "gateway-simulate: the process died in seed \(running)\n"
                _ = words.withCString { write(2, $0, strlen($0)) }
                _exit(2)
            }
        }
        let only = try faults.map { names in
            try names.split(separator: ",").map { name in
                guard let kind = FaultKind(rawValue: String(name)) else {
                    let known = FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("there is no fault \(name); known are \(known)")
                }
                return kind
            }
        }
        var configurations: [String: StartConfiguration] = [:]
        var (days, failed) = (0.0, [UInt64]())
        var (records, duplicates, alarms, demands, lives, cuts, crews, jobs) = (0, 0, 0, 0, 0, 0, 0, UInt64(0))
        let began = seconds()
        for seed in (0..<seeds).map({ firstSeed + $0 * stride }) {
            running = seed
            let story = Story(seed: seed, only: only)
            let key = Street.text(story)
            let start = try configurations[key] ?? Street.configuration(story, boards: boards)
            configurations[key] = start
            memory_disk_make(0, 0)
            let held = Heap.bytes
            var outcome = World(story, start, seed: seed, hours: hours, log: log).run()
            if twice {
                let again = World(story, start, seed: seed, hours: hours, log: log).run()
                if again.digest != outcome.digest { outcome.complaints.append("the second run of this seed went another way") }
            }
            memory_disk_make(0, 0)
            let left = Heap.bytes - held
            // The runtime fills its caches first: only from the third seed of a run on.
            if seed > firstSeed + stride, left > Heap.mostLeft {
                outcome.complaints.append("\(left) bytes of memory are left of it; seen behind two other seeds only")
            }
            days += outcome.seconds / 86_400
            records += outcome.records
            duplicates += outcome.duplicates
            (alarms, demands) = (alarms + outcome.alarms, demands + outcome.demands)
            lives += outcome.lives
            cuts += outcome.cuts
            crews += outcome.crews
            jobs += outcome.jobs
            if verbose || seeds == 1 {
                print(
                    "seed \(seed): log \(String(outcome.digest, radix: 16)), \(outcome.lines) lines, \(outcome.records) records,",
                    "\(outcome.duplicates) twice, \(outcome.alarms) raises, \(outcome.lives) lives, \(outcome.cuts) cuts")
            }
            if !outcome.complaints.isEmpty {
                failed.append(seed)
                report(seed, outcome)
            }
        }
        let took = seconds() - began
        print(
            "\(seeds) seeds, \(rounded(days)) gateway-days: \(records) records, \(duplicates) of them twice; \(alarms) raises,",
            "\(demands) demanded; \(lives) lives, \(cuts) power cuts; \(rounded(took)) s of one core,",
            "\(rounded(days / took)) gateway-days in each, \(jobs / max(1, UInt64(seeds))) jobs a seed;",
            "\(crews) times crews were where people had been told")
        if !failed.isEmpty {
            print("\(failed.count) seeds failed: \(failed.prefix(20).map(String.init).joined(separator: " "))")
            throw ExitCode(1)
        }
    }

    private func report(_ seed: UInt64, _ outcome: World.Outcome) {
        for line in outcome.tail where verbose { print("  \(line)") }
        for words in outcome.complaints.prefix(10) { print("seed \(seed): \(words)") }
        let kinds = faults.map { " --faults '\($0)'" } ?? ""
        let version = GatewayApplication.version + (commit.map { " (\($0))" } ?? "")
        print("  version \(version); again: make simulate SEEDS=1 FIRST_SEED=\(seed) SIMULATE=\"--hours \(hours)\(kinds)\"")
    }

    /// The order of sets and dictionaries must not differ from run to run: that is decided before the first line of Swift.
    private func makeRepeatable() {
        guard getenv("SWIFT_DETERMINISTIC_HASHING") == nil else { return }
        setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
        var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv("/proc/self/exe", arguments)
    }

    /// Of one core.
    private func seconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }

    private func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }
}
