// Every sentence of the doctor in both languages, in one table: the type lets neither language nor remedy be forgotten.
import SensorModel

/// The table. `{…}` stands for what the finding puts in; `{subject}` for what it is about.
public enum FindingText {
    /// What a finding can put into its sentences.
    public enum Blank: String, CaseIterable, Sendable { case detail, count, total, list, time, limit }

    /// What is wrong, and what to do.
    public struct Sentences: Sendable {
        /// What is wrong.
        public let wrong: Bilingual
        /// What to do.
        public let remedy: Bilingual

        init(_ zh: String, _ en: String, remedy zhRemedy: String, _ enRemedy: String) {
            wrong = Bilingual(zh: zh, en: en)
            remedy = Bilingual(zh: zhRemedy, en: enRemedy)
        }
    }

    /// The sentences of a code.
    public static func sentences(_ code: FindingCode) -> Sentences {
        switch code {
        case .socketMissing, .socketRefused, .socketForbidden, .gatewaySilent, .gatewayStrange, .unitMissing, .unitStopped,
            .unitUnknown, .groupMissing:
            machine(code)
        case .configurationRefused, .trialFailed, .safeMode, .storeNewer, .diskFull, .auditUnwritable, .auditBroken, .alarmsLost,
            .readingsLost,
            .storeSetAside,
            .storeNearFull, .storeUnreadable, .storeUnwritten, .diskTooSmall, .clockBehind, .clockUnsynced, .clockHoldover,
            .memoryNearLimit, .memoryLow, .descriptorsNearLimit,
            .unhealthy, .simulated:
            gateway(code)
        case .certificateExpired, .uplinkDisconnected, .nobodyListening, .messagesRefused, .certificateExpiring,
            .certificateUnreadable, .busDisconnected, .busSilent, .outputFailed, .outputUnconfirmed, .busOverloaded,
            .checksumErrors, .unitQuarantined, .unitSilent:
            lines(code)
        case .sensorNoValue, .sensorUncertain, .sensorNotRead, .alarmUnacknowledged, .maintenanceLong, .commissionRecord,
            .tiltZeroVoid, .tiltZeroMissing, .riskUnwatched, .sensorNeverTested, .readTooRarely, .alarmShelved, .sensorTest,
            .commissioningOpen,
            .serialMissing, .profileUnverified, .ruleWithoutData:
            covers(code)
        }
    }

    /// The heading where something is wrong, and where not.
    public static func summary(dangers: Int, warnings: Int, notices: Int) -> Bilingual {
        guard dangers + warnings > 0 else {
            return Bilingual(zh: "未发现问题，提示 \(notices) 条", en: "nothing wrong found, notices: \(notices)")
        }
        return Bilingual(
            zh: "危险 \(dangers) 条，警告 \(warnings) 条，提示 \(notices) 条",
            en: "dangers: \(dangers), warnings: \(warnings), notices: \(notices)")
    }
}
