// What happened, line by line: the same seed gives the same bytes, and a number that stands for all of them.
import Glibc
import Logging
import SensorModel

/// The log of one run.
///
/// `@unchecked Sendable`: the daemon and its closures ask for it; all of it runs on the one thread of `VirtualTime`, which checks
/// that at each moment and each line of the log.
final class EventLog: @unchecked Sendable {
    /// FNV-1a over every byte.
    ///
    /// Source: draft-eastlake-fnv, 64 bits.
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var lines = 0
    private var file: UnsafeMutablePointer<FILE>?
    private let time: VirtualTime
    private var last: [String] = []
    /// How many lines are kept for a failure.
    private static let kept = 40
    /// The daemon has said that it gave up what was in a file of the store: its readings are lost, and known to be.
    fileprivate(set) var isBegunAnew = false

    init(_ time: VirtualTime, path: String?) {
        self.time = time
        file = path.flatMap { fopen($0, "w") }
    }

    /// Nothing is written any more.
    func close() {
        if let file { fclose(file) }
        file = nil
    }

    /// The last lines.
    var tail: [String] { last.suffix(Self.kept) }

    func write(_ what: String, _ words: @autoclosure () -> String) {
        time.mustBeOurs()
        let seconds = time.now / 1_000_000_000
        let milliseconds = time.now / 1_000_000 % 1000
        let line = "\(seconds).\(String(milliseconds + 1000).dropFirst()) \(what) \(words())"
        for byte in line.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
        lines += 1
        last.append(line)
        if last.count > 4 * Self.kept { last.removeFirst(3 * Self.kept) }
        if let file { fputs(line + "\n", file) }
    }

    /// Bytes that went somewhere: their number is enough for the log.
    func write(_ what: String, bytes: [UInt8]) { write(what, String(hash(of: bytes[...]), radix: 16)) }
}

/// FNV-1a of some bytes.
func hash(of bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.withUnsafeBufferPointer { bytes in
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}

/// What the daemon logs goes into the run's log.
struct DaemonLog: LogHandler {
    let log: EventLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let context = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        if "\(event.message)".contains("begun anew, what was in it") { log.isBegunAnew = true }
        log.write("gatewayd", "\(event.level): \(event.message) \(context)")
    }
}
