// What the tool says of the gateway itself: lines, outbox, uplinks, audit log, configuration; for the tests of both languages.
import DiagnosticsProtocol

@testable import DiagnosticsClient

extension Answers {
    private static let chips = GPIOReport(chips: [
        ChipRow(
            bus: "box", chip: "L1", label: "L2", path: "/dev/gpiochip0", library: "libgpiod 1.6.3", kernelDebounce: false,
            sequenceNumbers: false, problem: "P1",
            lines: [
                .init(
                    offset: 17, name: "G17", holder: "gatewayd", direction: "input", activeLow: true, bias: "pull-up",
                    sensor: "\(code)/lid", active: true, lostEdges: 2),
                .init(offset: 18, name: "G18", direction: "output", activeLow: false, output: "lamp", active: false),
            ],
            outputs: [
                .init(
                    output: "lamp", line: "G18", activeLow: false, failSafe: true, sounds: true, energised: false, confirmed: true
                ),
                .init(
                    output: "lamp", line: "G19", activeLow: true, failSafe: false, sounds: false, energised: true,
                    confirmed: false, problem: "P2"),
                .init(output: "lamp", line: "G20", activeLow: true, failSafe: false, energised: true),
                .init(output: "lamp", line: "G21", activeLow: true, failSafe: false),
            ])
    ])

    private static func lane(_ name: String, _ uplinks: [OutboxReport.Lane.Cursor]) -> OutboxReport.Lane {
        OutboxReport.Lane(
            lane: name, firstSeq: 1, lastSeq: 9, waiting: 3, bytes: 4096, maxBytes: 1 << 20, evicted: 1, corrupt: 1, committed: 9,
            dropped: 1, uplinks: uplinks)
    }

    private static let uplink = UplinkRow(
        id: "u-1", kind: "mqtt", format: "native", state: "waiting", link: "h:8883", since: since, problem: "P1",
        nobodyListening: ["t/1"], inflightMessages: 1, inflightBytes: 9, windowBytes: 4096, sent: 3, acknowledged: 2, refused: 1,
        commandsReceived: 1, commandsRefused: 1, receipts: 2, receiptsAwaited: 2, alarmsSentAgain: 3, receiptsGivenUp: 1,
        repliesDropped: 1, reconnects: 2, lastAck: since, nextAttemptInSeconds: 3)

    private static let record = AuditRow(
        seq: 1, time: since, clock: "synced", actor: "chen", action: "raise", subject: "S1", detail: ["a": "b"], via: "tcp",
        previous: "0", hash: "1")

    private static func configuration(_ state: String, _ file: String) -> ConfigurationReport {
        ConfigurationReport(
            path: "/etc/g.yaml", hash: "sha256:0", state: state, since: since, errors: state == "current" ? [] : ["E1"],
            file: file, yaml: "a: 1", values: [], rules: [], units: [])
    }

    private static func verification(_ fault: AuditVerification.Fault? = nil, seq: Int64? = 9) -> AuditVerification {
        AuditVerification(
            ok: fault == nil, folder: "/var", files: ["a.log", "b.log"], records: 9, first: seq.map { _ in 1 }, seq: seq,
            head: seq.map { _ in "ab" }, fault: fault)
    }

    /// Everything that concerns no cover, in one language.
    static func ofTheGateway(_ renderer: Renderer) -> [String] {
        let cursor = OutboxReport.Lane.Cursor(id: "u-1", deliveredSeq: 4, waiting: 3)
        let broken = AuditVerification.Fault(kind: "altered", seq: 3, file: "a.log", line: 4, message: "M1")
        let torn = AuditVerification.Fault(kind: "altered", seq: 3, file: "a.log", line: 0, message: "M1")
        return [
            renderer.text(chips), renderer.text(GPIOReport(chips: [])),
            renderer.text(OutboxReport(store: "s-1", lanes: [lane("alarms", [cursor]), lane("readings", [cursor])])),
            renderer.text(OutboxReport(store: "s-1", lanes: [lane("alarms", [])])),
            renderer.text(OutboxReport(store: "s-1", lanes: [])),
            renderer.text([
                OutboxVerification(lane: "alarms", ok: true, records: 3, gaps: 1),
                OutboxVerification(
                    lane: "readings", ok: false, records: 3, gaps: 1, fault: .init(seq: 4, kind: "checksum", message: "M1")),
            ]),
            renderer.text(UplinkReport(uplinks: [uplink])), renderer.text(UplinkReport(uplinks: [])),
            renderer.text(AuditReport(records: [record], unreadable: 2)), renderer.text(AuditReport(records: [])),
            renderer.text(verification()), renderer.text(verification(broken)), renderer.text(verification(torn)),
            renderer.text(verification(seq: nil)),
            renderer.text(
                EvidenceReport(
                    alarm: "A1", complete: false, bytes: 9, sha256: "ab", audit: .init(seq: 1, hash: "ab"), document: nil),
                file: "A1.json"),
            renderer.text(configuration("current", "same")), renderer.text(configuration("current", "changed")),
            renderer.text(configuration("last-good", "changed")), renderer.text(configuration("last-good", "gone")),
        ]
    }
}
