// A contact's edges as measurements: our own debounce, edges that were lost, contacts that flap. Pure.
import SensorModel

/// What a line had to say.
public struct LineReport: Sendable, Equatable {
    /// 1 for active, 0 for not, with its quality.
    public var measurement: Measurement
    /// When it began to be true: for a change the edge, with debounce the one after which the level stayed.
    public var time: MonotonicTime

    /// - Parameters: as the properties.
    public init(_ measurement: Measurement, at time: MonotonicTime) {
        self.measurement = measurement
        self.time = time
    }
}

/// Turns a state, then edges and levels, into the measurements of a digital sensor.
///
/// An edge is known to be lost by a gap in the numbers, by an edge to a level the line already had, or by a level that no
/// edge explains. With a debounce time only a loss in which a level that lasts could hide does harm. After a loss the next
/// measurement is uncertain (`missed-edges`), and `wantsLevel` asks for the level, because the last edges may be the ones
/// that were lost: `check` takes it; when it cannot be read `unreadable` makes the next measurement bad.
public struct LineWatch: Sendable, Equatable {
    /// More changes than this within the time, and the contact is said to flap (domain of float and tilt switches: waves and
    /// balls give many changes, a lid gives few).
    public static let flapping = (changes: 20, within: Duration.seconds(10))
    /// While it flaps it is reported once in this time, with its last level: a wire that picks up the mains would otherwise fill
    /// the store with a hundred readings a second.
    public static let flappingReports = Duration.seconds(1)

    /// How long a level must last to be believed; zero where the kernel sees to that.
    public let debounce: Duration
    /// The level that is believed.
    public private(set) var active: Bool
    /// How many edges are known to be lost.
    public private(set) var lostEdges: UInt64 = 0
    /// True when edges were lost and the level has not been read since.
    public private(set) var wantsLevel = false

    private var seen: LineLevel
    /// When the level was last read, rather than told by an edge.
    private var readAt: MonotonicTime
    /// Since when the line has had the level that is not believed yet.
    private var differsSince: MonotonicTime?
    private var sequence: UInt32 = 0
    /// Edges were lost, and no measurement has said so yet.
    private var missed = false
    /// A level was read that no edge has explained yet: it may still be on its way.
    private var unexplained = false
    /// Until when an edge may explain the first level: it may have come between that level's time and its reading.
    private let firstDoubtEnds: MonotonicTime
    private var changes: [MonotonicTime] = []
    /// When flapping was last reported, nil when the last report was another; and whether a change was kept back since.
    private var flappedAt: MonotonicTime?
    private var keptBack = false

    /// - Parameters:
    ///   - level: the first level: a state, so it is believed at once and is no change.
    ///   - debounce: how long a level must last to be believed; zero where the kernel sees to that.
    public init(_ level: LineLevel, debounce: Duration) {
        active = level.active
        seen = level
        readAt = level.time
        firstDoubtEnds = level.time + .milliseconds(20)
        self.debounce = debounce
    }

    /// When `tick` has something to say if nothing happens before; nil when the line is at rest.
    public var deadline: MonotonicTime? {
        let settled = debounce > .zero ? differsSince.map { $0 + debounce } : nil
        let due = keptBack ? flappedAt.map { $0 + Self.flappingReports } : nil
        return [settled, due].compactMap { $0 }.min()
    }

    /// Takes an edge; they come in the order in which they happened.
    public mutating func event(_ event: LineEvent) -> [LineReport] {
        let lost = lost(before: event)
        if event.time <= readAt {
            // The level that was read is newer: this can only explain it. One that contradicts it was stamped a little early.
            if event.active != seen.active {
                wantsLevel = true
            } else if unexplained {
                explain(by: event)
            }
            if lost > 0 { note(lost: lost, at: readAt) }
            return []
        }
        var reports = tick(event.time)
        let isExplained = unexplained || (seen.time == readAt && event.time <= firstDoubtEnds)
        let hidden = lost > 0 ? lost : event.active == seen.active && !isExplained ? 1 : 0
        unexplained = false
        if hidden > 0 { note(lost: hidden, at: event.time) }
        if debounce == .zero { for _ in 0..<min(hidden, Self.flapping.changes + 1) { count(changeAt: event.time) } }
        follow(LineLevel(active: event.active, time: event.time), anew: hidden > 0)
        if debounce == .zero, differsSince != nil {
            reports += settle()
        } else if missed, differsSince == nil {
            reports.append(report(at: event.time))
        }
        return reports
    }

