// How far a lane has given out numbers, once more, outside its database: a database that has gone back must not use them twice.
import Glibc

/// The file beside a lane's database. Two places are written in turn, each with its own checksum: a torn one leaves the other.
struct LaneMark {
    /// What it says.
    struct Content: Equatable {
        /// Every number up to this one may have been used.
        var reserved: Int64
        /// The store's id; nil while it has none.
        var store: String?
    }

    private static let placeBytes = 128, places = 2

    let path: String
    private var next = 0

    init(path: String) { self.path = path }

    /// The highest of what stands there; nil when there is nothing.
    func read() throws(StoreError) -> Content? {
        guard let bytes = try Medium.bytes(path, atMost: 4096) else { return nil }
        var found: [Content] = []
        for place in 0..<Self.places {
            let place = bytes.dropFirst(place * Self.placeBytes).prefix(Self.placeBytes)
            if place.count == Self.placeBytes, let content = Self.content(Array(place)) { found.append(content) }
        }
        return found.max { $0.reserved < $1.reserved }
    }

    /// Writes it durably.
    /// - Parameter everywhere: into both places, because the number is a lower one than before.
    /// - Returns: 0, or the errno of the step that failed.
    mutating func write(_ content: Content, everywhere: Bool = false) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        let bytes = Self.bytes(content)
        for _ in 0..<(everywhere ? Self.places : 1) {
            guard pwrite(descriptor, bytes, bytes.count, off_t(next * Self.placeBytes)) == bytes.count else {
                return errno == 0 ? EIO : errno
            }
            next = (next + 1) % Self.places
            guard fsync(descriptor) == 0 else { return errno }
        }
        return 0
    }

    private static func bytes(_ content: Content) -> [UInt8] {
        let text = "gatewayd-mark \(content.reserved) \(content.store ?? "-")"
        let whole = Array("\(text) \(sum(text))".utf8)
        return whole + [UInt8](repeating: 0x20, count: max(1, placeBytes - 1 - whole.count)) + [0x0A]
    }

    private static func content(_ bytes: [UInt8]) -> Content? {
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 4, words[0] == "gatewayd-mark", let reserved = Int64(words[1]), LaneSchema.isNumber(reserved),
            words[3] == sum("gatewayd-mark \(words[1]) \(words[2])")
        else { return nil }
        return Content(reserved: reserved, store: words[2] == "-" ? nil : String(words[2]))
    }

    private static func sum(_ text: String) -> String {
        var checksum = Checksum()
        checksum.add(Array(text.utf8))
        return String(checksum.value, radix: 16)
    }
}
