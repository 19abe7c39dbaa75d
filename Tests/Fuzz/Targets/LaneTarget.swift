// A lane's file with changed bytes, through everything that is done with one.
import Glibc
import Outbox
import Platform
import SensorModel
import TestSupport

extension FuzzTargets {
    /// The first byte says whether the file is looked at from end to end when it is opened, as those up to 64 MiB are, and
    /// whether it has its mark; then come changes of five bytes each: where, how, with what.
    static let storedRows = FuzzTarget(
        name: "stored-rows", runs: 400, words: ["\u{0}\u{0}\u{0}\u{0}", "\u{0}\u{4}\u{0}", "\u{0}\u{10}"]
    ) { bytes in
        do { return try LaneTrial(bytes).run() } catch { return "it does not come to rest: \(error)" }
    }
}

/// Changes of a file.
private struct ByteChanges {
    private static let most = 32
    private let changes: [(at: Int, how: UInt8, value: UInt8)]

    init(_ bytes: ArraySlice<UInt8>) {
        let whole = Array(bytes.prefix(5 * Self.most))
        var changes: [(at: Int, how: UInt8, value: UInt8)] = []
        for start in stride(from: 0, to: whole.count - whole.count % 5, by: 5) {
            let at = whole[start..<start + 3].reduce(0) { $0 << 8 | Int($1) }
            changes.append((at, whole[start + 3], whole[start + 4]))
        }
        self.changes = changes
    }

    func apply(to content: inout [UInt8]) {
        for change in changes where !content.isEmpty {
            let at = change.at % content.count
            switch change.how % 8 {
            case 0: content[at] = change.value
            case 1: for place in at..<min(content.count, at + 16) { content[place] = change.value }
            case 2:
                let from = Int(change.value) * 64 % content.count
                for place in 0..<32 where max(at, from) + place < content.count { content[at + place] = content[from + place] }
            case 3: if change.value == 0xFF { content.removeSubrange(at...) } else { content[at] &+= 1 }
            default: content[at] ^= 1 << (change.value & 7)
            }
        }
    }
}

/// The file that is changed: three hundred records of two boots, gaps, two uplinks that are at different places, states.
private struct LaneFile {
    static let uplinks = ["city", "spare"]
    static let last: Int64 = 300
    static let made = LaneFile()

    /// Of the lanes, and what vouches for their numbers, by name.
    let files: [String: [UInt8]]

    static func body(_ seq: Int64) -> [UInt8] {
        let second = seq % 60
        let time = "2026-11-21T04:\(10 + seq / 60):\(second < 10 ? "0" : "")\(second).000Z"
        return Array(#""cover":"C-\#(seq % 7)","time":"\#(time)","value":\#(seq).5"#.utf8)
    }

    static func records(_ numbers: ClosedRange<Int64>) -> [NumberedRecord] {
        numbers.map { NumberedRecord(seq: $0, body: body($0)) }
    }

    private init() {
        let folder = LaneFolder()
        let executor = SingleThreadExecutor()
        let lives = { @Sendable [path = folder.path] () async throws -> Void in
            var store = try await Store.fuzzed(path, life: 1, executor)
            var lane = store.readings
            _ = try await lane.register(uplinks: Self.uplinks)
            for first in stride(from: Int64(1), through: 121, by: 20) {
                try await lane.append(Self.records(first...first + 19), states: [.made(first)], now: .fuzzed(first))
            }
            try await lane.append(
                [], lost: [Gap(from: 141, to: 160, count: 20, reason: .evicted)], states: [.made(160)], now: .fuzzed(160))
            await lane.delivered("city", through: 60)
            await lane.delivered("spare", through: 20)
            try await lane.flush()
            try await store.end(at: 161)
            store = try await Store.fuzzed(path, life: 2, executor)
            lane = store.readings
            _ = try await lane.register(uplinks: Self.uplinks)
            for first in stride(from: Int64(161), through: 281, by: 20) {
                try await lane.append(Self.records(first...first + 19), now: .fuzzed(first))
            }
            try await store.end(at: Self.last + 1)
        }
        do { try executor.result(of: lives) } catch { preconditionFailure("the lane to be changed cannot be made: \(error)") }
        let names = Lane.allCases.flatMap { ["\($0.rawValue).db", "\($0.rawValue).db.mark"] }
        files = Dictionary(uniqueKeysWithValues: names.map { ($0, folder.read($0)) })
    }
}

extension StateChange {
    fileprivate static func made(_ number: Int64) -> StateChange {
        StateChange(key: "alarm a-\(number)", body: Array(#"{"rule":"methane-high","state":"unacknowledged"}"#.utf8))
    }
}

extension Timestamp {
    fileprivate static func fuzzed(_ second: Int64) -> Timestamp {
        Timestamp(
            wall: WallTime(nanoseconds: (1_795_233_600 + second) * 1_000_000_000),
            monotonic: MonotonicTime(nanoseconds: second * 1_000_000_000), clock: .synced)
    }
}

extension Store {
    /// As a daemon opens it; each life makes ids of its own.
    fileprivate static func fuzzed(_ folder: String, life: Int, _ executor: SingleThreadExecutor) async throws -> Store {
        try await Store.open(
            Settings(path: folder, maxBytes: 1 << 20, boot: "boot-\(life)"), executor: { _ in executor },
            makeID: { "store-\(life)" })
    }

    /// Ends it as far as it can be ended.
    fileprivate func end(at second: Int64, numbered: Int64 = 0) async throws {
        defer { release() }
        try await alarms.close(now: .fuzzed(second))
        try await readings.close(now: .fuzzed(second), numbered: numbered)
    }
}

/// A folder in memory where there is one: nothing of it is to outlive anything, and each commit is synced.
private final class LaneFolder: Sendable {
    let path: String

    init() {
        let place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(place)/gatewayd-lane-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? place
        }
    }

    deinit {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                unlink("\(path)/\(name)")
            }
            closedir(folder)
        }
        rmdir(path)
    }

