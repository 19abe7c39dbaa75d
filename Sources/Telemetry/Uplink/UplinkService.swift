// The shell around the machine: it owns the connection and the clock, and does what the machine says.
// The machine never waits for the store: each lane has a reader of its own, so a slow disk cannot hold an alarm back.
import Logging
import Outbox
import Platform
import SensorModel
import Synchronization

/// One uplink at work.
public final class UplinkService: Sendable {
    private enum Signal: Sendable {
        case input(UplinkMachine.Input)
        case stop
    }

    private enum StoreRequest: Sendable {
        case select(generation: Int, after: Int64, before: Int64, records: Int, bytes: Int)
        case delivered(Delivered)
        case fetch(generation: Int, seq: Int64)
        case keep([StateChange])
    }

    /// The uplink's id.
    public let id: String
    private let settings: UplinkSessionSettings
    private let lanes: [Lane: OutboxLane]
    private let connector: any BrokerConnector
    private let clock: any TimeSource
    private let log: Logger
    /// Inputs of the machine. An acknowledgement that is lost here costs a reconnect, never a record.
    private let signals = Mailbox<Signal>(capacity: 8192, whenFull: .dropOldest)
    private let requests: [Lane: Mailbox<StoreRequest>]
    private let machine: Mutex<UplinkMachine>
    private let isStopping = Mutex(false)
    /// Of the one task that works; it never waits for the store or the link.
    public let pulse = Pulse()
    /// So long does the task sleep at most, and so long may it be late.
    private static let longestSleep = Duration.seconds(30), patience = Duration.seconds(30)
    private let onCommand: @Sendable (UplinkService, IncomingMessage) -> Void

    /// - Parameters:
    ///   - delivered: from `Store.begin`, by lane.
    ///   - committed: the highest number of each lane.
    ///   - states: what the alarm lane has kept.
    ///   - onCommand: takes each command as it comes, on the connection's thread; must not block.
    public init(
        _ settings: UplinkSessionSettings, lanes: [Lane: OutboxLane], delivered: [Lane: Delivered], committed: [Lane: Int64],
        states: [(key: String, body: [UInt8])] = [], connector: any BrokerConnector, clock: any TimeSource,
        chance: some RandomNumberGenerator & Sendable, log: Logger,
        onCommand: @escaping @Sendable (UplinkService, IncomingMessage) -> Void
    ) {
        id = settings.id
        self.settings = settings
        self.lanes = lanes
        self.connector = connector
        self.clock = clock
        self.log = log
        self.onCommand = onCommand
        requests = Dictionary(
            uniqueKeysWithValues: Lane.allCases.map { ($0, Mailbox<StoreRequest>(capacity: 256, whenFull: .dropOldest)) })
        machine = Mutex(
            UplinkMachine(
                settings, delivered: delivered, committed: committed,
                receipts: ReceiptBook(
                    states, uplink: settings.id, store: settings.speaker.store, laneBytes: lanes[.alarms]?.maxBytes ?? 0),
                now: clock.now(),
                chance: chance))
    }

    /// A lane has committed records up to this number.
    public func committed(_ lane: Lane, through seq: Int64) { signals.send(.input(.committed(lane, through: seq))) }

    /// An alarm is being committed: it may go out at the same moment.
    public func offer(_ alarm: AlarmOffer) { signals.send(.input(.offered(alarm))) }

    /// Sends a reply to a command: now, or when there is a connection again. Kept in memory only, see `ReplyQueue`.
    public func reply(_ payload: [UInt8]) { signals.send(.input(.replied(payload))) }

    /// The platform has given the receipt for an alarm.
    public func confirmed(_ alarm: String) { signals.send(.input(.confirmed(alarm: alarm))) }

    /// The members of the state that change while the gateway runs, JSON without braces: part of each birth, and sent again
    /// when they have changed, at most once in 10 s.
    /// - Parameter isUrgent: they are sent as soon as the state before is acknowledged.
    public func announce(_ members: [UInt8], isUrgent: Bool = false) {
        signals.send(.input(.announced(members: members, isUrgent: isUrgent)))
    }

    /// How the uplink is.
    public var status: UplinkStatus { machine.withLock { $0.status } }

    /// Says farewell and ends `run`.
    public func stop() {
        isStopping.withLock { $0 = true }
        signals.send(.stop)
    }

