// Who is told of all that passes the intake, and must not wait: the judge of a scenario, the memory of a day.
import Alarms
import SensorModel

/// Told of readings and of the steps of alarms, each in its order; the steps that a reading leads to before the reading.
public struct IntakeOnlooker: Sendable {
    /// A reading was judged and goes to the writers.
    public var reading: @Sendable (Reading) -> Void
    /// An alarm made a step, by a reading, a person or time alone.
    public var step: @Sendable (AlarmTransition) -> Void
    /// A step has its number and is with the uplinks and the writer.
    public var numbered: @Sendable (AlarmTransition, Int64) -> Void

    /// - Parameters: as the properties; by default nobody is told.
    public init(
        reading: @escaping @Sendable (Reading) -> Void = { _ in },
        step: @escaping @Sendable (AlarmTransition) -> Void = { _ in },
        numbered: @escaping @Sendable (AlarmTransition, Int64) -> Void = { _, _ in }
    ) {
        self.reading = reading
        self.step = step
        self.numbered = numbered
    }
}
