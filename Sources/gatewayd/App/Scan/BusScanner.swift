// Looks for devices on one bus: the plan's questions in the gaps between polls, or at other settings while the line is lent.
import DeviceHAL
import DiagnosticsProtocol
import Logging
import Platform
import SensorModel
import Synchronization

/// The scans of one bus, one at a time.
public final class BusScanner: Sendable {
    /// What to look for.
    public struct Order: Sendable {
        /// Whom to ask.
        public var plan: ScanPlan
        /// The models that can be named.
        public var profiles: [DeviceProfile]
        /// What was left out from the start, and why; nil when nothing was.
        public var problem: String?
        /// Whether the bus may be taken away from units that answer, now and for as long as that takes.
        public var mayTakeLive: @Sendable () -> Bool
        /// The language of what the report says in words.
        public var language: EntryLanguage

        /// - Parameters: as the properties.
        public init(
            plan: ScanPlan, profiles: [DeviceProfile], problem: String? = nil, language: EntryLanguage = .en,
            mayTakeLive: @escaping @Sendable () -> Bool = { false }
        ) {
            self.plan = plan
            self.profiles = profiles
            self.problem = problem
            self.language = language
            self.mayTakeLive = mayTakeLive
        }
    }

    private struct State {
        var number: UInt64 = 0
        var report: BusScanReport?
    }

    /// The longest wait for a gap between polls.
    static let patience = Duration.seconds(5)
    /// So many units in a row that all answer, and a server does not look at the unit's address.
    static let indifferent = 32
    /// So many failures of the port in a row, a second apart, and the scan ends.
    static let mostDisconnections = 3

    /// The bus.
    public let poller: BusPoller
    let clock: any TimeSource
    private let state = Mutex(State())
    private let orders = Mailbox<(number: UInt64, order: Order)>(capacity: 1, whenFull: .dropOldest)
    private let log: Logger

    /// - Parameter clock: time at the bus.
    public init(poller: BusPoller, clock: any TimeSource, log: Logger) {
        self.poller = poller
        self.clock = clock
        self.log = log
    }

    /// How far the scan is, or how the last one ended; nil before the first.
    public var report: BusScanReport? { state.withLock { $0.report } }

    /// Begins a scan.
    /// - Returns: nil when one runs.
    public func begin(_ order: Order) -> BusScanReport? {
        let begun = state.withLock { state -> (UInt64, BusScanReport)? in
            guard state.report?.state != "running" else { return nil }
            state.number += 1
            let report = Self.report(of: order, bus: poller.id, state: "running")
            state.report = report
            return (state.number, report)
        }
        guard let (number, report) = begun else { return nil }
        orders.send((number, order))
        return report
    }

    /// Ends the scan that runs, after its question in progress; what was found stays.
    public func stop() -> BusScanReport? {
        state.withLock { state in
            if state.report?.state == "running" { state.report?.end("stopped") }
            return state.report
        }
    }

    /// A plan as a report, before anything is asked.
    public static func report(of order: Order, bus: String, state: String) -> BusScanReport {
        BusScanReport(
            bus: bus, state: state, now: "", asked: 0, remaining: order.plan.stages.reduce(0) { $0 + $1.count },
            remainingSeconds: order.plan.duration.seconds, blindSeconds: order.plan.blindTime.seconds, devices: [],
            problem: order.problem)
    }

    /// Carries out what is begun until cancelled.
    public func run() async {
        while !Task.isCancelled {
            guard let (number, order) = await orders.next(until: nil, clock: clock) else { continue }
            await BusSearch(scanner: self, number: number, order: order, log: log).run()
        }
    }

    /// So many time-outs in a row, and a unit counts as dead; one lost reply says nothing.
    static let deadAfter = 3

    /// A unit of the bus's sensors that is not known to be dead; nil when all are. The bus is not taken away from such units.
    public func liveUnit() -> UInt8? {
        poller.units.sorted { $0.key < $1.key }.first { ($0.value.silence?.failures ?? 0) < Self.deadAfter }?.key
    }

    /// Whether a configured unit gives values at present, as its model should.
    func isWellNamed(_ unit: UInt8) -> Bool {
        guard let known = poller.units[unit], known.silence == nil, known.isGood else { return false }
        return true
    }

    /// Whether the scan still runs.
    func isWanted(_ number: UInt64) -> Bool {
        !Task.isCancelled && state.withLock { $0.number == number && $0.report?.state == "running" }
    }

    /// Changes the scan's report while it runs.
    func update(_ number: UInt64, _ change: (inout BusScanReport) -> Void) {
        state.withLock { state in
            guard state.number == number, var report = state.report, report.state == "running" else { return }
            change(&report)
            state.report = report
        }
    }
}

extension BusScanReport {
    /// Nothing is asked any more.
    mutating func end(_ state: String) {
        self.state = state
        now = ""
        remaining = 0
        remainingSeconds = 0
    }

    /// One more thing that stands in the way.
    mutating func note(_ words: String) { problem = [problem, words].compactMap { $0 }.joined(separator: "; ") }
}
