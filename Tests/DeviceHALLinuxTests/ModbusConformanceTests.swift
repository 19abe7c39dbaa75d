// How a Linux bus meets each fault of its slaves, on a serial line, over TCP and through a tunnel.
import DeviceHAL
import DeviceHALLinux
import Platform
import SensorModel
import TestSupport
import Testing

@Suite struct ModbusConformanceTests {
    @Test func `a technician's read after a fault leaves the mark of the first value to the poll`() async throws {
        let bench = try ModbusBench(.serial)
        _ = try await bench.read(at: 0)
        bench.slave.misbehave([.silent], unit: 1)
        let timing = UnitTiming(responseTimeout: .milliseconds(300), maxLatency: .milliseconds(400))
        await #expect(throws: BusError.self) { _ = try await bench.read(at: 1, timing: timing) }
        let request = RegisterRequest(unit: 1, table: .holding, address: 2, count: 1, timing: timing)
        let clock = SystemClock()
        let deadline = clock.now().monotonic + .seconds(10)
        var marks: [Bool] = []
        while marks.count < 2, clock.now().monotonic < deadline {
            switch await bench.bus.watchedRead(request).result {
            case .success(let reply): marks.append(reply.afterResynchronisation)
            case .failure(let error): try await clock.sleep(until: clock.now().monotonic + (error.restLeft ?? .milliseconds(5)))
            }
        }
        #expect(marks == [true, true])
        #expect(try await bench.read(at: 3).afterResynchronisation)
        #expect(try await !bench.read(at: 4).afterResynchronisation)
        await bench.bus.close()
    }

    @Test(arguments: HostileSlave.Wire.allCases)
    func `every table is read, from one item to the largest request`(_ wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        for table in RegisterTable.allCases {
            for count in [1, 2, 9, UInt16(table.largestRead)] {
                let reply = try await bench.read(7, table, at: 300, count: count)
                #expect(!reply.afterResynchronisation)
            }
        }
        let statistics = await bench.bus.statistics()
        #expect(statistics.connected && statistics.connects == 1 && statistics.problem.isEmpty)
        let unit = try #require(statistics.units[7])
        #expect(unit.transactions == 16 && unit.replies == 16 && unit.probes == 0 && !unit.resynchronising)
        #expect(unit.latencyTotal >= unit.latencyMaximum)
        await bench.bus.close()
    }

    @Test(arguments: HostileSlave.Wire.allCases)
    func `a request that cannot be right is refused without touching the wire`(_ wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        #expect(await bench.failure(at: 0, count: 126)?.kind == .exception(code: 3))
        #expect(await bench.failure(at: 65_535, count: 2)?.kind == .exception(code: 3))
        #expect(bench.slave.requests.isEmpty)
        await bench.bus.close()
    }

    /// Each fault, and what the request that meets it must fail with; nil where a fault does no harm.
    static let faults: [(fault: HostileSlave.Fault, serial: BusError.Kind?, tcp: BusError.Kind?)] = [
        (.silent, .timeout, .timeout), (.late(300), .timeout, .timeout), (.doubled, .corruptReply, nil),
        (.truncated, .timeout, .timeout), (.dribbling(30), .timeout, .timeout), (.garbled, .corruptReply, .corruptReply),
        (.echo, nil, .corruptReply), (.noiseBefore, .corruptReply, .corruptReply), (.wrongUnit, .corruptReply, .corruptReply),
        (.wrongFunction, .corruptReply, .corruptReply), (.wrongByteCount, .corruptReply, .corruptReply),
        (.exception(2), .exception(code: 2), .exception(code: 2)), (.exception(11), .exception(code: 11), .exception(code: 11)),
        (.shifted, .timeout, .timeout), (.hangUp, .timeout, .disconnected), (.overtaken(80), .timeout, .timeout),
        (.falseByteCount, .corruptReply, .corruptReply), (.absurd, .corruptReply, .corruptReply),
        (.wrongTransaction, nil, .timeout), (.stuck, nil, nil), (.late(20), nil, nil),
    ]

