// How much may be on its way unacknowledged: as many bytes as the link has just proved to carry.
import SensorModel

/// Bounds the unacknowledged bytes to what was acknowledged in the last two seconds, and never below 4 kB.
///
/// Reason: on a 64 kbit/s link a queue of messages in the socket costs an alarm seconds; on a fast link the window
/// doubles with every round trip. Pure: time is a parameter.
public struct SendWindow: Sendable {
    /// The least the window ever is, in bytes.
    public static let smallest = 4096
    /// How far back the link's proof reaches.
    public static let memory = Duration.seconds(2)

    private var acknowledged: [(at: MonotonicTime, bytes: Int)] = []
    private var sum = 0

    /// A window that knows nothing of the link yet.
    public init() {}

    /// Notes that so many bytes were acknowledged.
    public mutating func acknowledge(_ bytes: Int, at now: MonotonicTime) {
        forget(now)
        sum += bytes
        if let last = acknowledged.last, now - last.at < .milliseconds(50) {
            acknowledged[acknowledged.count - 1].bytes += bytes
        } else {
            acknowledged.append((now, bytes))
        }
    }

    /// How many bytes may be unacknowledged.
    public mutating func size(at now: MonotonicTime) -> Int {
        forget(now)
        return max(Self.smallest, sum)
    }

    private mutating func forget(_ now: MonotonicTime) {
        while let first = acknowledged.first, now - first.at > Self.memory {
            sum -= first.bytes
            acknowledged.removeFirst()
        }
    }
}
