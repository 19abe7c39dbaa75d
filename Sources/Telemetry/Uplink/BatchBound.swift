// How large a batch may be: as far as known, not so large that the broker calls it too large.
import SensorModel

/// The most bytes of records that are put into one batch. Pure: time is a parameter.
///
/// A broker's own limit for messages (mosquitto's `message_size_limit`) is not the Maximum Packet Size that MQTT 5 lets it tell:
/// it is learned from refusals. What was learned grows again, so that a limit that is raised is noticed.
struct BatchBound: Sendable {
    /// The bound doubles each time this has passed without a refusal.
    static let memory = Duration.seconds(600)

    private var learned: (bytes: Int, at: MonotonicTime)?

    /// A batch with so many bytes of records was too large.
    mutating func refused(_ bytes: Int, at now: MonotonicTime) {
        learned = (max(1, min(size(at: now), bytes / 2)), now)
    }

    /// How many bytes of records a batch may have now.
    func size(at now: MonotonicTime) -> Int {
        guard let learned else { return .max }
        let doublings = Int((now - learned.at) / Self.memory)
        return doublings >= learned.bytes.leadingZeroBitCount - 1 ? .max : learned.bytes << doublings
    }
}
