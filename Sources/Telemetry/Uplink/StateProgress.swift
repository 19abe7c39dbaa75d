// When the retained state goes out again: what it says has changed, the one before has arrived, and not too often.
import SensorModel

/// The members of the state that change while the gateway runs, and how far the broker knows them. Pure: time is a parameter.
struct StateProgress: Sendable {
    /// What they are now: JSON members without braces.
    private(set) var members: [UInt8] = []
    /// What they were in the last state message of this connection; nil before its birth.
    private var sent: [UInt8]?
    private var sentAt = MonotonicTime(nanoseconds: 0)
    /// True while a state message waits for its PUBACK.
    private var isFlying = false
    private var isUrgent = false

    mutating func take(_ members: [UInt8], isUrgent: Bool) {
        // Urgent it is also when the members are back at what was sent: then nothing has to be sent.
        self.members = members
        self.isUrgent = self.isUrgent || isUrgent
    }

    /// A state message with the members as they are goes out.
    mutating func send(at now: MonotonicTime) {
        (sent, sentAt, isFlying, isUrgent) = (members, now, true, false)
    }

    mutating func acknowledge() { isFlying = false }

    mutating func forgetConnection() {
        sent = nil
        isFlying = false
    }

    /// When it is to be sent again, as far as time decides that; nil while there is nothing new, or something else decides.
    var due: MonotonicTime? {
        guard let sent, sent != members, !isFlying else { return nil }
        return isUrgent ? sentAt : sentAt + UplinkLimits.statePause
    }

    func isDue(_ now: MonotonicTime) -> Bool { due.map { $0 <= now } ?? false }
}
