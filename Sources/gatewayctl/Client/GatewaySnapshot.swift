// Everything a look at the gateway brings, and the JSON of it.
import SensorModel
import DiagnosticsProtocol

/// The six reports of one look. They are asked for one after the other and may be some milliseconds apart.
public struct GatewaySnapshot: Sendable {
    /// The gateway as a whole.
    public var status: StatusReport
    /// The last reading of every point.
    public var sensors: SensorReport
    /// Alarms that are not over.
    public var alarms: AlarmReport
    /// Traffic of the buses.
    public var buses: BusReport
    /// What the outbox holds.
    public var outbox: OutboxReport
    /// How the uplinks do.
    public var uplinks: UplinkReport
    /// The gateway's language.
    public var language: EntryLanguage
    /// All of it as one JSON object on one line, by the names of the reports, with fields this version may not know.
    public var json: [UInt8]

    /// - Parameters: as the properties.
    public init(
        status: StatusReport, sensors: SensorReport, alarms: AlarmReport, buses: BusReport, outbox: OutboxReport,
        uplinks: UplinkReport, language: EntryLanguage = .en, json: [UInt8] = []
    ) {
        self.status = status
        self.sensors = sensors
        self.alarms = alarms
        self.buses = buses
        self.outbox = outbox
        self.uplinks = uplinks
        self.language = language
        self.json = json
    }

    /// The routes, in the order of asking.
    static let routes: [DiagnosticsRoute] = [.status, .sensors, .alarms, .buses, .outbox, .uplinks]

    /// From the responses to `routes`.
    init(_ responses: [HTTPResponseParser.Response], of client: DiagnosticsClient) throws(ClientFailure) {
        let status: DiagnosticsClient.Answer<StatusReport> = try client.answer(responses[0])
        let sensors: DiagnosticsClient.Answer<SensorReport> = try client.answer(responses[1])
        let alarms: DiagnosticsClient.Answer<AlarmReport> = try client.answer(responses[2])
        let buses: DiagnosticsClient.Answer<BusReport> = try client.answer(responses[3])
        let outbox: DiagnosticsClient.Answer<OutboxReport> = try client.answer(responses[4])
        let uplinks: DiagnosticsClient.Answer<UplinkReport> = try client.answer(responses[5])
        var json: [UInt8] = []
        for (route, part) in zip(
            Self.routes, [status.json, sensors.json, alarms.json, buses.json, outbox.json, uplinks.json])
        {
            let name = route.path.split(separator: "/").last ?? ""
            json += Array("\(json.isEmpty ? "{" : ",")\"\(name)\":".utf8)
            // A line break can only stand between the values: inside a string JSON does not allow it.
            json += part.map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
        }
        self.init(
            status: status.report, sensors: sensors.report, alarms: alarms.report, buses: buses.report, outbox: outbox.report,
            uplinks: uplinks.report, language: status.language,
            json: json + [UInt8(ascii: "}")])
    }
}
