// What a lane must be, in a few lines of arrays: the random test holds the real one against it.
import SensorModel

/// The promise of a lane, without a file.
struct LaneModel {
    /// Committed bodies by number.
    var bodies: [Int64: [UInt8]] = [:]
    /// Numbers that were reserved and never used.
    var unused: [ClosedRange<Int64>] = []
    /// The highest number that is committed or given up.
    var last: Int64 = 0
    var reserved: Int64
    /// Delivered, as the lane knows it and as it stands on the medium.
    var delivered: [String: Int64]
    var durable: [String: Int64]

    /// Everything a crash takes away and leaves.
    mutating func crash(block: Int64) {
        if reserved > last { unused.append(last + 1...reserved) }
        last = max(last, reserved)
        reserved = last + block
        delivered = durable
    }

    /// Holds what an uplink would be handed after `cursor` against what was committed.
    /// - Parameters:
    ///   - elements: all selections until there was nothing more.
    ///   - firstKept: the oldest number that was not evicted, as the lane says.
    /// - Returns: what is wrong, in words; empty when nothing is.
    func faults(in elements: [LaneElement], after cursor: Int64, firstKept: Int64) -> [String] {
        var faults: [String] = []
        var next = cursor + 1
        for element in elements {
            if element.first > next { faults.append("nothing stands for \(next)...\(element.first - 1)") }
            if element.first < next, element.first > cursor { faults.append("\(element.first) stands in two places") }
            switch element {
            case .record(let seq, let body):
                if bodies[seq] != body { faults.append("\(seq) has another content") }
            case .gap(let gap):
                if gap.count != gap.to - gap.from + 1 { faults.append("gap \(gap) counts wrong") }
                if gap.reason == .unused, !(gap.from...gap.to).allSatisfy({ number in unused.contains { $0.contains(number) } }) {
                    faults.append("\(gap) was never unused")
                }
                if gap.reason == .evicted, gap.to >= firstKept { faults.append("\(gap) covers more than the oldest") }
                if gap.reason != .unused, gap.reason != .evicted { faults.append("\(gap) has no cause") }
            }
            next = element.last + 1
        }
        if next != max(last, cursor) + 1 { faults.append("nothing stands for \(next)...\(last)") }
        return faults
    }
}
