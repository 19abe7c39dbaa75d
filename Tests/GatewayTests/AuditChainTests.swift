// The chain of the audit log finds every edit, and names the first record concerned.
import Platform
import SensorModel
import Testing
import TestSupport

@testable import Gateway

@Suite struct AuditChainTests {
    private let lines = AuditSamples.lines(9)

    @Test func `a log as it was written is whole, and ends with its last record`() {
        let chain = AuditSamples.chain(lines)
        #expect(chain.fault == nil)
        #expect(chain.records == 9 && chain.first == 1)
        #expect(chain.head == AuditHead(seq: 9, hash: AuditSamples.hash(lines[8])))
    }

    @Test func `a record is a JSON line with who, what, when and by which way`() {
        #expect(
            lines[0].hasPrefix(
                #"{"seq":1,"time":"2026-11-21T04:00:00.000Z","clock":"synced","actor":"wang","action":"alarm.acknowledge","#
                    + #""subject":"井 \"1\"","detail":{"reason":"gas\n"},"via":"local","previous":"000000"#))
        #expect(lines[1].contains(#""previous":"\#(AuditSamples.hash(lines[0]))","hash":""#))
    }

    @Test func `every single byte that is changed is found, with its record`() {
        for index in [0, 4, 8] {
            let bytes = Array(lines[index].utf8)
            for place in bytes.indices {
                var changed = bytes
                changed[place] ^= 0x01
                var edited = lines.map { Array($0.utf8) }
                edited[index] = changed
                var chain = AuditChain()
                for (number, line) in edited.enumerated() {
                    chain.take(line[...], isWhole: true, file: "audit.log", number: number + 1)
                }
                chain.finish()
                #expect(chain.fault?.short == "altered \(index + 1)" && chain.fault?.line == index + 1, "byte \(place)")
            }
        }
    }

    @Test func `a record that was replaced by a whole one of the same number is found by the next`() {
        var edited = lines
        edited[4] = AuditSamples.lines(1, from: 5, behind: AuditHead.none.hash)[0]
        #expect(AuditSamples.chain(edited).fault?.short == "altered 4", "it names a record that is not before it")
        let honest = AuditEntry(actor: "li", via: .local, action: .alarmAcknowledge, subject: "x")
        let clock = ManualClock()
        edited[4] = String(
            decoding: AuditRecord.line(honest, seq: 5, previous: AuditSamples.hash(lines[3]), now: clock.now()).bytes.dropLast(),
            as: UTF8.self)
        #expect(AuditSamples.chain(edited).fault?.short == "altered 5")
    }

    @Test func `records that are gone are missing, at the beginning, in the middle, and told from changed order`() {
        #expect(AuditSamples.chain(Array(lines[1...])).fault?.short == "missing 1")
        #expect(AuditSamples.chain(Array(lines[..<3] + lines[5...])).fault?.short == "missing 4")
        var swapped = lines
        swapped.swapAt(3, 4)
        let fault = AuditSamples.chain(swapped).fault
        #expect(fault?.short == "reordered 4")
        #expect(fault?.line == 4)
        #expect(fault?.message.en.contains("record 5") == true && fault?.message.en.contains("record 4") == true)
    }

    @Test func `a record a second time is found, and one put in between`() {
        #expect(AuditSamples.chain(Array(lines[..<5] + lines[2...2] + lines[5...])).fault?.short == "reordered 3")
        let strange = AuditSamples.lines(1, from: 6, behind: AuditSamples.hash(lines[4]))[0]
        var inserted = lines
        inserted.insert(strange.replacing("wang", with: "li"), at: 5)
        #expect(AuditSamples.chain(inserted).fault?.short == "altered 6")
        inserted[5] = "no JSON"
        #expect(AuditSamples.chain(inserted).fault?.short == "altered 6")
        inserted[5] = ""
        #expect(AuditSamples.chain(inserted).fault?.short == "altered 6")
    }

    @Test func `half a line at the end is torn, and stands behind a whole chain`() {
        let chain = AuditSamples.chain(Array(lines[..<8]), torn: String(lines[8].dropLast(30)))
        #expect(chain.fault?.short == "torn 9")
        #expect(chain.head?.seq == 8)
        #expect(chain.tornTail?.count == lines[8].utf8.count - 30)
    }

    @Test func `a cut tail is found by who knows a later record, and a log that was written anew by who knows any`() {
        let known = AuditHead(seq: 7, hash: AuditSamples.hash(lines[6]))
        #expect(AuditSamples.chain(lines, wanted: [7]).fault(knowing: known) == nil)
        #expect(AuditSamples.chain(Array(lines[..<5]), wanted: [7]).fault == nil, "alone it cannot be seen")
        #expect(AuditSamples.chain(Array(lines[..<5]), wanted: [7]).fault(knowing: known)?.short == "cut 6")
        #expect(AuditSamples.chain([], wanted: [7]).fault(knowing: known)?.short == "cut 1")
        let half = AuditSamples.chain(Array(lines[..<6]), torn: "{\"seq\":7", wanted: [7])
        #expect(half.fault(knowing: known)?.short == "cut 7")
        let anew = AuditSamples.lines(9).map { $0 }
        let other = AuditHead(seq: 7, hash: String(repeating: "a", count: 64))
        #expect(AuditSamples.chain(anew, wanted: [7]).fault(knowing: other)?.short == "altered 7")
    }

    @Test func `what the log says about its own faults is said once`() {
        var edited = lines
        edited[2] = edited[2].replacing("wang", with: "li")
        let chain = AuditSamples.chain(edited)
        #expect(chain.unrecorded?.short == "altered 3")
        let clock = ManualClock()
        let entry = AuditEntry(actor: "system", via: .local, action: .logBroken, subject: "record 3 altered")
        let said = AuditRecord.line(entry, seq: 10, previous: chain.link, now: clock.now())
        let after = AuditSamples.chain(edited + [String(decoding: said.bytes.dropLast(), as: UTF8.self)])
        #expect(after.fault?.short == "altered 3", "it stays found")
        #expect(after.unrecorded == nil)
    }

    @Test func `very long texts are cut, and a line has a bound`() throws {
        let long = String(repeating: "井", count: 5000)
        let entry = AuditEntry(
            actor: long, via: .platform, action: .export, subject: long,
            detail: Dictionary(uniqueKeysWithValues: (0..<40).map { ("\($0)\(long)", long) }))
        let line = AuditRecord.line(entry, seq: 1, previous: AuditHead.none.hash, now: ManualClock().now())
        #expect(line.bytes.count < 64 * 1024)
        let record = try #require(AuditRecord(line.bytes.dropLast()))
        #expect(record.isIntact && record.action == "export")
    }

    @Test func `an actor cannot pretend to be an action`() throws {
        let entry = AuditEntry(actor: #"x","action":"log.broken"#, via: .local, action: .export, subject: "s")
        let line = AuditRecord.line(entry, seq: 1, previous: AuditHead.none.hash, now: ManualClock().now())
        #expect(AuditRecord(line.bytes.dropLast())?.action == "export")
    }
}
