// Stores that were damaged in every way: set aside, begun anew or carried over, reported, and never a reason not to start.
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Outbox

@Suite struct StoreDamageTests {
    /// What may stand in the place of a lane's file.
    enum Damage: String, CaseIterable, Sendable {
        case headerZeroed, truncated, cutInThePage, garbage, empty, anotherProgram, aFolder, numbersThatCannotBe

        /// Brings it about.
        func strike(_ path: String) throws {
            let content = try #require(TextFile.bytes(path, atMost: 1 << 24))
            switch self {
            case .headerZeroed: try put([UInt8](repeating: 0, count: 100) + content.dropFirst(100), path)
            case .truncated: try put(Array(content.prefix(3 * 4096)), path)
            case .cutInThePage: try put(Array(content.prefix(700)), path)
            case .garbage: try put(content.indices.map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }, path)
            case .empty: try put([], path)
            case .anotherProgram:
                unlink(path)
                let other = try Database(path: path)
                defer { other.close() }
                try other.execute("CREATE TABLE records (song TEXT)")
                try other.execute("PRAGMA user_version = 1")
            case .aFolder:
                unlink(path)
                try #require(mkdir(path, 0o755) == 0)
                try put([1, 2, 3], path + "/x")
            case .numbersThatCannotBe:
                let file = try Database(path: path)
                defer { file.close() }
                try file.execute("UPDATE meta SET value = 9223372036854775807 WHERE key IN ('last_seq', 'reserved_through')")
            }
        }

        private func put(_ content: [UInt8], _ path: String) throws { try #require(TextFile.replace(path, with: content) == 0) }
    }

    let folder = TemporaryFolder()
    let clock = ManualClock()
    private var path: String { folder.file("store") }
    private var bench: Visit { Visit(path: path, clock: clock) }

    private func records(_ range: ClosedRange<Int64>, length: Int = 300) -> [NumberedRecord] {
        range.map { NumberedRecord(seq: $0, body: [UInt8](repeating: 65, count: length)) }
    }

    private func elements(_ lane: OutboxLane, after: Int64 = 0) async throws -> [LaneElement] {
        var (found, cursor) = ([LaneElement](), after)
        while let next = try await lane.select(after: cursor, records: 100_000, bytes: .max, withTrailingGap: true) {
            found += next.elements
            cursor = next.elements.last?.last ?? .max
        }
        return found
    }

    @Test(arguments: Damage.allCases, Lane.allCases)
    func `a damaged lane is begun anew under a new id that names the old one`(damage: Damage, lane: Lane) async throws {
        let other: Lane = lane == .readings ? .alarms : .readings
        try await bench.visit("one") { store in
            try await store.lane(lane).append(records(1...200), now: clock.now())
            try await store.lane(other).append(records(1...3), now: clock.now())
        }
        let file = "\(path)/\(lane.rawValue).db"
        try damage.strike(file)
        try await bench.visit("two") { store in
            #expect(store.id == "two")
            #expect(store.predecessor == "one")
            let finding = try #require(store.findings.first)
            #expect(store.findings.count == 1 && finding.lane == lane && finding.remedy == .begunAnew, "\(finding)")
            // An empty file is a file that was never written: there is nothing to set aside.
            #expect(finding.files.first == (damage == .empty ? nil : file + ".damaged"))
            #expect(store.lane(lane).firstBlock.next == 1)
            #expect(store.lane(other).firstBlock.next == 4)
            try await store.lane(lane).append(records(1...5), now: clock.now())
            #expect(try await elements(store.lane(lane)).count == 5)
            #expect(try await elements(store.lane(other)).count == 3)
        }
        try await bench.visit("three") { store in
            #expect(store.id == "two")
            #expect(store.predecessor == "one")
            #expect(store.findings == [])
        }
    }

    @Test func `when both lanes are damaged at once the predecessor is still known`() async throws {
        try await bench.visit("one")
        for lane in Lane.allCases { try Damage.headerZeroed.strike("\(path)/\(lane.rawValue).db") }
        try await bench.visit("two") { store in
            #expect(store.id == "two")
            #expect(store.predecessor == "one")
            #expect(store.findings.count == 2)
        }
    }

