// The table of what the daemon answers; server, client and docs/openapi.yaml agree on it by a test.

/// One route of the local interface (HTTP/1.1 over the Unix socket).
public enum DiagnosticsRoute: CaseIterable, Sendable {
    case status, sensors, read, alarms, acknowledge, closeAlarm, shelveAlarm, entryAdvice
    case maintenance, startMaintenance, stopMaintenance
    case calibrations, calibrationDue, startCalibration, stopCalibration
    case buses, busRead, busWrite, busTrace, busScan, startBusScan, stopBusScan
    case commission, commissionZero, commissionBindings, startFunctionTest, stepFunctionTest, confirmFunctionTest
    case commissionReport
    case audit, auditVerify
    case alarmHistory, alarmFigures, evidence
    case gpio, outbox, outboxExport, outboxVerify, uplinks, configuration, metrics
    case checkConfiguration, applyConfiguration, configurationTrial, previousConfiguration, rollBackConfiguration
    case doctor

    /// `GET` or `POST`.
    public var method: String {
        switch self {
        case .read, .acknowledge, .busRead, .busWrite, .startBusScan, .stopBusScan, .commissionZero, .startFunctionTest,
            .stepFunctionTest, .confirmFunctionTest, .commissionReport, .closeAlarm, .shelveAlarm, .startMaintenance,
            .stopMaintenance, .startCalibration, .stopCalibration, .outboxExport, .checkConfiguration, .applyConfiguration,
            .rollBackConfiguration:
            "POST"
        case .status, .sensors, .alarms, .buses, .busTrace, .busScan, .gpio, .outbox, .outboxVerify, .uplinks, .configuration,
            .metrics,
            .commission, .commissionBindings, .audit, .auditVerify, .entryAdvice, .doctor, .alarmHistory, .alarmFigures,
            .evidence, .maintenance, .calibrations, .calibrationDue, .configurationTrial, .previousConfiguration:
            "GET"
        }
    }

    /// The path, without the query.
    public var path: String {
        switch self {
        case .status: "/v1/status"
        case .sensors: "/v1/sensors"
        case .read: "/v1/read"
        case .alarms: "/v1/alarms"
        case .acknowledge: "/v1/alarms/ack"
        case .alarmHistory: "/v1/alarms/history"
        case .alarmFigures: "/v1/alarms/figures"
        case .evidence: "/v1/evidence"
        case .closeAlarm: "/v1/alarms/close"
        case .shelveAlarm: "/v1/alarms/shelve"
        case .entryAdvice: "/v1/entry-advice"
        case .maintenance: "/v1/maintenance"
        case .startMaintenance: "/v1/maintenance/start"
        case .stopMaintenance: "/v1/maintenance/stop"
        case .calibrations: "/v1/calibration"
        case .calibrationDue: "/v1/calibration/due"
        case .startCalibration: "/v1/calibration/start"
        case .stopCalibration: "/v1/calibration/stop"
        case .buses: "/v1/buses"
        case .busRead: "/v1/buses/read"
        case .busWrite: "/v1/buses/write"
        case .busTrace: "/v1/buses/trace"
        case .busScan, .startBusScan: "/v1/buses/scan"
        case .stopBusScan: "/v1/buses/scan/stop"
        case .commission: "/v1/commission"
        case .startFunctionTest: "/v1/commission/test"
        case .stepFunctionTest: "/v1/commission/test/step"
        case .confirmFunctionTest: "/v1/commission/test/confirm"
        case .commissionReport: "/v1/commission/report"
        case .commissionZero: "/v1/commission/zero"
        case .commissionBindings: "/v1/commission/bindings"
        case .audit: "/v1/audit"
        case .auditVerify: "/v1/audit/verify"
        case .gpio: "/v1/gpio"
        case .outbox: "/v1/outbox"
        case .outboxExport: "/v1/outbox/export"
        case .outboxVerify: "/v1/outbox/verify"
        case .uplinks: "/v1/uplinks"
        case .configuration: "/v1/config"
        case .checkConfiguration: "/v1/config/check"
        case .applyConfiguration: "/v1/config/apply"
        case .configurationTrial: "/v1/config/trial"
        case .previousConfiguration: "/v1/config/previous"
        case .rollBackConfiguration: "/v1/config/rollback"
        case .metrics: "/metrics"
        case .doctor: "/v1/doctor"
        }
    }

    /// The query parameters the route knows.
    public var parameters: [String] {
        switch self {
        case .sensors, .commission, .commissionBindings, .calibrations, .calibrationDue: ["cover"]
        case .entryAdvice: ["cover", "language"]
        case .doctor: ["language"]
        case .buses, .busScan: ["bus"]
        case .busTrace: ["bus", "after"]
        case .audit: ["last"]
        case .alarmHistory: ["month", "cover", "rule"]
        case .alarmFigures: ["month"]
        case .evidence: ["alarm"]
        case .auditVerify: ["seq", "head"]
        case .outboxVerify: ["lane", "after"]
        case .checkConfiguration: ["name"]
        case .applyConfiguration: ["name", "before"]
        case .rollBackConfiguration: ["before"]
        default: []
        }
    }

    /// Whether the times in its answer are those of the sensors, which a simulation has of its own.
    public var hasFieldTimes: Bool {
        switch self {
        case .sensors, .read, .alarms, .shelveAlarm, .alarmHistory, .maintenance, .startMaintenance, .stopMaintenance,
            .calibrations, .calibrationDue, .startCalibration, .stopCalibration:
            true
        default: false
        }
    }

    /// Whether it changes state: then only root and the operator group may ask for it. A scan at other settings than the bus's
    /// own takes the bus away from its sensors and needs them too.
    public var changesState: Bool {
        switch self {
        case .acknowledge, .busWrite, .stopBusScan, .commissionZero, .startFunctionTest, .stepFunctionTest,
            .confirmFunctionTest, .commissionReport, .closeAlarm, .shelveAlarm, .startMaintenance, .stopMaintenance,
            .startCalibration, .stopCalibration, .applyConfiguration, .rollBackConfiguration:
            true
        default: false
        }
    }

    /// Whether the body is a configuration as it stands in its file, and may be as long as one.
    public var takesConfiguration: Bool { self == .checkConfiguration || self == .applyConfiguration }
}
