// Feeds the service manager's watchdog between two compositions (docs/adr/0013-process.md).
import Glibc
import Logging
import Platform
import SensorModel
import Synchronization

/// The daemon's word to its service manager while nothing is there that could give it. Lives as long as the process.
public final class Handover: Sendable {
    private let clock: any TimeSource
    private let log: Logger
    private let thread = Mutex<WatchThread?>(nil)
    private let isOverSaid = Atomic<Bool>(false)

    /// - Parameter clock: of the kernel.
    init(clock: any TimeSource, log: Logger) {
        self.clock = clock
        self.log = log
    }

    /// A composition ends, and another one is to begin: the manager is told at once that the daemon lives, and from then on for a
    /// minute at most. Nothing happens when that has begun already: compositions that fail one after the other get one minute.
    func begin(_ manager: ServiceManager?) {
        guard let manager, let patience = manager.patience else { return }
        let interim = Interim(patience: patience, now: clock.now().monotonic)
        let fresh = WatchThread(name: "watchdog") { [self] in
            let now = clock.now().monotonic
            if interim.isFed(now) {
                _ = manager.tell(["WATCHDOG=1"])
                isOverSaid.store(false, ordering: .relaxed)
            } else if !isOverSaid.exchange(true, ordering: .relaxed) {
                log.critical("the watchdog is not fed: no other composition has begun for \(Int(Interim.most.seconds)) s")
            }
            return interim.wait(now)
        }
        let code: Int32 = thread.withLock { thread in
            guard thread == nil else { return 0 }
            let code = fresh.start()
            if code == 0 { thread = fresh }
            return code
        }
        if code != 0 { log.error("no thread for the watchdog between two compositions: \(String(cString: strerror(code)))") }
    }

    /// The next composition is watched over, or the process ends.
    func end() {
        let ended: WatchThread? = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        ended?.stop()
    }
}
