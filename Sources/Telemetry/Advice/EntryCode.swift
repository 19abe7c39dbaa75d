// What entry advice can find: closed, each with its step and how much it weighs.

/// A kind of finding.
public enum EntryCode: String, CaseIterable, Sendable {
    case clockUnsynced = "clock-unsynced"
    case gatewaySilent = "gateway-silent"
    case notMeasured = "not-measured"
    case notReadYet = "not-read-yet"
    case stale
    case noValue = "no-value"
    case disbelieved, doubtful
    case oxygenLow = "oxygen-low"
    case oxygenHigh = "oxygen-high"
    case catalyticWithoutOxygen = "catalytic-without-oxygen"
    case flammableHigh = "flammable-high"
    case flammableRaised = "flammable-raised"
    case hydrogenSulfideHigh = "hydrogen-sulfide-high"
    case carbonMonoxideHigh = "carbon-monoxide-high"
    case submerged
    case waterRising = "water-rising"
    case waterDoubtful = "water-doubtful"
    case waterUnplaced = "water-unplaced"
    case waterNotMeasured = "water-not-measured"
    case calibrationOverdue = "calibration-overdue"
    case bumpTestOverdue = "bump-test-overdue"
    case checksUnknown = "checks-unknown"
    case alarmRaised = "alarm-raised"
    case alarmLately = "alarm-lately"
    case seenShortly = "seen-shortly"
    case maintenanceOff = "maintenance-off"

    /// Which of the twelve steps finds it.
    public var step: Int {
        switch self {
        case .clockUnsynced, .gatewaySilent: 1
        case .notMeasured: 2
        case .notReadYet, .stale: 3
        case .noValue: 4
        case .disbelieved, .doubtful: 5
        case .oxygenLow, .oxygenHigh, .catalyticWithoutOxygen: 6
        case .flammableHigh, .flammableRaised: 7
        case .hydrogenSulfideHigh, .carbonMonoxideHigh: 8
        case .submerged, .waterRising, .waterDoubtful, .waterUnplaced, .waterNotMeasured: 9
        case .calibrationOverdue, .bumpTestOverdue, .checksUnknown: 10
        case .alarmRaised, .alarmLately, .seenShortly: 11
        case .maintenanceOff: 12
        }
    }

    /// What it makes of the answer; a finding without objection is a note.
    public var verdict: EntryVerdict {
        switch self {
        case .clockUnsynced, .gatewaySilent, .notMeasured, .notReadYet, .stale, .noValue, .disbelieved, .oxygenLow, .oxygenHigh,
            .catalyticWithoutOxygen, .flammableHigh, .hydrogenSulfideHigh, .carbonMonoxideHigh, .submerged, .waterRising:
            .stop
        case .doubtful, .flammableRaised, .waterDoubtful, .waterUnplaced, .calibrationOverdue, .bumpTestOverdue, .checksUnknown,
            .alarmRaised, .alarmLately, .maintenanceOff:
            .caution
        case .waterNotMeasured, .seenShortly: .noObjection
        }
    }
}
