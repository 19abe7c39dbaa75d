// Whether the values of one channel behave like those of a live sensor: they change, and not faster than nature. Time is a
// parameter, and the memory constant.
import SensorModel

/// What one channel's past says about its present value.
struct Plausibility {
    private let stuckAfter: Duration?
    private let flatLine: ChannelMap.FlatLine?
    private let maxRate: Double?
    private let step: Double

    private var words: [UInt16] = []
    private var wordsSince: MonotonicTime?
    private var window: (low: Double, high: Double, start: MonotonicTime)?
    private var believed: (value: Double, at: MonotonicTime)?
    private var candidate: (value: Double, at: MonotonicTime)?

    /// - Parameter channel: its limits.
    init(channel: ChannelMap) {
        stuckAfter = channel.stuckAfter
        flatLine = channel.flatLine
        maxRate = channel.maxRate
        step = channel.resolution ?? 0
    }

    /// True when there is anything to watch.
    var isNeeded: Bool { stuckAfter != nil || flatLine != nil || maxRate != nil }

    /// True when the raw words are watched.
    var watchesWords: Bool { stuckAfter != nil }

    /// Takes note of the channel's words, whatever they are worth.
    mutating func see(words: [UInt16], at now: MonotonicTime) {
        guard stuckAfter != nil, wordsSince == nil || words != self.words else { return }
        self.words = words
        wordsSince = now
    }

    /// Takes a value that nothing else makes bad.
    /// - Parameters:
    ///   - value: in the channel's unit.
    ///   - settled: false when the bus has just found its place again; such a value does not become the one that others are
    ///     compared with.
    ///   - now: when it was read.
    /// - Returns: the first of implausible-jump, stuck and flat-line that it is.
    mutating func judge(_ value: Double, settled: Bool, at now: MonotonicTime) -> UncertainReason? {
        let jumps = settled && isJump(value, at: now)
        let flat = isFlat(value, at: now)
        if jumps { return .implausibleJump }
        if let stuckAfter, let wordsSince, now - wordsSince >= stuckAfter { return .stuck }
        return flat ? .flatLine : nil
    }

    /// A silence is no evidence of standing still: the watch on that begins anew. The last believed value stays.
    mutating func forgetRest() {
        wordsSince = nil
        window = nil
    }

    private mutating func isJump(_ value: Double, at now: MonotonicTime) -> Bool {
        guard maxRate != nil else { return false }
        let agrees = [believed, candidate].contains { earlier in
            earlier.map { canReach(value, from: $0.value, in: now - $0.at) } ?? false
        }
        if believed == nil || agrees {
            believed = (value, now)
            candidate = nil
            return false
        }
        candidate = (value, now)
        return true
    }

    private func canReach(_ value: Double, from earlier: Double, in time: Duration) -> Bool {
        // One step of the device is no change, and neither is what arithmetic rounds away.
        let rounding = max(value.magnitude, earlier.magnitude) * 1e-12
        return (value - earlier).magnitude <= (maxRate ?? 0) * max(0, time.seconds) + step + rounding
    }

    private mutating func isFlat(_ value: Double, at now: MonotonicTime) -> Bool {
        guard let flatLine else { return false }
        guard var window else {
            window = (value, value, now)
            return false
        }
        window.low = min(window.low, value)
        window.high = max(window.high, value)
        if window.high - window.low >= flatLine.within { window = (value, value, now) }
        self.window = window
        return now - window.start >= flatLine.duration
    }
}