    /// Works until `stop` or cancellation.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            for lane in Lane.allCases { group.addTask { await self.serve(lane) } }
            await work()
            group.cancelAll()
        }
    }

    private func work() async {
        var connection: (any BrokerConnection)?
        var state = machine.withLock { $0.status.state }
        var told = ""
        while !Task.isCancelled, !isStopping.withLock({ $0 }) {
            let wake = clock.now().monotonic + Self.longestSleep
            pulse.promise(by: wake + Self.patience)
            let deadline = machine.withLock { $0.nextDeadline() }
            let signal = await signals.next(until: deadline.map { min($0, wake) } ?? wake, clock: clock)
            var actions = feed(signal)
            while !actions.isEmpty { actions = perform(actions, &connection) }
            let status = self.status
            if status.state != state {
                state = status.state
                announce(status, &told)
            }
            if state != .connected, state != .connecting { connection = nil }
        }
        pulse.excuse()
        await farewell(connection, wasConnected: state == .connected)
    }

    private func feed(_ signal: Signal?) -> [UplinkMachine.Action] {
        let now = clock.now()
        guard case .input(let input)? = signal else { return machine.withLock { $0.handle(.tick, now: now) } }
        return machine.withLock { $0.handle(input, now: now) }
    }

    /// Does what the machine says; what comes back at once is fed in again.
    private func perform(_ actions: [UplinkMachine.Action], _ connection: inout (any BrokerConnection)?) -> [UplinkMachine.Action]
    {
        var further: [UplinkMachine.Action] = []
        for action in actions {
            switch action {
            case .connect(let endpoint, let generation):
                let will = machine.withLock { $0.farewell() }
                connection = connector.connect(
                    to: endpoint, clientID: settings.speaker.gateway, will: will, commands: settings.speaker.topic(.commands)
                ) { [self] event in
                    if case .message(let message) = event { return onCommand(self, message) }
                    signals.send(.input(.broker(generation: generation, event)))
                }
            case .publish(let flight):
                // No token: the connection has ended, and its `closed` event is on the way.
                guard let token = connection?.publish(flight.message) else { continue }
                let now = clock.now()
                further += machine.withLock { $0.handle(.published(flight, token: token), now: now) }
            case .select(let lane, let generation, let after, let before, let records, let bytes):
                requests[lane]?.send(
                    .select(generation: generation, after: after, before: before, records: records, bytes: bytes))
            case .delivered(let lane, let reached):
                requests[lane]?.send(.delivered(reached))
            case .fetch(let seq, let generation): requests[.alarms]?.send(.fetch(generation: generation, seq: seq))
            case .keep(let changes): requests[.alarms]?.send(.keep(changes))
            case .drop:
                connection?.close(graceful: false)
            }
        }
        return further
    }

    private func serve(_ lane: Lane) async {
        guard let mailbox = requests[lane], let store = lanes[lane] else { return }
        while !Task.isCancelled {
            guard let request = await mailbox.next(until: nil, clock: clock) else { continue }
            switch request {
            case .delivered(let reached):
                await store.delivered(id, through: reached.through, islands: reached.islands, now: clock.now().monotonic)
            case .keep(let changes): await store.keep(changes, now: clock.now().monotonic)
            case .fetch(let generation, let seq):
                signals.send(.input(await fetch(seq, generation, from: store)))
            case .select(let generation, let after, let before, let records, let bytes):
                do {
                    // Before an island no record may be left to come: the gap in its place must not wait for one.
                    let selection = try await store.select(
                        after: after, before: before, records: records, bytes: bytes,
                        withTrailingGap: lane == .alarms || before != .max)
                    signals.send(.input(.selected(lane, generation: generation, selection)))
                } catch {
                    log.error("cannot read the store", metadata: ["lane": "\(lane.rawValue)", "error": "\(error)"])
                    signals.send(.input(.selectFailed(lane, generation: generation)))
                }
            }
        }
        // What was acknowledged before the stop is delivered: it must not be sent once more by the next run.
        while let request = mailbox.take() {
            if case .delivered(let reached) = request {
                await store.delivered(id, through: reached.through, islands: reached.islands)
            }
            if case .keep(let changes) = request { await store.keep(changes) }
        }
    }

    /// Reads one alarm's record.
    private func fetch(_ seq: Int64, _ generation: Int, from store: OutboxLane) async -> UplinkMachine.Input {
        do {
            let selection = try await store.select(
                after: seq - 1, before: seq + 1, records: 1, bytes: .max, withTrailingGap: false)
            return .fetched(seq: seq, generation: generation, selection)
        } catch {
            log.error("cannot read the store", metadata: ["lane": "alarms", "error": "\(error)"])
            return .fetchFailed(seq: seq, generation: generation)
        }
    }

    /// Tells the platform that the gateway leaves on purpose; waits at most two seconds for its word to arrive.
    private func farewell(_ connection: (any BrokerConnection)?, wasConnected: Bool) async {
        guard let connection else { return }
        let now = clock.now()
        let message = machine.withLock { $0.farewell() }
        if wasConnected, let token = connection.publish(message) {
            let deadline = now.monotonic + .seconds(2)
            while clock.now().monotonic < deadline, !Task.isCancelled {
                guard case .input(let input)? = await signals.next(until: deadline, clock: clock) else { continue }
                let at = clock.now()
                let actions = machine.withLock { $0.handle(input, now: at) }
                // What is waited for is kept before it is delivered.
                for case .keep(let changes) in actions { await lanes[.alarms]?.keep(changes) }
                for case .delivered(let lane, let reached) in actions {
                    await lanes[lane]?.delivered(id, through: reached.through, islands: reached.islands)
                }
                if case .broker(_, .acknowledged(token, _)) = input { break }
                if case .broker(_, .closed) = input { return }
            }
        }
        connection.close(graceful: true)
    }

    /// A problem is told once, not at every attempt.
    private func announce(_ status: UplinkStatus, _ told: inout String) {
        switch status.state {
        case .connected:
            log.info("connected to \(status.link)", metadata: ["uplink": "\(id)"])
            told = ""
        case .waiting where !status.problem.isEmpty && status.problem != told:
            told = status.problem
            log.warning("not connected: \(status.problem)", metadata: ["uplink": "\(id)", "link": "\(status.link)"])
        case .waiting, .connecting: break
        }
    }
}
