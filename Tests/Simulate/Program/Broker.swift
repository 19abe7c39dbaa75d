// The broker and the link to it, behind the uplink's contract, with everything that goes wrong between a gateway and a platform.
import SensorModel
import TestSupport
import Uplink

/// How the broker and the link behave now.
struct Manners {
    /// Nothing answers at the address.
    var isAway = false
    /// TCP is accepted and nothing more comes.
    var isSilent = false
    /// What is sent vanishes, and nobody says so.
    var swallows = false
    /// CONNACK refuses.
    var refusesConnections = false
    /// Nothing answers at the preferred link's address.
    var preferredIsAway = false
    /// TLS fails, for this reason.
    var handshake: LinkFailure.Kind?
    /// SUBACK refuses: no command comes on connections that begin now.
    var refusesSubscriptions = false
    /// Messages are taken and none is acknowledged.
    var acknowledgesNothing = false
    /// How many acknowledgements are lost, come twice, and how many messages are refused for which reason.
    var lost = 0, doubled = 0, refused = 0
    /// How many acknowledgements name a message that nobody has sent, and how many commands come twice.
    var strange = 0, doubledLetters = 0
    var reason: UInt8 = 0x80
    /// How many alarms are acknowledged and lost: the broker dies before its next snapshot.
    var losesAlarms = 0
    /// Nobody has subscribed.
    var hasNoSubscribers = false
    var limits = BrokerLimits()
    /// The longest way of a message, in ms.
    var latency = 40
}

/// One broker for all of the gateway's lives.
///
/// `@unchecked Sendable`: the daemon and its closures ask for it; all of it runs on the one thread of `VirtualTime`, which checks
/// that at each moment and each line of the log.
final class Broker: BrokerConnector, @unchecked Sendable {
    let time: VirtualTime
    let log: EventLog
    let ledger: Ledger
    var manners = Manners()
    /// The life that may connect; nobody may while the gateway is down.
    var life: Int?
    /// By topic: what the broker keeps for those who subscribe later.
    private(set) var retained: [String: [UInt8]] = [:]
    private var chance: SeededGenerator
    private var connection: Connection?
    /// Commands that wait for a connection: the broker keeps the session.
    private var letters: [[UInt8]] = []
    /// Told what is wrong.
    var complaint: (String) -> Void = { _ in }
    /// Whether a message may be acknowledged and lost.
    var mayBeLost: (OutgoingMessage) -> Bool = { _ in false }
    /// Told of each attempt to connect.
    var attempt: () -> Void = {}
    private(set) var messages = 0
    /// Since when a connection stands and nothing is in its way.
    private(set) var soundSince: Int64?
    /// When a subscription was refused last.
    private var deafSince: Int64?

    init(_ time: VirtualTime, _ log: EventLog, _ ledger: Ledger, seed: UInt64) {
        (self.time, self.log, self.ledger) = (time, log, ledger)
        chance = SeededGenerator(seed: seed)
    }

    /// An acknowledgement is waited for 10 s, and the end of a connection as long as that once more.
    private static let longestWait = Duration.seconds(30)
    /// Keep-alive of 15 s: a broker gives up after one and a half of it.
    private static let patience = Duration.milliseconds(22_500)

    func connect(
        to endpoint: BrokerEndpoint, clientID: String, will: OutgoingMessage, commands: String,
        events: @escaping @Sendable (BrokerEvent) -> Void
    ) -> any BrokerConnection {
        let connection = Connection(self, life: life ?? -1, will: will, events)
        guard life != nil else { return connection }
        attempt()
        connection.isPreferred = endpoint.host == Street.preferred
        if manners.isAway || manners.preferredIsAway && connection.isPreferred {
            later(connection, way()) { $0.end(LinkFailure(kind: .unreachable, detail: "nothing answers")) }
        } else if manners.isSilent || manners.swallows {
            later(connection, .seconds(10)) { $0.end(LinkFailure(kind: .timeout, detail: "no CONNACK")) }
        } else if let kind = manners.handshake {
            later(connection, way()) { $0.end(LinkFailure(kind: kind, detail: "as the story wants it")) }
        } else if manners.refusesConnections {
            later(connection, way()) { $0.end(LinkFailure(kind: .refused, detail: "not authorised")) }
        } else {
            later(connection, way()) { self.accept($0) }
        }
        return connection
    }

