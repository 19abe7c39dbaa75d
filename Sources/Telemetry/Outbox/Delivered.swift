// What an uplink has delivered of a lane: everything up to a number, and beyond it what went past a message that was refused.
// Limit: neighbours become one, so there are at most as many pieces as messages are set aside and on their way.
import SensorModel

/// How far an uplink is in a lane.
public struct Delivered: Sendable, Equatable {
    /// Everything up to this number.
    public private(set) var through: Int64
    /// Beyond it, in order and none beside another.
    public private(set) var islands: [ClosedRange<Int64>]

    /// - Parameters: as the properties.
    public init(through: Int64 = 0, islands: [ClosedRange<Int64>] = []) {
        (self.through, self.islands) = (through, islands)
    }

    /// Takes in what was delivered now.
    public mutating func add(_ range: ClosedRange<Int64>) {
        var range = range
        // From the end: what comes last was mostly sent last.
        let end = (islands.lastIndex { $0.lowerBound - 1 <= range.upperBound } ?? -1) + 1
        var start = end
        while start > 0, islands[start - 1].upperBound >= range.lowerBound - 1 {
            start -= 1
            range = min(range.lowerBound, islands[start].lowerBound)...max(range.upperBound, islands[start].upperBound)
        }
        islands.replaceSubrange(start..<end, with: CollectionOfOne(range))
        while let first = islands.first, first.lowerBound <= through + 1 {
            through = max(through, first.upperBound)
            islands.removeFirst()
        }
    }
}

extension Delivered {
    /// The islands as they are stored: `12-20,25-25`.
    var islandsText: String { islands.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",") }

    /// What was stored; nil when that cannot be.
    init?(through: Int64, islandsText: String) {
        self.init(through: through)
        var last = through + 1
        for part in islandsText.split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let first = Int64(ends[0]), let end = Int64(ends[1]), first > last, first <= end,
                LaneSchema.isNumber(end)
            else { return nil }
            islands.append(first...end)
            last = end + 1
        }
    }
}
