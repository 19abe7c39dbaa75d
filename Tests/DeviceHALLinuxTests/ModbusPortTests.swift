// The port and the thread behind a bus: opened, lost, found again, locked, closed.
import DeviceHAL
import DeviceHALLinux
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

@Suite struct ModbusPortTests {
    @Test(arguments: HostileSlave.Wire.allCases)
    func `fifty buses opened and closed leave no thread and no descriptor`(_ wire: HostileSlave.Wire) async throws {
        let slave = try HostileSlave(wire)
        let name = "leak-\(wire)"
        let before = ModbusBench.descriptors(of: slave.device)
        for round: UInt16 in 0..<50 {
            let bus = LinuxModbusBus(id: name, link: ModbusBench.link(wire, slave), patience: ModbusBench.patience)
            let timing = UnitTiming(responseTimeout: .seconds(5), maxLatency: .milliseconds(1))
            let reply = try await bus.read(RegisterRequest(unit: 1, table: .holding, address: round, count: 1, timing: timing))
            #expect(reply.words == [HostileSlave.value(unit: 1, function: 3, address: round)])
            await bus.close()
            await bus.close()
        }
        #expect(try await ModbusBench.eventually { ModbusBench.threads(named: name) == 0 })
        #expect(ModbusBench.descriptors(of: slave.device) == before)
        // A TCP slave notices a little later that its connections are gone.
        #expect(try await ModbusBench.eventually { slave.openConnections == 0 })
    }

    @Test func `a bus that is let go ends its thread`() async throws {
        let slave = try HostileSlave(.tcp)
        do {
            let bus = LinuxModbusBus(id: "dropped", link: ModbusBench.link(.tcp, slave))
            #expect(await bus.statistics() == BusStatistics())
        }
        #expect(try await ModbusBench.eventually { ModbusBench.threads(named: "bus-dropped") == 0 })
    }

