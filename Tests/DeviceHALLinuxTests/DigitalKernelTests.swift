// What only a kernel can show: chips that are missing or double, debounce by the kernel, a chip that is unplugged.
@testable import DeviceHAL
import DeviceHALLinux
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: DigitalBench.simulated != nil)) struct DigitalKernelTests {
    private func failure(_ chip: String) async -> LineError? {
        let lines = LinuxDigitalLines(id: "test", chip: chip)
        let error = await DigitalBench.failure { () throws(LineError) in try await lines.describe() }
        await lines.close()
        return error
    }

    @Test func `a label that nobody bears is refused with those there are`() async throws {
        let error = try #require(await failure("gatewayd-nowhere"))
        #expect(error.kind == .chipMissing && error.detail.contains("gatewayd-test"))
    }

    @Test func `a label that two chips bear is refused with both, and each of them has its path`() async throws {
        let error = try #require(await failure("gatewayd-twin"))
        guard case .chipAmbiguous(let paths) = error.kind else {
            Issue.record("\(error)")
            return
        }
        #expect(paths.count == 2)
        for path in paths {
            let lines = LinuxDigitalLines(id: "test", chip: path)
            #expect(try await lines.describe().label == "gatewayd-twin")
            await lines.close()
        }
    }

    @Test(.enabled(if: LinuxDigitalLines.abilities.kernelDebounce))
    func `the kernel debounces: of a bounce only the last level is told`() async throws {
        let bench = try DigitalBench(.kernel, mine: 8..<12)
        let settings = LineSettings(line: .offset(8), debounce: .milliseconds(300))
        let input = try await bench.lines.watch(settings)
        for bounce in 0..<7 { try bench.pull(8, high: bounce % 2 == 0) }
        let event = try await DigitalBench.edge(input)
        #expect(event.active && event.sequence == 1)
        #expect(try await input.level().active && input.take() == nil)
        await bench.lines.close()
    }

    @Test func `bias is set, and the kernel tells`() async throws {
        let bench = try DigitalBench(.kernel, mine: 8..<12)
        for bias in [LineBias.pullUp, .pullDown, .disabled] {
            let input = try await bench.lines.watch(LineSettings(line: .offset(9), bias: bias))
            #expect(try await bench.lines.describe().lines[9].bias == bias)
            if bias != .disabled { #expect(input.initial.active == (bias == .pullUp)) }
            await input.release()
        }
        await bench.lines.close()
    }

    @Test func `edges that the kernel dropped are noticed`() async throws {
        let bench = try DigitalBench(.kernel, mine: 8..<12)
        let sensor = DigitalSensor(
            cover: "C1", id: "lid", settings: LineSettings(line: .offset(10)), quantity: .coverOpen, lines: bench.lines,
            clock: SystemClock())
        _ = await sensor.poll()
        // An uneven number of changes, while nobody looks at the sensor.
        for change in 0..<5001 { try bench.pull(10, high: change % 2 == 0) }
        let readings = await sensor.poll()
        #expect(readings.last?.measurement.value == 1)
        #expect(readings.count <= 1300, "the queue is bounded")
        #expect(await sensor.lostEdges > 0)
        #expect(readings.contains { $0.measurement.reason == "missed-edges" })
        await bench.lines.close()
    }

    @Test func `a chip that goes away ends its lines, and is found again when it is back`() async throws {
        let live = "/sys/kernel/config/gpio-sim/other/live"
        let lines = LinuxDigitalLines(id: "test", chip: "gatewayd-other")
        let input = try await lines.watch(LineSettings(line: .offset(1)))
        let output = try await lines.drive(LineSettings(line: .offset(2)), active: true, failSafe: false)
        let other = LinuxDigitalLines(id: "idle", chip: "gatewayd-other")
        _ = try await other.describe()
        try DigitalBench.write("0", to: live)
        guard case .ended(let error) = try await DigitalBench.notice(input) else {
            Issue.record("an edge of a chip that is gone")
            return
        }
        #expect(error.kind == .gone && error.line == .offset(1))
        #expect(await DigitalBench.failure { () throws(LineError) in try await input.level() }?.kind == .gone)
        #expect(await DigitalBench.failure { () throws(LineError) in try await output.set(active: false) } != nil)
        #expect(await DigitalBench.failure { () throws(LineError) in try await other.describe() }?.kind == .gone)
        #expect(await DigitalBench.failure { () throws(LineError) in try await other.describe() }?.kind == .chipMissing)
        try DigitalBench.write("1", to: live)
        #expect(try await other.describe().lines.count == 4)
        let again = try await lines.watch(LineSettings(line: .offset(1)))
        #expect(!again.initial.active)
        await lines.close()
        await other.close()
    }

    @Test func `what nobody refers to any more is given back`() async throws {
        let bench = try DigitalBench(.kernel, mine: 8..<12)
        do { _ = try await bench.lines.watch(LineSettings(line: .offset(11))) }
        // The line is given back on the chip's thread, before the next job there.
        #expect(try await bench.lines.describe().lines[11].holder == nil)
        await bench.lines.close()
    }
}
