// A serial line that is lent: closed while somebody else has it, at its own settings again afterwards, whatever happened.
import DeviceHAL
import DeviceHALLinux
import Glibc
import Platform
import SensorModel
import Synchronization
import TestSupport
import Testing

@Suite(.serialized) struct ModbusLoanTests {
    private static let other = SerialSettings(baud: 19_200, parity: .even, stopBits: 1)

    private static func soon() -> MonotonicTime { SystemClock().now().monotonic + .seconds(30) }

    /// The speed the kernel has for the device now.
    private func speed(of device: String) throws -> speed_t {
        let descriptor = open(device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var settings = termios()
        try #require(tcgetattr(descriptor, &settings) == 0)
        return cfgetospeed(&settings)
    }

    private func read(_ bus: any RegisterBus, _ address: UInt16) async -> BusError? {
        let request = RegisterRequest(unit: 1, table: .holding, address: address, count: 1, timing: ModbusBench.patient)
        do throws(BusError) {
            let words = try await bus.read(request).words
            #expect(words == [HostileSlave.value(unit: 1, function: 3, address: address)])
            return nil
        } catch { return error }
    }

    @Test func `the borrower works at other settings, the bus says who has the line, and then works at its own again`()
        async throws
    {
        let bench = try ModbusBench(.serial)
        let device = bench.slave.device
        // The slave holds some of its own.
        let idle = ModbusBench.descriptors(of: device)
        #expect(await read(bench.bus, 5) == nil)
        #expect(ModbusBench.descriptors(of: device) == idle + 1)
        #expect(try speed(of: device) == speed_t(B115200))
        let seen = Mutex<[String]>([])
        await bench.bus.lend(to: "a scan", until: Self.soon()) { loan in
            #expect(ModbusBench.descriptors(of: device) == idle, "the port is closed before anybody else opens it")
            await loan.at(Self.other) { bus in
                #expect(await read(bus, 6) == nil)
                do { #expect(try speed(of: device) == speed_t(B19200)) } catch { Issue.record(error) }
                let error = await read(bench.bus, 7)
                seen.withLock { $0.append(error?.detail ?? "answered") }
                #expect(error?.kind == .disconnected)
                #expect(await bench.bus.statistics().problem.contains("taken by a scan"))
                #expect(await !bench.bus.statistics().connected)
            }
            #expect(ModbusBench.descriptors(of: device) == idle, "the borrower's port is closed")
        }
        let words = try #require(seen.withLock { $0.first })
        #expect(words.hasPrefix("the line is taken by a scan at 19200 8E1 for ") && words.hasSuffix(" s more"), "\(words)")
        #expect(await read(bench.bus, 8) == nil)
        #expect(try speed(of: device) == speed_t(B115200))
        #expect(await bench.bus.statistics().problem == "")
        #expect(await bench.bus.statistics().connects == 2)
        await bench.bus.close()
    }

    @Test func `a task that is cancelled while it has the line gives it back`() async throws {
        let bench = try ModbusBench(.serial)
        let isLent = Mutex(false)
        let loan = Task {
            await bench.bus.lend(to: "a scan", until: Self.soon()) { loan in
                await loan.at(Self.other) { _ in
                    isLent.withLock { $0 = true }
                    let end = SystemClock().now().monotonic + .seconds(20)
                    try? await SystemClock().sleep(until: end)
                    #expect(SystemClock().now().monotonic < end)
                }
            }
        }
        #expect(try await ModbusBench.eventually { isLent.withLock { $0 } })
        loan.cancel()
        await loan.value
        #expect(await read(bench.bus, 5) == nil)
        #expect(try speed(of: bench.slave.device) == speed_t(B115200))
        await bench.bus.close()
    }

    @Test(arguments: [HostileSlave.Wire.tcp, .tunnel])
    func `what is no serial line of this machine is not lent`(wire: HostileSlave.Wire) async throws {
        let bench = try ModbusBench(wire)
        await bench.bus.lend(to: "a scan", until: Self.soon()) { _ in Issue.record("lent") }
        #expect(await read(bench.bus, 5) == nil)
        await bench.bus.close()
    }

    @Test func `a bus that is closed lends nothing`() async throws {
        let bench = try ModbusBench(.serial)
        await bench.bus.close()
        await bench.bus.lend(to: "a scan", until: Self.soon()) { _ in Issue.record("lent") }
    }
}
