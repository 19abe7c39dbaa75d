// The order of the findings, and their sentences: complete in both languages, each with a remedy.
import DiagnosticsProtocol
import Doctor
import Foundation
import SensorModel
import Testing

@Suite struct DoctorTextTests {
    /// Everything at once, and what the tool finds without the daemon.
    private static let findings: [DoctorFinding] =
        FindingCode.allCases.compactMap(WellGateway.spoil).flatMap { WellGateway.findings($0) }
        + [OfflineFacts.Cause.missing, .refused, .forbidden, .silent, .strange].flatMap { cause in
            [OfflineFacts.Unit.notInstalled, .stopped, .unknown].flatMap { unit in
                Doctor(OfflineFacts(socket: "/s", cause: cause, detail: "d", unit: unit, missingGroups: ["gatewayd"])).findings
            }
        }

    @Test func `the worst stands first, and causes before what follows from them`() {
        let found = WellGateway.findings { facts in
            for code in [FindingCode.groupMissing, .sensorNoValue, .clockUnsynced, .busDisconnected, .configurationRefused] {
                WellGateway.spoil(code)?(&facts)
            }
        }
        #expect(
            found.map(\.code) == [.configurationRefused, .busDisconnected, .sensorNoValue, .clockUnsynced, .groupMissing])
        #expect(found.map(\.severity) == found.map(\.severity).sorted())
    }

    @Test func `the sample has every code`() {
        #expect(Set(Self.findings.map(\.code)) == Set(FindingCode.allCases))
    }

    @Test(arguments: EntryLanguage.allCases)
    func `every sentence and every remedy is filled, one line, and not empty`(language: EntryLanguage) {
        for finding in Self.findings {
            for text in [finding.wrong(language), finding.remedy(language)] {
                #expect(!text.isEmpty && !text.contains("{") && !text.contains("\n"), "\(text)")
            }
        }
    }

    @Test func `Chinese is Chinese and English is not`() {
        for finding in Self.findings {
            var nameless = finding
            nameless.cover = finding.cover.map { DoctorCover(code: $0.code) }
            for text in [nameless.wrong(.en), finding.remedy(.en)] {
                #expect(text.unicodeScalars.allSatisfy { $0.value < 0x2E80 }, "\(text)")
            }
            for text in [finding.wrong(.zh), finding.remedy(.zh)] {
                #expect(text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(text)")
            }
        }
    }

    @Test(arguments: EntryLanguage.allCases)
    func `what concerns a cover names it, its code and its place`(language: EntryLanguage) {
        let codes: [FindingCode] = [
            .sensorNoValue, .sensorUncertain, .sensorNotRead, .alarmUnacknowledged, .alarmShelved, .maintenanceLong, .sensorTest,
            .tiltZeroVoid, .tiltZeroMissing, .riskUnwatched, .readTooRarely, .commissioningOpen, .serialMissing, .unitSilent,
            .unitQuarantined, .checksumErrors,
        ]
        for finding in Self.findings where codes.contains(finding.code) {
            let text = finding.wrong(language)
            #expect(
                text.contains("人民路56号井") && text.contains(WellGateway.code) && text.contains("东南角"), "\(finding.code): \(text)")
        }
    }

    @Test func `every reason of the vocabulary has a remedy of its own in both languages`() {
        let remedies = BadReason.allCases.map(ReasonRemedy.remedy) + UncertainReason.allCases.map(ReasonRemedy.remedy)
        #expect(Set(remedies.map(\.zh)).count == remedies.count && Set(remedies.map(\.en)).count == remedies.count)
        for reason in BadReason.allCases {
            let found = WellGateway.findings { WellGateway.fail(&$0, 0, "bad", reason.rawValue) }
            #expect(found.first?.remedy(.en).hasPrefix(ReasonRemedy.remedy(reason).en) == true, "\(reason)")
        }
        for reason in UncertainReason.allCases {
            let found = WellGateway.findings { WellGateway.fail(&$0, 0, "uncertain", reason.rawValue) }
            #expect(found.first?.remedy(.zh).hasPrefix(ReasonRemedy.remedy(reason).zh) == true, "\(reason)")
        }
    }

    @Test func `what the others of its cover have against a reading is said`() {
        let found = WellGateway.findings {
            WellGateway.fail(&$0, 0, "uncertain", "disagreement")
            $0.sensors[0].problem = "the level says dry, the float wet"
        }
        #expect(found[0].wrong(.en).hasSuffix("(the level says dry, the float wet)"))
    }

    @Test func `the report has the findings in the language that was asked for`() {
        var facts = WellGateway.facts
        WellGateway.spoil(.sensorNoValue)?(&facts)
        let report = DoctorReport(Doctor(facts), gateway: "gw-1", time: "t", .zh)
        #expect(!report.well && report.language == "zh" && report.summary == "危险 1 条，警告 0 条，提示 0 条")
        let finding = report.findings[0]
        #expect(finding.severity == "danger" && finding.code == "sensor-no-value" && finding.kind == "sensor")
        #expect(finding.subject == "\(WellGateway.code)/ch4" && finding.cover == WellGateway.code && finding.place == "东南角")
        #expect(DoctorReport(Doctor(WellGateway.facts), .en).well)
    }

    @Test func `docs/doctor.md has every code with its severity, in their order`() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let text = String(decoding: try Data(contentsOf: URL(filePath: root + "/docs/doctor.md")), as: UTF8.self)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst().map {
            $0.split(separator: "|").prefix(2).map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(rows == FindingCode.allCases.map { [$0.rawValue, $0.severity.rawValue] })
    }
}