    private func later(_ connection: Connection, _ wait: Duration, _ what: @escaping (Connection) -> Void) {
        time.after(wait) {
            if !connection.isOver, connection.life == self.life { what(connection) }
        }
    }

    private func way() -> Duration { .milliseconds(Int64.random(in: 1...Int64(max(2, manners.latency)), using: &chance)) }

    private func accept(_ new: Connection) {
        if let old = connection { hangUp(old, LinkFailure(kind: .takenOver, detail: "another client has this id")) }
        connection = new
        new.begin(manners.limits)
        if manners.refusesSubscriptions {
            deafSince = time.now
            new.isDeaf = true
            new.hear(.subscriptionRefused(reason: 0x87))
        }
        soundSince = time.now
        log.write("broker", "connected, receive maximum \(manners.limits.receiveMaximum)")
        guard !new.isDeaf else { return }
        let waiting = letters
        letters = []
        for letter in waiting { new.deliver(letter, after: way()) }
    }

    /// The broker's side of a connection is over: it says what the gateway wanted said.
    private func hangUp(_ old: Connection, _ failure: LinkFailure) {
        if connection === old { connection = nil }
        soundSince = nil
        retain(old.will)
        if !old.isOver { old.end(failure) }
    }

    fileprivate func closed(_ old: Connection, graceful: Bool) {
        guard connection === old else { return }
        connection = nil
        soundSince = nil
        if !graceful { retain(old.will) }
    }

    private func retain(_ message: OutgoingMessage) {
        guard message.retained else { return complaint("\(message.topic) was not to be retained") }
        retained[message.topic] = message.payload
    }

    // MARK: what the story does

    /// The connection breaks: what is on its way arrives up to some moment, and no acknowledgement comes back.
    func breakConnection() {
        guard let connection else { return }
        log.write("broker", "the connection breaks")
        hangUp(connection, LinkFailure(kind: .lost, detail: "connection reset"))
    }

    /// The preferred link breaks, for as long as its manners say.
    func losePreferred() {
        manners.preferredIsAway = true
        if connection?.isPreferred == true { breakConnection() }
    }

    /// The broker begins anew and has kept nothing but what is retained.
    func forgetSession() {
        letters = []
        breakConnection()
    }

    /// Another client connects with the gateway's id.
    func takeOver() {
        guard let connection else { return }
        log.write("broker", "another client takes the id")
        hangUp(connection, LinkFailure(kind: .takenOver, detail: "another client has this id"))
    }

    /// What is sent vanishes from now on; the broker notices after its patience, and so does the gateway's library.
    func swallow() {
        manners.swallows = true
        soundSince = nil
        guard let connection else { return }
        time.after(Self.patience) {
            guard self.connection === connection, self.manners.swallows else { return }
            self.hangUp(connection, LinkFailure(kind: .lost, detail: "no answer to a ping"))
        }
    }

    /// The gateway is gone: with its process the connection ends at once, with its power nobody says so.
    func gatewayIsGone(isPower: Bool) {
        life = nil
        soundSince = nil
        guard let old = connection else { return }
        old.abandon()
        guard isPower else { return hangUp(old, LinkFailure(kind: .lost, detail: "")) }
        time.after(Self.patience) {
            if self.connection === old { self.hangUp(old, LinkFailure(kind: .lost, detail: "")) }
        }
    }

    /// The platform sends a command.
    func send(_ command: String) {
        log.write("platform", command)
        if let connection, !manners.swallows, !connection.isDeaf {
            connection.deliver(Array(command.utf8), after: way())
            guard manners.doubledLetters > 0 else { return }
            manners.doubledLetters -= 1
            connection.deliver(Array(command.utf8), after: way())
        } else {
            letters.append(Array(command.utf8))
        }
    }

