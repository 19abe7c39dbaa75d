// A sensor at a line: changes at once, the state when asked, and every trouble as quality.
@testable import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct DigitalSensorTests {
    private struct Bench {
        let clock = ManualClock()
        let executor = SingleThreadExecutor()
        let lines: ScriptedDigitalLines
        let sensor: DigitalSensor

        init(debounce: Duration = .zero, numbered: Bool = true, kernelDebounce: Bool = true, activeLow: Bool = false) {
            lines = ScriptedDigitalLines(
                names: ["LID", "WATER"], numbered: numbered, debounces: kernelDebounce, clock: clock)
            sensor = DigitalSensor(
                cover: "C1", id: "lid", settings: LineSettings(line: .name("LID"), activeLow: activeLow, debounce: debounce),
                quantity: .coverOpen, lines: lines, clock: clock)
        }

        func poll() throws -> [Reading] {
            let sensor = self.sensor
            return try executor.result { await sensor.poll() }
        }

        /// What `next` says when something is there to say, or the time given has passed.
        func next(within duration: Duration = .zero) throws -> [Reading] {
            let sensor = self.sensor
            let deadline = clock.now().monotonic + duration
            return try executor.result {
                await sensor.arrival(until: deadline)
                return await sensor.news()
            }
        }

        func problem() throws -> String? {
            let sensor = self.sensor
            return try executor.result { await sensor.lastProblem }
        }

        func after(_ milliseconds: Int64) { clock.advance(by: .milliseconds(milliseconds)) }
    }

    @Test func `the first thing said is the state, without a change`() throws {
        let bench = Bench(activeLow: true)
        let readings = try bench.next()
        #expect(readings.map(\.measurement) == [.good(1)])
        let reading = try #require(readings.first)
        #expect(reading.point == Point(cover: "C1", sensor: "lid", channel: "state"))
        #expect(reading.quantity == .coverOpen && reading.origin == .field && reading.time == bench.clock.now())
        #expect(try bench.next() == [])
        #expect(try bench.poll().map(\.measurement) == [.good(1)])
    }

    @Test func `a change is told with the time of its edge, on both clocks`() throws {
        let bench = Bench()
        _ = try bench.next()
        bench.after(100)
        bench.lines.pull(0, high: true)
        let edge = bench.clock.now()
        bench.after(250)
        let readings = try bench.next()
        #expect(readings.map(\.measurement) == [.good(1)] && readings.first?.time == edge)
    }

    @Test func `who waits is told of a change at once`() throws {
        let bench = Bench()
        _ = try bench.next()
        let told = Told()
        let sensor = bench.sensor
        bench.executor.start { await told.add(await sensor.next()) }
        bench.executor.drain()
        bench.after(20)
        bench.lines.pull(0, high: true)
        bench.executor.drain()
        #expect(try bench.executor.result { await told.readings.map(\.measurement) } == [.good(1)])
    }

    private actor Told {
        var readings: [Reading] = []
        func add(_ more: [Reading]) { readings += more }
    }

    @Test func `where the kernel does not debounce the sensor does`() throws {
        let bench = Bench(debounce: .milliseconds(50), numbered: false, kernelDebounce: false)
        _ = try bench.next()
        bench.after(10)
        for bounce in 0..<5 {
            bench.lines.pull(0, high: bounce % 2 == 0)
            bench.after(2)
        }
        #expect(try bench.next() == [])
        let told = Told()
        let sensor = bench.sensor
        bench.executor.start {
            for _ in 0..<3 where await told.readings.isEmpty { await told.add(await sensor.next()) }
        }
        bench.executor.run(bench.clock, for: .milliseconds(47))
        #expect(try bench.executor.result { await told.readings } == [])
        bench.executor.run(bench.clock, for: .milliseconds(1))
        let readings = try bench.executor.result { await told.readings }
        #expect(readings.map(\.measurement) == [.good(1)])
        #expect(readings.first.map { bench.clock.now().monotonic - $0.time.monotonic } == .milliseconds(50))
    }

    @Test func `where the kernel debounces an edge counts at once`() throws {
        let bench = Bench(debounce: .milliseconds(50))
        _ = try bench.next()
        bench.after(1)
        bench.lines.pull(0, high: true)
        #expect(try bench.next().map(\.measurement) == [.good(1)])
    }

    @Test func `a lost edge makes one measurement uncertain`() throws {
        let bench = Bench()
        _ = try bench.next()
        bench.after(1)
        bench.lines.pull(0, high: true, losing: true)
        bench.after(1)
        bench.lines.pull(0, high: false)
        #expect(try bench.next().map(\.measurement) == [.uncertain(0, .missedEdges)])
        bench.after(1)
        #expect(try bench.poll().map(\.measurement) == [.good(0)])
        let sensor = bench.sensor
        #expect(try bench.executor.result { await sensor.lostEdges } == 1)
    }

    @Test func `an edge that was lost without a trace is found when the level is read`() throws {
        let bench = Bench(numbered: false)
        _ = try bench.next()
        bench.after(1)
        bench.lines.pull(0, high: true, losing: true)
        bench.after(1)
        #expect(try bench.poll().map(\.measurement) == [.uncertain(1, .missedEdges)])
    }

    @Test func `without numbers the level is read after every burst`() throws {
        let bench = Bench(numbered: false)
        _ = try bench.next()
        bench.after(1)
        bench.lines.pull(0, high: true)
        bench.after(1)
        bench.lines.pull(0, high: false, losing: true)
        bench.after(1)
        #expect(try bench.next().map(\.measurement) == [.good(1), .uncertain(0, .missedEdges)])
    }

    @Test func `a lost edge and a level that cannot be read leave nothing`() throws {
        let bench = Bench()
        _ = try bench.next()
        bench.after(1)
        bench.lines.pull(0, high: true, losing: true)
        bench.after(1)
        bench.lines.pull(0, high: false)
        bench.lines.setReadable(false)
        let readings = try bench.next().map(\.measurement)
        #expect(readings == [.uncertain(0, .missedEdges), .bad(.missedEdgesUnrecoverable)])
        #expect(try bench.problem()?.contains("line LID of chip scripted failed") == true)
    }

    @Test func `a line that another program holds is disconnected, and claimed when it is free`() throws {
        let bench = Bench()
        bench.lines.lend(0, to: "spi0 CS0")
        #expect(try bench.next().map(\.measurement) == [.bad(.disconnected)])
        #expect(try bench.problem()?.contains("taken by spi0 CS0") == true)
        #expect(try bench.poll().map(\.measurement) == [.bad(.disconnected)])
        #expect(bench.lines.claims == 1)
        bench.lines.lend(0, to: nil)
        bench.after(1000)
        #expect(try bench.next().map(\.measurement) == [.good(0)])
        #expect(try bench.problem() == nil)
    }

    @Test func `attempts grow rarer, up to the longest pause`() throws {
        let bench = Bench()
        bench.lines.setPermitted(false)
        let sensor = bench.sensor
        let told = Told()
        let waiter = bench.executor.start { while !Task.isCancelled { await told.add(await sensor.next()) } }
        bench.executor.run(bench.clock, for: .seconds(31))
        #expect(bench.lines.claims == 6)
        bench.executor.run(bench.clock, for: .seconds(60))
        #expect(bench.lines.claims == 8)
        bench.lines.setPermitted(true)
        bench.executor.run(bench.clock, for: .seconds(30))
        #expect(try bench.executor.result { await told.readings.last?.measurement } == .good(0))
        waiter.cancel()
        bench.executor.drain()
    }

    @Test func `a chip that is unplugged is told at once, and found again`() throws {
        let bench = Bench()
        _ = try bench.next()
        bench.after(1)
        bench.lines.pull(0, high: true)
        bench.lines.unplug()
        #expect(try bench.next().map(\.measurement) == [.good(1), .bad(.disconnected)])
        #expect(try bench.problem()?.contains("went away") == true)
        bench.lines.plug()
        bench.after(1000)
        #expect(try bench.next().map(\.measurement) == [.good(1)])
    }

    @Test func `who waits for a line that a question lost claims it again`() throws {
        let bench = Bench()
        _ = try bench.next()
        let told = Told()
        let sensor = bench.sensor
        let waiter = bench.executor.start { while !Task.isCancelled { await told.add(await sensor.next()) } }
        bench.executor.drain()
        bench.lines.setReadable(false)
        #expect(try bench.poll().map(\.measurement) == [.bad(.disconnected)])
        bench.lines.setReadable(true)
        bench.executor.run(bench.clock, for: .seconds(1))
        #expect(try bench.executor.result { await told.readings.map(\.measurement) } == [.good(0)])
        waiter.cancel()
        bench.executor.drain()
    }

    @Test func `a bounce of which the last edge was lost without trace ends with the level as it is`() throws {
        let bench = Bench(debounce: .milliseconds(50), numbered: false, kernelDebounce: false)
        _ = try bench.next()
        bench.after(10)
        for number in 0..<16 { bench.lines.pull(0, high: number % 2 == 0) }
        bench.lines.pull(0, high: true, losing: true)
        var readings = try bench.next()
        bench.after(100)
        readings += try bench.next()
        #expect(readings.last?.measurement.value == 1)
    }

    @Test func `who takes readings while another is being answered is not first to hand them on`() throws {
        let bench = Bench()
        _ = try bench.next()
        let told = Told()
        let sensor = bench.sensor
        bench.lines.setLevelTakes(.milliseconds(100))
        bench.executor.start { _ = await sensor.state { await told.add($0) } }
        bench.executor.drain()
        bench.after(10)
        bench.lines.pull(0, high: true)
        bench.executor.start { _ = await sensor.news { await told.add($0) } }
        bench.executor.run(bench.clock, for: .seconds(1))
        let readings = try bench.executor.result { await told.readings }
        #expect(readings.last?.measurement == .good(1))
        #expect(readings.map(\.time.monotonic) == readings.map(\.time.monotonic).sorted())
    }

    @Test func `a question that finds a new level wakes who waits, for the end of the debounce time`() throws {
        let bench = Bench(debounce: .milliseconds(50), numbered: false, kernelDebounce: false)
        _ = try bench.next()
        let told = Told()
        let sensor = bench.sensor
        bench.executor.start {
            for _ in 0..<3 {
                await sensor.arrival(until: MonotonicTime(nanoseconds: .max))
                _ = await sensor.news { await told.add($0) }
            }
        }
        bench.executor.drain()
        bench.after(10)
        bench.lines.pull(0, high: true, losing: true)
        bench.executor.start { _ = await sensor.state { _ in } }
        bench.executor.run(bench.clock, for: .milliseconds(200))
        #expect(try bench.executor.result { await told.readings.last?.measurement.value } == 1)
    }

    @Test func `a change that a question came before is told after its answer`() throws {
        let bench = Bench(debounce: .milliseconds(50), kernelDebounce: false)
        _ = try bench.next()
        bench.after(10)
        bench.lines.pull(0, high: true)
        _ = try bench.next()
        bench.after(30)
        let answer = try #require(try bench.poll().last)
        #expect(answer.measurement == .good(0))
        bench.after(30)
        let change = try #require(try bench.next().last)
        #expect(change.measurement == .good(1))
        #expect(change.time.monotonic > answer.time.monotonic)
    }

    @Test func `a question while the line is being claimed does not claim it twice`() throws {
        let bench = Bench()
        let sensor = bench.sensor
        let told = Told()
        bench.executor.start { _ = await sensor.state { await told.add($0) } }
        bench.executor.start { _ = await sensor.news { await told.add($0) } }
        bench.executor.start { _ = await sensor.state { await told.add($0) } }
        bench.executor.drain()
        #expect(bench.lines.claims == 1)
        // Who claimed it tells the first state; who asked is answered; for who only listens that is no news.
        #expect(try bench.executor.result { await told.readings.map(\.measurement) } == [.good(0), .good(0)])
    }

    @Test func `after close everything is disconnected`() throws {
        let bench = Bench()
        _ = try bench.next()
        let lines = bench.lines
        try bench.executor.result { await lines.close() }
        #expect(try bench.poll().map(\.measurement) == [.bad(.disconnected)])
        #expect(try bench.problem()?.contains("is closed") == true)
    }
}

extension DigitalSensor {
    /// Waits, and takes what there is.
    fileprivate func next() async -> [Reading] {
        await arrival()
        return await news()
    }
}
