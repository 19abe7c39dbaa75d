// One cover: what its sensors have said lately, and what follows from that for the one that speaks now. Pure.
import SensorModel

/// The sensors of one cover, judging each other.
///
/// Of several objections the first counts: under water, too little oxygen; then what leaves the value: a flapping contact, a low
/// supply, water or oxygen sensors that are in doubt themselves, two sensors that contradict each other, a value that rests.
struct CoverWatch {
    /// What one channel has said.
    private struct Channel {
        /// The last value that others may be compared with.
        var comparable: Said?
        /// The last value of a voltage.
        var volts: Said?
        /// The largest value of a voltage since start.
        var highest = -Double.infinity
        var oxygen = OxygenWatch()
        var flapping: FlappingWatch?
        var rest: RestWatch?
        var objection: Objection?
    }

    /// A value and when it was read.
    private struct Said {
        let value: Double
        let time: MonotonicTime
    }

    /// The channels with anything to judge, as judged ones or as judges.
    let involved: [Int]
    private let points: [WatchedPoint]
    private let rim: Double?
    private let links: CoverLinks
    private var submergences: [Submergence]
    private var comparisons: [Comparison]
    private var channels: [Channel]

    init(_ cover: WatchedCover) {
        points = cover.points
        rim = cover.rimElevation
        let links = CoverLinks(cover)
        self.links = links
        submergences = links.submergences
        comparisons = links.comparisons
        let channels = cover.points.map { point in
            var channel = Channel()
            channel.flapping = point.quantity.isContact ? FlappingWatch() : nil
            channel.rest = RestDefaults.limit(for: point).map(RestWatch.init)
            return channel
        }
        self.channels = channels
        let judges = Set((links.oxygen + links.supplies).joined())
        involved = channels.indices.filter { index in
            channels[index].flapping != nil || channels[index].rest != nil || judges.contains(index)
                || [links.asHead, links.asWater, links.oxygen, links.supplies, links.compared].contains { !$0[index].isEmpty }
        }
    }

    /// Judges one measurement, and takes it as evidence for the others.
    mutating func judge(_ measurement: Measurement, of index: Int, at now: MonotonicTime) -> Measurement {
        channels[index].objection = nil
        switch measurement {
        case .bad:
            channels[index].rest?.forget()
            return measurement
        // A head under test gas hangs in nobody's air, and says nothing about it.
        case .uncertain(_, .testGas): return measurement
        case .good(let value): return judge(value, measurement, isGood: true, of: index, at: now)
        case .uncertain(let value, _): return judge(value, measurement, isGood: false, of: index, at: now)
        }
    }

    /// Why the last measurement was lowered, in words.
    func problem(of index: Int) -> Bilingual? { channels[index].objection?.words(points[index], points) }

    private mutating func judge(
        _ value: Double, _ measurement: Measurement, isGood: Bool, of index: Int, at now: MonotonicTime
    ) -> Measurement {
        // The channel's own past is kept up to date whatever the others say.
        let flaps = channels[index].flapping?.see(value, at: now) ?? false
        let rests = channels[index].rest?.see(value, at: now, freshness: points[index].freshness) ?? false
        if points[index].quantity.isSupply { see(volts: value, of: index, at: now) }
        let (loss, doubt) = surroundings(of: index, at: now)
        if let loss {
            channels[index].objection = loss
            return loss.lower(value)
        }
        var objection = flaps ? Objection.flapping : supply(of: index, at: now) ?? doubt
        if isGood, objection == nil {
            channels[index].comparable = Said(value: value, time: now)
            objection = compare(index, value, at: now)
        }
        if objection == nil, rests {
            objection = .resting(at: value, for: channels[index].rest?.duration(at: now) ?? .zero)
        }
        let judged = isGood ? objection?.lower(value) ?? measurement : measurement
        if isGood { channels[index].objection = objection }
        testify(value, of: index, isGood: judged == .good(value), at: now)
        return judged
    }

    // MARK: the judged one

