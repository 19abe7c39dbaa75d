// Who changed what, one JSON line each, appended and synced before the change is confirmed.
import NativeFormat
import Platform
import SensorModel

/// The append-only audit log in the store's folder; on a thread of its own because it waits for the medium.
public actor AuditLog {
    private let path: String
    private let executor: any SerialExecutor
    private let clock: any TimeSource

    /// The log's thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - path: the file.
    public init(path: String, executor: any SerialExecutor, clock: any TimeSource) {
        self.path = path
        self.executor = executor
        self.clock = clock
    }

    /// Puts one action on record.
    /// - Returns: 0, or the errno of the write that failed.
    public func record(actor: String, action: String, subject: String) -> Int32 {
        var json = JSONBytes(capacity: 192)
        let now = clock.now()
        json.raw("{\"time\":")
        json.time(now.wall)
        json.raw(",\"clock\":")
        json.string(now.clock.rawValue)
        json.raw(",\"actor\":")
        json.string(actor)
        json.raw(",\"action\":")
        json.string(action)
        json.raw(",\"subject\":")
        json.string(subject)
        json.raw("}\n")
        return TextFile.append(path, json.bytes)
    }
}
