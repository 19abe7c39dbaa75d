// A start on a disk that is full, on a real file system: what a lane's files say is heard all the same.
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

@testable import Outbox

@Suite(.enabled(if: SmallDisk.isPossible, "a disk of its own needs root")) struct StoreFullDiskTests {
    private let folder = TemporaryFolder()
    private let clock = ManualClock()

    /// What a power cut leaves of 20 alarms, each with a commit of its own, on a small disk.
    private func cut(to disk: SmallDisk) async throws {
        try await Visit(path: folder.file("store"), clock: clock).visit("one") { store in
            for number in Int64(1)...20 {
                let body = [UInt8](repeating: 65, count: 300)
                try await store.alarms.append([NumberedRecord(seq: number, body: body)], now: clock.now())
            }
            for name in ["alarms.db", "alarms.db-wal", "alarms.db.mark"] {
                let content = try #require(TextFile.bytes(folder.file("store/\(name)"), atMost: 1 << 24))
                try #require(TextFile.replace(disk.file(name), with: content) == 0)
            }
        }
    }

    @Test func `a log that has lost commits is heard on a full disk, too: the commits count as lost, and that is said`()
        async throws
    {
        let disk = try SmallDisk(kibibytes: 2048)
        try await cut(to: disk)
        let log = disk.file("alarms.db-wal")
        let whole = try #require(TextFile.bytes(log, atMost: 1 << 24))
        // As near to its end as it can be noticed.
        let damaged = try #require(
            (1...40).lazy.map { frames in
                var bytes = whole
                bytes[bytes.count - frames * (24 + Database.pageBytes) + 500] ^= 0x10
                return bytes
            }.first(where: WriteAheadLog.isDamaged))
        try #require(TextFile.replace(log, with: damaged) == 0)
        try #require(TextFile.replace(disk.file("alarms.db.reserve"), with: [UInt8](repeating: 0, count: 128 << 10)) == 0)
        try disk.fill()

        let executor = ThreadExecutor(name: "test-lane")
        defer { executor.shutdown() }
        // Its first commit does not go into the room that the log has.
        let left = LaneLeft(elements: [.record(boot: "boot-1", stored: 0, body: [UInt8](repeating: 66, count: 40 << 10))])
        var opener = LaneOpener(
            lane: .alarms, folder: disk.path, boot: "boot-2", maxBytes: 1 << 20, left: left,
            rooms: (AlarmRoom(), AlarmRoom()), floor: ClockFloor(), executor: executor)
        let lane = try await opener.open()
        #expect(lane.place == .file(disk.file("alarms.db")) && lane.condition.isDiskFull)
        guard case .named(let gap) = lane.condition.findings.first?.remedy, lane.condition.findings.count == 1 else {
            Issue.record("\(lane.condition.findings)")
            return
        }
        #expect(gap.reason == .corrupt && gap.from <= 20 && gap.to == 1024)
        let found = try await lane.everything(after: 0)
        #expect(found.compactMap(\.gap) == [gap])
        #expect(found.compactMap(\.seq) == Array(1..<gap.from) + [1025])
        await lane.abandon()
    }
}
