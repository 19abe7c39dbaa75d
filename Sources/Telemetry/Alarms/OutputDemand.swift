// Which local outputs sound: a function of the alarms that are not normal and of what each output is for.

/// The alarms that make an output sound, and for how long.
public struct OutputCondition: Sendable, Equatable {
    /// What ends the sound of one alarm. The words are those of the configuration.
    public enum Until: String, CaseIterable, Sendable {
        /// The alarm has returned; an acknowledgement changes nothing.
        case returned
        /// Somebody has acknowledged it; that it has returned before changes nothing.
        case acknowledged
    }

    /// Alarms of this severity and of higher ones.
    public var severity: Severity
    /// Alarms at these covers only; nil for those of all covers and of the gateway itself.
    public var covers: Set<String>?
    /// What ends the sound.
    public var until: Until

    /// - Parameters: as the properties.
    public init(severity: Severity = .danger, covers: Set<String>? = nil, until: Until = .returned) {
        self.severity = severity
        self.covers = covers
        self.until = until
    }

    /// Whether an alarm as it stands makes the output sound. One that is shelved, suppressed, out of service or closed does not,
    /// nor does one that test gas has raised.
    public func isMet(by alarm: ActiveAlarm) -> Bool {
        guard alarm.severity >= severity, !alarm.isTest else { return false }
        if let covers {
            guard let cover = alarm.point?.cover, covers.contains(cover) else { return false }
        }
        return switch until {
        case .returned: alarm.state.isRaised
        case .acknowledged: alarm.state.needsAcknowledgement
        }
    }
}

/// What is demanded of each output, kept up to date alarm by alarm.
public struct OutputDemand: Sendable {
    private let conditions: [String: OutputCondition]
    /// The ids of the alarms that make each output sound.
    private var causes: [String: Set<String>] = [:]

    /// - Parameter conditions: what each output is for, by its id.
    public init(_ conditions: [String: OutputCondition]) { self.conditions = conditions }

    /// Forgets what was, and takes these alarms: all that are not normal.
    public mutating func begin(with alarms: [ActiveAlarm]) {
        causes = [:]
        for alarm in alarms { take(alarm) }
    }

    /// Takes an alarm as it stands after a step.
    public mutating func take(_ alarm: ActiveAlarm) {
        for (output, condition) in conditions {
            if condition.isMet(by: alarm) {
                causes[output, default: []].insert(alarm.id)
            } else {
                causes[output]?.remove(alarm.id)
            }
        }
    }

    /// Whether an output shall sound.
    public func sounds(_ output: String) -> Bool { causes[output].map { !$0.isEmpty } ?? false }
}
