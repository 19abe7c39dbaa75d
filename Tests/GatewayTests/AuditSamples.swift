// A log of records for the tests of the chain, and what happens to it.
import Platform
import SensorModel
import TestSupport

@testable import Gateway

enum AuditSamples {
    /// Lines of records 1 to `count`, without their ends.
    static func lines(_ count: Int, from first: Int64 = 1, behind previous: String = AuditHead.none.hash) -> [String] {
        let clock = ManualClock()
        var (lines, link) = ([String](), previous)
        for seq in first..<first + Int64(count) {
            let entry = AuditEntry(
                actor: "wang", via: .local, action: .alarmAcknowledge, subject: "井 \"\(seq)\"", detail: ["reason": "gas\n"])
            let line = AuditRecord.line(entry, seq: seq, previous: link, now: clock.now())
            lines.append(String(decoding: line.bytes.dropLast(), as: UTF8.self))
            link = line.hash
        }
        return lines
    }

    /// The chain behind these lines.
    static func chain(_ lines: [String], torn: String? = nil, wanted: Set<Int64> = []) -> AuditChain {
        var chain = AuditChain(wanted: wanted)
        for (index, line) in lines.enumerated() {
            chain.take(Array(line.utf8)[...], isWhole: true, file: "audit.log", number: index + 1)
        }
        if let torn { chain.take(Array(torn.utf8)[...], isWhole: false, file: "audit.log", number: lines.count + 1) }
        chain.finish()
        return chain
    }

    /// The hash that stands in a line.
    static func hash(_ line: String) -> String { String(line.dropLast(2).suffix(64)) }
}

extension AuditFault {
    /// Kind and record, which is what a test asks for.
    var short: String { "\(kind.rawValue) \(seq)" }
}
