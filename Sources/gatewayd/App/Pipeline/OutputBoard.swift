// From the alarm's step to the local outputs, before anything else is done with it: one level for each, the newest counts.
import Alarms
import Platform
import SensorModel
import Synchronization

/// Tells the outputs what is demanded of them. Never waits, so that the intake may call it in the middle of its work.
public final class OutputBoard: Sendable {
    private let demand: Mutex<OutputDemand>
    private let levels: [String: OutputLevel]

    /// - Parameter conditions: what each output is for, by its id.
    public init(_ conditions: [String: OutputCondition] = [:]) {
        demand = Mutex(OutputDemand(conditions))
        levels = conditions.mapValues { _ in OutputLevel() }
    }

    /// What is demanded of an output; nil when the board does not have it.
    public func level(of output: String) -> OutputLevel? { levels[output] }

    /// The intake runs: these are the alarms that are not normal. Before that nothing is demanded.
    func begin(with alarms: [ActiveAlarm]) {
        demand.withLock { demand in
            demand.begin(with: alarms)
            tell(demand)
        }
    }

    /// Alarms have made a step.
    func take(_ transitions: [AlarmTransition]) {
        if levels.isEmpty || transitions.isEmpty { return }
        demand.withLock { demand in
            for transition in transitions { demand.take(transition.alarm) }
            tell(demand)
        }
    }

    private func tell(_ demand: OutputDemand) {
        for (output, level) in levels { level.demand(demand.sounds(output)) }
    }
}

/// What is demanded of one output now. A level that is overtaken before it reached the line is left out, as it should be.
public final class OutputLevel: Sendable {
    private let wanted = Mutex<Bool?>(nil)
    private let bell = Mailbox<Void>(capacity: 1, whenFull: .dropNewest)

    /// Whether it shall sound; nil before the intake has judged anything.
    public var sounds: Bool? { wanted.withLock { $0 } }

    /// Another demand than before wakes who waits.
    func demand(_ sounds: Bool) {
        let isNew = wanted.withLock { wanted in
            defer { wanted = sounds }
            return wanted != sounds
        }
        if isNew { bell.send(()) }
    }

    /// Waits for another demand, at most until the deadline. One task at a time.
    func change(until deadline: MonotonicTime?, clock: some TimeSource) async {
        _ = await bell.next(until: deadline, clock: clock)
    }
}
