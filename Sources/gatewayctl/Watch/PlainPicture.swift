// The same state for a pipe or a file: the tables of the other verbs, once.
import DiagnosticsClient
import DiagnosticsProtocol

/// One picture without a terminal.
public enum PlainPicture {
    /// Status, alarms, sensors, buses, outbox and uplinks under each other.
    public static func text(_ snapshot: GatewaySnapshot, renderer: Renderer) -> String {
        [
            renderer.text(snapshot.status), renderer.text(snapshot.alarms), renderer.text(snapshot.sensors),
            renderer.text(snapshot.buses), renderer.text(snapshot.outbox), renderer.text(snapshot.uplinks),
        ].joined(separator: "\n")
    }
}