    /// Believes a level that has lasted.
    public mutating func tick(_ now: MonotonicTime) -> [LineReport] {
        guard let deadline, deadline <= now else { return [] }
        let settled = debounce > .zero && differsSince.map { $0 + debounce <= now } ?? false ? settle() : []
        guard keptBack, let flappedAt, flappedAt + Self.flappingReports <= now else { return settled }
        return settled + [report(at: now)]
    }

    /// Takes a level that was read, after the edges that were known by then.
    /// - Returns: what is new; nothing when the level is what it was.
    public mutating func check(_ level: LineLevel) -> [LineReport] {
        wantsLevel = false
        var reports: [LineReport] = []
        // An edge that is newer than the level knows better.
        if level.time >= seen.time {
            readAt = level.time
            if level.active == seen.active {
                reports = tick(level.time)
            } else {
                note(lost: 1, at: level.time)
                wantsLevel = false
                unexplained = true
                follow(level, anew: true)
                if debounce == .zero { reports = settle() }
            }
        }
        if missed, differsSince == nil { reports.append(report(at: max(level.time, seen.time))) }
        return reports
    }

    /// Takes a level that was read because somebody asks: there is always an answer.
    public mutating func snapshot(_ level: LineLevel) -> [LineReport] {
        let reports = check(level)
        if let last = reports.last, last.time >= level.time { return reports }
        return reports + [report(at: level.time)]
    }

    /// The level could not be read although it was needed.
    public mutating func unreadable(_ now: MonotonicTime) -> [LineReport] {
        guard wantsLevel else { return [] }
        wantsLevel = false
        missed = true
        return [LineReport(.bad(.missedEdgesUnrecoverable), at: now)]
    }

    // MARK: losses

    /// How many edges are missing before this one. Numbers go round after 2^32.
    private mutating func lost(before event: LineEvent) -> Int {
        guard let number = event.sequence else { return max(0, event.lost) }
        let gap = number &- sequence &- 1
        sequence = number
        // A number from the past says that the count began anew: something is missing, nobody knows how much.
        return gap > UInt32.max / 2 ? 1 : Int(gap)
    }

    private mutating func note(lost: Int, at now: MonotonicTime) {
        lostEdges += UInt64(lost)
        guard now - seen.time >= debounce else { return }
        missed = true
        wantsLevel = true
    }

    private mutating func explain(by event: LineEvent) {
        unexplained = false
        missed = false
        if differsSince != nil { differsSince = event.time }
    }

    // MARK: levels

    /// - Parameter anew: the level may have been another one in between.
    private mutating func follow(_ level: LineLevel, anew: Bool) {
        seen = level
        if level.active == active {
            differsSince = nil
        } else if anew || differsSince == nil {
            differsSince = level.time
        }
    }

    private mutating func settle() -> [LineReport] {
        guard let since = differsSince else { return [] }
        differsSince = nil
        active = seen.active
        count(changeAt: since)
        if isFlapping(at: since), let flappedAt, since - flappedAt < Self.flappingReports {
            keptBack = true
            return []
        }
        return [report(at: since)]
    }

    private mutating func count(changeAt time: MonotonicTime) {
        changes.append(time)
        if changes.count > Self.flapping.changes + 1 { changes.removeFirst() }
    }

    private mutating func report(at time: MonotonicTime) -> LineReport {
        defer {
            missed = false
            keptBack = false
            flappedAt = isFlapping(at: time) ? time : nil
        }
        return LineReport(measurement(at: time), at: time)
    }

    private func measurement(at now: MonotonicTime) -> Measurement {
        let value = active ? 1.0 : 0.0
        if missed { return .uncertain(value, .missedEdges) }
        return isFlapping(at: now) ? .uncertain(value, .lineFlapping) : .good(value)
    }

    private func isFlapping(at now: MonotonicTime) -> Bool {
        changes.count { now - $0 < Self.flapping.within } > Self.flapping.changes
    }
}
