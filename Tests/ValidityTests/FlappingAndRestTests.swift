// What a channel's own past says, by the kind of its quantity: contacts that never rest, and values that rest for too long.
import SensorModel
import Testing
import Validity

@Suite struct FlappingAndRestTests {
    private static let contacts: [Quantity] = [.coverOpen, .coverPresent, .waterFloat, .mains, .doorTamper]

    @Test("a contact that changes more than 20 times in a minute flaps until it has rested for a minute", arguments: contacts)
    func flapping(contact: Quantity) {
        var bench = ValidityBench([ValidityBench.sensor("x", contact)])
        _ = bench.take(0, of: "x", at: 0)
        for change in 1...20 {
            #expect(bench.take(Double(change % 2), of: "x", at: Double(change) * 3) == .good(Double(change % 2)))
        }
        #expect(bench.take(1, of: "x", at: 63) == .uncertain(1, .lineFlapping))
        #expect(bench.problem("x")?.contains("more than 20 times in a minute") == true)
        #expect(bench.take(1, of: "x", at: 122.9) == .uncertain(1, .lineFlapping))
        #expect(bench.take(1, of: "x", at: 123) == .good(1))
    }

    @Test("twenty changes in more than a minute, and a state that is told again and again, do not")
    func calm() {
        var bench = ValidityBench([ValidityBench.sensor("x", .waterFloat)])
        for change in 0...200 {
            let value = Double(change % 2)
            #expect(bench.take(value, of: "x", at: Double(change) * 3.1) == .good(value))
            #expect(bench.take(value, of: "x", at: Double(change) * 3.1 + 1) == .good(value))
        }
    }

    /// What becomes of a value that has stood still for so long, read every five minutes.
    private static func rested(
        _ quantity: Quantity, _ value: Double, step: Double?, hours: Double = 24,
        _ change: (inout WatchedPoint) -> Void = { _ in }
    ) -> Measurement {
        var bench = ValidityBench([
            ValidityBench.sensor("x", quantity, every: .seconds(300)) {
                $0.step = step
                change(&$0)
            }
        ])
        return bench.hold(value, of: "x", from: 0, to: hours * 3600, by: 300).last ?? .bad(.timeout)
    }

    @Test("a value that never moves for a day is stuck, where its kind always moves")
    func stuck() {
        let kinds: [(Quantity, Double, Double)] = [
            (.tilt, 0, 0.01), (.methane, 3, 0.1), (.combustible, 12, 0), (.hydrogenSulfide, 4, 1), (.carbonMonoxide, 9, 1),
            (.oxygen, 18.4, 0.1), (.oxygen, 20.9, 0), (.waterLevel, 3.2, 0), (.waterDepth, 0.6, 0.0001),
            (.waterPressure, 0.31, 0), (.flow, 12, 0.1), (.vibration, 0, 0.01), (.temperature, 14.25, 0.01),
        ]
        for (quantity, value, step) in kinds {
            #expect(Self.rested(quantity, value, step: step) == .uncertain(value, .stuck), "\(quantity)")
            #expect(Self.rested(quantity, value, step: step, hours: 23.9) == .good(value), "\(quantity)")
        }
    }

    @Test("what may rest rests: contacts, clean air, dry sumps, coarse steps, and whatever the model judges itself")
    func rest() {
        let kinds: [(Quantity, Double, Double?)] = [
            (.coverOpen, 0, 1), (.mains, 1, 1), (.methane, 0, 0.1), (.methane, 0.2, 0.1), (.hydrogenSulfide, 0, 0.1),
            (.oxygen, 20.9, 0.1), (.oxygen, 17, 1), (.waterDepth, 0, 0), (.waterDepth, 0.04, 0), (.waterDepth, 0.6, 0.001),
            (.flow, 0, 0), (.waterPressure, 0, 0), (.tilt, 2.1, 0.1), (.tilt, 2.1, nil), (.humidity, 100, 0),
            (.temperature, 12, 1),
            (.displacement, 3, 0), (.settlement, 0, 0), (.supplyVoltage, 24, 0), (.batteryCharge, 100, 1), (.raw, 1, 0),
        ]
        for (quantity, value, step) in kinds {
            #expect(Self.rested(quantity, value, step: step, hours: 100) == .good(value), "\(quantity) \(value)")
        }
        #expect(Self.rested(.tilt, 1, step: 0) { $0.hasOwnRestLimit = true } == .good(1))
    }

    @Test("one step, a bad reading or a silence begins the day anew, and few readings are no evidence")
    func anew() {
        func bench() -> ValidityBench {
            ValidityBench([ValidityBench.sensor("x", .tilt, every: .seconds(300)) { $0.step = 0.01 }])
        }
        let almost = 86_100.0
        for interruption in [Measurement.good(1.01), .bad(.timeout)] {
            var bench = bench()
            _ = bench.hold(1, of: "x", from: 0, to: almost, by: 300)
            _ = bench.take(interruption, of: "x", at: almost + 150)
            #expect(bench.take(1, of: "x", at: 86_400) == .good(1))
        }
        var silent = bench()
        _ = silent.hold(1, of: "x", from: 0, to: 85_000, by: 300)
        #expect(silent.take(1, of: "x", at: 86_500) == .good(1))
        var rare = ValidityBench([ValidityBench.sensor("x", .tilt, every: .seconds(86_400)) { $0.step = 0.01 }])
        #expect(rare.hold(1, of: "x", from: 0, to: 10 * 86_400, by: 86_400).allSatisfy { $0 == .good(1) })
    }

    @Test("every quantity stands in the table of rest once, with a reason")
    func table() {
        let listed = RestDefaults.rows.flatMap(\.quantities)
        #expect(listed.count == Quantity.allCases.count && Set(listed) == Set(Quantity.allCases))
        #expect(RestDefaults.rows.allSatisfy { !$0.reason.isEmpty })
    }

    @Test("of several objections the first in the order of weight is told")
    func order() {
        var bench = ValidityBench([
            ValidityBench.sensor("ch4", .methane, mounted: 0.6) {
                $0.isCatalytic = true
                $0.supplyMinimum = 16
            }, ValidityBench.sensor("two", .methane, mounted: 0.6), ValidityBench.sensor("o2", .oxygen),
            ValidityBench.sensor("level", .waterDepth, mounted: 3), ValidityBench.sensor("power", .supplyVoltage),
        ])
        for time in stride(from: 0.0, through: 310, by: 10) {
            _ = bench.take(50, of: "two", at: time)
            _ = bench.take(5, of: "ch4", at: time + 1)
        }
        #expect(bench.take(5, of: "ch4", at: 312) == .uncertain(5, .disagreement))
        _ = bench.take(12, of: "power", at: 313)
        #expect(bench.take(5, of: "ch4", at: 314) == .uncertain(5, .supplyLow))
        _ = bench.take(5, of: "o2", at: 315)
        #expect(bench.take(5, of: "ch4", at: 316) == .bad(.lowOxygen))
        _ = bench.take(2.9, of: "level", at: 317)
        #expect(bench.take(5, of: "ch4", at: 318) == .bad(.submerged))
    }
}
