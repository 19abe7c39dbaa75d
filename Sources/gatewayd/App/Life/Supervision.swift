// What the service manager is told of the daemon: that it is ready, that it lives, that it ends (docs/adr/0013-process.md).
import Glibc
import Logging
import Platform
import SensorModel
import Synchronization

/// The daemon's word to its service manager; silent where there is none.
final class Supervision: Sendable {
    /// What has to be up before the daemon is ready, beside what it cannot begin without.
    enum Part: CaseIterable, Sendable {
        /// Every bus and line is being watched; whether somebody answers there is another matter.
        case buses
        /// The local socket, or the first failure to get it: the watch does not depend on it.
        case interface
    }

    /// A task without which the daemon is no use, and which a restart mends.
    struct Vital: Sendable {
        /// For the log.
        var name: String
        /// Its word.
        var pulse: Pulse
        /// From when on its word counts; nil for always.
        var from: MonotonicTime?
    }

    /// How long a task may take to begin.
    private static let beginning = Duration.seconds(60)

    private let manager: ServiceManager?
    private let vitals: [Vital]
    private let clock: any TimeSource
    private let log: Logger
    private let status: @Sendable () -> String
    private let goesOn: @Sendable () -> Bool
    private let handover: Handover?
    private let missing = Mutex(Set(Part.allCases))
    private let watchdog: Mutex<Watchdog>
    private let trouble = Mutex<Int32>(0)

    /// - Parameters:
    ///   - vitals: the tasks that are watched over.
    ///   - clock: of the kernel.
    ///   - status: what the manager shows of the daemon while it works; asked whenever it is told.
    ///   - goesOn: whether the process goes on when this run ends.
    ///   - handover: feeds the watchdog from then on until the next run begins.
    init(
        _ manager: ServiceManager?, vitals: [Vital], clock: any TimeSource, log: Logger,
        status: @escaping @Sendable () -> String, goesOn: @escaping @Sendable () -> Bool, handover: Handover?
    ) {
        self.goesOn = goesOn
        self.handover = handover
        self.manager = manager
        self.vitals = vitals
        self.clock = clock
        self.log = log
        self.status = status
        watchdog = Mutex(Watchdog(patience: manager?.patience ?? .zero))
    }

    /// A part is up. With the last one the daemon is ready.
    func reached(_ part: Part) {
        let isReady = missing.withLock { $0.remove(part) != nil && $0.isEmpty }
        if isReady { tell("READY=1", "STATUS=\(status())") }
    }

    /// What the manager shows of the daemon is another.
    func tellStatus() { tell("STATUS=\(status())") }

    /// Watches over the tasks until cancelled; then the daemon ends, in order.
    func run() async {
        let thread = manager?.patience == nil ? nil : begin()
        handover?.end()
        while !Task.isCancelled { try? await clock.sleep(until: clock.now().monotonic + .seconds(3600)) }
        thread?.stop()
        // Who says STOPPING is ended by its manager: not what only begins anew inside itself.
        if goesOn() {
            tell("STATUS=taking another configuration")
            handover?.begin(manager)
        } else {
            tell("STOPPING=1", "STATUS=stopping")
        }
    }

    private func begin() -> WatchThread {
        let due = clock.now().monotonic + Self.beginning
        for vital in vitals where vital.pulse.due == nil { vital.pulse.promise(by: due) }
        let thread = WatchThread(name: "watchdog") { [self] in look() }
        let code = thread.start()
        if code != 0 {
            log.error("no thread for the watchdog, the service manager will end the daemon: \(String(cString: strerror(code)))")
        }
        return thread
    }

    /// Tells the manager that the daemon lives, or the log who does not.
    private func look() -> Duration {
        let now = clock.now().monotonic
        let seen = vitals.map { Watchdog.Vital(name: $0.name, due: $0.pulse.due, from: $0.from) }
        let verdict = watchdog.withLock { $0.look(at: seen, now: now) }
        for late in verdict.late {
            log.critical(
                "the watchdog is not fed: a task stands still", metadata: ["task": "\(late.name)", "late": "\(late.by.words)"])
        }
        for name in verdict.back { log.warning("a task that stood still goes on", metadata: ["task": "\(name)"]) }
        if verdict.isAlive {
            tell("WATCHDOG=1", verdict.back.isEmpty ? nil : "STATUS=\(status())")
        } else if let late = verdict.late.first {
            tell("STATUS=\(late.name) stands still")
        }
        return verdict.wait
    }

    /// What cannot be told is said in the log, once for each reason.
    private func tell(_ lines: String?...) {
        guard let manager else { return }
        let code = manager.tell(lines.compactMap(\.self))
        let before = trouble.withLock { trouble in
            defer { trouble = code }
            return trouble
        }
        guard code != 0, code != before else { return }
        log.error(
            "the service manager cannot be told how the daemon is: \(String(cString: strerror(code)))",
            metadata: ["NOTIFY_SOCKET": "\(manager.path)"])
    }
}

extension Duration {
    fileprivate var words: String { "\((seconds * 10).rounded() / 10) s" }
}
