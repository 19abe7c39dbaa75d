// What the intake counts for the metrics: each reading and each transition once, whatever happens to them later.
import Alarms
import Gateway
import SensorModel
import TestSupport
import Testing

@Suite struct IntakeCountsTests {
    private let folder = TemporaryFolder()

    @Test func `readings are counted by quality, and the same one handed over twice counts once`() throws {
        let bench = try PipelineBench(folder: folder)
        let intake = bench.intake
        #expect(try bench.executor.result { intake.counts.isEmpty })
        let measurements: [Measurement] = [
            .good(1), .good(2), .uncertain(3, .stuck), .bad(.timeout), .bad(.timeout), .bad(.exception),
        ]
        for measurement in measurements {
            bench.pass(.seconds(1))
            try bench.read(measurement)
        }
        let again = Reading(
            point: PipelineBench.gas, quantity: .methane, measurement: .good(9), time: bench.clock.now(), origin: .field)
        try bench.accept([again, again])
        let counts = try bench.executor.result { intake.counts }
        #expect(counts.count == 1)
        let gas = try #require(counts[PipelineBench.gas])
        #expect((gas.good, gas.uncertain, gas.bad) == (2, 1, 3))
    }

    @Test func `a transition counts once, also when it had to wait for its number`() throws {
        let points = (1...5).map { Point(cover: "C\($0)", sensor: "ch4", channel: "gas") }
        let bench = try PipelineBench(folder: folder, points: points, alarmNumbers: 2)
        let intake = bench.intake
        bench.startUplink()
        for point in points { try bench.read(.good(30), point) }
        bench.startAlarmWriter()
        #expect(bench.broker.payloads("alarms").count == 5)
        let severity = try #require(try bench.activeAlarms().first?.severity)
        let steps = try bench.executor.result { intake.steps }
        #expect(steps == [AlarmStep(severity: severity, to: .unacknowledged): 5])
    }
}
