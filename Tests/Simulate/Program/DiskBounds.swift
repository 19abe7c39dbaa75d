// What may stand on the gateway's disk, file by file: the numbers of docs/ARCHITECTURE.md, "Limits and losses", once more.
import MemoryDisk

/// The judge of sizes. It looks once in a simulated minute; the most that was ever in use it asks the disk for.
struct DiskBounds {
    /// What files of one kind may take.
    private struct Share {
        /// The largest file, and all of them together.
        let each: Int64, all: Int64
        let files: Int
        /// What they take now.
        var seen = (files: 0, bytes: Int64(0))

        init(each: Int64, all: Int64, files: Int) { (self.each, self.all, self.files) = (each, all, files) }
    }

    private static let mebibyte: Int64 = 1 << 20
    /// The story's configuration and the shipped profiles and rules, of which three copies may be there while one is swapped in.
    private static let configuration = Share(each: 1 << 20, all: 3 << 20, files: 300)

    private static let lanes: Set = ["readings.db", "alarms.db"]

    /// What all of it together may take.
    let most: UInt64
    /// What the files of both lanes may take together.
    private let lanes: Int64
    private var shares: [(kind: String, share: Share)]
    /// The kind of each file by its place among the shares, as it was first met.
    private var kinds: [String: Int] = [:]
    private var next: Int64 = 0
    /// Kinds that were complained of; the same is not said each minute.
    private var named: Set<String> = []

    /// - Parameters:
    ///   - store: `store.max_size` in bytes.
    ///   - mayBeUncut: whether what is set aside may be as long as it was: what cannot be read cannot be cut either.
    init(store: Int64, mayBeUncut: Bool) {
        var lanes: Int64 = 0
        var shares = [
            "configuration": Self.configuration,
            "audit": Share(each: 8 << 20 + 1 << 16, all: 11 * (8 << 20 + 1 << 16), files: 12),
            "history": Share(each: 64 << 20, all: 64 << 20, files: 14),
            "uptime": Share(each: 1 << 16, all: 14 << 16, files: 15),
            "evidence": Share(each: 16 << 20, all: 64 << 20, files: 501),
            "lock": Share(each: 4096, all: 4096, files: 1),
            "state": Share(each: 64 << 10, all: 256 << 10, files: 8),
        ]
        for (lane, bytes) in [("readings", store / 8 * 7), ("alarms", store / 8)] {
            // What is free in a file and not given back to the disk is at most a mebibyte or a quarter of it. Each lane may have
            // seven eighths: alarms borrow from readings. Both together stay within the whole.
            let (free, file) = (max(Self.mebibyte, bytes / 3), store / 8 * 7 + max(Self.mebibyte, store / 8 * 7 / 3))
            lanes += bytes + free
            shares["\(lane).db"] = Share(each: file, all: file, files: 1)
            // `journal_size_limit`, and a commit.
            shares["\(lane).db-wal"] = Share(each: 6 << 20, all: 6 << 20, files: 1)
            shares["\(lane).db.mark"] = Share(each: 256, all: 256, files: 1)
            let reserve = min(8 << 20, max(128 << 10, bytes / 8))
            shares["\(lane).db.reserve"] = Share(each: reserve, all: reserve, files: 1)
            let aside = mayBeUncut ? file : max(Self.mebibyte, bytes / 4)
            shares["\(lane).db.damaged"] = Share(each: aside, all: 6 * aside, files: 6)
            shares["\(lane).db.fresh"] = Share(each: 2 * file, all: 3 * file, files: 3)
        }
        self.lanes = lanes
        self.shares = shares.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        most = UInt64(shares.reduce(lanes) { $0 + (Self.lanes.contains($1.key) ? 0 : $1.value.all) })
    }

    /// What is larger than it may be now, at most once in a minute.
    mutating func look(at moment: Int64) -> [String] {
        guard moment >= next else { return [] }
        next = moment + 60 * World.second
        for kind in shares.indices { shares[kind].share.seen = (0, 0) }
        var complaints: [String] = []
        var (number, bytes) = (UInt64(0), UInt64(0))
        while let name = memory_disk_file(number, &bytes) {
            number += 1
            let path = String(cString: name)
            guard let kind = kinds[path] ?? place(of: path) else {
                complaints += complain(path, "\(path): nobody has promised how large such a file may become")
                continue
            }
            let size = Int64(bytes)
            shares[kind].share.seen.files += 1
            shares[kind].share.seen.bytes += size
            if size > shares[kind].share.each {
                let bound = shares[kind].share.each
                complaints += complain(shares[kind].kind, "\(path) has \(size) bytes, the bound is \(bound)")
            }
        }
        for (kind, share) in shares where share.seen.bytes > share.all || share.seen.files > share.files {
            let bound = "the bound is \(share.files) and \(share.all)"
            complaints += complain(
                kind + " together", "\(share.seen.files) files of \(kind) have \(share.seen.bytes) bytes, \(bound)")
        }
        let held = shares.reduce(0) { $0 + (Self.lanes.contains($1.kind) ? $1.share.seen.bytes : 0) }
        if held > lanes { complaints += complain("lanes", "both lanes have \(held) bytes, the bound is \(lanes)") }
        return complaints.sorted()
    }

    private mutating func complain(_ what: String, _ words: String) -> [String] { named.insert(what).inserted ? [words] : [] }

    private mutating func place(of path: String) -> Int? {
        guard let kind = Self.kind(path) else { return nil }
        if !shares.contains(where: { $0.kind == kind }) {
            // A file beside a lane's own, which counts with all of them only.
            shares.append((kind, Share(each: .max, all: .max, files: .max)))
        }
        kinds[path] = shares.firstIndex { $0.kind == kind }
        return kinds[path]
    }

    /// What a file is, by its place.
    private static func kind(_ path: String) -> String? {
        guard path.hasPrefix(Street.folder + "/") else { return path == MEMORY_DISK_FOLDER + "/gateway.yaml" ? "state" : nil }
        let name = path.dropFirst(Street.folder.utf8.count + 1)
        let folder = name.prefix { $0 != "/" }
        switch folder {
        case "history", "uptime", "evidence", "lock": return String(folder)
        case "last-good", "last-good.new", "last-good.old": return "configuration"
        case let file where file.hasPrefix("audit."): return "audit"
        case let file where file.hasSuffix(".json") || file.hasSuffix(".json.new"): return "state"
        default: break
        }
        for lane in ["readings.db", "alarms.db"] where name.hasPrefix(lane) {
            if name.hasPrefix(lane + ".damaged") { return lane + ".damaged" }
            if name.hasPrefix(lane + ".fresh") || name == lane + ".carried" { return lane + ".fresh" }
            return String(name)
        }
        return nil
    }
}