    /// What takes a head's value away, and what makes it doubtful: water around it, and no oxygen.
    private mutating func surroundings(of index: Int, at now: MonotonicTime) -> (loss: Objection?, doubt: Objection?) {
        var doubt: Objection?
        for number in links.asHead[index] {
            let water = submergences[number].water
            switch submergences[number].verdict(at: now, freshness: points[water].freshness) {
            case .out: continue
            case .under: return (underWater(submergences[number]), nil)
            case .perhaps: doubt = doubt ?? .perhapsUnderWater(water: water)
            }
        }
        for other in links.oxygen[index] {
            switch channels[other].oxygen.verdict {
            case .enough: continue
            case .low: return (.lowOxygen(oxygen: other, shown: channels[other].oxygen.shown), nil)
            case .perhaps: doubt = doubt ?? .perhapsLowOxygen(oxygen: other)
            }
        }
        return (nil, doubt)
    }

    private func underWater(_ submergence: Submergence) -> Objection {
        let water = submergence.water
        if submergence.isDraining { return .draining(water: water) }
        let surface = WaterSurface(submergence.shown, at: points[water], rim: rim)
        let above = surface.flatMap { surface in points[submergence.head].mounted.map { $0 - surface.belowRim } }
        // Between the head and the clearance below it the head is still wet.
        if let above, above < 0 { return .draining(water: water) }
        return .underWater(by: above, water: water, shown: submergence.shown)
    }

    private func supply(of index: Int, at now: MonotonicTime) -> Objection? {
        guard let minimum = points[index].supplyMinimum else { return nil }
        for other in links.supplies[index] {
            guard let volts = channels[other].volts, now - volts.time <= points[other].freshness, volts.value < minimum else {
                continue
            }
            // A battery that was never as high feeds the device through a converter, and says nothing about it.
            if points[other].quantity == .batteryVoltage, channels[other].highest < minimum { continue }
            return .supplyLow(supply: other, volts: volts.value, minimum: minimum)
        }
        return nil
    }

    /// Holds a value against those that it cannot both be right with.
    private mutating func compare(_ index: Int, _ value: Double, at now: MonotonicTime) -> Objection? {
        var objection: Objection?
        for number in links.compared[index] {
            let comparison = comparisons[number]
            let other = comparison.other(than: index)
            let theirs = channels[other].comparable.flatMap { now - $0.time <= points[other].freshness ? $0.value : nil }
            comparisons[number].see(theirs.flatMap { contradict(comparison, index, value, $0) }, at: now)
            guard objection == nil, comparisons[number].stands(at: now), let theirs else { continue }
            objection = .disagreement(other: other, mine: value, theirs: theirs)
        }
        return objection
    }

    private func contradict(_ comparison: Comparison, _ index: Int, _ mine: Double, _ theirs: Double) -> Bool? {
        switch comparison.kind {
        case .sameGas(let tolerance): return (mine - theirs).magnitude > tolerance
        case .floatAndSurface(let mounted):
            let (float, level) = index == comparison.first ? (mine, theirs) : (theirs, mine)
            return WaterSurface(level, at: points[comparison.second], rim: rim).map {
                Comparison.contradict(float: float, mounted: mounted, surface: $0)
            }
        }
    }

    // MARK: the witness

    private mutating func see(volts: Double, of index: Int, at now: MonotonicTime) {
        channels[index].volts = Said(value: volts, time: now)
        channels[index].highest = max(channels[index].highest, volts)
    }

    /// What the value says about others.
    private mutating func testify(_ value: Double, of index: Int, isGood: Bool, at now: MonotonicTime) {
        if points[index].quantity == .oxygen { channels[index].oxygen.see(value, isGood: isGood) }
        for number in links.asWater[index] {
            let (reaches, isClear) = wets(value, index, head: submergences[number].head)
            submergences[number].see(
                value, reaches: reaches, isClear: isClear, isGood: isGood, at: now, freshness: points[index].freshness)
        }
    }

    /// Whether a value of a sensor of water puts the surface at a head, and whether clearly below it.
    private func wets(_ value: Double, _ water: Int, head: Int) -> (reaches: Bool, isClear: Bool) {
        guard let mounted = points[head].mounted else { return (false, false) }
        if points[water].quantity == .waterFloat { return (value >= 0.5, value < 0.5) }
        guard let surface = WaterSurface(value, at: points[water], rim: rim) else { return (false, false) }
        return (surface.isExact && surface.belowRim <= mounted, surface.belowRim >= mounted + Submergence.clearance)
    }
}
