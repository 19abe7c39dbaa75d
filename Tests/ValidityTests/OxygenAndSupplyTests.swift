// What other devices at a cover say about the air a catalytic head burns with, and about the supply.
import SensorModel
import Testing
import Validity

@Suite struct OxygenAndSupplyTests {
    private static func air(catalytic: Bool = true) -> ValidityBench {
        ValidityBench([
            ValidityBench.sensor("ch4", .methane) { $0.isCatalytic = catalytic }, ValidityBench.sensor("o2", .oxygen),
        ])
    }

    @Test("below 11 %VOL of oxygen at the cover a catalytic head has no value, whatever it reads")
    func low() {
        var bench = Self.air()
        _ = bench.take(11, of: "o2", at: 0)
        #expect(bench.take(0, of: "ch4", at: 1) == .good(0))
        _ = bench.take(10.9, of: "o2", at: 10)
        #expect(bench.take(0, of: "ch4", at: 11) == .bad(.lowOxygen))
        #expect(bench.problem("ch4")?.hasPrefix("o2/value reads 10.9 %VOL, a catalytic head needs 11 %VOL") == true)
        #expect(bench.take(.uncertain(40, .resynchronising), of: "ch4", at: 12) == .bad(.lowOxygen))
        _ = bench.take(11.4, of: "o2", at: 20)
        #expect(bench.take(0, of: "ch4", at: 21) == .bad(.lowOxygen))
        _ = bench.take(11.5, of: "o2", at: 30)
        #expect(bench.take(0, of: "ch4", at: 31) == .good(0))
    }

    @Test("an infrared head does not care")
    func infrared() {
        var bench = Self.air(catalytic: false)
        _ = bench.take(2, of: "o2", at: 0)
        #expect(bench.take(0, of: "ch4", at: 1) == .good(0))
    }

    @Test("oxygen that fell below its range, or silent, leaves the air as it was known")
    func beyond() {
        var bench = Self.air()
        _ = bench.take(.bad(.outOfRange), of: "o2", at: 0)
        #expect(bench.take(0, of: "ch4", at: 1) == .good(0))
        _ = bench.take(3, of: "o2", at: 10)
        for time in stride(from: 20.0, to: 600, by: 10) { _ = bench.take(.bad(.outOfRange), of: "o2", at: time) }
        #expect(bench.take(0, of: "ch4", at: 600) == .bad(.lowOxygen))
    }

    @Test("oxygen in doubt makes the head uncertain, which keeps its value and alarms; only a good one restores it")
    func doubtful() {
        var bench = Self.air()
        _ = bench.take(.uncertain(3, .calibrationOverdue), of: "o2", at: 0)
        #expect(bench.take(60, of: "ch4", at: 1) == .uncertain(60, .disagreement))
        _ = bench.take(.uncertain(20.9, .calibrationOverdue), of: "o2", at: 10)
        #expect(bench.take(60, of: "ch4", at: 11) == .uncertain(60, .disagreement))
        _ = bench.take(20.9, of: "o2", at: 20)
        #expect(bench.take(60, of: "ch4", at: 21) == .good(60))
    }

    @Test("nitrogen given to the oxygen head as test gas does not touch the methane head")
    func testGas() {
        var bench = Self.air()
        _ = bench.take(.uncertain(0.1, .testGas), of: "o2", at: 0)
        #expect(bench.take(60, of: "ch4", at: 1) == .good(60))
    }

    @Test("an oxygen head under water says nothing about the air")
    func submergedOxygen() {
        var bench = ValidityBench([
            ValidityBench.sensor("ch4", .methane, mounted: 0.3) { $0.isCatalytic = true },
            ValidityBench.sensor("o2", .oxygen, mounted: 1.5), ValidityBench.sensor("level", .waterDepth, mounted: 3),
        ])
        _ = bench.take(2, of: "level", at: 0)
        #expect(bench.take(0, of: "o2", at: 1) == .bad(.submerged))
        #expect(bench.take(0, of: "ch4", at: 2) == .good(0))
    }

    private static func fed(by supply: Quantity) -> ValidityBench {
        ValidityBench([
            ValidityBench.sensor("ch4", .methane) { $0.supplyMinimum = 16 }, ValidityBench.sensor("power", supply),
            ValidityBench.sensor("tilt", .tilt),
        ])
    }

    @Test("a supply at the cover below what a device needs makes its values uncertain, and nobody else's")
    func supply() {
        var bench = Self.fed(by: .supplyVoltage)
        _ = bench.take(16, of: "power", at: 0)
        #expect(bench.take(3, of: "ch4", at: 1) == .good(3))
        #expect(bench.take(15.9, of: "power", at: 10) == .good(15.9))
        #expect(bench.take(3, of: "ch4", at: 11) == .uncertain(3, .supplyLow))
        #expect(bench.problem("ch4")?.hasPrefix("power/value reads 15.9 V, and ch4 needs 16 V") == true)
        #expect(bench.take(1, of: "tilt", at: 12) == .good(1))
        #expect(bench.take(.uncertain(3, .stuck), of: "ch4", at: 13) == .uncertain(3, .stuck))
        #expect(bench.take(.bad(.timeout), of: "ch4", at: 14) == .bad(.timeout))
        // Older than three periods: nobody knows the supply.
        #expect(bench.take(3, of: "ch4", at: 40) == .uncertain(3, .supplyLow))
        #expect(bench.take(3, of: "ch4", at: 41) == .good(3))
    }

    @Test("a battery that was never as high as the device needs feeds it through a converter")
    func battery() {
        var bench = Self.fed(by: .batteryVoltage)
        _ = bench.take(13, of: "power", at: 0)
        #expect(bench.take(3, of: "ch4", at: 1) == .good(3))
        _ = bench.take(25, of: "power", at: 10)
        _ = bench.take(13, of: "power", at: 20)
        #expect(bench.take(3, of: "ch4", at: 21) == .uncertain(3, .supplyLow))
    }
}
