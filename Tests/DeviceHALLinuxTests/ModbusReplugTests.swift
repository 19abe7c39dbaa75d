// Adapters and connections that go and come back: closed at once, found again by their stable name, nothing left behind.
import DeviceHAL
import DeviceHALLinux
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

@Suite struct ModbusReplugTests {
    private static let cycles = 1000
    private static let timing = UnitTiming(responseTimeout: .seconds(5), maxLatency: .milliseconds(1))
    private static let patience = ModbusPatience(
        reopenPause: .microseconds(200)...(.milliseconds(1)), oblivion: .milliseconds(10))

    private static func request(_ address: UInt16) -> RegisterRequest {
        RegisterRequest(unit: 1, table: .holding, address: address, count: 1, timing: timing)
    }

    /// Reads until a value comes, within ten seconds; the value must be the address.
    private static func readAgain(_ bus: LinuxModbusBus, _ address: UInt16) async throws -> RegisterReply {
        let clock = SystemClock()
        let deadline = clock.now().monotonic + .seconds(10)
        while true {
            do {
                let reply = try await bus.read(request(address))
                #expect(reply.words == [HostileSlave.value(unit: 1, function: 3, address: address)])
                return reply
            } catch {
                guard clock.now().monotonic < deadline else { throw error }
                try await clock.sleep(until: clock.now().monotonic + .microseconds(300))
            }
        }
    }

    /// What the process held at a moment, to compare with later.
    private struct Held {
        let bus: String
        let descriptors = ModbusBench.descriptors()

        /// The bus has its one thread, and descriptors are no more than other tests beside this one may have opened. One left
        /// behind in twenty cycles would be more.
        func isAll() -> Bool {
            ModbusBench.threads(named: bus) == 1 && ModbusBench.descriptors() < descriptors + ModbusReplugTests.cycles / 20
        }
    }

    /// An adapter with a stable name: a link that leads to another line each time it is plugged in.
    private struct Adapter {
        let folder = TemporaryFolder()
        var name: String { folder.file("by-path") }

        func plug(_ slave: HostileSlave) -> Bool { symlink(slave.device, name) == 0 }
        func pull() -> Bool { unlink(name) == 0 }
    }

    @Test func `an adapter that goes and comes back a thousand times is found by its name, and nothing is left behind`()
        async throws
    {
        let adapter = Adapter()
        let bus = LinuxModbusBus(
            id: "replug-pty", link: .serial(device: adapter.name, baud: 115_200, parity: .none, stopBits: 1),
            patience: Self.patience)
        let before = Held(bus: "bus-replug-pty")
        for cycle in 1...Self.cycles {
            let address = UInt16(cycle)
            do {
                let slave = try HostileSlave(.serial)
                #expect(adapter.plug(slave))
                let reply = try await Self.readAgain(bus, address)
                #expect(reply.connection == UInt64(cycle))
                // Two ways to go: in the middle of a request, or while nothing is asked.
                if cycle % 2 == 0 { slave.misbehave([.unplugged], unit: 1) }
                if cycle % 2 == 0 {
                    let error = await #expect(throws: BusError.self) { try await bus.read(Self.request(address)) }
                    #expect(error?.kind == .disconnected && error?.detail.contains("lost") == true)
                }
                #expect(adapter.pull())
            }
            let error = await #expect(throws: BusError.self) { try await bus.read(Self.request(address)) }
            #expect(error?.kind == .disconnected, "cycle \(cycle): \(error?.detail ?? "")")
            #expect(await bus.statistics().connected == false)
        }
        #expect(before.isAll())
        #expect(await bus.statistics().connects == UInt64(Self.cycles))
        await bus.close()
    }

    /// Behind a tunnel each cycle has its silences to keep.
    @Test(arguments: [(HostileSlave.Wire.tcp, cycles), (.tunnel, cycles / 10)])
    func `a connection that is reset a thousand times leaves nothing behind`(
        _ wire: HostileSlave.Wire, _ cycles: Int
    ) async throws {
        let slave = try HostileSlave(wire)
        let bus = LinuxModbusBus(id: "re-\(wire)", link: ModbusBench.link(wire, slave), patience: Self.patience)
        _ = try await Self.readAgain(bus, 1)
        let before = Held(bus: "bus-re-\(wire)")
        for cycle in 1...cycles {
            slave.misbehave([.unplugged], unit: 1)
            let error = await #expect(throws: BusError.self) { try await bus.read(Self.request(7)) }
            #expect(error?.kind == .disconnected, "cycle \(cycle): \(error?.detail ?? "")")
            #expect(try await Self.readAgain(bus, UInt16(cycle)).afterResynchronisation)
        }
        #expect(try await ModbusBench.eventually { slave.openConnections == 1 })
        #expect(before.isAll())
        #expect(await bus.statistics().connects == UInt64(cycles) + 1)
        await bus.close()
    }
}
