// Everything that the doctor can find wrong, causes before what follows from them.

/// What kind of finding.
public enum FindingCode: String, CaseIterable, Sendable {
    // The daemon does not answer: found by the tool itself.
    case socketMissing = "socket-missing"
    case socketRefused = "socket-refused"
    case socketForbidden = "socket-forbidden"
    case gatewaySilent = "gateway-silent"
    case gatewayStrange = "gateway-strange"
    case unitMissing = "unit-missing"
    case unitStopped = "unit-stopped"
    case unitUnknown = "unit-unknown"
    // What the whole gateway stands on.
    case configurationRefused = "configuration-refused"
    case trialFailed = "trial-failed"
    case safeMode = "safe-mode"
    case storeNewer = "store-newer"
    case diskFull = "disk-full"
    case storeUnreadable = "store-unreadable"
    case storeUnwritten = "store-unwritten"
    case auditUnwritable = "audit-unwritable"
    case auditBroken = "audit-broken"
    case alarmsLost = "alarms-lost"
    case readingsLost = "readings-lost"
    case storeSetAside = "store-set-aside"
    case storeNearFull = "store-near-full"
    case diskTooSmall = "disk-too-small"
    case clockBehind = "clock-behind"
    case clockUnsynced = "clock-unsynced"
    case memoryNearLimit = "memory-near-limit"
    case memoryLow = "memory-low"
    case descriptorsNearLimit = "descriptors-near-limit"
    // The way to the platform.
    case certificateExpired = "certificate-expired"
    case uplinkDisconnected = "uplink-disconnected"
    case nobodyListening = "nobody-listening"
    case messagesRefused = "messages-refused"
    case certificateExpiring = "certificate-expiring"
    case certificateUnreadable = "certificate-unreadable"
    // The way to the sensors.
    case busDisconnected = "bus-disconnected"
    case busSilent = "bus-silent"
    case outputFailed = "output-failed"
    case outputUnconfirmed = "output-unconfirmed"
    case busOverloaded = "bus-overloaded"
    case checksumErrors = "checksum-errors"
    case unitQuarantined = "unit-quarantined"
    case unitSilent = "unit-silent"
    // The sensors and their covers.
    case sensorNoValue = "sensor-no-value"
    case sensorUncertain = "sensor-uncertain"
    case sensorNotRead = "sensor-not-read"
    case alarmUnacknowledged = "alarm-unacknowledged"
    case maintenanceLong = "maintenance-long"
    case commissionRecord = "commission-record"
    case tiltZeroVoid = "tilt-zero-void"
    case tiltZeroMissing = "tilt-zero-missing"
    case riskUnwatched = "risk-unwatched"
    case sensorNeverTested = "sensor-never-tested"
    case readTooRarely = "read-too-rarely"
    /// `status` knows a problem that the doctor has no better word for.
    case unhealthy
    // To be known.
    case simulated
    case clockHoldover = "clock-holdover"
    case alarmShelved = "alarm-shelved"
    case sensorTest = "sensor-test"
    case commissioningOpen = "commissioning-open"
    case serialMissing = "serial-missing"
    case profileUnverified = "profile-unverified"
    case ruleWithoutData = "rule-without-data"
    case groupMissing = "group-missing"

    /// How much it weighs unless what it is about makes it graver.
    public var severity: FindingSeverity {
        switch self {
        case .socketMissing, .socketRefused, .socketForbidden, .gatewaySilent, .gatewayStrange, .unitMissing, .unitStopped,
            .configurationRefused, .safeMode, .storeNewer, .diskFull, .storeUnreadable, .storeUnwritten, .auditUnwritable,
            .auditBroken,
            .alarmsLost,
            .certificateExpired,
            .uplinkDisconnected, .nobodyListening, .busDisconnected, .busSilent, .outputFailed, .outputUnconfirmed:
            .danger
        case .trialFailed, .readingsLost, .storeSetAside, .storeNearFull, .diskTooSmall, .clockBehind, .clockUnsynced,
            .memoryNearLimit, .memoryLow,
            .descriptorsNearLimit, .messagesRefused, .certificateExpiring, .certificateUnreadable, .busOverloaded,
            .checksumErrors, .unitQuarantined, .unitSilent, .sensorNoValue, .sensorUncertain, .sensorNotRead,
            .alarmUnacknowledged, .maintenanceLong, .commissionRecord, .tiltZeroVoid, .tiltZeroMissing, .riskUnwatched,
            .sensorNeverTested, .readTooRarely, .unhealthy:
            .warning
        case .unitUnknown, .simulated, .clockHoldover, .alarmShelved, .sensorTest, .commissioningOpen, .serialMissing,
            .profileUnverified, .ruleWithoutData, .groupMissing:
            .notice
        }
    }
}
