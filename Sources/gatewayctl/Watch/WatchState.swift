// Everything the screen shows, and how keys and reports change it. Pure: time comes in as a parameter.
import DiagnosticsClient
import DiagnosticsProtocol

/// A moment, as the screen needs it.
public struct Moment: Sendable, Equatable {
    /// Seconds on a monotonic clock.
    public var seconds: Double
    /// Wall time, RFC 3339, UTC.
    public var utc: String

    /// - Parameters: as the properties.
    public init(seconds: Double, utc: String) {
        self.seconds = seconds
        self.utc = utc
    }
}

/// The live screen.
public struct WatchState: Sendable {
    /// What can be looked at.
    enum Page: Hashable, Sendable {
        case overview, status, alarms, buses, transport, help
        case cover(String)
        /// `COVER/SENSOR`.
        case sensor(String)
        case point(String)
    }

    /// Why there is no news from the daemon.
    struct Silence: Sendable, Equatable {
        let failure: ClientFailure
        let since: Moment
    }

    /// Looks that go into one cell of a history.
    static let looksInCell = 5.0

    /// Seconds from look to look.
    let every: Double
    private(set) var snapshot: GatewaySnapshot?
    /// When the snapshot came.
    private(set) var seen = Moment(seconds: 0, utc: "")
    private(set) var silence: Silence?
    private(set) var histories: [String: History] = [:]
    /// Where one is, and how one came there.
    private(set) var pages: [Page] = [.overview]
    /// The selected row by page; without one it is the first, whatever that is at the moment.
    private(set) var selections: [Page: String] = [:]
    private var places: [Page: Int] = [:]

    /// - Parameter every: seconds from look to look.
    public init(every: Double) { self.every = every }

    /// Words in the gateway's language.
    var words: Vocabulary { Vocabulary(snapshot?.language ?? .en) }
    var page: Page { pages.last ?? .overview }
    var secondsInCell: Double { every * Self.looksInCell }

    /// A look has brought its reports.
    public mutating func receive(_ snapshot: GatewaySnapshot, at now: Moment) {
        self.snapshot = snapshot
        seen = now
        silence = nil
        let cell = Int(now.seconds / secondsInCell)
        var known: Set<String> = []
        func record(_ name: String, _ value: Double?) {
            histories[name, default: History()].record(value, in: cell)
            known.insert(name)
        }
        for row in snapshot.sensors.sensors { record(row.point, row.value) }
        for bus in snapshot.buses.buses { record(Self.faultsName(bus.id), Double(bus.faults)) }
        // What the configuration no longer has is forgotten, or memory would grow with every new one.
        histories = histories.filter { known.contains($0.key) }
    }

    /// A look has failed.
    public mutating func fail(_ failure: ClientFailure, at now: Moment) {
        silence = Silence(failure: failure, since: silence?.since ?? now)
    }

    /// A key was pressed.
    /// - Returns: false when it means the end.
    public mutating func press(_ key: Key, size: ScreenSize) -> Bool {
        switch key {
        case .interrupt, .character("q"): return false
        case .up, .character("k"): move(-1, size)
        case .down, .character("j"): move(1, size)
        case .pageUp: move(-Self.pageStep(size), size)
        case .pageDown, .character(" "): move(Self.pageStep(size), size)
        case .home, .character("g"): selections[page] = nil
        case .end, .character("G"): move(.max / 2, size)
        case .enter, .right, .character("l"): descend(size)
        case .escape, .left, .character("h"): if pages.count > 1 { pages.removeLast() }
        case .character("a"): show(.alarms)
        case .character("b"): show(.buses)
        case .character("o"): show(.transport)
        case .character("s"): show(.status)
        case .character("?"): show(.help)
        case .redraw, .character: break
        }
        return true
    }

    /// The faults of a bus, as a series.
    static func faultsName(_ bus: String) -> String { "bus \(bus)" }

    private static func pageStep(_ size: ScreenSize) -> Int { max(1, size.rows - 10) }

    private mutating func show(_ wanted: Page) {
        pages.removeAll { $0 == wanted }
        pages = pages.isEmpty ? [.overview, wanted] : pages + [wanted]
    }

    private mutating func move(_ step: Int, _ size: ScreenSize) {
        let rows = PageBuilder(self, size: size).body.selectable
        guard !rows.isEmpty else { return }
        let wanted = min(rows.count - 1, max(0, selectedIndex(of: rows) + step))
        places[page] = wanted
        selections[page] = wanted == 0 ? nil : rows[wanted]
    }

    private mutating func descend(_ size: ScreenSize) {
        let body = PageBuilder(self, size: size).body
        let rows = body.selectable
        guard !rows.isEmpty, let target = body.targets[rows[selectedIndex(of: rows)]] else { return }
        show(target)
    }

    /// Which of these rows is selected; one that is gone leaves its place to the next.
    func selectedIndex(of rows: [String]) -> Int {
        guard let wanted = selections[page] else { return 0 }
        return rows.firstIndex(of: wanted) ?? min(rows.count - 1, places[page] ?? 0)
    }
}

extension BusRow {
    /// Requests without a believable answer.
    var faults: Int { units.reduce(0) { $0 + $1.timeouts + $1.checksumErrors + $1.mismatches + $1.exceptions } }
}
