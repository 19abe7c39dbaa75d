// A damaged lane whose rows come twice, out of order, or not at all: what is healthy moves on, each number once, gaps name
// the rest.
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Outbox

@Suite struct CarriageTests {
    private let folder = TemporaryFolder()
    private let clock = ManualClock()
    private var path: String { folder.file("store") }
    private var file: String { path + "/readings.db" }
    private let last: Int64 = 6000

    /// A file's pages, as the Database File Format has them (sqlite.org, section 1.6).
    private struct Pages {
        var bytes: [UInt8]

        func number(_ offset: Int) -> Int { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }

        /// Where the pages below an interior page are written down.
        func children(of page: Int) -> [Int] {
            let start = (page - 1) * Database.pageBytes
            let cells = Int(bytes[start + 3]) << 8 | Int(bytes[start + 4])
            return (0..<cells).map { cell in
                start + (Int(bytes[start + 12 + 2 * cell]) << 8 | Int(bytes[start + 13 + 2 * cell]))
            }
        }

        func isInterior(_ page: Int) -> Bool { bytes[(page - 1) * Database.pageBytes] == 5 }

        mutating func spoil(_ page: Int) {
            for offset in 0..<Database.pageBytes {
                bytes[(page - 1) * Database.pageBytes + offset] = UInt8(truncatingIfNeeded: offset &* 31 &+ 7)
            }
        }
    }

    /// A store with readings, a gap among them, and its pages changed; each place is where a leaf is written down, in order.
    private func damage(_ change: (inout Pages, _ leaves: [Int]) -> Void) async throws {
        try await Visit(path: path, clock: clock).visit("one") { store in
            _ = try await store.readings.register(uplinks: ["city"])
            let records = (1...last).filter { !(3001...3100).contains($0) }.map {
                NumberedRecord(seq: $0, body: Array("\($0)".utf8) + [UInt8](repeating: 65, count: 300))
            }
            let gap = Gap(from: 3001, to: 3100, count: 70, reason: .evicted)
            try await store.readings.append(records, lost: [gap], now: clock.now())
        }
        let database = try Database(path: file)
        let root = Int(try database.integer("SELECT rootpage FROM sqlite_schema WHERE name = 'records'"))
        database.close()
        var pages = Pages(bytes: try #require(TextFile.bytes(file, atMost: 1 << 24)))
        let below = pages.children(of: root).map(pages.number)
        try #require(below.allSatisfy(pages.isInterior))
        // The last child of a page stands elsewhere, and is left as it is.
        change(&pages, below.flatMap { pages.children(of: $0) })
        try #require(TextFile.replace(file, with: pages.bytes) == 0)
    }

    /// Every number is a record as it was written, or in one gap, in order; so many records at most are lost.
    private func check(lost most: Int) async throws {
        try await Visit(path: path, clock: clock).visit("two") { store in
            #expect(store.id == "one")
            #expect(store.findings.map(\.remedy) == [.carriedOver])
            _ = try await store.readings.register(uplinks: ["city"])
            let found = try await store.readings.everything(after: 0)
            var next: Int64 = 1
            for element in found {
                #expect(element.first == next)
                next = element.last + 1
                if case .record(let seq, let body) = element { #expect(body.starts(with: Array("\(seq)A".utf8))) }
            }
            #expect(next == last + 1)
            let gaps = found.compactMap(\.gap)
            #expect(gaps.filter { $0.reason == .evicted } == [Gap(from: 3001, to: 3100, count: 70, reason: .evicted)])
            let lost = gaps.filter { $0.reason == .corrupt }.reduce(0) { $0 + $1.count }
            #expect(lost > 0 && lost <= most, "\(gaps)")
            #expect(try await store.readings.currentStatistics().corrupt == UInt64(lost))
            #expect(await store.readings.check(after: 0).fault == nil)
        }
    }

    @Test(arguments: [-40, -1, 1, 40])
    func `a pointer to another page gives its rows twice and out of order: each is carried over once`(distance: Int) async throws
    {
        try await damage { pages, leaves in
            for byte in 0..<4 { pages.bytes[leaves[700] + byte] = pages.bytes[leaves[700 + distance] + byte] }
        }
        try await check(lost: 4)
    }

    @Test func `what stands between damaged pages is carried over`() async throws {
        try await damage { pages, leaves in
            for leaf in [300, 330, 331, 900] { pages.spoil(pages.number(leaves[leaf])) }
        }
        try await check(lost: 16)
    }

    @Test func `behind a pointer out of order there is a damaged page, and what was passed over is carried over`() async throws {
        try await damage { pages, leaves in
            for byte in 0..<4 { pages.bytes[leaves[400] + byte] = pages.bytes[leaves[1200] + byte] }
            pages.spoil(pages.number(leaves[402]))
            pages.spoil(pages.number(leaves[1500]))
        }
        try await check(lost: 12)
    }

    @Test func `what is delivered and kept for a time moves along, and with it what was to be committed`() async throws {
        let bench = LaneBench()
        let lane = try bench.open(retention: .seconds(7 * 86_400))
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...20, to: lane)
        await lane.delivered("city", through: 8)
        await lane.keep([StateChange(key: "receipt", body: [1])])
        try await lane.edit("DELETE FROM records WHERE seq = 12")
        #expect(try await lane.everything(after: 8).compactMap(\.seq) == [9, 10, 11] + Array(13...20))
        #expect(lane.condition.findings.map(\.remedy) == [.carriedOver])
        await bench.crash(lane)
        let next = try bench.open(retention: .seconds(7 * 86_400))
        #expect(try await next.register(uplinks: ["city"]) == ["city": 8])
        #expect(try await next.states().map(\.key) == ["receipt"])
        #expect(try await next.everything(after: 0).compactMap(\.seq) == Array(1...11) + Array(13...20))
        #expect(next.condition.findings == [])
        await next.abandon()
    }
}