    /// Whether commands may not have been heard since a moment.
    func isDeaf(since moment: Int64) -> Bool { connection?.isDeaf ?? true || deafSince.map { $0 >= moment } ?? false }

    /// The link is as it should be.
    func heal() {
        let wasSwallowing = manners.swallows
        manners = Manners()
        // A gateway subscribes again with its next connection.
        if wasSwallowing || connection?.isDeaf == true, let connection {
            hangUp(connection, LinkFailure(kind: .lost, detail: "no answer to a ping"))
        }
    }

    /// Nothing is done to it that would keep a message back.
    var isSound: Bool {
        let plain = Manners()
        return !manners.isAway && !manners.isSilent && !manners.swallows && !manners.refusesConnections && manners.lost == 0
            && manners.refused == 0 && !manners.hasNoSubscribers && manners.latency <= plain.latency
            && manners.handshake == nil && !manners.acknowledgesNothing && manners.losesAlarms == 0
    }

    // MARK: messages

    fileprivate func take(_ message: OutgoingMessage, token: Int32, _ from: Connection) {
        guard !manners.swallows else { return }
        messages += 1
        from.unacknowledged += 1
        // The farewell goes out beside a full window; the library keeps it back until there is room.
        if from.unacknowledged > from.limits.receiveMaximum, !message.topic.hasSuffix("/state") {
            complaint("\(from.unacknowledged) messages in flight, the broker takes \(from.limits.receiveMaximum)")
        }
        if let largest = from.limits.maximumPacketSize, message.payload.count > largest, !message.topic.hasSuffix("/state") {
            // The window halves what it asks for, and one record may be larger than that: the broker says so.
            ledger.refused(message)
            return acknowledge(token, 0x95, from)
        }
        if message.topic.hasSuffix("/state") {
            if manners.refused > 0 {
                manners.refused -= 1
                return acknowledge(token, manners.reason, from)
            }
            retain(message)
            return manners.acknowledgesNothing ? withhold(from) : acknowledge(token, 0, from)
        }
        if manners.refused > 0 {
            manners.refused -= 1
            ledger.refused(message)
            log.write("broker", "refuses for \(manners.reason)")
            return acknowledge(token, manners.reason, from)
        }
        log.write("broker", bytes: message.payload)
        if manners.hasNoSubscribers {
            ledger.refused(message)
            return acknowledge(token, 0x10, from)
        }
        if message.retained { complaint("\(message.topic) was to be retained") }
        if manners.losesAlarms > 0, mayBeLost(message) {
            manners.losesAlarms -= 1
            ledger.lost(message)
            log.write("broker", "acknowledges it, and loses it")
            return acknowledge(token, 0, from)
        }
        let span = ledger.receive(message, from.life)
        if manners.strange > 0 {
            manners.strange -= 1
            from.hear(.acknowledged(token: token &+ Int32.random(in: 100_000...200_000, using: &chance), reason: 0))
        }
        if manners.lost > 0 || manners.acknowledgesNothing {
            manners.lost -= manners.lost > 0 ? 1 : 0
            return withhold(from)
        }
        acknowledge(token, 0, from, span)
        if manners.doubled > 0 {
            manners.doubled -= 1
            acknowledge(token, 0, from, span)
        }
    }

    /// A gateway that misses an acknowledgement leaves the connection, and does not wait for it for ever.
    private func withhold(_ from: Connection) {
        soundSince = nil
        log.write("broker", "an acknowledgement is lost")
        later(from, Self.longestWait) { _ in self.complaint("a missing acknowledgement did not end the connection in 30 s") }
    }

