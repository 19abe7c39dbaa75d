// Edges out of levels: debounce, numbers, and what is lost when nobody takes them.
@testable import DeviceHALSimulated
import SensorModel
import Testing

@Suite struct EdgeTraceTests {
    /// A line whose changes are all known; it begins low.
    private struct Changes: LineSource {
        let at: [Duration]

        init(_ milliseconds: [Int]) { at = milliseconds.map { .milliseconds($0) } }

        func isHigh(at time: Duration) -> Bool { !at.count { $0 <= time }.isMultiple(of: 2) }

        func change(after time: Duration, from isHigh: Bool, upTo end: Duration) -> Duration? {
            at.first { $0 > time && $0 <= end }
        }
    }

    private func edges(_ changes: [Int], debounce: Int = 0, looks: [Int]) -> [EdgeTrace.Edge] {
        let source = Changes(changes)
        var trace = EdgeTrace(isHigh: false, at: .zero, debounce: .milliseconds(debounce))
        var edges: [EdgeTrace.Edge] = []
        for look in looks {
            trace.follow(source, upTo: .milliseconds(look))
            while let edge = trace.take() { edges.append(edge) }
        }
        return edges
    }

    @Test(arguments: [[1000], [10, 20, 21, 300, 1000], Array(stride(from: 1, through: 1000, by: 1))])
    func `edges are the same however often one looks`(_ looks: [Int]) {
        let edges = edges([10, 30, 300], looks: looks)
        #expect(edges.map(\.time) == [.milliseconds(10), .milliseconds(30), .milliseconds(300)])
        #expect(edges.map(\.isHigh) == [true, false, true] && edges.map(\.sequence) == [1, 2, 3])
        let debounced = self.edges([10, 30, 300, 310, 320], debounce: 50, looks: looks)
        #expect(debounced.map(\.time) == [.milliseconds(370)] && debounced.map(\.isHigh) == [true])
    }

    @Test func `a level that has not lasted yet is waited for`() {
        let source = Changes([100])
        var trace = EdgeTrace(isHigh: false, at: .zero, debounce: .milliseconds(50))
        #expect(trace.next(in: source, upTo: .seconds(1)) == .milliseconds(100))
        trace.follow(source, upTo: .milliseconds(120))
        #expect(trace.take() == nil && !trace.isHigh)
        #expect(trace.next(in: source, upTo: .seconds(1)) == .milliseconds(150))
        trace.follow(source, upTo: .milliseconds(150))
        #expect(trace.take()?.time == .milliseconds(150) && trace.isHigh)
        #expect(trace.next(in: source, upTo: .seconds(1)) == nil)
    }

    @Test func `of too many edges the oldest go, and are counted`() {
        let source = Changes(Array(1...EdgeTrace.capacity + 5))
        var trace = EdgeTrace(isHigh: false, at: .zero, debounce: .zero)
        trace.follow(source, upTo: .seconds(3600))
        let first = trace.take()
        #expect(first?.sequence == 6 && first?.lost == 5)
        #expect(trace.take()?.lost == 0)
    }
}