    @Test func `reads that wait when the bus closes fail, none hangs`() async throws {
        let bench = try ModbusBench(.tcp, name: "closing")
        bench.slave.misbehave(by: { .silent })
        let kinds = await withTaskGroup(of: BusError.Kind?.self) { group in
            for unit: UInt8 in 1...20 { group.addTask { await bench.failure(unit, at: 1, timing: ModbusBench.hasty)?.kind } }
            group.addTask {
                await bench.bus.close()
                return .disconnected
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(kinds.allSatisfy { $0 == .disconnected || $0 == .timeout })
        #expect(await bench.failure(at: 1)?.kind == .disconnected)
        #expect(await bench.bus.statistics() == BusStatistics())
    }

    @Test func `a missing device and a refused connection are disconnected, with the reason and the pause`() async throws {
        let patience = ModbusPatience(reopenPause: .seconds(60)...(.seconds(60)))
        let links: [ModbusLink] = [
            .serial(device: "/dev/does-not-exist", baud: 9600, parity: .even, stopBits: 1), .tcp(host: "127.0.0.1", port: 1),
        ]
        for link in links {
            let bus = LinuxModbusBus(id: "missing", link: link, patience: patience)
            let request = RegisterRequest(unit: 1, table: .holding, address: 1, count: 1, timing: ModbusBench.hasty)
            for attempt in 1...2 {
                do {
                    _ = try await bus.read(request)
                    Issue.record("read from nowhere")
                } catch {
                    #expect(error.kind == .disconnected)
                    #expect(error.detail.contains(link.isSerial ? "No such file" : "refused"), "\(error.detail)")
                    #expect(error.detail.contains("next try in") == (attempt == 2))
                }
            }
            let statistics = await bus.statistics()
            #expect(!statistics.connected && statistics.connects == 0 && !statistics.problem.isEmpty && statistics.units.isEmpty)
            await bus.close()
        }
    }

    @Test func `a speed nobody knows is refused instead of replaced`() async throws {
        let slave = try HostileSlave(.serial)
        let bus = LinuxModbusBus(id: "speed", link: .serial(device: slave.device, baud: 12_345, parity: .none, stopBits: 1))
        let request = RegisterRequest(unit: 1, table: .holding, address: 1, count: 1, timing: ModbusBench.hasty)
        await #expect(throws: BusError.self) { try await bus.read(request) }
        #expect(slave.requests.isEmpty)
        await bus.close()
    }

    @Test func `a line that somebody holds is refused with the holder's name, and taken when it is free`() async throws {
        let bench = try ModbusBench(.serial)
        do {
            let descriptor = open(bench.slave.device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
            defer { close(descriptor) }
            try FileLock.lock(descriptor: descriptor)
            let error = try #require(await bench.failure(at: 1))
            #expect(error.kind == .disconnected)
            #expect(error.detail.contains("held by") && error.detail.contains("pid \(getpid())"), "\(error.detail)")
            #expect(throws: FileLock.Failure.self) { try ModbusLink.checkFree(device: bench.slave.device) }
        }
        try ModbusLink.checkFree(device: bench.slave.device)
        try ModbusLink.checkFree(device: "/dev/does-not-exist")
        _ = try await bench.readUntilGood(at: 2)
        #expect(throws: FileLock.Failure.self) { try ModbusLink.checkFree(device: bench.slave.device) }
        await bench.bus.close()
        try ModbusLink.checkFree(device: bench.slave.device)
    }

    @Test func `a server that ends an idle connection costs no read`() async throws {
        let bench = try ModbusBench(.tcp)
        _ = try await bench.read(1, at: 1)
        let before = bench.slave.connections
        bench.slave.dropConnections()
        #expect(try await ModbusBench.eventually { bench.slave.openConnections == 0 })
        _ = try await bench.read(1, at: 2)
        #expect(bench.slave.connections == before + 1)
        #expect(await bench.bus.statistics().connects == 2)
        await bench.bus.close()
    }

    @Test(arguments: [HostileSlave.Wire.serial, .tunnel])
    func `a reply to an earlier owner's request is not taken for one's own`(_ wire: HostileSlave.Wire) async throws {
        let slave = try HostileSlave(wire)
        func request(_ address: UInt16, _ timeout: Duration) -> RegisterRequest {
            let timing = UnitTiming(responseTimeout: timeout, maxLatency: .milliseconds(300))
            return RegisterRequest(unit: 1, table: .holding, address: address, count: 2, timing: timing)
        }
        slave.misbehave([wire == .serial ? .late(150) : .hangUpLate(150), .late(300)], unit: 1)
        let earlier = LinuxModbusBus(id: "earlier", link: ModbusBench.link(wire, slave), patience: ModbusBench.patience)
        await #expect(throws: BusError.self) { try await earlier.read(request(10, .milliseconds(20))) }
        await earlier.close()
        let bus = LinuxModbusBus(id: "owner", link: ModbusBench.link(wire, slave), patience: ModbusBench.patience)
        let reply = try await bus.read(request(20, .seconds(5)))
        #expect(reply.words == [20, 21].map { HostileSlave.value(unit: 1, function: 3, address: $0) })
        await bus.close()
    }

    @Test func `a line that vanishes is closed at once`() async throws {
        let device: String
        let bus: LinuxModbusBus
        let request = RegisterRequest(unit: 1, table: .holding, address: 1, count: 1, timing: ModbusBench.patient)
        do {
            let slave = try HostileSlave(.serial)
            device = slave.device
            bus = LinuxModbusBus(id: "vanish", link: ModbusBench.link(.serial, slave), patience: ModbusBench.patience)
            _ = try await bus.read(request)
        }
        await #expect(throws: BusError.self) { try await bus.read(request) }
        #expect(ModbusBench.descriptors(of: device) == 0)
        #expect(await bus.statistics().connected == false)
        await bus.close()
    }
}
