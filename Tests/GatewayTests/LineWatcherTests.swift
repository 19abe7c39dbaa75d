// A chip's contacts on their way to the outbox: changes at once, states by period, and a line that is not to be had.
import DeviceHAL
@testable import Gateway
import Logging
import SensorModel
import TestSupport
import Testing

@Suite struct LineWatcherTests {
    private let folder = TemporaryFolder()

    private struct Chip {
        let bench: PipelineBench
        let lines: ScriptedDigitalLines
        let watcher: LineWatcher

        /// `value quality reason` of everything that was stored.
        func said() throws -> [String] {
            try bench.content(.readings).map { text in
                let reading = try members(String(text.drop { $0 != "{" }))
                let value = isNull(reading["value"]) ? "null" : "\(reading["value"] ?? "?")"
                let words = [value, reading["quality"] as? String, reading["reason"] as? String]
                return words.compactMap { $0 }.joined(separator: " ")
            }
        }
    }

    /// A lid switch at line 0, every 60 s.
    private func chip() throws -> Chip {
        let bench = try PipelineBench(folder: folder)
        bench.broker.set(away: true)
        let lines = ScriptedDigitalLines(names: ["GPIO17", "GPIO18"], clock: bench.clock)
        let settings = LineSettings(line: .name("GPIO17"), activeLow: true)
        let lid = DigitalSensor(
            cover: "C1", id: "lid", settings: settings, quantity: .coverOpen, lines: lines, clock: bench.clock)
        let watcher = LineWatcher(
            id: "box", chip: "scripted", lines: lines, sensors: [(sensor: lid, every: .seconds(60))], clock: bench.clock,
            intake: bench.intake, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        bench.start()
        return Chip(bench: bench, lines: lines, watcher: watcher)
    }

    @Test("the first level is one reading, and each change another, without waiting for the period")
    func changes() throws {
        let chip = try chip()
        chip.lines.pull(0, high: true)
        let watcher = chip.watcher
        chip.bench.live { await watcher.run() }
        chip.bench.pass(.seconds(5))
        chip.lines.pull(0, high: false)
        chip.bench.pass(.seconds(5))
        chip.lines.pull(0, high: true)
        chip.bench.pass(.seconds(5))
        #expect(try chip.said() == ["0.0 good", "1.0 good", "0.0 good"])
    }

    @Test("a contact at rest says its state once a period")
    func states() throws {
        let chip = try chip()
        chip.lines.pull(0, high: true)
        let watcher = chip.watcher
        chip.bench.live { await watcher.run() }
        chip.bench.pass(.seconds(185))
        #expect(try chip.said() == ["0.0 good", "0.0 good", "0.0 good", "0.0 good"])
    }

    @Test("a line that another program holds is a bad reading with its holder in words, and is taken when it is free")
    func taken() throws {
        let chip = try chip()
        chip.lines.pull(0, high: true)
        chip.lines.lend(0, to: "somebody")
        let watcher = chip.watcher
        chip.bench.live { await watcher.run() }
        chip.bench.pass(.seconds(4))
        #expect(try chip.said().first == "null bad disconnected")
        let problem = try chip.bench.executor.result { await watcher.sensors[0].sensor.lastProblem }
        #expect(problem?.contains("taken by somebody") == true)
        chip.lines.lend(0, to: nil)
        chip.bench.pass(.seconds(40))
        #expect(try chip.said().last == "0.0 good")
    }

    @Test("what waits at the line when the daemon ends is handed on")
    func ending() throws {
        let chip = try chip()
        let watcher = chip.watcher
        let run = chip.bench.executor.start { await watcher.run() }
        chip.bench.pass(.seconds(5))
        chip.lines.pull(0, high: true)
        chip.lines.pull(0, high: false)
        run.cancel()
        chip.bench.pass(.seconds(5))
        #expect(try chip.said() == ["1.0 good", "0.0 good", "1.0 good"])
    }

    @Test("who asks gets the level as it is now, also between the periods")
    func asked() throws {
        let chip = try chip()
        let watcher = chip.watcher
        chip.bench.live { await watcher.run() }
        chip.bench.pass(.seconds(5))
        #expect(try chip.bench.executor.result { await watcher.read(SensorPlace(cover: "C1", sensor: "lid")) })
        #expect(try !chip.bench.executor.result { await watcher.read(SensorPlace(cover: "C1", sensor: "door")) })
        chip.bench.pass(.seconds(3))
        #expect(try chip.said() == ["1.0 good", "1.0 good"])
    }
}
