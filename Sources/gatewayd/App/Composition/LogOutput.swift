// Log lines on stderr, as text for people and the journal or as JSON for collectors. A reader that stalls costs lines, which
// are counted, and never the daemon's time.
import Glibc
import Logging
import NativeFormat
import Platform
import SensorModel

/// How log lines look.
public enum LogFormat: String, CaseIterable, Sendable {
    case text, json
}

/// Writes each line with one `write(2)`, so that lines of several threads do not mix.
public struct LogOutput: LogHandler {
    /// The least severe level that is written.
    public var logLevel: Logger.Level
    /// Metadata of every line.
    public var metadata: Logger.Metadata = [:]
    private let label: String
    private let format: LogFormat
    private let clock: any TimeSource

    /// - Parameters:
    ///   - label: the logger's label.
    public init(label: String, level: Logger.Level, format: LogFormat, clock: any TimeSource) {
        self.label = label
        self.format = format
        self.clock = clock
        logLevel = level
    }

    /// One entry of the metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    public func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
        var line: [UInt8]
        switch format {
        case .text:
            let context = all.map { " \($0.key)=\($0.value)" }.joined()
            line = Array("\(clock.now().wall.rfc3339) \(event.level) \(event.message)\(context)\n".utf8)
        case .json:
            var json = JSONBytes(capacity: 256)
            json.raw("{\"time\":")
            json.time(clock.now().wall)
            json.raw(",\"level\":")
            json.string(event.level.rawValue)
            json.raw(",\"message\":")
            json.string(event.message.description)
            for (key, value) in all {
                json.raw(",")
                json.string(key)
                json.raw(":")
                json.string(value.description)
            }
            json.raw("}\n")
            line = json.bytes
        }
        LogSink.shared.write(line)
    }
}
