// Files of cases on a real disk: appended behind whole lines, within bounds, the oldest first to go.
import DiagnosticsProtocol
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Gateway

@Suite struct CaseFilesTests {
    private let folder = TemporaryFolder()

    private func row(_ seq: Int64, alarm: String = "A", note: String? = nil) -> AlarmHistoryRow {
        AlarmHistoryRow(
            time: "2026-11-21T04:00:00.000Z", occurred: "2026-11-21T04:00:00.000Z", clock: "synced", seq: seq, alarm: alarm,
            rule: "methane-high", severity: 2, cause: "raised", from: "normal", to: "unacknowledged", note: note)
    }

    private func month(_ text: String) throws -> Month { try #require(Month(text)) }

    private func document(_ alarm: String, filler: Int = 0) -> EvidenceDocument {
        var document = EvidenceDocument(gateway: "gw", store: "s", origin: "field", alarm: alarm, cover: nil)
        document.add([row(1, alarm: alarm, note: String(repeating: "x", count: filler))])
        return document
    }

    @Test func `lines are read as they were written, of one alarm too, and half a line spoils no other`() throws {
        let files = CaseFiles(folder: folder.path)
        let november = try month("2026-11")
        #expect(files.append([row(1), row(2, alarm: "B")], to: november) == 0)
        let path = folder.file("history/2026-11.jsonl")
        let whole = try #require(TextFile.read(path, atMost: 1 << 20))
        #expect(whole.split(separator: "\n").count == 2 && whole.hasSuffix("}\n"))
        _ = TextFile.append(path, Array(#"{"time":"2026"#.utf8))
        #expect(files.append([row(3)], to: november) == 0)
        let (rows, unreadable) = files.rows(of: november)
        #expect(rows == [row(1), row(2, alarm: "B"), row(3)] && unreadable == 1)
        #expect(files.rows(of: november, with: "\"B\"").rows.map(\.seq) == [2])
        #expect(try files.rows(of: month("2026-10")).rows.isEmpty)
    }

    @Test func `the oldest months give way, by number and by size, and a full month says so`() throws {
        #expect(try CaseFiles(folder: folder.path).append([row(1)], to: month("2025-12")) == 0)
        let line = LineFile.size(folder.file("history/2025-12.jsonl"))
        let files = CaseFiles(folder: folder.path, bounds: .init(months: 3, historyBytes: line * 10 + line / 2))
        for number in 1...5 { #expect(try files.append([row(1)], to: month("2026-0\(number)")) == 0) }
        #expect(files.months.map(\.description) == ["2026-03", "2026-04", "2026-05"])
        let fill = (0..<9).map { row($0) }
        #expect(try files.append(fill, to: month("2026-05")) == 0)
        #expect(files.months.map(\.description) == ["2026-05"])
        #expect(try files.append(fill, to: month("2026-05")) != 0)
        #expect(try files.rows(of: month("2026-05")).rows.count == 10)
    }

    @Test func `uptime is replaced, and goes with its month`() throws {
        let files = CaseFiles(folder: folder.path, bounds: .init(months: 2))
        for name in ["2026-09", "2026-10", "2026-11"] {
            #expect(try files.keep(["C/s/c": Uptime(observed: 10, good: 5)], of: month(name)) == 0)
        }
        #expect(try files.uptime(of: month("2026-11")) == ["C/s/c": Uptime(observed: 10, good: 5)])
        #expect(try files.uptime(of: month("2026-09")).isEmpty)
    }

    @Test func `documents are kept within bounds, the oldest give way, counted`() throws {
        let files = CaseFiles(folder: folder.path, bounds: .init(documents: 3))
        for number in 1...5 {
            let (problem, gaveWay) = files.keep(document("A-\(number)"))
            #expect(problem == 0 && gaveWay == (number > 3 ? 1 : 0))
        }
        #expect(files.document(of: "A-2") == nil && files.document(of: "A-5") == document("A-5"))
        let small = CaseFiles(folder: folder.path, bounds: .init(documentBytes: 2800))
        #expect(small.keep(document("B", filler: 2000)).gaveWay == 3)
        #expect(small.document(of: "B") != nil && small.document(of: "A-5") == nil)
    }

    @Test(arguments: ["../audit", "", "a/b", ".", "A.json", String(repeating: "a", count: 65)])
    func `what is no alarm's id reaches no file`(id: String) {
        #expect(!CaseFiles.isID(id))
        #expect(CaseFiles(folder: folder.path).document(of: id) == nil)
        #expect(CaseFiles(folder: folder.path).keep(document(id)).problem != 0)
    }
}
