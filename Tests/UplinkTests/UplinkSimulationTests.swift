// Completeness, identity, order and duplicates, whatever line, broker and process do.
import SensorModel
import Testing

@testable import Uplink

@Suite struct UplinkSimulationTests {
    @Test(arguments: UInt64(1)...12)
    func `every number arrives or is in a gap, with one content, in order, no more often than lines broke`(seed: UInt64)
        async throws
    {
        var simulation = try await UplinkSimulation(seed: seed)
        try await simulation.run(for: .seconds(240))
        #expect(simulation.faults + simulation.ledger.faults == [])
        for lane in Lane.allCases {
            let last = simulation.through[lane] ?? 0
            #expect(simulation.ledger.missing(lane, through: last) == [], "\(lane) up to \(last)")
            #expect(simulation.ledger.outOfOrder(lane, except: simulation.refused[lane] ?? []) == [], "\(lane)")
            let tooOften = simulation.ledger.repeats[lane, default: [:]].filter {
                $0.value > simulation.allowedRepeats[lane]?[$0.key] ?? 0
            }
            #expect(tooOften.keys.sorted() == [], "\(lane)")
            #expect(simulation.ledger.arrivals[lane, default: []].count > 10)
        }
        if seed % 4 == 0 {
            #expect(simulation.sentAgain == 0, "without receipts nothing goes again")
        } else {
            #expect(simulation.lost.count > 0 && simulation.sentAgain > 0, "a broker lost alarms that it had acknowledged")
        }
        #expect(simulation.announced > 8)
        #expect(simulation.breaks > 5)
        #expect(simulation.restarts > 0)
        #expect(simulation.ledger.arrivals[.readings, default: []].count > 500, "it did carry readings")
        await simulation.end()
    }
}
