// Every bit of a page of records, flipped below a lane at work: whatever SQLite makes of it, the ledger holds.
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Outbox

@Suite struct LaneFlippedPageTests {
    private static let records: ClosedRange<Int64> = 1...400
    private static let pageBytes = 1024

    /// The lane's file as it was closed, and one of its pages with rows.
    private struct Page {
        let file: [UInt8]
        let mark: [UInt8]
        let offset: Int
        /// Numbers that have their row in it.
        let rows: Set<Int64>
        /// Bytes of it that hold the lengths and numbers of its first rows, and where its rows begin.
        let heads: [Int]

        /// Source: sqlite.org, Database File Format, section 1.6: a leaf begins with 13, the number of its cells at byte 3, their
        /// places from byte 8 on; a cell begins with its length and its row's number.
        init(of path: String) throws {
            let content = try #require(TextFile.bytes(path, atMost: 1 << 24))
            let pages = stride(from: 0, to: content.count, by: pageBytes).map { Array(content[$0..<$0 + pageBytes]) }
            let found = pages.map { page in page[0] == 13 ? records.filter { Self.holds($0, page) } : [] }
            let full = found.indices.filter { found[$0].count > 5 }
            let index = try #require(full.dropFirst(full.count / 2).first)
            let page = pages[index]
            file = content
            mark = try #require(TextFile.bytes(path + ".mark", atMost: 1 << 24))
            offset = index * pageBytes
            rows = Set(found[index])
            let cells = (0..<Int(page[3]) << 8 + Int(page[4])).map { Int(page[8 + 2 * $0]) << 8 + Int(page[9 + 2 * $0]) }
            heads = Array(0..<12) + cells.prefix(3).flatMap { $0..<$0 + 4 } + cells.suffix(2).flatMap { $0..<$0 + 4 }
        }

        private static func holds(_ seq: Int64, _ page: [UInt8]) -> Bool {
            page.firstRange(of: LaneBench.body(seq) + Array(";".utf8)) != nil
        }
    }

    private func body(_ seq: Int64) -> [UInt8] { LaneBench.body(seq) + Array(";".utf8) }

    private func page(of bench: LaneBench) async throws -> Page {
        let lane = try bench.open(block: 1000)
        _ = try await lane.register(uplinks: ["city"])
        try await lane.append(Self.records.map { NumberedRecord(seq: $0, body: body($0)) }, now: bench.clock.now())
        try await lane.close(now: bench.clock.now())
        return try Page(of: bench.path)
    }

    /// What an uplink is handed of a copy of the file in which a bit flips below the open lane.
    private func handed(_ page: Page, flipping bit: Int, _ bench: LaneBench) async throws -> [LaneElement]? {
        try #require(TextFile.replace(bench.path, with: page.file) == 0)
        try #require(TextFile.replace(bench.path + ".mark", with: page.mark) == 0)
        for suffix in ["-wal", "-shm"] { unlink(bench.path + suffix) }
        let lane = try bench.open(block: 1000)
        _ = try await lane.register(uplinks: ["city"])
        let place = page.offset + bit / 8
        let descriptor = Glibc.open(bench.path, O_WRONLY)
        try #require(descriptor >= 0)
        #expect(pwrite(descriptor, [page.file[place] ^ 1 << UInt8(bit % 8)], 1, off_t(place)) == 1)
        close(descriptor)
        var (elements, cursor) = ([LaneElement](), Int64(0))
        for _ in 0..<500 {
            guard let next = try await lane.select(after: cursor, records: 16, bytes: .max, withTrailingGap: true) else {
                await lane.abandon()
                return elements
            }
            elements += next.elements
            cursor = next.elements.last?.last ?? .max
        }
        await lane.abandon()
        return nil
    }

    private func faults(_ elements: [LaneElement], _ page: Page) -> [String] {
        var faults: [String] = []
        var next = Self.records.lowerBound
        for element in elements {
            if element.first != next { faults.append("\(element.first) comes where \(next) should") }
            next = element.last + 1
            if let seq = element.seq, element.body != body(seq) { faults.append("\(seq) has another body") }
            if let gap = element.gap, gap.count != gap.to - gap.from + 1 || gap.reason != .corrupt {
                faults.append("a gap that cannot be: \(gap)")
            }
        }
        if next != Self.records.upperBound + 1 { faults.append("it ends before \(next)") }
        let lost = Set(Self.records).subtracting(page.rows).subtracting(elements.compactMap(\.seq))
        if !lost.isEmpty { faults.append("\(lost.sorted()) are well and did not come") }
        return faults
    }

    @Test func `a flipped bit of a page costs no record of another page, and no number is lost or comes twice`() async throws {
        let bench = LaneBench()
        let page = try await page(of: bench)
        var chance = SeededGenerator(seed: 1)
        let first = Int.random(in: 0..<29, using: &chance)
        let bits =
            page.heads.flatMap { byte in (0..<8).map { byte * 8 + $0 } } + stride(from: first, to: Self.pageBytes * 8, by: 29)
        var healed = 0
        for bit in bits {
            guard let elements = try await handed(page, flipping: bit, bench) else {
                Issue.record("bit \(bit): the lane never comes to its end")
                continue
            }
            let faults = faults(elements, page)
            #expect(faults.isEmpty, "bit \(bit): \(faults.joined(separator: "; "))")
            if elements.contains(where: { $0.gap != nil }) { healed += 1 }
        }
        #expect(healed > bits.count / 4, "\(healed) of \(bits.count) bits cost something")
    }

    @Test func `a number that is taken by a flipped bit does not stop what comes`() async throws {
        let bench = LaneBench()
        let lane = try bench.open(block: 1000)
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...5, to: lane)
        try await lane.edit("UPDATE records SET seq = 7 WHERE seq = 5")
        try await bench.append(6...9, to: lane)
        let found = try await lane.everything(after: 0)
        #expect(found.map(\.first) == Array(1...9))
        #expect(found.compactMap(\.seq) == [1, 2, 3, 4, 6, 7, 8, 9])
        #expect(found[6].body == LaneBench.body(7))
        await lane.abandon()
    }

    @Test func `an uplink that is new takes what was freed for no loss, and what is missing behind it for one`() async throws {
        let bench = LaneBench()
        var lane = try bench.open(block: 100)
        _ = try await lane.register(uplinks: ["city"])
        try await bench.append(1...20, to: lane)
        await lane.delivered("city", through: 8)
        try await lane.append([], now: bench.clock.now())
        await bench.crash(lane)
        lane = try bench.open(block: 100)
        _ = try await lane.register(uplinks: ["new"])
        #expect(try await lane.everything(after: 0).compactMap(\.seq) == Array(9...20))
        #expect(lane.condition.findings == [])
        try await lane.edit("DELETE FROM records WHERE seq < 12")
        let found = try await lane.everything(after: 0)
        #expect(found.first?.gap == Gap(from: 9, to: 11, count: 3, reason: .corrupt))
        #expect(found.compactMap(\.seq) == Array(12...20))
        #expect(lane.condition.findings.map(\.remedy) == [.carriedOver])
        // The fresh file knows it, too.
        await bench.crash(lane)
        lane = try bench.open(block: 100)
        _ = try await lane.register(uplinks: ["newer"])
        #expect(try await lane.everything(after: 0).compactMap(\.seq) == Array(12...20))
        #expect(lane.condition.findings == [])
        await lane.abandon()
    }
}
