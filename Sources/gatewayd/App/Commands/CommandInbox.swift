// Where commands come in: read at once, on the connection's thread, and kept until the desk takes them.
// Limit and loss: 64 commands; one more is refused as `busy`, with a reply and counted.
import Platform
import SensorModel
import Synchronization
import Uplink

/// The queue between all uplinks and the one desk.
final class CommandInbox: Sendable {
    /// One command, or what could not be read as one, and whom to answer.
    struct Letter: Sendable {
        let content: Result<Command, CommandRefusal>
        let uplink: UplinkService
    }

    /// What came from one uplink since the daemon started.
    struct Counts: Sendable, Equatable {
        /// Messages that came.
        var received: UInt64 = 0
        /// Of these, how many were not carried out.
        var refused: UInt64 = 0
        /// Receipts for alarms.
        var receipts: UInt64 = 0
    }

    private static let capacity = 64

    private let letters = Mailbox<Letter>(capacity: capacity, whenFull: .dropNewest)
    private let byUplink = Mutex<[String: Counts]>([:])
    private let isClosed = Atomic(false)

    private let language: EntryLanguage

    /// Empty.
    /// - Parameter language: of refusals.
    init(language: EntryLanguage) { self.language = language }

    /// Takes a message; never waits.
    func take(_ message: IncomingMessage, from uplink: UplinkService) {
        let letter = Letter(content: Self.read(message), uplink: uplink)
        let hasRoom = byUplink.withLock { counts in
            counts[uplink.id, default: Counts()].received += 1
            // A letter holds its uplink, and that this inbox: in one that nobody empties they would keep each other for ever.
            if isClosed.load(ordering: .relaxed) { return true }
            // Only under this lock is something put in: what has room here has it in the mailbox.
            let hasRoom = letters.count < Self.capacity
            if hasRoom { letters.send(letter) } else { counts[uplink.id, default: Counts()].refused += 1 }
            return hasRoom
        }
        guard !hasRoom else { return }
        let id: String? =
            switch letter.content {
            case .success(let command): command.id
            case .failure(let refusal): refusal.id
            }
        let busy = CommandRefusal(
            id, .busy, zh: "已有 \(Self.capacity) 条命令在等待；请稍后重发",
            en: "\(Self.capacity) commands wait already; send it again later")
        uplink.reply(CommandReply.refused(busy, language))
    }

    /// Waits for the next one; nil when the task was cancelled.
    func next(clock: some TimeSource) async -> Letter? { await letters.next(until: nil, clock: clock) }

    /// The desk is gone: what waits is lost without an answer, and so is what comes.
    func close() {
        byUplink.withLock { _ in
            isClosed.store(true, ordering: .relaxed)
            while letters.take() != nil {}
        }
    }

    /// What came from this uplink.
    func counts(of uplink: String) -> Counts { byUplink.withLock { $0[uplink] ?? Counts() } }

    /// Counts what became of a command.
    func count(_ uplink: String, _ change: (inout Counts) -> Void) {
        byUplink.withLock { change(&$0[uplink, default: Counts()]) }
    }

    /// A command that the broker keeps would come again and again: it is no command.
    private static func read(_ message: IncomingMessage) -> Result<Command, CommandRefusal> {
        Result { () throws(CommandRefusal) in
            let command = try CommandReader.read(message.payload)
            guard message.retained else { return command }
            throw CommandRefusal(
                command.id, .notAllowed, zh: "命令不得保留：请不带 retain 标志发布",
                en: "a command must not be retained: publish it without the retain flag")
        }
    }
}
