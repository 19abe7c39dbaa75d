// What every implementation of digital lines must do: one suite, run on a scripted chip, a simulated one and the kernel's.
@testable import DeviceHAL
import DeviceHALLinux
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

/// One at a time: the kernel's chip is one for all.
@Suite(.serialized) struct DigitalConformanceTests {
    @Test func `it is said aloud when there is no chip of the kernel's to test`() throws {
        guard DigitalBench.simulated == nil else { return }
        let words = """
            NOT TESTED HERE: GPIO lines through libgpiod on a kernel (DigitalConformanceTests, DigitalKernelTests). \
            This needs the virtual board: run the test bundle there with scripts/virtual-board.sh, see docs/virtual-board.md.

            """
        #expect(Glibc.write(2, words, words.utf8.count) > 0)
    }

    private func settings(_ offset: Int, activeLow: Bool = false, debounce: Duration = .zero) -> LineSettings {
        LineSettings(line: .offset(offset), activeLow: activeLow, debounce: debounce)
    }

    @Test(arguments: DigitalBench.kinds) func `the chip's lines are described, held ones with their holder`(_ kind: DigitalKind)
        async throws
    {
        let bench = try DigitalBench(kind)
        let chip = try await bench.lines.describe()
        #expect(chip.lines.map(\.name) == DigitalBench.names && chip.lines.map(\.offset) == Array(0..<16))
        #expect(chip.path.hasPrefix("/dev/"))
        #expect(chip.lines[12].holder == "somebody" && chip.lines[3].holder == nil)
        let input = try await bench.lines.watch(settings(3, activeLow: true))
        let held = try await bench.lines.describe().lines[3]
        #expect(held.holder == "gatewayd" && held.direction == .input && held.activeLow)
        await input.release()
        #expect(try await bench.lines.describe().lines[3].holder == nil)
        await bench.lines.close()
    }

    @Test(arguments: DigitalBench.kinds) func `a line is found by name or offset, and refused when it is none or two`(
        _ kind: DigitalKind
    ) async throws {
        let bench = try DigitalBench(kind)
        let input = try await bench.lines.watch(LineSettings(line: .name("cover switch")))
        #expect(try await bench.lines.describe().lines[13].holder == "gatewayd")
        #expect(await failure(bench, .name("twice"))?.kind == .lineAmbiguous(offsets: [14, 15]))
        #expect(await failure(bench, .name("nowhere"))?.kind == .lineMissing)
        #expect(await failure(bench, .offset(16))?.kind == .lineMissing)
        await input.release()
        await bench.lines.close()
    }

    private func failure(_ bench: DigitalBench, _ line: LineSelector) async -> LineError? {
        await DigitalBench.failure { () throws(LineError) in try await bench.lines.watch(LineSettings(line: line)) }
    }

    @Test(arguments: DigitalBench.kinds) func `a taken line names its holder, an own one too`(_ kind: DigitalKind) async throws {
        let bench = try DigitalBench(kind)
        #expect(await failure(bench, .offset(12))?.kind == .lineTaken(holder: "somebody"))
        let input = try await bench.lines.watch(settings(0))
        #expect(await failure(bench, .name("GPIO0"))?.kind == .lineTaken(holder: "gatewayd"))
        let other = try bench.other()
        let error = await DigitalBench.failure { () throws(LineError) in
            try await other.drive(settings(0), active: true, failSafe: false)
        }
        #expect(error?.kind == .lineTaken(holder: "gatewayd"))
        await input.release()
        await other.close()
        await bench.lines.close()
    }

    @Test(arguments: DigitalBench.kinds, [false, true]) func `the first level is a state and no edge`(
        _ kind: DigitalKind, _ high: Bool
    ) async throws {
        let bench = try DigitalBench(kind)
        try bench.pull(1, high: high)
        let before = SystemClock().now().monotonic
        let plain = try await bench.lines.watch(settings(1))
        #expect(plain.initial.active == high && plain.initial.time >= before)
        #expect(plain.take() == nil)
        await plain.release()
        let turned = try await bench.lines.watch(settings(1, activeLow: true))
        #expect(turned.initial.active == !high)
        #expect(try await turned.level().active == !high && turned.take() == nil)
        await bench.lines.close()
    }

    @Test(arguments: DigitalBench.kinds, [false, true]) func `edges come in order, with their time and number`(
        _ kind: DigitalKind, _ activeLow: Bool
    ) async throws {
        let bench = try DigitalBench(kind)
        let input = try await bench.lines.watch(settings(2, activeLow: activeLow))
        for number in 1...6 {
            let before = SystemClock().now().monotonic
            try bench.pull(2, high: number % 2 == 1)
            let event = try await DigitalBench.edge(input)
            #expect(event.active == ((number % 2 == 1) != activeLow) && event.lost == 0)
            #expect(event.time >= before && event.time <= SystemClock().now().monotonic)
            #expect(event.sequence == (bench.lines.abilities.sequenceNumbers ? UInt32(number) : nil))
            #expect(try await input.level().active == event.active)
        }
        #expect(input.take() == nil)
        await bench.lines.close()
    }

