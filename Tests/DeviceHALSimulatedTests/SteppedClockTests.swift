// Simulated time: the same order every time, and standing still as long as it is held.
import DeviceHALSimulated
import SensorModel
import Synchronization
import TestSupport
import Testing

@Suite struct SteppedClockTests {
    private static let begin = Timestamp(
        wall: WallTime(nanoseconds: 1_780_272_000_000_000_000), monotonic: MonotonicTime(nanoseconds: 0), clock: .synced)

    /// Five tasks that wait for periods of their own and write down when they were let go on.
    private func story(hold: @escaping @Sendable () async -> Void = {}) async -> [String] {
        let clock = SteppedClock(begin: Self.begin)
        let seats = (0..<5).map { _ in clock.seat() }
        let notes = Notes()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await clock.run(hold: hold) }
            await withTaskGroup(of: Void.self) { tasks in
                for (number, seat) in seats.enumerated() {
                    tasks.addTask {
                        // After its last turn a task waits for ever, so that its seat does not hold the others up.
                        let turns = 40
                        for turn in 0... {
                            let due = MonotonicTime(nanoseconds: 0) + .milliseconds((turn + 1) * (number + 1) * 10)
                            guard (try? await seat.sleep(until: turn < turns ? due : .init(nanoseconds: .max))) != nil else {
                                return
                            }
                            if turn >= turns { return }
                            notes.lines.withLock { $0.append("\(number) at \(seat.now().monotonic.milliseconds)") }
                            await Task.yield()
                            if notes.lines.withLock({ $0.count }) == 5 * turns { return }
                        }
                    }
                }
                await tasks.next()
                tasks.cancelAll()
            }
            group.cancelAll()
        }
        return notes.lines.withLock { $0 }
    }

    @Test func `the order is the same every time, and equal moments go by seat`() async {
        let first = await story()
        #expect(first.count == 200)
        #expect(first.prefix(4) == ["0 at 10", "0 at 20", "1 at 20", "0 at 30"])
        for _ in 0..<20 { #expect(await story() == first) }
    }

    @Test func `time stands still while it is held`() async {
        let clock = SteppedClock(begin: Self.begin)
        let seat = clock.seat()
        let notes = Notes()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await clock.run { while !notes.mayGo.withLock({ $0 }), !Task.isCancelled { await Task.yield() } }
            }
            group.addTask { try? await seat.sleep(until: MonotonicTime(nanoseconds: 5_000_000)) }
            for _ in 0..<100 {
                await Task.yield()
                #expect(clock.now() == Self.begin)
            }
            notes.mayGo.withLock { $0 = true }
            await ManualWait.until { clock.now().monotonic.milliseconds == 5 }
            group.cancelAll()
        }
        #expect(clock.now().wall.milliseconds == Self.begin.wall.milliseconds + 5)
    }

    @Test func `who is cancelled, and who waits when time ends, does not hang`() async {
        let clock = SteppedClock(begin: Self.begin)
        let (first, second) = (clock.seat(), clock.seat())
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await first.sleep(until: .init(nanoseconds: 1_000_000_000))) == nil }
            group.cancelAll()
            #expect(await group.next() == true)
        }
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await first.sleep(until: .init(nanoseconds: .max))) == nil }
            group.addTask { (try? await second.sleep(until: .init(nanoseconds: .max))) == nil }
            await withTaskGroup(of: Void.self) { driver in
                driver.addTask { await clock.run { while !Task.isCancelled { await Task.yield() } } }
                driver.cancelAll()
            }
            for await refused in group { #expect(refused) }
        }
    }

    @Test func `scaled time passes by its factor`() async {
        let real = ManualClock()
        let clock = ScaledClock(real: real, speed: 60)
        let begin = clock.now()
        #expect(begin == real.now())
        real.advance(by: .seconds(2))
        #expect(clock.now().monotonic - begin.monotonic == .seconds(120))
        #expect(clock.now().wall.milliseconds - begin.wall.milliseconds == 120_000)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await clock.sleep(until: begin.monotonic + .seconds(180)) }
            await ManualWait.until { real.sleepers == 1 }
            #expect(real.nextDeadline.map { $0 - begin.monotonic } == .seconds(3))
            real.advance(by: .seconds(1))
        }
    }

    @Test func `scaled time is set when real time is`() {
        let real = ManualClock()
        real.set(.unsynced)
        let clock = ScaledClock(real: real, speed: 60)
        let begin = clock.now()
        real.advance(by: .seconds(2))
        real.stepWall(by: .seconds(3600))
        real.set(.synced)
        #expect(clock.now().clock == .synced)
        #expect(clock.now().wall.milliseconds - begin.wall.milliseconds == 3_720_000)
        #expect(clock.now().monotonic - begin.monotonic == .seconds(120))
    }
}

/// What tasks tell the test.
private final class Notes: Sendable {
    let lines = Mutex<[String]>([])
    let mayGo = Mutex(false)
}

/// Waits for a condition by letting other tasks run; gives up after many turns.
enum ManualWait {
    static func until(_ condition: () -> Bool) async {
        for _ in 0..<1_000_000 where !condition() { await Task.yield() }
        #expect(condition())
    }
}
