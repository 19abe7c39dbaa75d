// What troubles of a device, of its supply and of its surroundings come to at the sensor's edge.
import DeviceHAL
@testable import DeviceHALSimulated
import SensorModel
import Testing

@Suite struct DeviceTroubleTests {
    private func reasons(_ readings: [Reading]) -> Set<String> { Set(readings.map { $0.measurement.reason ?? "good" }) }

    @Test(arguments: DeviceBench.names) func `an unplugged device is silent`(_ name: String) async throws {
        let bench = try DeviceBench(name, .unplugged)
        _ = await bench.poll()
        #expect(reasons(await bench.poll(after: 61)) == ["timeout"])
    }

    @Test(arguments: DeviceBench.names) func `a faulty device says so, has no value, or is silent`(_ name: String) async throws {
        let bench = try DeviceBench(name, .faulty)
        _ = await bench.poll()
        _ = await bench.poll(after: 30)
        let readings = await bench.poll(after: 31)
        let says = bench.profile.status.filter { $0.names(.bad(.deviceFault)) }
        let marks = bench.profile.channels.filter { $0.fields.contains { !$0.invalid.isEmpty } }
        for (reading, channel) in zip(readings, bench.profile.channels) {
            if says.contains(where: { $0.channels.isEmpty || $0.channels.contains(channel.name) }) {
                #expect(reading.measurement == .bad(.deviceFault))
            } else if says.isEmpty, !marks.isEmpty {
                let isMarked = marks.contains { $0.name == channel.name }
                #expect(isMarked ? reading.measurement == .bad(.invalidMarker) : reading.measurement.value != nil)
            } else if says.isEmpty {
                #expect(reading.measurement == .bad(.timeout))
            }
        }
    }

