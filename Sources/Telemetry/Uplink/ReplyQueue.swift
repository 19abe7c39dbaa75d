// Replies to commands on their way to the platform: in memory only, sent again after a reconnect.
// Limit and loss: 64 replies; when full the oldest gives way, counted.

/// Replies that are not acknowledged yet, in order. Pure.
struct ReplyQueue: Sendable {
    private struct Entry: Sendable {
        let number: Int64
        let message: OutgoingMessage
        var isFlying = false
    }

    private var entries: [Entry] = []
    private var lastNumber: Int64 = 0
    /// Replies that gave way.
    private(set) var dropped: UInt64 = 0

    /// Puts a reply behind the others.
    mutating func add(_ message: OutgoingMessage) {
        if entries.count >= UplinkLimits.replies {
            entries.removeFirst()
            dropped += 1
        }
        lastNumber += 1
        entries.append(Entry(number: lastNumber, message: message))
    }

    /// Takes the next reply that is not on its way, and notes that it is now.
    mutating func launchNext() -> (number: Int64, message: OutgoingMessage)? {
        guard let index = entries.firstIndex(where: { !$0.isFlying }) else { return nil }
        entries[index].isFlying = true
        return (entries[index].number, entries[index].message)
    }

    /// The broker has said something about a reply: it is not sent again.
    mutating func settle(_ number: Int64) { entries.removeAll { $0.number == number } }

    /// The connection is gone: everything that was not acknowledged goes again.
    mutating func forgetConnection() { for index in entries.indices { entries[index].isFlying = false } }
}