    /// Each fault has a bus of its own, all at the same time: they only wait.
    @Test(arguments: HostileSlave.Wire.allCases)
    func `each fault has its name, and after it only right values come back`(_ wire: HostileSlave.Wire) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for fault in Self.faults { group.addTask { try await Self.meet(fault, over: wire) } }
            try await group.waitForAll()
        }
    }

    private static func meet(
        _ fault: (fault: HostileSlave.Fault, serial: BusError.Kind?, tcp: BusError.Kind?), over wire: HostileSlave.Wire
    ) async throws {
        let bench = try ModbusBench(wire)
        _ = try await bench.read(at: 100, count: 2)
        let onSocket = fault.fault == .hangUp && wire == .tunnel
        let expected = wire.isLine && !onSocket ? fault.serial : fault.tcp
        bench.slave.misbehave([fault.fault], unit: 1)
        let timing = expected == .timeout ? ModbusBench.hasty : ModbusBench.patient
        let error = await bench.failure(at: 200, count: 2, timing: timing)
        #expect(error?.kind == expected, "\(fault.fault): \(error?.detail ?? "no error")")
        if fault.fault == .shifted { bench.slave.behave() }
        // Same shape, other addresses: whatever is still on its way would pass for these.
        let first = try await bench.readUntilGood(at: 300, count: 2)
        let harmless = expected == nil || expected == .exception(code: 2)
        #expect(first.afterResynchronisation == !harmless, "\(fault.fault)")
        for address: UInt16 in 301...304 {
            #expect(try await bench.read(at: address, count: 2).afterResynchronisation == false)
        }
        #expect(try #require(await bench.bus.statistics().units[1]).resynchronising == false, "\(fault.fault)")
        await bench.bus.close()
    }

    @Test(arguments: HostileSlave.Wire.allCases)
    func `every exception keeps its number and the connection, and costs the next value nothing`(
        _ wire: HostileSlave.Wire
    ) async throws {
        let bench = try ModbusBench(wire)
        let codes: [UInt8] = [1, 2, 3, 4, 5, 6, 8, 10]
        for (index, code) in codes.enumerated() {
            bench.slave.misbehave(.exception(code), at: 2 * index)
            let error = try #require(await bench.failure(at: 40, timing: ModbusBench.patient))
            #expect(error.kind == .exception(code: code) && error.badReason == .exception)
            #expect(try await bench.read(at: 41).afterResynchronisation == false)
        }
        let statistics = await bench.bus.statistics()
        #expect(statistics.connects == 1)
        #expect(statistics.units[1]?.exceptions == UInt64(codes.count) && statistics.units[1]?.probes == 0)
        // 0x0B is what a gateway says for a unit that is silent: its late reply may still come.
        bench.slave.misbehave([.exception(11)], unit: 1)
        #expect(await bench.failure(at: 42, timing: ModbusBench.patient)?.kind == .exception(code: 11))
        #expect(try await bench.readUntilGood(at: 43).afterResynchronisation)
        #expect(await bench.bus.statistics().connects == 1)
        await bench.bus.close()
    }

    @Test(arguments: [HostileSlave.Wire.serial, .tunnel])
    func `noise between two frames is thrown away, and no value is taken from it`(_ wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        for delay in [1, 5, 25] {
            bench.slave.misbehave([.noiseAfter(delay)], unit: 1)
            _ = try? await bench.read(at: 50, count: 2)
            for address: UInt16 in 51...53 { _ = try await bench.readUntilGood(at: address, count: 2) }
        }
        // Between the frames, or in the next reply.
        let statistics = await bench.bus.statistics()
        let faults = statistics.units[1].map { $0.mismatches + $0.checksumErrors } ?? 0
        #expect(statistics.strayBytes + faults > 0)
        await bench.bus.close()
    }

    @Test(arguments: HostileSlave.Wire.allCases)
    func `a reply overtaken by younger ones within the latency is never believed for them`(
        _ wire: HostileSlave.Wire
    ) async throws {
        let bench = try ModbusBench(wire)
        _ = try await bench.read(at: 1)
        // Everything is slow, so that there is always a request under way that the old reply would fit.
        bench.slave.misbehave(by: { .late(15) })
        for address: UInt16 in 0..<6 {
            bench.slave.misbehave([.overtaken(78 + Int(address) * 6)], unit: 1)
            #expect(await bench.failure(at: 100 + address, count: 2)?.kind == .timeout)
            #expect(try await bench.readUntilGood(at: 200 + address, count: 2).afterResynchronisation)
            for next: UInt16 in 1...3 { _ = try await bench.readUntilGood(at: 200 + address + next, count: 2) }
        }
        await bench.bus.close()
    }

    @Test(arguments: HostileSlave.Wire.allCases)
    func `a slave that dribbles ends at its deadline, and another bus goes on meanwhile`(
        _ wire: HostileSlave.Wire
    ) async throws {
        let dribbling = try ModbusBench(wire, name: "dribbling")
        let other = try ModbusBench(wire, name: "other")
        _ = try await other.read(at: 1)
        _ = try await dribbling.read(at: 1)
        dribbling.slave.misbehave([.dribbling(450)], unit: 1)
        let clock = SystemClock()
        let timing = UnitTiming(responseTimeout: .milliseconds(1200), maxLatency: .milliseconds(2400))
        let began = clock.now().monotonic
        async let failure = dribbling.failure(at: 2, count: 4, timing: timing)
        #expect(try await ModbusBench.eventually { dribbling.slave.requests.count == 2 })
        // Nine reads of the other bus begin and end while the dribbler's one has not: a byte is due every 450 ms, all in 5.8 s.
        for address: UInt16 in 2...10 { _ = try await other.read(at: address) }
        let between = clock.now().monotonic
        let error = try #require(await failure)
        let ended = clock.now().monotonic
        #expect(error.kind == .timeout && error.detail.contains("only"), "\(error.detail)")
        #expect(ended - began >= timing.responseTimeout, "not given up early")
        #expect(!dribbling.slave.hasAnswered(1), "given up before the whole reply came")
        #expect(between < ended, "the other bus did not wait")
        await dribbling.bus.close()
        await other.bus.close()
    }

    @Test(.timeLimit(.minutes(1)), arguments: HostileSlave.Wire.allCases)
    func `a slave that never stops talking holds no transaction, and is believed again when it does`(
        _ wire: HostileSlave.Wire
    ) async throws {
        let bench = try ModbusBench(wire)
        _ = try await bench.read(at: 1)
        // Whole frames that fit no request; on TCP of an old transaction.
        let frame: [UInt8] = wire.isLine ? [0x55, 0xAA] : [0xFF, 0xFE, 0, 0, 0, 5, 1, 3, 2, 0x12, 0x34]
        bench.slave.flood([[UInt8]](repeating: frame, count: wire == .tcp ? 20_000 : 50).flatMap { $0 })
        for address: UInt16 in 2...5 {
            let error = await bench.failure(at: address)
            // Transaction ids tell the reply in the middle of it all.
            #expect(error != nil || !wire.isLine)
        }
        bench.slave.behave()
        _ = try await bench.readUntilGood(at: 6)
        await bench.bus.close()
    }

    @Test(arguments: HostileSlave.Wire.allCases)
    func `a resting unit is not asked, and the others are`(_ wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        bench.slave.misbehave([.silent], unit: 1)
        let long = UnitTiming(responseTimeout: .milliseconds(60), maxLatency: .seconds(3600))
        if wire == .tcp {
            #expect(await bench.failure(1, at: 10, timing: long)?.kind == .timeout)
        } else {
            // On a serial line the first silence would be as long as the patience: begin with another unit's.
            _ = try await bench.read(2, at: 10)
            let silent = UnitTiming(responseTimeout: .milliseconds(60), maxLatency: .seconds(60))
            #expect(await bench.failure(1, at: 10, timing: silent)?.kind == .timeout)
        }
        let asked = bench.slave.requests.count
        #expect(await bench.failure(1, at: 10, timing: long)?.kind == .resting(after: .timeout))
        #expect(bench.slave.requests.count == asked)
        #expect(try await bench.read(2, at: 11).afterResynchronisation == false)
        #expect(await bench.bus.statistics().units[1]?.resynchronising == true)
        await bench.bus.close()
    }

    @Test(arguments: HostileSlave.Wire.allCases)
    func `a late reply never reaches another unit with the same counts`(_ wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        _ = try await bench.read(2, at: 50, count: 2)
        bench.slave.misbehave([.late(150)], unit: 1)
        #expect(await bench.failure(1, at: 60, count: 2)?.kind == .timeout)
        // Unit 1's frame arrives while these run.
        bench.slave.misbehave([.late(250)], unit: 2)
        #expect(try await bench.read(2, at: 70, count: 2).afterResynchronisation == false)
        _ = try await bench.readUntilGood(1, at: 80, count: 2)
        await bench.bus.close()
    }

    @Test(arguments: HostileSlave.Wire.allCases)
    func `a unit that refuses every other count comes back by another function`(_ wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        bench.slave.accept(onlyCounts: [2])
        bench.slave.misbehave([.silent], unit: 1)
        #expect(await bench.failure(at: 60, count: 2)?.kind == .timeout)
        #expect(try await bench.readUntilGood(at: 61, count: 2).afterResynchronisation)
        #expect(bench.slave.requests.contains { $0.function != 3 })
        await bench.bus.close()
    }

    @Test(arguments: HostileSlave.Wire.allCases)
    func `a unit that was silent through every probe comes back`(_ wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        bench.slave.misbehave(by: { .silent })
        var asked = 0
        while asked < 10 {
            _ = await bench.failure(
                at: 60, count: 1, timing: UnitTiming(responseTimeout: .milliseconds(5), maxLatency: .milliseconds(10)))
            asked = bench.slave.requests.count
        }
        bench.slave.behave()
        #expect(try await bench.readUntilGood(at: 61, count: 1).afterResynchronisation)
        await bench.bus.close()
    }

    @Test func `bytes between two requests put the unit asked last in doubt`() async throws {
        let bench = try ModbusBench(.serial)
        _ = try await bench.read(1, at: 10, count: 1)
        bench.slave.babble([0x01, 0x03, 0x02, 0x12, 0x34, 0xB5, 0x33])
        #expect(try await ModbusBench.eventually { bench.slave.unreadBytes >= 7 })
        // The duplicate's shape: it would pass for this reply.
        #expect(try await bench.readUntilGood(1, at: 20, count: 1).afterResynchronisation)
        #expect(await bench.bus.statistics().strayBytes == 7)
        #expect(await bench.bus.statistics().units[1]?.probes == 1)
        await bench.bus.close()
    }

    @Test func `a reply that comes twice, the second time later, is not taken for the next one`() async throws {
        let bench = try ModbusBench(.serial)
        for address: UInt16 in 0..<8 {
            bench.slave.misbehave([.doubledAfter(Int(address) % 4)], unit: 1)
            _ = try? await bench.read(1, at: address * 10, count: 2)
            _ = try await bench.readUntilGood(1, at: address * 10 + 1, count: 3)
        }
        await bench.bus.close()
    }
}
