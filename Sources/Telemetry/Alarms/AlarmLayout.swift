// Rules laid over a site: which watch looks at which points. Made once; the check of a configuration asks it too.
import SensorModel

/// Every watch and cell of a set of rules at a site.
public struct AlarmLayout: Sendable {
    /// A rule whose shortest event may fall between two readings of a point.
    public struct TooRare: Sendable, Equatable {
        /// The rule's id.
        public var rule: String
        /// The point.
        public var point: Point
        /// How long the shortest event of the rule lasts.
        public var event: Duration
        /// How often the point is read.
        public var period: Duration
    }

    let rules: [AlarmRule]
    let site: AlarmSite
    private(set) var watches: [AlarmWatch] = []
    private(set) var cells: [AlarmCell] = []
    /// The channel of each point.
    private(set) var slots: [Point: Int] = [:]
    /// The cells of each channel.
    private(set) var cellsOfChannel: [[Int]]

    /// - Parameters:
    ///   - rules: ids are unique.
    ///   - site: what there is to watch.
    public init(rules: [AlarmRule], site: AlarmSite) {
        self.rules = rules
        self.site = site
        cellsOfChannel = site.channels.map { _ in [] }
        for (index, channel) in site.channels.enumerated() { slots[channel.point] = index }
        let covers = Self.grouped(site.channels.indices) { site.channels[$0].point.cover }
        let sensors = Self.grouped(site.channels.indices) { site.channels[$0].point.cover + "/" + site.channels[$0].point.sensor }
        for (number, rule) in rules.enumerated() {
            switch rule.condition.scope {
            case .point: for channel in site.channels.indices { lay(number, over: [channel]) }
            case .sensor: for channels in sensors { lay(number, over: channels) }
            case .cover: for channels in covers { lay(number, over: channels) }
            case .gateway: break
            }
        }
    }

    /// Rules that nothing at the site gives data for.
    public var rulesWithoutData: [String] {
        let used = Set(watches.map(\.rule))
        return rules.indices.filter { !used.contains($0) && rules[$0].condition.scope != .gateway }.map { rules[$0].id }
    }

    /// Rules with a delay that is shorter than two periods of a point they look at: an event of that length may be missed.
    public var tooRare: [TooRare] {
        watches.flatMap { watch -> [TooRare] in
            let rule = rules[watch.rule]
            guard rule.onDelay > .zero else { return [] }
            return watch.cells.compactMap { cell in
                let channel = site.channels[cells[cell].channel]
                guard case .comparison = cells[cell].part, !channel.reportsChanges, rule.onDelay < channel.period * 2 else {
                    return nil
                }
                return TooRare(rule: rule.id, point: channel.point, event: rule.onDelay, period: channel.period)
            }
        }
    }

    /// Lays a rule over some channels; nothing is laid where a part of each group has no data.
    private mutating func lay(_ number: Int, over channels: [Int]) {
        let rule = rules[number]
        guard rule.kinds.isEmpty || site.channels[channels[0]].kind.map(rule.kinds.contains) == true else { return }
        let watch = watches.count
        let first = cells.count
        var added: [AlarmCell] = []
        var groups: [[[Int]]] = []
        for group in rule.condition.groups {
            let parts = group.map { part -> [AlarmCell] in
                channels.compactMap { cell(for: part, at: $0, of: watch) }
            }
            guard !parts.contains(where: \.isEmpty) else { continue }
            groups.append(
                parts.map { part in
                    defer { added += part }
                    return Array(first + added.count..<first + added.count + part.count)
                })
        }
        guard !groups.isEmpty else { return }
        let used = groups.flatMap { $0 }.flatMap { $0 }.map { added[$0 - first].channel }
        let period = used.map { site.channels[$0].period }.max() ?? .zero
        let sampled = used.filter { !site.channels[$0].reportsChanges }.map { site.channels[$0].period }.max() ?? .zero
        let onDelay = max(rule.onDelay, period * rule.onPeriods)
        watches.append(
            AlarmWatch(
                rule: number, cover: site.channels[channels[0]].point.cover, groups: groups, onDelay: onDelay,
                tolerance: min(sampled / 2, onDelay / 4),
                isAboutGas: rule.isAboutGas || used.contains { Quantity.gases.contains(site.channels[$0].quantity) }))
        for (index, cell) in added.enumerated() { cellsOfChannel[cell.channel].append(first + index) }
        cells += added
    }

    private func cell(for part: RulePart, at index: Int, of watch: Int) -> AlarmCell? {
        let channel = site.channels[index]
        switch part {
        case .comparison(let comparison):
            return site.comparison(comparison, at: channel).map {
                AlarmCell(.comparison($0), channel: index, watch: watch)
            }
        case .lost(let quantity):
            return channel.quantity == quantity ? AlarmCell(part, channel: index, watch: watch) : nil
        case .reasons, .silent: return AlarmCell(part, channel: index, watch: watch)
        }
    }

    /// Indices that share a key, in the order of their first.
    private static func grouped(_ indices: Range<Int>, by key: (Int) -> String) -> [[Int]] {
        var places: [String: Int] = [:]
        var groups: [[Int]] = []
        for index in indices {
            if let place = places[key(index)] {
                groups[place].append(index)
            } else {
                places[key(index)] = groups.count
                groups.append([index])
            }
        }
        return groups
    }
}
