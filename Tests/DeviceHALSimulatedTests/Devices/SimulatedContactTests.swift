// Contacts of a manhole at simulated lines: found in the plant's future, told at their time.
import DeviceHAL
@testable import DeviceHALSimulated
import SensorModel
import Synchronization
import TestSupport
import Testing

@Suite struct SimulatedContactTests {
    /// The lid is open from 100.3 to 160.7 s; the water rises by a centimetre a second, with waves of half of that.
    private static func state(_ time: Duration) -> ManholeState {
        var state = ManholeState()
        state.isLidOpen = time >= .milliseconds(100_300) && time < .milliseconds(160_700)
        state.waterDepth = time.seconds / 100 + (Int(time.seconds) % 2 == 0 ? 0.005 : -0.005)
        return state
    }

    private func contact(
        _ quantity: Quantity, wiring: LineSettings = LineSettings(line: .offset(0)), events: [ScenarioEvent] = [],
        state: @escaping @Sendable (Duration) -> ManholeState = state
    ) -> SimulatedContact {
        let view = ManholeView(site: DeviceBench.site, events: events, seed: 1, state: state)
        return SimulatedContact(quantity: quantity, wiring: wiring, mounted: 1.5, view: view, sensor: "it")
    }

    @Test func `a change is found to the millisecond, and nothing before or behind it`() throws {
        let lid = contact(.coverOpen)
        let opened = try #require(lid.change(after: .zero, from: false, upTo: .seconds(120)))
        #expect(opened >= .milliseconds(100_300) && opened <= .milliseconds(100_301))
        #expect(lid.change(after: .zero, from: false, upTo: .seconds(100)) == nil)
        #expect(lid.change(after: .zero, from: false, upTo: .seconds(120)) == opened)
        let closed = try #require(lid.change(after: opened, from: true, upTo: .seconds(600)))
        #expect(closed >= .milliseconds(160_700) && closed <= .milliseconds(160_701))
        #expect(lid.change(after: closed, from: false, upTo: .seconds(900)) == nil)
    }

    @Test func `a lid that is open for a moment is seen where the story says that something happens`() throws {
        let event = ScenarioEvent(at: .milliseconds(50_250), lasting: .milliseconds(100), cause: .lid(.opened))
        let lid = contact(.coverOpen, events: [event]) { time in
            var state = ManholeState()
            state.isLidOpen = event.isOn(at: time)
            return state
        }
        let opened = try #require(lid.change(after: .zero, from: false, upTo: .seconds(60)))
        #expect(try #require(lid.change(after: opened, from: true, upTo: .seconds(60))) <= .milliseconds(50_352))
    }

    @Test func `a float in waves turns over once`() throws {
        let float = contact(.waterFloat)
        let up = try #require(float.change(after: .zero, from: false, upTo: .seconds(600)))
        #expect((200.0...205.0).contains(up.seconds))
        #expect(float.change(after: up, from: true, upTo: .seconds(600)) == nil)
    }

    @Test func `wiring turns the level round, and a broken cable reads as the resistor says`() {
        let low = LineSettings(line: .offset(0), activeLow: true, bias: .pullUp)
        #expect(contact(.coverOpen, wiring: low).isHigh(at: .seconds(10)))
        #expect(!contact(.coverOpen, wiring: low).isHigh(at: .seconds(130)))
        let cut = ScenarioEvent(at: .seconds(120), cause: .device("it", .unplugged))
        #expect(contact(.coverOpen, wiring: low, events: [cut]).isHigh(at: .seconds(130)))
        #expect(!contact(.coverOpen, events: [cut]).isHigh(at: .seconds(130)))
        let stuck = ScenarioEvent(at: .seconds(120), cause: .device("it", .stuck))
        #expect(contact(.coverOpen, events: [stuck]).isHigh(at: .seconds(500)))
    }

    @Test func `a stuck contact looks at the moment it got stuck once, however long that is ago`() {
        let looks = Mutex(0)
        let stuck = ScenarioEvent(at: .seconds(120), cause: .device("it", .stuck))
        let view = ManholeView(site: ManholeSite(code: "C"), events: [stuck], seed: 1) { time in
            if time == .seconds(120) { looks.withLock { $0 += 1 } }
            return ManholeState()
        }
        let contact = SimulatedContact(
            quantity: .coverOpen, wiring: LineSettings(line: .name("lid")), mounted: nil, view: view, sensor: "it")
        #expect(contact.change(after: .seconds(130), from: false, upTo: .seconds(1000)) == nil)
        #expect(looks.withLock { $0 } == 1)
    }

    // MARK: at a line

    private func lines(_ clock: ManualClock) -> SimulatedDigitalLines {
        let line = SimulatedLine(.name("lid"), source: contact(.coverOpen))
        return SimulatedDigitalLines(chip: "plant", lines: [line], clock: clock, begin: clock.now().monotonic)
    }

    private func rest(_ clock: ManualClock) async {
        for _ in 0..<1_000_000 where clock.sleepers == 0 { await Task.yield() }
        #expect(clock.sleepers == 1)
    }

    @Test func `whoever waits sleeps to the edge, a minute at most at once`() async throws {
        let clock = ManualClock()
        let begin = clock.now().monotonic
        let chip = lines(clock)
        let input = try await chip.watch(LineSettings(line: .name("lid"), debounce: .milliseconds(50)))
        async let waited: Void = input.arrival(until: nil)
        await rest(clock)
        #expect(clock.nextDeadline == begin + .seconds(60))
        clock.advance(by: .seconds(60))
        await rest(clock)
        let due = try #require(clock.nextDeadline)
        #expect(((due - begin).seconds - 100.3).magnitude < 0.002)
        clock.advance(by: due - clock.now().monotonic)
        await rest(clock)
        #expect(input.take() == nil)
        #expect(clock.nextDeadline == due + .milliseconds(50))
        clock.advance(by: .milliseconds(50))
        await waited
        #expect(input.take() == .edge(LineEvent(active: true, time: due + .milliseconds(50), sequence: 1)))
        #expect(try await input.level().active)
        await chip.close()
    }

    @Test func `a wait is ended by a deadline, by waking, by release, by closing and by cancellation`() async throws {
        let clock = ManualClock()
        let chip = lines(clock)
        for way in 0..<5 {
            let input = try await chip.watch(LineSettings(line: .offset(0)))
            let deadline = way == 0 ? clock.now().monotonic + .milliseconds(10) : nil
            let task = Task { await input.arrival(until: deadline) }
            await rest(clock)
            switch way {
            case 0: clock.advance(by: .milliseconds(10))
            case 1: input.wake()
            case 2: task.cancel()
            case 3: await input.release()
            default: await chip.close()
            }
            await task.value
            #expect(clock.sleepers == 0)
            await input.release()
        }
    }

    @Test func `a sensor at the line says what the lid did, in simulated time`() async throws {
        let clock = ManualClock()
        let chip = lines(clock)
        let sensor = DigitalSensor(
            cover: "C", id: "it", settings: LineSettings(line: .name("lid")), quantity: .coverOpen, lines: chip, clock: clock,
            origin: .simulated)
        let seen = Mutex<[Reading]>([])
        _ = await sensor.news { readings in seen.withLock { $0 += readings } }
        for _ in 0..<200 {
            clock.advance(by: .seconds(1))
            await sensor.arrival(until: clock.now().monotonic)
            _ = await sensor.news { readings in seen.withLock { $0 += readings } }
        }
        #expect(seen.withLock { $0.map(\.measurement) } == [.good(0), .good(1), .good(0)])
    }
}
