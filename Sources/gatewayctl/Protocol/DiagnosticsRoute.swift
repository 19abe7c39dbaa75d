// The table of what the daemon answers; server, client and docs/openapi.yaml agree on it by a test.

/// One route of the local interface (HTTP/1.1 over the Unix socket).
public enum DiagnosticsRoute: CaseIterable, Sendable {
    case status, sensors, read, alarms, acknowledge, buses, gpio, outbox, uplinks, configuration, metrics

    /// `GET` or `POST`.
    public var method: String {
        switch self {
        case .read, .acknowledge: "POST"
        case .status, .sensors, .alarms, .buses, .gpio, .outbox, .uplinks, .configuration, .metrics: "GET"
        }
    }

    /// The path, without the query.
    public var path: String {
        switch self {
        case .status: "/v1/status"
        case .sensors: "/v1/sensors"
        case .read: "/v1/read"
        case .alarms: "/v1/alarms"
        case .acknowledge: "/v1/alarms/ack"
        case .buses: "/v1/buses"
        case .gpio: "/v1/gpio"
        case .outbox: "/v1/outbox"
        case .uplinks: "/v1/uplinks"
        case .configuration: "/v1/config"
        case .metrics: "/metrics"
        }
    }

    /// The one query parameter the route knows, or nil.
    public var filter: String? {
        switch self {
        case .sensors: "cover"
        case .buses: "bus"
        case .status, .read, .alarms, .acknowledge, .gpio, .outbox, .uplinks, .configuration, .metrics: nil
        }
    }

    /// Whether it changes state: then only root and the operator group may ask for it.
    public var changesState: Bool { self == .acknowledge }
}
