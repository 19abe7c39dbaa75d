// A message that a broker refuses for ever, and what goes past it: that is remembered, in few words, also by the next run.
import Outbox
import SensorModel
import Testing
import TestSupport

@testable import Uplink

@Suite struct MachinePoisonTests {
    private static let poison: Int64 = 3

    private func bench(_ lane: Lane, _ delivered: [Lane: Delivered] = [:]) -> MachineBench {
        MachineBench(
            {
                $0.batchInterval = .zero; $0.batchReadings = 10
            }, delivered: delivered)
    }

    /// Acknowledges the oldest message, or refuses it for what it is.
    private func answer(_ bench: inout MachineBench, _ lane: Lane) {
        let isPoison = bench.flying(lane).first?.range.contains(Self.poison) == true
        bench.acknowledge(lane, isPoison ? 0x99 : 0)
    }

    @Test(arguments: Lane.allCases)
    func `behind a message that is refused for ever a restart sends again at most what was on its way`(lane: Lane) {
        var bench = bench(lane)
        bench.connect()
        var pieces = 0
        for _ in 0..<200 {
            bench.commit(lane, 25)
            while !bench.flying(lane).isEmpty { answer(&bench, lane) }
            bench.advance(.seconds(5))
            pieces = max(pieces, bench.reached[lane]?.islands.count ?? 0)
        }
        #expect(bench.delivered[lane] ?? 0 < Self.poison, "nothing is freed before it")
        #expect(pieces > 0 && pieces <= UplinkLimits.inFlight, "\(pieces) pieces are remembered")
        #expect(bench.status.problem.contains("refused and set aside"))
        bench.commit(lane, 300)
        for _ in 0..<3 { answer(&bench, lane) }
        let onTheirWay = Set(bench.flying(lane).map(\.first))
        let arrived = bench.published(lane).filter { !$0.range.contains(Self.poison) && !onTheirWay.contains($0.first) }
        #expect(arrived.count > 200)

        // The process ends at once and begins again; the lane has what was told it.
        var next = self.bench(lane, bench.reached)
        next.elements = bench.elements
        next.connect()
        next.feed(.committed(lane, through: bench.elements[lane]?.last?.last ?? 0))
        for _ in 0..<400 {
            answer(&next, lane)
            if next.flying(lane).isEmpty { next.advance(.seconds(5)) }
        }
        let numbers = Set(arrived.flatMap { Array($0.range) })
        let again = next.published(lane).filter { !$0.range.contains(Self.poison) }.flatMap { Array($0.range) }
        #expect(numbers.isDisjoint(with: again), "\(numbers.intersection(again).count) numbers were sent again")
        let last = bench.elements[lane]?.last?.last ?? 0
        #expect(
            numbers.union(again).union(next.published(lane).flatMap { Array($0.range) }) == Set(1...last), "none was left out")
        #expect(next.published(lane).filter { $0.range.contains(Self.poison) }.count >= 3, "it is tried again")
        // The broker takes it at last: all that was remembered is one piece.
        next.advance(.seconds(61))
        while !next.flying(lane).isEmpty { next.acknowledge(lane) }
        #expect(next.reached[lane] == Delivered(through: last))
    }
}
