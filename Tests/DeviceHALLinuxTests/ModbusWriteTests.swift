// Writes on a Linux bus: each fault, echoes, late confirmations, and the openings of the port that replies come over.
import DeviceHAL
import DeviceHALLinux
import Platform
import SensorModel
import TestSupport
import Testing

@Suite struct ModbusWriteTests {
    private static let lines: [HostileSlave.Wire] = [.serial, .tunnel]

    private static let kinds: [RegisterWrite.Action] = [
        .coil(address: 9, on: true), .register(address: 9, word: 0x1234), .coils(address: 9, [true, false, true]),
        .registers(address: 9, [5, 6]),
    ]

    /// Each fault, and what the write that meets it must fail with; nil where a fault does no harm.
    private static let faults: [(fault: HostileSlave.Fault, line: BusError.Kind?, tcp: BusError.Kind?)] = [
        (.silent, .timeout, .timeout), (.late(300), .timeout, .timeout), (.doubled, .corruptReply, nil),
        (.truncated, .timeout, .timeout), (.garbled, .corruptReply, .corruptReply),
        (.noiseBefore, .corruptReply, .corruptReply), (.wrongUnit, .corruptReply, .corruptReply),
        (.wrongFunction, .corruptReply, .corruptReply), (.wrongByteCount, .corruptReply, .corruptReply),
        (.wrongValue, .corruptReply, .corruptReply), (.exception(4), .exception(code: 4), .exception(code: 4)),
    ]

