// The edges of one watched line, found in its source: level, debounce, numbers, and a bounded queue. Time is a parameter.
import DeviceHAL
import SensorModel

/// What a kernel would have noticed of a line up to a moment.
struct EdgeTrace {
    /// As many edges wait at most; the oldest makes room, and is counted.
    static let capacity = 1200

    /// An edge that has been noticed.
    struct Edge: Equatable {
        var isHigh: Bool
        var time: Duration
        var sequence: UInt32
        var lost: Int
    }

    private let debounce: Duration
    /// The level that has lasted.
    private(set) var isHigh: Bool
    private var rawIsHigh: Bool
    /// Since when the raw level has been another one.
    private var differsSince: Duration?
    private var seenUpTo: Duration
    private var edges: [Edge] = []
    private var sequence: UInt32 = 0
    private var lost = 0

    /// - Parameters:
    ///   - isHigh: the level at the begin: a state and no edge.
    ///   - time: the begin.
    ///   - debounce: how long a level must last.
    init(isHigh: Bool, at time: Duration, debounce: Duration) {
        self.isHigh = isHigh
        self.debounce = debounce
        rawIsHigh = isHigh
        seenUpTo = time
    }

    /// True when an edge waits.
    var hasEdge: Bool { !edges.isEmpty }

    /// Takes the oldest edge.
    mutating func take() -> Edge? {
        guard !edges.isEmpty else { return nil }
        var edge = edges.removeFirst()
        edge.lost = lost
        lost = 0
        return edge
    }

    /// Notices everything up to a moment.
    mutating func follow(_ source: any LineSource, upTo now: Duration) {
        while seenUpTo < now {
            let change = source.change(after: seenUpTo, from: rawIsHigh, upTo: now)
            settle(before: change ?? now)
            guard let change else {
                seenUpTo = now
                return
            }
            seenUpTo = change
            rawIsHigh.toggle()
            differsSince = rawIsHigh == isHigh ? nil : change
            if debounce == .zero { settle(before: change) }
        }
    }

    /// When something may have to be noticed, if that is before a moment.
    func next(in source: any LineSource, upTo end: Duration) -> Duration? {
        let settles = differsSince.map { $0 + debounce }
        let changes = source.change(after: seenUpTo, from: rawIsHigh, upTo: end)
        return [settles, changes].compactMap { $0 }.min().flatMap { $0 <= end ? $0 : nil }
    }

    private mutating func settle(before moment: Duration) {
        guard let since = differsSince, since + debounce <= moment else { return }
        differsSince = nil
        isHigh = rawIsHigh
        sequence &+= 1
        if edges.count == Self.capacity {
            edges.removeFirst()
            lost += 1
        }
        edges.append(Edge(isHigh: isHigh, time: since + debounce, sequence: sequence, lost: 0))
    }
}
