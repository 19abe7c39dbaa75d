// The reports sorted by cover: what belongs together, and how urgent it is.
import DiagnosticsClient
import DiagnosticsProtocol

/// One cover with its points and alarms.
struct CoverView {
    let code: String
    let name: String?
    /// Those with an alarm first, then bad, then uncertain ones; otherwise as configured.
    let points: [SensorRow]
    /// The most urgent first.
    let alarms: [AlarmRow]
    /// Until when a crew works there, RFC 3339; nil when none does.
    let maintenance: String?

    /// All covers, the worst first.
    static func all(_ snapshot: GatewaySnapshot) -> [CoverView] {
        var order: [String] = []
        var rows: [String: [SensorRow]] = [:]
        for row in snapshot.sensors.sensors {
            if rows[row.cover] == nil { order.append(row.cover) }
            rows[row.cover, default: []].append(row)
        }
        let alarms = Dictionary(grouping: Renderer.mostUrgentFirst(snapshot.alarms.alarms)) { $0.cover ?? "" }
        let covers = order.map { code in
            CoverView(
                code: code, points: rows[code] ?? [], alarms: alarms[code] ?? [],
                maintenance: snapshot.status.maintenance.first { $0.cover == code }?.until)
        }
        return covers.enumerated().sorted { ($1.element.urgency, $0.offset) < ($0.element.urgency, $1.offset) }.map(\.element)
    }

    private init(code: String, points: [SensorRow], alarms: [AlarmRow], maintenance: String?) {
        self.code = code
        self.maintenance = maintenance
        self.alarms = alarms
        name = points.lazy.compactMap(\.coverName).first ?? alarms.lazy.compactMap(\.coverName).first
        let alarming = Dictionary(alarms.compactMap { alarm in alarm.point.map { ($0, alarm.severity) } }) { max($0, $1) }
        self.points = points.enumerated().sorted { left, right in
            func key(_ row: SensorRow) -> (Int, Int) { (-(alarming[row.point] ?? 0), Look.rank(row)) }
            let (first, second) = (key(left.element), key(right.element))
            return first == second ? left.offset < right.offset : first < second
        }.map(\.element)
    }

    /// Points whose last reading is bad.
    var bad: Int { points.count { Look.rank($0) == 0 } }
    /// Points whose last reading is uncertain, or that were not read yet.
    var uncertain: Int { points.count { Look.rank($0) == 1 } }
    /// Whether nothing here needs a look.
    var isWell: Bool { alarms.isEmpty && bad == 0 && uncertain == 0 }

    /// The more urgent the higher.
    private var urgency: Int {
        let unseen = alarms.filter { !Renderer.isSeen($0) }.map(\.severity).max() ?? 0
        let seen = alarms.map(\.severity).max() ?? 0
        return unseen * 100 + seen * 10 + (bad > 0 ? 2 : uncertain > 0 ? 1 : 0)
    }

    /// Alarms of one of its points.
    func alarms(of point: String) -> [AlarmRow] { alarms.filter { $0.point == point } }
}
