// Connections that did not last, and what they say about the gateway's name: two clients with one id take the connection
// from each other for ever, and neither delivers much.
import SensorModel

/// Breaks of the last ten minutes. Pure.
struct RecentBreaks: Sendable {
    private static let memory = Duration.seconds(600)
    /// More than so many are not kept: words do not need them.
    private static let most = 32
    private static let takeoversBeforeAlert = 2, shortBeforeAlert = 3

    private var takeovers: [MonotonicTime] = []
    /// Connections that ended within a minute, the broker not saying why (mosquitto 2.0.11 does not say it of a take-over).
    private var short: [MonotonicTime] = []

    /// A connection that the broker had accepted has ended, and not by us.
    mutating func note(_ kind: LinkFailure.Kind, stood: Duration, at now: MonotonicTime) {
        takeovers = Self.recent(takeovers, at: now)
        short = Self.recent(short, at: now)
        if kind == .takenOver {
            takeovers.append(now)
        } else if kind == .lost, stood < UplinkLimits.stable {
            short.append(now)
        }
    }

    /// What is wrong, and what to do; empty while nothing is.
    func words(clientID: String, at now: MonotonicTime) -> String {
        let taken = Self.recent(takeovers, at: now).count
        if taken >= Self.takeoversBeforeAlert {
            return """
                another client connects to the broker as \(clientID) and has taken the connection over \(taken) times: \
                give every gateway an id of its own
                """
        }
        let broken = Self.recent(short, at: now).count
        guard broken >= Self.shortBeforeAlert else { return "" }
        return """
            the connection was lost \(broken) times within a minute of its beginning: \
            the link is bad, or another client uses the id \(clientID)
            """
    }

    private static func recent(_ times: [MonotonicTime], at now: MonotonicTime) -> [MonotonicTime] {
        times.filter { now - $0 < memory }.suffix(most)
    }
}
