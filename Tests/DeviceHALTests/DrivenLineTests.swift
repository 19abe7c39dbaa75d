// An output's line: driven as wanted, claimed again when it was lost, and honest about what it reads back.
@testable import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct DrivenLineTests {
    private struct Bench {
        let clock = ManualClock()
        let executor = SingleThreadExecutor()
        let lines: ScriptedDigitalLines
        let line: DrivenLine

        init(activeLow: Bool = false) {
            lines = ScriptedDigitalLines(names: ["SIREN"], clock: clock)
            line = DrivenLine(
                LineSettings(line: .name("SIREN"), activeLow: activeLow), chip: "scripted", lines: lines)
        }

        func drive(_ active: Bool, after seconds: Int = 0) throws -> DrivenLine.State {
            clock.advance(by: .seconds(seconds))
            let (line, now) = (self.line, clock.now().monotonic)
            return try executor.result {
                await line.drive(active: active, now: now)
                return await line.state
            }
        }

        func isClaimDue() throws -> Bool {
            let line = self.line
            return try executor.result { await line.nextClaim } != nil
        }
    }

    @Test(arguments: [false, true]) func `the line is claimed with the level that is wanted, and follows`(_ activeLow: Bool)
        throws
    {
        let bench = Bench(activeLow: activeLow)
        let first = try bench.drive(true)
        #expect(first.active == true && first.isConfirmed == true && first.problem == nil)
        #expect(bench.lines.isHigh(0) == !activeLow)
        #expect(try bench.drive(false).active == false)
        #expect(bench.lines.isHigh(0) == activeLow)
        #expect(bench.lines.claims == 1)
        #expect(try !bench.isClaimDue())
    }

    @Test func `at the end the line is not active and free`() throws {
        let bench = Bench()
        _ = try bench.drive(true)
        let (line, lines) = (bench.line, bench.lines)
        try bench.executor.result { await line.release() }
        #expect(!lines.isHigh(0))
        #expect(try bench.executor.result { try await lines.describe().lines[0].holder } == nil)
        #expect(try bench.executor.result { await line.state } == DrivenLine.State())
    }

    @Test func `a line that another program holds is named with its holder, and claimed again with growing pauses`() throws {
        let bench = Bench()
        bench.lines.lend(0, to: "somebody")
        #expect(try bench.drive(true).problem?.contains("taken by somebody") == true)
        #expect(try bench.drive(true).problem?.contains("taken by somebody") == true)
        #expect(bench.lines.claims == 1, "the first pause is one second")
        _ = try bench.drive(true, after: 1)
        _ = try bench.drive(true, after: 1)
        #expect(bench.lines.claims == 2, "the second pause is two seconds")
        bench.lines.lend(0, to: nil)
        let taken = try bench.drive(true, after: 1)
        #expect(taken.active == true && taken.problem == nil && bench.lines.isHigh(0))
    }

    @Test func `a chip that is lost is a problem, and has the level that is wanted by then when it is back`() throws {
        let bench = Bench()
        _ = try bench.drive(true)
        bench.lines.unplug()
        let lost = try bench.drive(true)
        #expect(lost.active == nil && lost.isConfirmed == nil && lost.problem?.contains("is not there") == true)
        #expect(try bench.isClaimDue())
        bench.lines.plug()
        let back = try bench.drive(false, after: 1)
        #expect(back.active == false && back.isConfirmed == true && back.problem == nil)
        #expect(!bench.lines.isHigh(0))
    }

    @Test func `a line that does not follow is contradicted, and well again when it follows`() throws {
        let bench = Bench()
        bench.lines.short(0, high: false)
        let held = try bench.drive(true)
        #expect(held.active == true && held.isConfirmed == false)
        #expect(held.problem?.contains("line SIREN of chip scripted is driven active and reads the opposite") == true)
        bench.lines.short(0, high: nil)
        #expect(try bench.drive(true).problem == nil)
    }

    @Test func `a chip that cannot read what it drives is no fault`() throws {
        let bench = Bench()
        bench.lines.setReadable(false)
        let state = try bench.drive(true)
        #expect(state.active == true && state.isConfirmed == nil && state.problem == nil)
    }
}
