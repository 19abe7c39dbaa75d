// A good question to each route of the local interface.
import DiagnosticsProtocol

extension DiagnosticsRoute {
    /// What a good question to the route asks for.
    var exampleTarget: String {
        if self == .evidence { return "\(path)?alarm=A1" }
        if self == .entryAdvice || self == .commission { return "\(path)?cover=C1" }
        return parameters.contains("bus") && self != .buses ? "\(path)?bus=plc" : path
    }

    /// The body of a good question to the route; none for those that read.
    var exampleBody: String {
        switch self {
        case .read: #"{"point":"C1/ch4/gas"}"#
        case .acknowledge: #"{"alarm":"A1"}"#
        case .closeAlarm: #"{"alarm":"A1","note":"ventilated","false_alarm":false}"#
        case .shelveAlarm: #"{"alarm":"A1","reason":"paint","seconds":7200}"#
        case .startMaintenance: #"{"cover":"C1","order":"W-17","crew":"B2","reason":"pump","seconds":7200}"#
        case .stopMaintenance: #"{"cover":"C1"}"#
        case .startCalibration: #"{"point":"C1/ch4/gas","reason":"bump test","seconds":600}"#
        case .stopCalibration: #"{"point":"C1/ch4/gas","applied":50,"unit":"%LEL","passed":true}"#
        case .busRead: #"{"bus":"plc","unit":3,"table":"holding","address":0,"count":1}"#
        case .busWrite: #"{"bus":"plc","unit":3,"table":"holding","address":0,"words":[5]}"#
        case .startBusScan: #"{"bus":"plc","other_settings":false}"#
        case .stopBusScan: #"{"bus":"plc"}"#
        case .commissionZero: #"{"sensor":"C1/tilt"}"#
        case .commissionReport: #"{"cover":"C1"}"#
        case .startFunctionTest: #"{"point":"C1/tilt/tilt","expect":"rise","seconds":60}"#
        case .stepFunctionTest: #"{"point":"C1/tilt/tilt"}"#
        case .outboxExport: #"{"lane":"readings"}"#
        case .confirmFunctionTest: #"{"point":"C1/tilt/tilt","passed":true}"#
        default: ""
        }
    }
}
