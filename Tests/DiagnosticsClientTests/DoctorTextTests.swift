// `gatewayctl doctor` for people, and what the tool sees of a daemon that does not answer.
import DiagnosticsProtocol
import Doctor
import Foundation
import Testing

@testable import DiagnosticsClient

@Suite struct DoctorTextTests {
    private var report: DoctorReport {
        DoctorReport(
            gateway: "gw-1", time: "2026-11-21T04:00:00.000Z", language: "zh", well: false, summary: "危险 1 条，警告 0 条，提示 1 条",
            findings: [
                .init(severity: "danger", code: "bus-silent", kind: "bus", subject: "a", wrong: "wrong", remedy: "do this"),
                .init(severity: "notice", code: "simulated", kind: "gateway", subject: "", wrong: "note", remedy: "do that"),
                .init(severity: "newer", code: "newer", kind: "newer", subject: "", wrong: "x\u{1B}[2J", remedy: "y"),
            ])
    }

    @Test func `each finding stands with its weight in the report's language, and its remedy below it`() {
        let lines = Renderer(colour: false).text(report).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
            lines == [
                "gw-1  危险 1 条，警告 0 条，提示 1 条  2026-11-21 04:00:00 UTC", "", "危险  wrong", "  → do this", "", "提示  note",
                "  → do that", "", "newer  x\u{FFFD}[2J", "  → y", "",
            ])
    }

    @Test func `colour comes only when it is asked for, red for danger and green for a gateway that is well`() {
        #expect(!Renderer(colour: false).text(report).contains("\u{1B}"))
        #expect(Renderer(colour: true).text(report).contains("\u{1B}[31m危险\u{1B}[0m"))
        let well = DoctorReport(language: "en", well: true, summary: "fine", findings: [])
        #expect(Renderer(colour: true).text(well) == "gatewayd  \u{1B}[32mfine\u{1B}[0m\n")
    }

    @Test(arguments: [
        (ENOENT, OfflineFacts.Cause.missing), (ECONNREFUSED, .refused), (EACCES, .forbidden), (ETIMEDOUT, .silent),
        (EBADMSG, .strange),
    ])
    func `the socket's failure tells the cause`(code: Int32, cause: OfflineFacts.Cause) {
        let failure = DiagnosticsClient(path: "/s").failure(code, seconds: 10)
        #expect(OfflineFacts(socket: "/s", failure: failure, root: "/nowhere").cause == cause)
    }

    @Test func `the service's state is what systemd leaves in files`() throws {
        let root = NSTemporaryDirectory() + "/doctor-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        func make(_ path: String) throws {
            try FileManager.default.createDirectory(atPath: root + path, withIntermediateDirectories: true)
        }
        #expect(OfflineFacts.unit("gatewayd", root: root) == .unknown)
        try make("/run/systemd/system")
        #expect(OfflineFacts.unit("gatewayd", root: root) == .notInstalled)
        try make("/usr/lib/systemd/system/gatewayd.service")
        #expect(OfflineFacts.unit("gatewayd", root: root) == .stopped)
        try make("/sys/fs/cgroup/system.slice/gatewayd.service")
        #expect(OfflineFacts.unit("gatewayd", root: root) == .running)
    }
}