    @Test(arguments: DigitalBench.kinds) func `a waiting task is woken by an edge, by the deadline and by its cancellation`(
        _ kind: DigitalKind
    ) async throws {
        let bench = try DigitalBench(kind)
        let input = try await bench.lines.watch(settings(3))
        await input.arrival(until: SystemClock().now().monotonic + .milliseconds(5))
        #expect(input.take() == nil)
        async let edge = DigitalBench.edge(input)
        try bench.pull(3, high: true)
        #expect(try await edge.active)
        let waiter = Task { await input.arrival(until: nil) }
        waiter.cancel()
        await waiter.value
        await bench.lines.close()
    }

    @Test(arguments: DigitalBench.kinds) func `several lines are watched at once, each on its own`(_ kind: DigitalKind)
        async throws
    {
        let bench = try DigitalBench(kind)
        var inputs: [any DigitalInput] = []
        for offset in 0..<8 { inputs.append(try await bench.lines.watch(settings(offset))) }
        for offset in [5, 0, 7] { try bench.pull(offset, high: true) }
        for offset in [0, 5, 7] { #expect(try await DigitalBench.edge(inputs[offset]).active) }
        for offset in 0..<8 { #expect(inputs[offset].take() == nil) }
        await bench.lines.close()
    }

    @Test(arguments: DigitalBench.kinds) func `an output has its first level, what is set, and the fail-safe one at the end`(
        _ kind: DigitalKind
    ) async throws {
        let bench = try DigitalBench(kind)
        for (activeLow, failSafe) in [(false, false), (false, true), (true, false), (true, true)] {
            let output = try await bench.lines.drive(settings(4, activeLow: activeLow), active: !failSafe, failSafe: failSafe)
            #expect(try bench.isHigh(4) == (!failSafe != activeLow))
            #expect(try await output.level().active == !failSafe)
            try await output.set(active: failSafe)
            #expect(try bench.isHigh(4) == (failSafe != activeLow))
            #expect(try await output.level().active == failSafe)
            try await output.set(active: !failSafe)
            #expect(try bench.isHigh(4) == (!failSafe != activeLow))
            #expect(try await bench.lines.describe().lines[4].direction == .output)
            // The kernel's simulator gives a released line back to its pull: that it is gone is seen, the level is not.
            await output.release()
            if kind != .kernel { #expect(try bench.isHigh(4) == (failSafe != activeLow)) }
            #expect(await DigitalBench.failure { () throws(LineError) in try await output.set(active: true) }?.kind == .closed)
            #expect(await DigitalBench.failure { () throws(LineError) in try await output.level() }?.kind == .closed)
        }
        await bench.lines.close()
    }

    @Test(arguments: DigitalBench.kinds) func `what was released or closed says so, and is free`(_ kind: DigitalKind) async throws
    {
        let bench = try DigitalBench(kind)
        let released = try await bench.lines.watch(settings(5))
        let closed = try await bench.lines.watch(settings(6))
        await released.release()
        guard case .ended(let error) = try await DigitalBench.notice(released) else {
            Issue.record("an edge after release")
            return
        }
        #expect(error.kind == .closed)
        #expect(await DigitalBench.failure { () throws(LineError) in try await released.level() }?.kind == .closed)
        let again = try await bench.lines.watch(settings(5))
        #expect(!again.initial.active)
        await bench.lines.close()
        #expect(closed.take() == .ended(LineError(kind: .closed, chip: chipName(kind), line: .offset(6))))
        #expect(await DigitalBench.failure { () throws(LineError) in try await closed.level() }?.kind == .closed)
        #expect(await failure(bench, .offset(5))?.kind == .closed)
        #expect(await DigitalBench.failure { () throws(LineError) in try await bench.lines.describe() }?.kind == .closed)
        await bench.lines.close()
    }

    private func chipName(_ kind: DigitalKind) -> String {
        switch kind {
        case .scripted: "scripted"
        case .simulated: "plant"
        case .kernel: DigitalBench.simulated?.label ?? ""
        }
    }

    @Test(arguments: DigitalBench.kinds) func `whatever the contact did, the sensor ends with the level as it is`(
        _ kind: DigitalKind
    ) async throws {
        let bench = try DigitalBench(kind)
        let sensor = DigitalSensor(
            cover: "C1", id: "lid", settings: settings(7), quantity: .coverOpen, lines: bench.lines, clock: SystemClock())
        #expect(try #require(await sensor.poll().last).measurement == .good(0))
        for burst in 1...20 {
            for pull in 0..<burst * 3 { try bench.pull(7, high: (pull + burst) % 2 == 0) }
            let high = (burst * 3 - 1 + burst) % 2 == 0
            await sensor.arrival(until: SystemClock().now().monotonic)
            var readings = await sensor.news()
            readings += await sensor.poll()
            #expect(readings.last?.measurement.value == (high ? 1 : 0), "burst \(burst)")
            let times = readings.map(\.time.monotonic)
            #expect(times == times.sorted())
        }
        await bench.lines.close()
    }
}
