// The findings as the report that goes out.
import SensorModel
import DiagnosticsProtocol

extension DoctorReport {
    /// - Parameters:
    ///   - gateway: its id; nil when the daemon did not answer.
    ///   - time: when it was examined, RFC 3339, UTC; nil likewise.
    public init(_ doctor: Doctor, gateway: String? = nil, time: String? = nil, _ language: EntryLanguage) {
        func count(_ severity: FindingSeverity) -> Int { doctor.findings.count { $0.severity == severity } }
        self.init(
            gateway: gateway, time: time, language: language.rawValue, well: doctor.isWell,
            summary: FindingText.summary(dangers: count(.danger), warnings: count(.warning), notices: count(.notice))[language],
            findings: doctor.findings.map { finding in
                Finding(
                    severity: finding.severity.rawValue, code: finding.code.rawValue, kind: finding.kind.rawValue,
                    subject: finding.subject, cover: finding.cover?.code, coverName: finding.cover?.name,
                    place: finding.cover?.place, wrong: finding.wrong(language), remedy: finding.remedy(language))
            })
    }
}
