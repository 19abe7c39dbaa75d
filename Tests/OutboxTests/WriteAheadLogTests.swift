// What a log says of lost commits, and what only looks like it.
import Platform
import TestSupport
import Testing

@testable import Outbox

@Suite struct WriteAheadLogTests {
    private let folder = TemporaryFolder()

    /// A log with two commits, and the same log after a third one of so many rows.
    private func logs(rows: [Int]) throws -> [[UInt8]] {
        let base = folder.file("base.db")
        let first = try Database(path: base)
        defer { first.close() }
        try first.execute("CREATE TABLE songs (words BLOB)")
        try first.execute("INSERT INTO songs VALUES (zeroblob(9000))")
        let found = try [base, base + "-wal"].map { try #require(TextFile.bytes($0, atMost: 1 << 24)) }
        return try [found[1]]
            + rows.map { count in
                let path = folder.file("\(count).db")
                try #require(TextFile.replace(path, with: found[0]) == 0)
                try #require(TextFile.replace(path + "-wal", with: found[1]) == 0)
                let one = try Database(path: path)
                defer { one.close() }
                try one.transaction { () throws(StoreError) in
                    for _ in 0..<count { try one.execute("INSERT INTO songs VALUES (zeroblob(3000))") }
                }
                return try #require(TextFile.bytes(path + "-wal", atMost: 1 << 24))
            }
    }

    @Test func `attempts whose syncs failed, each over the longer one before, are no damage`() throws {
        let logs = try logs(rows: [3, 12, 40])
        var bytes = logs[1]
        for longer in logs[2...] {
            try #require(longer.prefix(logs[0].count).elementsEqual(logs[0]), "they go on from the same commits")
            bytes += longer.dropFirst(bytes.count)
        }
        try #require(bytes.count == logs[3].count)
        #expect(!WriteAheadLog.isDamaged(bytes))
        // The same with an acknowledged commit spoilt.
        bytes[32 + 24 + 100] ^= 1
        #expect(WriteAheadLog.isDamaged(bytes))
    }

    @Test func `a flipped bit in any frame before the last commit is found, wherever in the frame it is`() throws {
        let bytes = try logs(rows: [3])[1]
        let page = bytes[8..<12].reduce(0) { $0 << 8 | Int($1) }
        let (header, frame) = (32, 24 + page)
        let frames = (bytes.count - header) / frame
        let commits = (0..<frames).filter { at in
            bytes[(header + at * frame + 4)..<(header + at * frame + 8)].contains { $0 != 0 }
        }
        try #require(commits.count > 2, "\(commits)")
        for at in 0...commits[commits.count - 2] {
            for offset in [0, 16, 20, 24, frame / 2, frame - 1] {
                var spoilt = bytes
                spoilt[header + at * frame + offset] ^= 4
                #expect(WriteAheadLog.isDamaged(spoilt), "frame \(at), byte \(offset)")
            }
        }
        for offset in [0, 8, 16, 24, 28] {
            var spoilt = bytes
            spoilt[offset] ^= 4
            #expect(WriteAheadLog.isDamaged(spoilt), "byte \(offset) of the header")
        }
    }
}
