// One rule laid over one point, sensor or cover: the cells that look at single points, and what they say together.
import SensorModel

/// A part of a condition at one point.
struct AlarmCell: Sendable {
    /// The part, with thresholds counted from the quantity's zero.
    private(set) var part: RulePart
    /// Which channel of the site.
    let channel: Int
    /// Which watch.
    let watch: Int
    /// Whether the part holds here.
    var isActive = false
    /// The reading that made it hold, or the newest since.
    var evidence: AlarmEvidence?
    /// The compared value.
    var value: Double?
    /// Since when the gateway's own log of tests says that a calibration has run out; only where the part looks for that.
    private(set) var overdue: WallTime?
    private var rate: RateWindow?
    private var unheard = 0
    /// When it last answered, with a value or without; when it was first not heard, where it never has.
    private var lastHeard: MonotonicTime?

    /// How long a sensor is silent before it is lost, however often it is asked: a device that starts anew, or a burst on the
    /// line, is over by then, and of a sensor that is read every second the second silence in a row counts.
    private static let leastSilence = Duration.milliseconds(1500)

    init(_ part: RulePart, channel: Int, watch: Int) {
        self.part = part
        self.channel = channel
        self.watch = watch
        if case .comparison(let comparison) = part {
            switch comparison.measure {
            case .value: break
            case .rise(let span), .fall(let span): rate = RateWindow(span)
            }
        }
    }

    /// Takes a reading of its point.
    /// - Parameter isStanding: whether the watch's alarm stands, so that hysteresis counts.
    mutating func take(_ reading: Reading, isStanding: Bool) {
        switch part {
        case .comparison(let comparison): compare(comparison, reading, isStanding)
        case .lost:
            if case .bad(let reason) = reading.measurement, ReasonSet.unheard.contains(reason) {
                unheard += 1
                let since = lastHeard ?? reading.time.monotonic
                lastHeard = since
                let isLost = unheard >= 2 && reading.time.monotonic - since >= Self.leastSilence
                set(isActive || isLost, reading)
            } else {
                // Any answer is one; but only a value proves that a lost sensor is there again.
                unheard = 0
                lastHeard = reading.time.monotonic
                set(isActive && reading.measurement.value == nil, reading)
            }
        case .reasons(let reasons):
            if !isActive, overdue == nil, case .good = reading.measurement { return }
            if overdue != nil || reasons.contains(reading.measurement) {
                set(true, reading)
            } else if reasons.isRefuted(by: reading.measurement) {
                set(false, reading)
            }
        case .silent: if isActive { set(false, reading) }
        }
    }

    /// A bad reading changes nothing; an uncertain one may make it hold, and never makes it hold no more.
    private mutating func compare(_ comparison: Comparison, _ reading: Reading, _ isStanding: Bool) {
        guard var value = reading.measurement.value else { return }
        var isGood = false
        if case .good = reading.measurement { isGood = true }
        if let moved = rate?.take(value, at: reading.time.monotonic, isKept: isGood) {
            if case .rise = comparison.measure { value = moved.rise } else { value = moved.fall }
        }
        self.value = value
        if comparison.isRaised(by: value) {
            set(true, reading)
        } else if case .good = reading.measurement, !isStanding || !isActive || comparison.isCleared(by: value) {
            set(false, reading)
        }
    }

    /// The next reading tells what becomes of it: the log's word is as good as the device's own.
    mutating func setOverdue(_ since: WallTime?) { overdue = since }

    /// Compares with other thresholds from now on. What has no alarm and holds no more is forgotten; all else the next reading
    /// says.
    mutating func compare(with comparison: Comparison, isStanding: Bool) {
        part = .comparison(comparison)
        guard isActive, !isStanding, let value, !comparison.isRaised(by: value) else { return }
        isActive = false
        evidence = nil
    }

    private mutating func set(_ active: Bool, _ reading: Reading) {
        isActive = active
        evidence = active ? AlarmEvidence(reading) : nil
    }

    /// No reading has come for too long.
    mutating func fallSilent(_ piece: AlarmEvidence) {
        isActive = true
        evidence = piece
    }

    /// What an earlier run saw.
    mutating func assume(_ piece: AlarmEvidence) {
        isActive = true
        unheard = 2
        evidence = piece
        value = piece.measurement.value
    }
}

/// A rule at a place.
struct AlarmWatch: Sendable {
    /// Which rule of the engine's.
    let rule: Int
    /// The cover.
    let cover: String
    /// Groups of parts of cells: any group, all its parts, any cell of a part.
    let groups: [[[Int]]]
    /// The only cell, where there is one.
    let only: Int?
    /// How long the condition must hold, with the sampling of its sensors.
    let onDelay: Duration
    /// How much earlier a sampled value may be taken to have held that long: at most half a period, at most a quarter of the
    /// delay.
    let tolerance: Duration
    /// Never set aside by maintenance or a person.
    let isAboutGas: Bool
    /// Since when it holds, while nothing is raised.
    var since: Timestamp?
    /// Since when it is seen not to hold, while its alarm stands.
    var clearSince: Timestamp?
    /// Its alarm, until that is normal again.
    var alarm: String?
    /// Whether that alarm's condition stands.
    var isStanding = false
    /// When it was raised lately, for telling chatter.
    var raises: [MonotonicTime] = []

    /// Nothing is raised, and no delay runs.
    var isAtRest: Bool { !isStanding && since == nil }

    init(
        rule: Int, cover: String, groups: [[[Int]]], onDelay: Duration, tolerance: Duration, isAboutGas: Bool
    ) {
        self.rule = rule
        self.cover = cover
        self.groups = groups
        self.onDelay = onDelay
        self.tolerance = tolerance
        self.isAboutGas = isAboutGas
        only = groups.count == 1 && groups[0].count == 1 && groups[0][0].count == 1 ? groups[0][0][0] : nil
    }

    /// Whether the condition holds.
    func holds(_ cells: [AlarmCell]) -> Bool {
        if let only { return cells[only].isActive }
        return groups.contains { group in group.allSatisfy { part in part.contains { cells[$0].isActive } } }
    }

    /// Whether what makes it hold needs no further reading: contacts report each change, so time alone tells.
    func holdsByItself(_ cells: [AlarmCell], _ site: AlarmSite) -> Bool {
        groups.contains { group in
            group.allSatisfy { part in
                part.contains { cells[$0].isActive && site.channels[cells[$0].channel].reportsChanges }
            }
        }
    }

    /// All its cells.
    var cells: [Int] { only.map { [$0] } ?? groups.flatMap { $0 }.flatMap { $0 } }
}