    /// Each kind of write has a bus of its own, all at the same time: they only wait.
    @Test(arguments: HostileSlave.Wire.allCases)
    func `each fault of a write has its name, and after it equal writes are believed only when answered`(
        _ wire: HostileSlave.Wire
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for action in Self.kinds { group.addTask { try await Self.meetAllFaults(action, over: wire) } }
            try await group.waitForAll()
        }
    }

    private static func meetAllFaults(_ action: RegisterWrite.Action, over wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        _ = try await bench.read(at: 1)
        for fault in faults {
            let expected = wire.isLine ? fault.line : fault.tcp
            bench.slave.misbehave([fault.fault], unit: 1)
            let error = await bench.failure(action, timing: expected == .timeout ? ModbusBench.hasty : ModbusBench.patient)
            #expect(error?.kind == expected, "\(fault.fault) \(action): \(error?.detail ?? "no error")")
            let first = try await bench.readUntilGood(at: 100, count: 2)
            #expect(first.afterResynchronisation == (expected != nil && expected != .exception(code: 4)))
            for _ in 0..<2 { try await bench.write(action) }
        }
        await bench.bus.close()
    }

    @Test(arguments: HostileSlave.Wire.allCases)
    func `a write after a fault waits for a read of another shape`(_ wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        _ = try await bench.read(at: 1)
        bench.slave.misbehave([.late(200)], unit: 1)
        let action = RegisterWrite.Action.register(address: 9, word: 1)
        let lasting = UnitTiming(responseTimeout: .milliseconds(60), maxLatency: .seconds(1))
        #expect(await bench.failure(action, timing: lasting)?.kind == .timeout)
        // The same write again: its confirmation is what is still on its way.
        let resting = try #require(await bench.failure(action))
        #expect(resting.kind == .resting(after: .timeout) && resting.detail.hasPrefix("not sent"))
        #expect(try await ModbusBench.eventually { bench.slave.hasAnswered(1) })
        #expect(bench.writes().count == 1)
        var error: BusError?
        let clock = SystemClock()
        for _ in 0..<1000 {
            try await clock.sleep(until: clock.now().monotonic + .milliseconds(3))
            error = await bench.failure(action, timing: ModbusBench.patient)
            if error == nil { break }
        }
        #expect(error == nil)
        #expect(bench.writes().count == 2)
        #expect(try #require(await bench.bus.statistics().units[1]).probes >= 1)
        #expect(try await bench.read(at: 2).afterResynchronisation, "the mark is for the first value")
        await bench.bus.close()
    }

    @Test(arguments: lines)
    func `on a line that echoes, the echo of a write is not its confirmation`(_ wire: HostileSlave.Wire) async throws {
        for action in Self.kinds {
            let bench = try ModbusBench(wire)
            bench.slave.echo()
            // Not yet known to echo: learnt by a read before it.
            try await bench.write(action)
            #expect(bench.slave.requests.map(\.function) == [action.table.readFunction, action.function])
            for _ in 0..<3 { try await bench.write(action) }
            bench.slave.misbehave([.silent], unit: 1)
            #expect(await bench.failure(action)?.kind == .timeout, "\(action): the echo was believed")
            _ = try await bench.readUntilGood(at: 20)
            try await bench.write(action)
            await bench.bus.close()
        }
    }

    @Test(arguments: lines)
    func `when the read before a first write fails, nothing is written`(_ wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        bench.slave.misbehave([.silent], unit: 1)
        let error = try #require(await bench.failure(.coil(address: 3, on: true)))
        #expect(error.kind == .timeout && error.detail.contains("not sent"), "\(error.detail)")
        #expect(bench.writes().isEmpty)
        // A refusal shows as well as a reply whether the line echoes.
        bench.slave.misbehave([.exception(2)], unit: 2)
        try await bench.write(.coil(address: 3, on: true), unit: 2)
        #expect(bench.slave.requests.map(\.function) == [1, 1, 5])
        await bench.bus.close()
    }

    @Test(arguments: lines)
    func `a broadcast is refused without touching the wire`(_ wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        let error = try #require(await bench.failure(.register(address: 1, word: 1), unit: 0))
        #expect(error.kind == .exception(code: 3) && error.detail.contains("broadcast"))
        #expect(bench.slave.requests.isEmpty)
        await bench.bus.close()
        let tcp = try ModbusBench(.tcp)
        try await tcp.write(.register(address: 1, word: 1), unit: 0)
        await tcp.bus.close()
    }

    @Test(arguments: [HostileSlave.Wire.tcp, .tunnel])
    func `a write whose connection was lost is not made again`(_ wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        _ = try await bench.read(at: 1)
        bench.slave.misbehave([.hangUp], unit: 1)
        #expect(await bench.failure(.register(address: 1, word: 1), timing: ModbusBench.patient)?.kind == .disconnected)
        #expect(try await bench.readUntilGood(at: 2).afterResynchronisation)
        #expect(bench.writes().count == 1)
        await bench.bus.close()
    }

    @Test func `a reply that the tunnel kept through a reconnection is not believed`() async throws {
        let bench = try ModbusBench(.tunnel)
        for delay in [0, 60, 150, 300] {
            _ = try await bench.readUntilGood(at: 1, count: 2)
            bench.slave.misbehave([.hangUpLate(delay)], unit: 1)
            #expect(await bench.failure(at: 10, count: 2, timing: ModbusBench.patient)?.kind == .disconnected)
            #expect(try await bench.readUntilGood(at: 20, count: 2).afterResynchronisation)
            for address: UInt16 in 21...24 { _ = try await bench.readUntilGood(at: address, count: 2) }
        }
        await bench.bus.close()
    }

    @Test(arguments: [HostileSlave.Wire.tcp, .tunnel])
    func `a reply says over which opening of the port it came, and an idle loss costs no write`(
        _ wire: HostileSlave.Wire
    ) async throws {
        let bench = try ModbusBench(wire)
        #expect(try await bench.read(1, at: 1).connection == 1)
        #expect(try await bench.read(2, at: 1).connection == 1)
        bench.slave.dropConnections()
        #expect(try await ModbusBench.eventually { bench.slave.openConnections == 0 })
        try await bench.write(.register(address: 7, word: 7))
        #expect(try await bench.read(2, at: 2).connection == 2)
        await bench.bus.close()
    }
}
