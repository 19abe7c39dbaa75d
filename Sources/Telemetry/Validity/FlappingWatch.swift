// A contact that opens and closes again and again, like a float in waves. Pure; constant in memory.
import SensorModel

/// The changes of one contact over a minute. The line itself watches for chatter within ten seconds; this sees what is slower,
/// and contacts behind a bus.
struct FlappingWatch {
    /// More changes than this within the time are flapping.
    static let limit = (changes: 20, within: Duration.seconds(60))
    /// So long without a change, and it is over.
    static let rest = Duration.seconds(60)

    private var value: Double?
    /// The last changes, a ring: the next one takes the place of the oldest.
    private var changes: [MonotonicTime] = []
    private var next = 0
    private var last: MonotonicTime?
    private var flaps = false

    /// Takes a value.
    /// - Returns: true while it flaps.
    mutating func see(_ value: Double, at now: MonotonicTime) -> Bool {
        defer { self.value = value }
        if let before = self.value, before != value { change(at: now) }
        if flaps, let last, now - last >= Self.rest {
            flaps = false
            changes = []
            next = 0
        }
        return flaps
    }

    private mutating func change(at now: MonotonicTime) {
        last = now
        guard changes.count == Self.limit.changes else { return changes.append(now) }
        // The oldest of the twenty before this one.
        if now - changes[next] <= Self.limit.within { flaps = true }
        changes[next] = now
        next = (next + 1) % Self.limit.changes
    }
}
