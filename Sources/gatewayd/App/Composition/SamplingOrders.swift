// Covers that the platform has read more often for a time: at most one order a cover, each ends by itself.
import SensorModel
import Synchronization

/// The sensors of a cover on Modbus buses are read at least so often until then.
struct SamplingOrder: Sendable, Equatable {
    /// The cover's code.
    var cover: String
    /// Time between readings, where a sensor's own is longer.
    var every: Duration
    /// Who wanted it.
    var by: String
    /// Since when.
    var since: Timestamp
    /// Until when.
    var until: Timestamp

    /// The longest one: readings that nobody watches any more must not fill store and link.
    static let longest = Duration.seconds(8 * 3600)
}

/// Holds the orders, in memory only: a restart reads by the configuration again. Bounded by the covers of the configuration.
final class SamplingOrders: Sendable {
    private let orders = Mutex<[String: SamplingOrder]>([:])

    /// None.
    init() {}

    /// Takes an order in the place of the cover's earlier one.
    func take(_ order: SamplingOrder) { orders.withLock { $0[order.cover] = order } }

    /// Those whose time is not over, by cover.
    func current(_ now: Timestamp) -> [SamplingOrder] {
        orders.withLock { orders in
            orders = orders.filter { $0.value.until.monotonic > now.monotonic }
            return orders.values.sorted { $0.cover < $1.cover }
        }
    }
}
