// What the sensors of a cover say of each other reaches everyone alike: the store, the alarm engine, the technician.
import Alarms
import SensorModel
import TestSupport
import Testing
import Validity

@Suite struct IntakeValidityTests {
    private let folder = TemporaryFolder()
    private static let level = Point(cover: "C1", sensor: "level", channel: "depth")
    private static let cover = WatchedCover(
        code: "C1",
        points: [
            WatchedPoint(sensor: "ch4", channel: "gas", quantity: .methane, mounted: 0.6, period: .seconds(5)),
            WatchedPoint(sensor: "level", channel: "depth", quantity: .waterDepth, mounted: 3.3, period: .seconds(10)),
        ])

    private func bench() throws -> PipelineBench {
        try PipelineBench(folder: folder, points: [PipelineBench.gas, Self.level], covers: [Self.cover])
    }

    private func rise(_ depth: Double, _ bench: PipelineBench) throws {
        let time = bench.clock.now()
        try bench.accept([
            Reading(point: Self.level, quantity: .waterDepth, measurement: .good(depth), time: time, origin: .field)
        ])
    }

    @Test("a drowned gas head is bad for the store, the counts and the technician, and raises nothing")
    func submerged() throws {
        let bench = try bench()
        bench.start()
        try rise(2.82, bench)
        bench.pass(.seconds(1))
        try bench.read(.good(30))
        bench.pass(.seconds(3))
        let gas = PipelineBench.gas
        #expect(bench.intake.last(gas)?.measurement == .bad(.submerged))
        #expect(bench.intake.counts[gas]?.bad == 1)
        #expect(bench.intake.objection(to: gas)?.en.hasPrefix("the water stands 0.12 m above the gas head") == true)
        #expect(try bench.content(.readings).filter { $0.contains("submerged") }.count == 1)
        #expect(try bench.activeAlarms().isEmpty)
        try bench.stop()
    }

    @Test("an alarm that stands is not cleared by a head that went under water")
    func stands() throws {
        let bench = try bench()
        bench.start()
        try bench.read(.good(30))
        bench.pass(.seconds(1))
        try rise(3, bench)
        bench.pass(.seconds(1))
        try bench.read(.good(0))
        #expect(try bench.activeAlarms().map(\.state) == [.unacknowledged])
        try bench.stop()
    }

    @Test("a reading that is handed over twice is judged once")
    func once() throws {
        let bench = try bench()
        let reading = Reading(
            point: PipelineBench.gas, quantity: .methane, measurement: .good(1), time: bench.clock.now(), origin: .field)
        try bench.accept([reading])
        bench.pass(.seconds(1))
        try rise(3, bench)
        try bench.accept([reading])
        #expect(bench.intake.last(PipelineBench.gas)?.measurement == .good(1))
        #expect(bench.intake.objection(to: PipelineBench.gas) == nil)
    }
}