    private func acknowledge(_ token: Int32, _ reason: UInt8, _ to: Connection, _ span: Ledger.Span? = nil) {
        to.unacknowledged -= 1
        to.lastAnswer = max(to.lastAnswer, time.now + way().nanoseconds)
        later(to, .nanoseconds(to.lastAnswer - time.now)) { connection in
            guard !self.manners.swallows else { return }
            if let span, reason == 0 { self.ledger.acknowledged(span, to.life) }
            connection.hear(.acknowledged(token: token, reason: reason))
        }
    }

    /// On its way, behind what was sent before it.
    fileprivate func carry(_ message: OutgoingMessage, token: Int32, _ from: Connection) {
        let arrival = max(from.lastArrival, time.now + way().nanoseconds)
        from.lastArrival = arrival
        time.at(arrival) {
            // What was sent before a break may still arrive, up to a moment.
            guard !from.isCut, self.connection === from || from.isOver && arrival <= from.arrivesUntil else {
                return from.isCut = true
            }
            self.take(message, token: token, from)
        }
    }

    fileprivate func grace() -> Int64 { Bool.random(using: &chance) ? 0 : way().nanoseconds }

    /// What is wrong with how many messages were in flight.
    fileprivate func complain(_ words: String) { complaint(words) }
}

/// One connection, as the gateway has it.
///
/// `@unchecked Sendable`: the daemon and its closures ask for it; all of it runs on the one thread of `VirtualTime`, which checks
/// that at each moment and each line of the log.
private final class Connection: BrokerConnection, @unchecked Sendable {
    private let broker: Broker
    let life: Int
    let will: OutgoingMessage
    private let events: @Sendable (BrokerEvent) -> Void
    private(set) var limits = BrokerLimits()
    /// Something of it did not arrive: nothing behind that does.
    var isCut = false
    private var isUp = false
    /// No event comes any more.
    private(set) var isOver = false
    /// By the link that comes first, and without commands.
    var isPreferred = false, isDeaf = false
    private var tokens: Int32 = 0
    var unacknowledged = 0
    private var inFlight: Set<Int32> = []
    var lastArrival: Int64 = 0, lastAnswer: Int64 = 0
    private(set) var arrivesUntil: Int64 = 0

    init(_ broker: Broker, life: Int, will: OutgoingMessage, _ events: @escaping @Sendable (BrokerEvent) -> Void) {
        (self.broker, self.life, self.will, self.events) = (broker, life, will, events)
    }

    func publish(_ message: OutgoingMessage) -> Int32? {
        guard isUp, !isOver, broker.life == life else { return nil }
        tokens += 1
        inFlight.insert(tokens)
        // One more: a farewell may go out beside a full window.
        let most = min(UplinkLimits.inFlight, limits.receiveMaximum) + 1
        if inFlight.count > most { broker.complain("\(inFlight.count) messages unacknowledged, the bound is \(most)") }
        broker.carry(message, token: tokens, self)
        return tokens
    }

    func close(graceful: Bool) {
        guard !isOver else { return }
        broker.closed(self, graceful: graceful)
        let connection = self
        broker.time.after(.milliseconds(1)) { connection.end(LinkFailure(kind: .stopped, detail: "ended by us")) }
    }

    func begin(_ limits: BrokerLimits) {
        (isUp, self.limits) = (true, limits)
        hear(.connected(limits))
    }

    func end(_ failure: LinkFailure) {
        guard !isOver else { return }
        arrivesUntil = broker.time.now + broker.grace()
        hear(.closed(failure))
        (isUp, isOver) = (false, true)
    }

    func hear(_ event: BrokerEvent) {
        guard !isOver, broker.life == life else { return }
        if case .acknowledged(let token, _) = event { inFlight.remove(token) }
        events(event)
    }

    func deliver(_ letter: [UInt8], after wait: Duration) {
        let connection = self
        broker.time.after(wait) { connection.hear(.message(IncomingMessage(payload: letter))) }
    }

    /// The gateway's end is dead: it hears nothing any more, and what it has sent may arrive up to a moment.
    func abandon() {
        arrivesUntil = broker.time.now + broker.grace()
        (isUp, isOver) = (false, true)
    }
}
