// Exports of the outbox that are under way: each was put on record before its first page, and only those are continued.
import Outbox
import SensorModel
import Synchronization

/// Limit and loss: eight at one time; the oldest is forgotten, and whoever wants its next page has to begin again.
final class OutboxExports: Sendable {
    /// One of them.
    struct Export: Sendable, Equatable {
        var number: Int
        var actor: String
        var lane: Lane
        var filter: LaneFilter
        /// The record in the audit log.
        var audit: Int64
    }

    private static let most = 8

    private let open = Mutex<(next: Int, all: [Export])>((1, []))

    /// Takes a new one.
    func begin(actor: String, lane: Lane, filter: LaneFilter, audit: Int64) -> Export {
        open.withLock { open in
            let export = Export(number: open.next, actor: actor, lane: lane, filter: filter, audit: audit)
            open.next += 1
            open.all.append(export)
            if open.all.count > Self.most { open.all.removeFirst() }
            return export
        }
    }

    /// The one of this number, for who began it.
    func find(_ number: Int, actor: String) -> Export? {
        open.withLock { $0.all.first { $0.number == number && $0.actor == actor } }
    }
}