    @Test(arguments: DeviceBench.names) func `a stuck device shows the same registers for ever`(_ name: String) async throws {
        let profile = try DeviceBench.load(name)
        guard profile.trigger == nil else { return }
        let event = ScenarioEvent(at: .seconds(60), cause: .device("it", .stuck))
        let bench = DeviceBench(profile, events: [event]) { time in
            var state = DeviceBench.calm(time)
            state.waterTemperature += time.seconds / 100
            state.airTemperature += time.seconds / 100
            return state
        }
        for block in ReadPlan(profile: profile).blocks {
            func words(_ seconds: Int) throws -> [UInt16] {
                try bench.device.read(block.table, address: block.address, count: block.count, at: .seconds(seconds))
            }
            let begin = try words(60)
            for later in [61, 100, 2000] { #expect(try words(later) == begin) }
        }
    }

    @Test func `a stuck device's heartbeat stands still`() async throws {
        let bench = try DeviceBench("honeywell-sensepoint-xrl", .stuck)
        _ = await bench.poll()
        #expect(reasons(await bench.poll(after: 10)) == ["good"])
        _ = await bench.poll(after: 51)
        #expect(reasons(await bench.poll(after: 20)) == ["heartbeat-stopped"])
    }

    @Test func `a stuck probe is found out by its own last bits`() async throws {
        let bench = try DeviceBench("keller-33x", .stuck)
        for _ in 0..<26 { _ = await bench.poll(after: 3600) }
        #expect(await bench.poll(after: 3600).first?.measurement.reason == "stuck")
    }

    @Test func `a drifting sensor creeps by a tenth of its range in an hour`() async throws {
        let bench = try DeviceBench("honeywell-sensepoint-xcd", .drifting)
        let before = try #require(await bench.poll(after: 59).first?.measurement.value)
        let after = try #require(await bench.poll(after: 3601).first?.measurement.value)
        #expect((after - before - 10).magnitude < 1.5)
    }

    @Test func `an unreliable device loses about every second request, the same ones each time`() throws {
        func answers() throws -> [RegisterFault?] {
            let bench = try DeviceBench("xy-md02", .unreliable)
            return (60..<460).map { second in
                do throws(RegisterFault) {
                    _ = try bench.device.read(.input, address: 1, count: 2, at: .seconds(second))
                    return nil
                } catch { return error }
            }
        }
        let first = try answers()
        #expect((140...260).contains(first.count { $0 == nil }))
        #expect(first.contains(.silent) && first.contains(.corrupt))
        #expect(try answers() == first)
    }

    // MARK: the supply

    /// A sag from one minute to two.
    private func sag(_ name: String, to volts: Double) throws -> DeviceBench {
        let event = ScenarioEvent(at: .seconds(60), lasting: .seconds(60), cause: .supply(volts))
        return DeviceBench(try DeviceBench.load(name), events: [event]) { time in
            var state = DeviceBench.calm(time)
            if event.isOn(at: time) { state.supplyVoltage = volts }
            return state
        }
    }

    @Test(arguments: ["honeywell-sensepoint-xrl", "msa-ultima-x3-combustible"])
    func `a device without power is silent, and says that it warms up when the power is back`(_ name: String) async throws {
        let bench = try sag(name, to: 10)
        _ = await bench.poll(after: 30)
        #expect(reasons(await bench.poll(after: 30)) == ["timeout"])
        #expect(reasons(await bench.poll(after: 61)) == ["warming-up"])
        for _ in 0..<3 { _ = await bench.poll(after: 30) }
        #expect(reasons(await bench.poll(after: 30)) == ["good"])
    }

    @Test func `a head that warms up reads low until it is warm`() throws {
        let bench = try sag("honeywell-sensepoint-xcd", to: 10)
        func gas(_ seconds: Int) throws -> Double? {
            let words = try bench.device.read(.holding, address: 2, count: 2, at: .seconds(seconds))
            return RegisterDecoder.number(of: bench.profile.channels[0].fields[0], words: words).value
        }
        #expect(try #require(try gas(50)) > 5)
        #expect(throws: RegisterFault.silent) { try gas(90) }
        #expect(try #require(try gas(125)) < 1.5)
        #expect(try #require(try gas(185)) > 5)
        #expect(try bench.device.read(.holding, address: 6, count: 1, at: .seconds(125)) == [2])
        #expect(try bench.device.read(.holding, address: 6, count: 1, at: .seconds(185)) == [0])
    }

    @Test func `too little supply makes a device lie, and the battery's own controller stays`() async throws {
        let starved = try sag("honeywell-sensepoint-xcd", to: 14.5)
        _ = await starved.poll(after: 50)
        let value = try #require(await starved.poll(after: 30).first?.measurement.value)
        #expect((value - 6 * 14.5 / 16).magnitude < 1)
        let controller = try sag("epever-tracer", to: 5)
        let readings = await controller.poll(after: 90)
        #expect(readings.first { $0.quantity == .supplyVoltage }?.measurement.value.map { ($0 - 5).magnitude < 0.2 } == true)
    }

    // MARK: surroundings

    @Test func `a gas head follows a step slowly, and under water it sees nothing`() async throws {
        let bench = DeviceBench(try DeviceBench.load("pemtech-pt495-lel"), mounted: 1) { time in
            var state = ManholeState()
            state.methane = time >= .seconds(100) ? 50 : 0
            state.waterDepth = time >= .seconds(300) ? 3 : 0.5
            return state
        }
        let early = try #require(await bench.poll(after: 105).first?.measurement.value)
        #expect(early > 2 && early < 30)
        let late = try #require(await bench.poll(after: 60).first?.measurement.value)
        #expect((late - 50).magnitude < 1.5)
        let drowned = try #require(await bench.poll(after: 200).first?.measurement.value)
        #expect(drowned < 1)
    }

    @Test func `drops are taken for water by what looks down, and for the lid by what looks at it`() async throws {
        func wet(_ name: String) async throws -> Double? {
            let bench = DeviceBench(try DeviceBench.load(name)) { _ in
                var state = ManholeState()
                state.isWet = true
                return state
            }
            return await bench.poll(after: 1).first?.measurement.value
        }
        #expect(try #require(await wet("dfrobot-urm14")) > -0.11)
        #expect(try #require(await wet("witmotion-wt53r")) < 42)
    }

    @Test func `an optical head in drops reports a fault, or reads high where it cannot`() async throws {
        func readings(_ change: (inout DeviceProfile) -> Void) async throws -> [Reading] {
            var profile = try DeviceBench.load("msa-ultima-x3-combustible")
            profile.channels[0].principle = .infrared
            change(&profile)
            let bench = DeviceBench(profile) { _ in
                var state = ManholeState()
                state.isWet = true
                return state
            }
            return await bench.poll(after: 1)
        }
        #expect(reasons(try await readings { _ in }) == ["device-fault"])
        let high = try await readings { $0.status = [] }
        #expect(try #require(high.first?.measurement.value) > 25)
    }

    @Test func `what is fixed to a stolen lid goes with it`() async throws {
        func bench(_ name: String) throws -> DeviceBench {
            DeviceBench(try DeviceBench.load(name)) { time in
                var state = ManholeState()
                state.isLidPresent = time < .seconds(100)
                return state
            }
        }
        let onLid = try bench("witmotion-wt901c485")
        #expect(reasons(await onLid.poll(after: 50)) == ["good"])
        #expect(reasons(await onLid.poll(after: 60)) == ["timeout"])
        #expect(reasons(await (try bench("xy-md02")).poll(after: 110)) == ["good"])
    }

    @Test func `a depth is what stands above the probe, and never less than nothing`() async throws {
        for (water, mounted, depth) in [(2.4, 3.0, 1.9), (2.4, 3.5, 2.4), (0.2, 3.0, 0)] {
            let bench = DeviceBench(try DeviceBench.load("keller-pr-33x"), mounted: mounted) { _ in
                var state = ManholeState()
                state.waterDepth = water
                return state
            }
            let reading = try #require(await bench.poll().last?.measurement.value)
            #expect((reading - depth).magnitude < 0.02)
        }
    }

    @Test func `a sensor that is asked to measure shows the moment of the asking`() throws {
        let profile = try DeviceBench.load("dfrobot-urm14")
        let bench = DeviceBench(profile) { time in
            var state = ManholeState()
            state.waterDepth = time.seconds / 1000
            return state
        }
        func level(_ seconds: Int) throws -> Double {
            let words = try bench.device.read(.holding, address: 5, count: 1, at: .seconds(seconds))
            return try #require(RegisterDecoder.number(of: profile.channels[0].fields[0], words: words).value)
        }
        #expect(try level(0) == 0)
        try bench.device.write(.register(address: 8, word: 0x000C), at: .seconds(100))
        #expect((try level(700) + 1.4).magnitude < 0.02)
        try bench.device.write(.register(address: 8, word: 0x000C), at: .seconds(700))
        #expect((try level(700) + 0.8).magnitude < 0.02)
        #expect(try bench.device.read(.holding, address: 8, count: 1, at: .seconds(700)) == [0x000C])
    }
}