    @Test func `damage again and again keeps two sets, each of bounded size`() async throws {
        var small = bench
        small.maxBytes = 1 << 20
        let file = path + "/readings.db"
        for round in 1...5 {
            try await small.visit("\(round)")
            try #require(TextFile.replace(file, with: [UInt8](repeating: UInt8(round), count: 3 << 20)) == 0)
        }
        try Damage.aFolder.strike(file)
        try await small.visit("6")
        try Damage.aFolder.strike(file)
        try await small.visit("7")
        try await small.visit("8") { #expect($0.findings == []) }
        try Damage.garbage.strike(file)
        try await small.visit("9")
        let names = try files().filter { $0.contains("damaged") }
        #expect(names == ["readings.db.damaged", "readings.db.damaged.1"])
        #expect(LineFile.size(file + ".damaged") <= 1 << 20)
    }

    private func files() throws -> [String] {
        let stream = try #require(opendir(path))
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names.sorted()
    }

    @Test func `a file that is larger than what is kept is cut`() async throws {
        var small = bench
        small.maxBytes = 1 << 20
        try await small.visit("one")
        try #require(TextFile.replace(path + "/readings.db", with: [UInt8](repeating: 7, count: 3 << 20)) == 0)
        try await small.visit("two")
        #expect(LineFile.size(path + "/readings.db.damaged") == 1 << 20)
    }

    @Test func `a log that is larger than what is kept is cut`() throws {
        let log = [UInt8](repeating: 7, count: 3 << 20)
        let kept = try #require(SetAside.keepLog(log, of: folder.file("readings.db"), atMost: 1 << 20))
        #expect(LineFile.size(kept) == 1 << 20)
    }

    @Test func `a file that is let go without being closed can be had by the next one`() throws {
        let path = folder.file("left.db")
        do { try Database(path: path).execute("CREATE TABLE things (x)") }
        let next = try Database(path: path)
        defer { next.close() }
        try next.execute("INSERT INTO things VALUES (1)")
    }

    /// What a power cut leaves: the files as they are now, in another folder.
    private func cut(_ id: String, _ life: (Store) async throws -> Void) async throws -> String {
        let copy = folder.file("after-\(id)")
        try await bench.visit(id) { store in
            try await life(store)
            try #require(mkdir(copy, 0o755) == 0)
            for name in try files() where name.contains(".db") {
                let content = try #require(TextFile.bytes("\(path)/\(name)", atMost: 1 << 26))
                try #require(TextFile.replace("\(copy)/\(name)", with: content) == 0)
            }
        }
        return copy
    }

    @Test(arguments: [40, 60, 4000, 8000, 20_000])
    func `a flipped byte of the write-ahead log is noticed, named, and makes no number stand for two contents`(
        place: Int
    ) async throws {
        let copy = try await cut("one") { store in
            for number in Int64(1)...20 { try await store.alarms.append(records(number...number), now: clock.now()) }
        }
        let log = copy + "/alarms.db-wal"
        var bytes = try #require(TextFile.bytes(log, atMost: 1 << 26))
        // Behind what was there before the records: the flip must hit commits of ours.
        let at = bytes.count / 2 + place
        bytes[at] ^= 0x10
        try #require(TextFile.replace(log, with: bytes) == 0)
        try await Visit(path: copy, clock: clock).visit("two") { store in
            #expect(store.id == "one", "what was committed before the flip is still this store")
            let finding = try #require(store.findings.first, "the damage is noticed")
            guard case .named(let gap) = finding.remedy else { Issue.record("\(finding)"); return }
            #expect(gap.reason == .corrupt && gap.to == 1024)
            #expect(finding.files == [copy + "/alarms.db.damaged-wal"])
            let found = try await elements(store.alarms)
            #expect(found.dropLast().compactMap(\.seq) == Array(1..<gap.from), "what is there is what was written, up to the gap")
            #expect(found.last?.gap == gap)
            #expect(store.alarms.firstBlock.next == 1025)
        }
    }

    @Test func `a torn end of the write-ahead log is what a power cut leaves, and no damage`() async throws {
        let copy = try await cut("one") { store in
            for number in Int64(1)...5 { try await store.alarms.append(records(number...number), now: clock.now()) }
        }
        let log = copy + "/alarms.db-wal"
        let bytes = try #require(TextFile.bytes(log, atMost: 1 << 26))
        for torn in [1, 512, 4096, 5000] {
            #expect(!WriteAheadLog.isDamaged(Array(bytes.dropLast(torn))))
            #expect(!WriteAheadLog.isDamaged(bytes.dropLast(torn) + [UInt8](repeating: 0, count: torn)))
        }
        #expect(!WriteAheadLog.isDamaged(bytes))
        #expect(!WriteAheadLog.isDamaged([UInt8](repeating: 0, count: 9000)))
    }

    @Test func `a file that has gone back does not use its numbers again`() async throws {
        try await bench.visit("one") { try await $0.readings.append(records(1...100), now: clock.now()) }
        let file = path + "/readings.db"
        let old = try #require(TextFile.bytes(file, atMost: 1 << 24))
        let copy = try await cut("two") { store in
            #expect(store.readings.firstBlock.next == 101)
            try await store.readings.append(records(101...6000, length: 10), now: clock.now())
        }
        try #require(TextFile.replace(copy + "/readings.db", with: old) == 0)
        unlink(copy + "/readings.db-wal")
        unlink(copy + "/readings.db-shm")
        try await Visit(path: copy, clock: clock).visit("three") { store in
            let found = try await elements(store.readings)
            let gap = try #require(found.last?.gap)
            #expect(gap == Gap(from: 101, to: 16_000, count: 15_900, reason: .corrupt))
            #expect(found.count == 101)
            #expect(store.readings.firstBlock.next == 16_001)
            #expect(store.findings.map(\.remedy) == [.named(gap)])
        }
    }

    @Test func `a damaged page is found at the start, and everything that can be read moves into a fresh file`() async throws {
        let states = [StateChange(key: "alarm/a", body: [1, 2, 3])]
        try await bench.visit("one") { store in
            _ = try await store.alarms.register(uplinks: ["city"])
            try await store.alarms.append(records(1...1000), states: states, now: clock.now())
            await store.alarms.delivered("city", through: 10)
        }
        let file = path + "/alarms.db"
        try spoil(file, from: 40 * 4096)
        try await bench.visit("two") { store in
            #expect(store.id == "one")
            #expect(store.findings.map(\.remedy) == [.carriedOver])
            #expect(try await store.alarms.register(uplinks: ["city"]) == ["city": 10])
            try await check(store.alarms, of: 11...1000)
            let kept = try await store.alarms.states()
            #expect(kept.map(\.key) == ["alarm/a"] && kept.map(\.body) == [[1, 2, 3]])
            #expect(store.alarms.firstBlock.next == 1001)
        }
    }

    /// Every number is a record as it was written, or in exactly one gap; some are gone, most are not.
    private func check(_ lane: OutboxLane, of range: ClosedRange<Int64>) async throws {
        let found = try await elements(lane, after: range.lowerBound - 1)
        var next = range.lowerBound
        for element in found {
            #expect(element.first == next)
            next = element.last + 1
            if let gap = element.gap { #expect(gap.reason == .corrupt && gap.count == gap.to - gap.from + 1) }
            if let body = element.body { #expect(body == [UInt8](repeating: 65, count: 300)) }
        }
        #expect(next == range.upperBound + 1)
        let kept = found.compactMap(\.seq).count
        #expect(kept > range.count / 2 && kept < range.count, "\(kept) of \(range.count)")
    }

    /// Overwrites a few pages.
    private func spoil(_ file: String, from offset: Int) throws {
        let descriptor = open(file, O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let noise = (0..<3 * 4096).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
        #expect(pwrite(descriptor, noise, noise.count, off_t(offset)) == noise.count)
    }

    @Test func `damage that is met in a running lane is met there: same store, numbers that go on`() async throws {
        try await bench.visit("one") { store in
            let lane = store.readings
            _ = try await lane.register(uplinks: ["city"])
            for first in stride(from: Int64(1), to: 20_000, by: 1000) {
                try await lane.append(records(first...first + 999), now: clock.now())
            }
            _ = try await lane.number("PRAGMA wal_checkpoint(TRUNCATE)")
            try spoil(path + "/readings.db", from: 300 * 4096)
            _ = try await elements(lane)
            try await check(lane, of: 1...20_000)
            #expect(lane.condition.findings.map(\.remedy) == [.carriedOver])
            try await lane.append(records(20_001...20_001), now: clock.now())
            #expect(try await elements(lane).last?.seq == 20_001)
        }
        try await bench.visit("two") { store in
            #expect(store.id == "one" && store.findings == [])
            #expect(store.readings.firstBlock.next == 20_002)
        }
    }

    @Test func `a store made by a newer version is left as it is, and the gateway works in memory`() async throws {
        let states = [StateChange(key: "alarm/a", body: [9])]
        try await bench.visit("one") { try await $0.alarms.append(records(1...3), states: states, now: clock.now()) }
        var before: [[UInt8]?] = []
        for lane in Lane.allCases {
            let file = "\(path)/\(lane.rawValue).db"
            var content = try #require(TextFile.bytes(file, atMost: 1 << 24))
            content[63] = 99  // PRAGMA user_version: the file header's bytes 60 to 63, big-endian (SQLite file format §1.3).
            try #require(TextFile.replace(file, with: content) == 0)
            before.append(content)
        }
        for id in ["two", "three"] {
            try await bench.visit(id) { store in
                #expect(store.id == id, "a store in memory has an id of its own each time")
                #expect(store.predecessor == "one")
                #expect(store.findings.map(\.remedy) == [.leftAlone(bytes: 7 << 20), .leftAlone(bytes: 1 << 20)])
                #expect(
                    store.findings.allSatisfy { $0.description.contains("newer gatewayd (store version 99, this one knows 3)") })
                #expect(store.newer?.contains("\(path)/readings.db") == true)
                #expect(try await store.alarms.states().map(\.key) == ["alarm/a"], "alarms that stand are taken up")
                try await store.alarms.append(records(1...5), now: clock.now())
                #expect(try await elements(store.alarms).count == 5)
            }
        }
        #expect(Lane.allCases.map { TextFile.bytes("\(path)/\($0.rawValue).db", atMost: 1 << 24) } == before)
    }

    @Test(arguments: [nil, 3, 40] as [Int?])
    func `the log of a store made by a newer version is left as it is, too`(spoiled: Int?) async throws {
        try await bench.visit("one") { try await $0.alarms.append(records(1...3), now: clock.now()) }
        let files = ["alarms.db", "alarms.db-wal"].map { "\(path)/\($0)" }
        var contents: [[UInt8]] = []
        try await bench.visit("one") { store in
            try await store.alarms.append(
                records(2000...2003), states: [StateChange(key: "alarm/a", body: [9])], now: clock.now())
            // As the power cut finds them: the newest commit is in the log alone.
            contents = files.map { TextFile.bytes($0, atMost: 1 << 24) ?? [] }
        }
        contents[0][63] = 99
        if let spoiled { contents[1][spoiled] ^= 0x10 }
        for (file, content) in zip(files, contents) { try #require(TextFile.replace(file, with: content) == 0) }
        try await bench.visit("two") { store in
            #expect(store.findings.contains { $0.description.contains("newer gatewayd") })
            let kept = try await store.alarms.states().map(\.key)
            #expect(kept == (spoiled == nil ? ["alarm/a"] : []))
        }
        #expect(files.map { TextFile.bytes($0, atMost: 1 << 24) } == contents)
    }

    @Test func `a lane in memory is bounded, and what makes room stands in a gap`() async throws {
        folder.write("store", "a file where the folder should be")
        try await bench.visit("one") { store in
            #expect(store.findings.count == 2 && store.findings.allSatisfy { $0.description.contains(path) })
            for first in stride(from: Int64(1), to: 40_000, by: 1000) {
                try await store.readings.append(records(first...first + 999), now: clock.now())
            }
            let statistics = try await store.readings.currentStatistics()
            #expect(statistics.usedBytes <= 7 << 20)
            let found = try await elements(store.readings)
            let gap = try #require(found.first?.gap)
            #expect(gap.from == 1 && gap.reason == .evicted && UInt64(gap.count) == statistics.evicted)
            #expect(found.last?.seq == 40_000)
        }
    }

    @Test func `the mark survives a torn write of its last place`() throws {
        var mark = LaneMark(path: folder.file("mark"))
        for number in Int64(1)...5 { #expect(mark.write(.init(reserved: number * 1000, store: "one")) == 0) }
        #expect(try mark.read() == .init(reserved: 5000, store: "one"))
        var content = try #require(TextFile.bytes(mark.path, atMost: 4096))
        let place = try #require(content.firstRange(of: Array("5000".utf8)))
        content[place.lowerBound] ^= 1
        #expect(TextFile.replace(mark.path, with: content) == 0)
        #expect(try mark.read() == .init(reserved: 4000, store: "one"))
    }
}
