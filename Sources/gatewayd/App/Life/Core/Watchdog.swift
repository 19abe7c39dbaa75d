// When the service manager is told that the daemon lives: while every task keeps its word, and by no other sign. Pure.
import SensorModel

/// The judge of the tasks' promises.
struct Watchdog: Sendable {
    /// One task, and by when it has said that it will be seen again; nil while it is excused.
    struct Vital: Sendable, Equatable {
        var name: String
        var due: MonotonicTime?
        /// From when on it is judged; nil for always.
        var from: MonotonicTime?
    }

    /// A task that has not kept its word.
    struct Late: Sendable, Equatable {
        var name: String
        var by: Duration
    }

    /// What follows from a look.
    struct Verdict: Sendable, Equatable {
        /// Whether the daemon lives.
        var isAlive: Bool
        /// Tasks that have become late since the look before.
        var late: [Late]
        /// Tasks that were late at the look before and are not any more.
        var back: [String]
        /// When to look again.
        var wait: Duration
    }

    /// So often is looked while a task is late: there is little time left for it to come back.
    static let impatience = Duration.seconds(1)

    private let period: Duration
    private var late: Set<String> = []

    /// - Parameter patience: how long the service manager waits for a sign of life; it gets two in that time.
    init(patience: Duration) { period = patience / 2 }

    /// Judges the tasks.
    mutating func look(at vitals: [Vital], now: MonotonicTime) -> Verdict {
        let overdue: [Late] = vitals.compactMap { vital in
            if let from = vital.from, now < from { return nil }
            return vital.due.flatMap { $0 < now ? Late(name: vital.name, by: now - $0) : nil }
        }
        let names = Set(overdue.map(\.name))
        defer { late = names }
        return Verdict(
            isAlive: names.isEmpty, late: overdue.filter { !late.contains($0.name) }, back: late.subtracting(names).sorted(),
            wait: names.isEmpty ? period : min(period, Self.impatience))
    }
}
