// What may stand on the gateway's disk, file by file: the numbers of docs/ARCHITECTURE.md, "Limits and losses", once more.
import MemoryDisk

/// The judge of sizes. It looks once in a simulated minute; the most that was ever in use it asks the disk for.
struct DiskBounds {
    /// What files of one kind may take.
    private struct Share {
        /// The largest file, and all of them together.
        let each: Int64, all: Int64
        let files: Int
    }

    private static let mebibyte: Int64 = 1 << 20
    /// The story's configuration and the shipped profiles and rules, of which three copies may be there while one is swapped in.
    private static let configuration = Share(each: 1 << 20, all: 3 << 20, files: 300)

    private let shares: [String: Share]
    /// The kind of each file, as it was first met.
    private var kinds: [String: String] = [:]
    private var next: Int64 = 0
    /// Kinds that were complained of; the same is not said each minute.
    private var named: Set<String> = []

    /// - Parameters:
    ///   - store: `store.max_size` in bytes.
    ///   - mayBeUncut: whether what is set aside may be as long as it was: what cannot be read cannot be cut either.
    init(store: Int64, mayBeUncut: Bool) {
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
            // What is free in a file and not given back to the disk is at most a mebibyte or a quarter of it.
            let file = bytes + max(Self.mebibyte, bytes / 3)
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
        self.shares = shares
    }

    /// What all of it together may take.
    var most: UInt64 { UInt64(shares.values.reduce(0) { $0 + $1.all }) }

    /// What is larger than it may be now, at most once in a minute.
    mutating func look(at moment: Int64) -> [String] {
        guard moment >= next else { return [] }
        next = moment + 60 * World.second
        var sums: [String: (files: Int, bytes: Int64)] = [:]
        var complaints: [String] = []
        var (number, bytes) = (UInt64(0), UInt64(0))
        while let name = memory_disk_file(number, &bytes) {
            number += 1
            let path = String(cString: name)
            guard let kind = kinds[path] ?? Self.kind(path) else {
                complaints += complain(path, "\(path): nobody has promised how large such a file may become")
                continue
            }
            kinds[path] = kind
            let size = Int64(bytes)
            sums[kind, default: (0, 0)].files += 1
            sums[kind, default: (0, 0)].bytes += size
            if let share = shares[kind], size > share.each {
                complaints += complain(kind, "\(path) has \(size) bytes, the bound is \(share.each)")
            }
        }
        for (kind, sum) in sums {
            guard let share = shares[kind], sum.bytes > share.all || sum.files > share.files else { continue }
            let bound = "the bound is \(share.files) and \(share.all)"
            complaints += complain(kind + " together", "\(sum.files) files of \(kind) have \(sum.bytes) bytes, \(bound)")
        }
        return complaints.sorted()
    }

    private mutating func complain(_ what: String, _ words: String) -> [String] { named.insert(what).inserted ? [words] : [] }

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
            if name.hasPrefix(lane + ".fresh") { return lane + ".fresh" }
            return String(name)
        }
        return nil
    }
}