    /// The lane as of a file that is too large to be looked at first: what is wrong with it shows when it is met.
    func unexamined(_ executor: SingleThreadExecutor) -> OutboxLane? {
        try? OutboxLane(
            lane: .readings, place: .file("\(path)/readings.db"), boot: "boot-3", maxBytes: 1 << 20, block: 10_000,
            executor: executor)
    }

    func read(_ name: String) -> [UInt8] { TextFile.bytes("\(path)/\(name)", atMost: 1 << 24) ?? [] }

    /// Writes over what is there, as the medium would change it: nobody who has it open is told.
    func write(_ name: String, _ bytes: [UInt8]) {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = pwrite(descriptor, bytes, bytes.count, 0)
        ftruncate(descriptor, off_t(bytes.count))
    }
}

/// One changed file: opened, sent, looked at, written to, and opened again.
private struct LaneTrial: Sendable {
    private static let mostRounds = 2000

    private let changes: ByteChanges
    private let isLarge: Bool
    private let hasMark: Bool

    init(_ bytes: [UInt8]) {
        let first = bytes.first ?? 0
        (isLarge, hasMark) = (first & 1 != 0, first & 2 == 0)
        changes = ByteChanges(bytes.dropFirst())
    }

    func run() throws -> String? {
        let executor = SingleThreadExecutor()
        let folder = LaneFolder()
        var files = LaneFile.made.files
        changes.apply(to: &files["readings.db", default: []])
        for (name, content) in files where hasMark || name != "readings.db.mark" { folder.write(name, content) }
        return try executor.result { try await live(in: folder, executor) }
    }

    private func live(in folder: LaneFolder, _ executor: SingleThreadExecutor) async throws -> String? {
        var (complaint, id, used): (String?, String, Int64)
        if isLarge, let lane = folder.unexamined(executor) {
            (complaint, id, used) = (await live(lane), "store-1", lane.firstBlock.next + 2)
            try? await lane.close(now: .fuzzed(401), numbered: used)
        } else {
            let store = try await Store.fuzzed(folder.path, life: 3, executor)
            (complaint, id, used) = (await live(store.readings), store.id, store.readings.firstBlock.next + 2)
            try? await store.end(at: 401, numbered: used)
        }
        if let complaint { return complaint }

        let again = try await Store.fuzzed(folder.path, life: 4, executor)
        let next = again.readings.firstBlock.next
        if again.id == id, next <= used { return "\(next) is given out again, after \(used)" }
        complaint = await look(again.readings)
        try? await again.end(at: 402)
        return complaint
    }

    /// What comes is written as ever, or it is said why not.
    private func live(_ lane: OutboxLane) async -> String? {
        if let wrong = await look(lane) { return wrong }
        let next = lane.firstBlock.next
        _ = try? await lane.append(LaneFile.records(next...next + 2), states: [.made(next)], now: .fuzzed(400))
        return await look(lane)
    }

    /// Everything that is read of a lane. What throws is said to who asked; what does not end, or is another content, is wrong.
    private func look(_ lane: OutboxLane) async -> String? {
        if let endless = await verify(lane) { return endless }
        let cursors = try? await lane.register(uplinks: LaneFile.uplinks)
        if let wrong = await select(lane, after: cursors?["city"] ?? 0) { return wrong }
        await lane.delivered("city", through: (cursors?["city"] ?? 0) + 10, now: Timestamp.fuzzed(300).monotonic)
        _ = try? await lane.settle(after: .zero, now: .fuzzed(399))
        _ = try? await lane.states()
        _ = try? await lane.currentStatistics()
        return await page(lane)
    }

    private func select(_ lane: OutboxLane, after delivered: Int64) async -> String? {
        var cursor = delivered
        for _ in 0..<Self.mostRounds {
            guard let selection = try? await lane.select(after: cursor, records: 50, bytes: 4096, withTrailingGap: true) else {
                return nil
            }
            guard let last = selection.elements.map(\.last).max(), last > cursor else { return "it stands still at \(cursor)" }
            if let wrong = selection.elements.lazy.compactMap(foreign).first { return wrong }
            cursor = last
        }
        return "a selection that does not end"
    }

    private func page(_ lane: OutboxLane) async -> String? {
        var cursor: Int64 = 0
        for _ in 0..<Self.mostRounds {
            guard let page = try? await lane.page(after: cursor, LaneFilter()) else { return nil }
            if let wrong = page.entries.lazy.compactMap({ foreign($0.element) }).first { return wrong }
            guard let next = page.next else { return nil }
            guard next > cursor else { return "a page behind \(cursor) goes on at \(next)" }
            cursor = next
        }
        return "pages that do not end"
    }

    private func verify(_ lane: OutboxLane) async -> String? {
        var cursor: Int64 = 0
        for _ in 0..<Self.mostRounds {
            guard let next = await lane.check(after: cursor).next else { return nil }
            guard next > cursor else { return "a check behind \(cursor) goes on at \(next)" }
            cursor = next
        }
        return "a check that does not end"
    }

    /// A record that is not what was written under its number.
    private func foreign(_ element: LaneElement) -> String? {
        guard case .record(let seq, let body) = element, body != LaneFile.body(seq) else { return nil }
        return "\(seq) has another content: \(String(decoding: body, as: UTF8.self))"
    }
}
