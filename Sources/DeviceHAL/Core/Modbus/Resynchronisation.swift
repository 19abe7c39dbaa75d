// Which units' replies may be believed. A late or doubled reply to an earlier request looks exactly like the reply to the
// present one, checksum and all; this decides when that cannot be any more. Pure: time comes in as a parameter.
//
// Why it holds. Every request that got no believed reply is kept as unanswered, with the shape its reply would have:
// function and byte count of a read; function, address and value or count of a write. The unit rests until its
// `maxLatency` has passed since the last of them: a unit that answers out of order, but within that time, owes nothing
// then. Then a probe is sent whose reply has a shape that no unanswered request and not the request in hand has. A unit
// that answers in order, however late, has answered everything older when the probe's reply comes, or never will; and the
// probe's own double cannot pass for the next reply. A probe is always a read, also before a write: it changes nothing,
// and no reply to a read passes for the reply to a write.
//
// An exception has no byte count, so it could answer any unanswered request of its function. It is proof only when
// there is none. Otherwise the unit rests again and the next probe uses a function of its own, where an exception
// (illegal function) is proof too.
//
// Where no transaction id parts them, a frame of a unit in doubt that comes when its rest is over answers no request within
// `maxLatency`: the unit is slower than it was said to be. It is put in quarantine for as long again as it was seen to be late.
//
// A unit that no probe can reach (two refusals, a full list, no shape left) rests until nothing was heard from it for
// `oblivion`, at least ten times `maxLatency`, and starts afresh: nothing on a wire waits longer. That is also what
// bounds the list, and brings a unit back that was dead for long.
import SensorModel

/// The units of one bus whose replies are in doubt.
public struct Resynchronisation: Sendable {
    /// What to do with a request now.
    public enum Step: Sendable, Equatable {
        /// Send it.
        case ask
        /// Send this first; when it is answered, the request.
        case probe(RequestFrame)
        /// Fail it without touching the wire.
        case rest(until: MonotonicTime, after: BusError.RestCause)
    }

    private struct Doubt {
        var unanswered: [RequestFrame.Shape] = []
        var cause: BusError.RestCause
        var restUntil: MonotonicTime
        /// When the first of the unanswered requests was sent.
        let firstAskedAt: MonotonicTime
        /// The last request to the unit, or old frame of it.
        var lastHeardAt: MonotonicTime
        /// The unit's patience, as the last request gave it.
        var maxLatency: Duration
        var refusals = 0
        var functionProbed = false

        func awaits(_ function: UInt8) -> Bool { unanswered.contains { $0.function == function } }
        func awaits(_ shape: RequestFrame.Shape) -> Bool { unanswered.contains(shape) }
    }

    /// The most unanswered requests kept for a unit.
    public static let capacity = 8

    private let oblivion: Duration
    private var doubts: [UInt8: Doubt] = [:]
    private var unmarked: Set<UInt8> = []

    /// - Parameter oblivion: how long a unit that no probe can reach must be silent to be believed without one.
    public init(oblivion: Duration = .seconds(10)) { self.oblivion = oblivion }

    /// True while replies of the unit are not believed.
    public func isInDoubt(_ unit: UInt8) -> Bool { doubts[unit] != nil }

    /// The rest the unit still needs, if any.
    public func rest(of unit: UInt8, now: MonotonicTime) -> Step? {
        guard let doubt = doubts[unit], now < doubt.restUntil else { return nil }
        return .rest(until: doubt.restUntil, after: doubt.cause)
    }

    /// What to do with the request now.
    public mutating func step(for request: RequestFrame, now: MonotonicTime) -> Step {
        if let rest = rest(of: request.unit, now: now) { return rest }
        guard let doubt = doubts[request.unit] else { return .ask }
        if doubt.unanswered.count < Self.capacity, doubt.refusals < 2, let probe = Self.probe(for: request, doubt) {
            if probe.table != request.table { doubts[request.unit]?.functionProbed = true }
            return .probe(probe)
        }
        let silent = doubt.lastHeardAt + silence(doubt.maxLatency)
        if now < silent {
            doubts[request.unit]?.restUntil = silent
            return .rest(until: silent, after: doubt.cause)
        }
        doubts[request.unit] = nil
        return .ask
    }

