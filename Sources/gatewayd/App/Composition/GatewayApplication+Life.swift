// Which tasks the daemon's life hangs on, and what the service manager is told of it.
import Platform
import Uplink

extension GatewayApplication {
    /// The supervision of this run. The sensors' side is watched in the field only: in a simulation its time may stand still.
    func supervision(
        _ intake: Intake, _ readings: ReadingsWriter, _ alarms: AlarmWriter, _ uplinks: [UplinkService], _ fieldBuses: [FieldBus]
    ) -> Supervision {
        let configuration = start.configuration
        let writers = [("writer of alarms", alarms.pulse), ("writer of readings", readings.pulse)]
        let field = simulation == nil ? [("alarm engine", intake.pulse)] + fieldBuses.flatMap(\.pulses) : []
        return Supervision(
            ServiceManager.ofThisProcess(), vitals: field + writers + uplinks.map { ("uplink \($0.id)", $0.pulse) }, clock: clock,
            log: log,
            status: "watching: covers \(configuration.covers.count), buses \(configuration.buses.count)"
                + (start.refused.isEmpty ? "" : ", the configuration was refused: the last good one is in use"),
            goesOn: { [desk] in desk.isTurning })
    }
}
