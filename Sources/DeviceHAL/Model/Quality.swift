// How far a reading may be believed, and why not further. The reasons are closed (contract §5).

/// Why a reading has no value.
public enum BadReason: String, CaseIterable, Sendable {
    case timeout
    case corruptReply = "corrupt-reply"
    case exception
    case disconnected
    case deviceFault = "device-fault"
    case invalidMarker = "invalid-marker"
    case notANumber = "not-a-number"
    case anotherModel = "another-model"
    case anotherUnit = "another-unit"
    case warmingUp = "warming-up"
    case inhibited, calibrating
    case heartbeatStopped = "heartbeat-stopped"
    case outOfRange = "out-of-range"
    case lowOxygen = "low-oxygen"
    case submerged
    case missedEdgesUnrecoverable = "missed-edges-unrecoverable"
    case decodeError = "decode-error"
}

/// Why a reading's value is to be taken with care.
public enum UncertainReason: String, CaseIterable, Sendable {
    case resynchronising, stuck
    case flatLine = "flat-line"
    case implausibleJump = "implausible-jump"
    case supplyLow = "supply-low"
    case stale, disagreement
    case calibrationOverdue = "calibration-overdue"
    case testGas = "test-gas"
    case missedEdges = "missed-edges"
    case lineFlapping = "line-flapping"
}

/// A value together with its quality: a bad reading cannot carry a number, a good one cannot lack it.
public enum Measurement: Sendable, Equatable {
    /// The value, in the quantity's canonical unit; always finite.
    case good(Double)
    /// A value that may alarm but is never taken as normal.
    case uncertain(Double, UncertainReason)
    /// No value, and why.
    case bad(BadReason)

    /// The value in the canonical unit, or nil for a bad reading.
    public var value: Double? {
        switch self {
        case .good(let value), .uncertain(let value, _): value
        case .bad: nil
        }
    }

    /// `good`, `uncertain` or `bad`, as it stands in messages.
    public var quality: String {
        switch self {
        case .good: "good"
        case .uncertain: "uncertain"
        case .bad: "bad"
        }
    }

    /// The reason's word, or nil for a good reading.
    public var reason: String? {
        switch self {
        case .good: nil
        case .uncertain(_, let reason): reason.rawValue
        case .bad(let reason): reason.rawValue
        }
    }
}