    /// The request, or probe, got no believed reply, or its reply may come again.
    public mutating func fault(
        _ frame: RequestFrame, cause: BusError.RestCause, sentAt: MonotonicTime, maxLatency: Duration
    ) {
        unmarked.insert(frame.unit)
        let ownRest = sentAt + maxLatency
        var doubt =
            doubts[frame.unit]
            ?? Doubt(cause: cause, restUntil: ownRest, firstAskedAt: sentAt, lastHeardAt: sentAt, maxLatency: maxLatency)
        doubt.cause = cause
        doubt.maxLatency = maxLatency
        doubt.lastHeardAt = max(doubt.lastHeardAt, sentAt)
        doubt.restUntil = max(doubt.restUntil, ownRest)
        if !doubt.awaits(frame.shape) { doubt.unanswered.append(frame.shape) }
        doubts[frame.unit] = doubt
    }

    /// The probe was answered by a reply of its own shape: everything older is over.
    public mutating func answered(_ probe: RequestFrame) { doubts[probe.unit] = nil }

    /// The probe was answered by an exception.
    /// - Returns: true when that is proof, false when the unit stays in doubt and rests.
    public mutating func refused(_ probe: RequestFrame, now: MonotonicTime) -> Bool {
        guard let doubt = doubts[probe.unit], doubt.awaits(probe.function) else {
            doubts[probe.unit] = nil
            return true
        }
        fault(probe, cause: doubt.cause, sentAt: now, maxLatency: doubt.maxLatency)
        doubts[probe.unit]?.refusals += 1
        return false
    }

    /// An old frame of the unit arrived: it is not silent.
    public mutating func heard(_ unit: UInt8, now: MonotonicTime) {
        doubts[unit]?.lastHeardAt = now
    }

    /// An old frame of the unit arrived on a wire without transaction ids. When nothing could come any more, quarantine.
    public mutating func heardLate(_ unit: UInt8, now: MonotonicTime) {
        heard(unit, now: now)
        guard var doubt = doubts[unit], now > doubt.restUntil else { return }
        let seen = max(doubt.maxLatency, now - doubt.firstAskedAt)
        doubt.restUntil = now + min(seen, silence(doubt.maxLatency))
        doubts[unit] = doubt
    }

    /// True until the first reply after a fault was believed.
    public func isMarked(_ unit: UInt8) -> Bool { unmarked.contains(unit) }

    /// A reply of the unit is believed.
    /// - Returns: true for the first one after a fault.
    public mutating func believed(_ unit: UInt8) -> Bool { unmarked.remove(unit) != nil }

    private func silence(_ maxLatency: Duration) -> Duration { max(oblivion, maxLatency * 10) }

    /// A request whose reply has a shape of its own; smaller ones first, they stay inside what the unit has.
    private static func probe(for request: RequestFrame, _ doubt: Doubt) -> RequestFrame? {
        if doubt.refusals > 0, !doubt.functionProbed, let probe = functionProbe(for: request, doubt) { return probe }
        // Replies to bits differ only from eight bits to the next eight. A write's own reply is like no read's.
        let item = request.table.isBits ? 8 : 1
        let own = request.isWrite ? 0 : (Int(request.count) + item - 1) / item
        for step in Array(stride(from: own - 1, to: 0, by: -1)) + Array(own + 1...own + capacity + 1) {
            let probe = RequestFrame(
                unit: request.unit, table: request.table, address: request.address,
                count: UInt16(clamping: (step - 1) * item + 1))
            if let probe, !doubt.awaits(probe.shape) { return probe }
        }
        return functionProbe(for: request, doubt)
    }

    /// A request of a function that nothing unanswered has.
    private static func functionProbe(for request: RequestFrame, _ doubt: Doubt) -> RequestFrame? {
        for table in [RegisterTable.holding, .input, .coil, .discrete]
        where table != request.table && !doubt.awaits(table.readFunction) {
            return RequestFrame(unit: request.unit, table: table, address: request.address, count: 1)
        }
        return nil
    }
}
