// A bus without a wire: the manners of a real one, and the time a wire would take.
import DeviceHAL
@testable import DeviceHALSimulated
import SensorModel
import TestSupport
import Testing

@Suite struct SimulatedRegisterBusTests {
    private let clock = ManualClock()
    private let unit = ImageUnit(unit: 1)

    private func bus(_ wire: WireTime) -> SimulatedRegisterBus {
        SimulatedRegisterBus(id: "bus", units: [1: unit], wire: wire, clock: clock, begin: clock.now().monotonic)
    }

    private func request(_ unit: UInt8, count: UInt16 = 4, gap: Duration = .zero) -> RegisterRequest {
        RegisterRequest(
            unit: unit, table: .holding, address: 0, count: count,
            timing: UnitTiming(responseTimeout: .milliseconds(500), gap: gap))
    }

    /// Lets a task go on until it is done, by moving the clock to what it waits for.
    private func finish<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> (Value, Duration) {
        let begin = clock.now().monotonic
        return await withTaskGroup(of: Value?.self) { group in
            group.addTask { await work() }
            group.addTask { [clock] in
                for _ in 0..<1_000_000 where !Task.isCancelled {
                    if let next = clock.nextDeadline { clock.advance(by: next - clock.now().monotonic) }
                    await Task.yield()
                }
                return nil
            }
            for await value in group {
                guard let value else { continue }
                group.cancelAll()
                return (value, clock.now().monotonic - begin)
            }
            preconditionFailure("the work has not come to an end")
        }
    }

    @Test(arguments: RegisterBusConformance.allCases)
    func `the conformance suite on a network`(_ check: RegisterBusConformance) async throws {
        try await check.run(on: SimulatedRegisterPlant(.tcp))
    }

    @Test(arguments: RegisterBusConformance.allCases)
    func `the conformance suite on a serial line`(_ check: RegisterBusConformance) async throws {
        try await check.run(on: SimulatedRegisterPlant(.serial(LineTiming(baud: 1_000_000, parity: .none, stopBits: 1))))
    }

    @Test func `a transaction takes as long as its frames and the device`() async throws {
        let bus = bus(.serial(LineTiming(baud: 9600, parity: .none, stopBits: 1)))
        let (reply, took) = await finish { try? await bus.read(self.request(1)) }
        #expect(reply?.words.count == 4)
        // 8 characters there and 13 back of 10 bits, twice 3.5 characters of silence of 11 bits, and 20 ms to think.
        #expect((took.seconds - (21.0 * 10 / 9600 + 7.0 * 11 / 9600 + 0.020)).magnitude < 1e-6)
        #expect(await bus.statistics().busy == took)
    }

    @Test func `a unit that is not there costs the time-out, and rests afterwards`() async throws {
        let bus = bus(.tcp)
        let (error, took) = await finish { await self.failure { () throws(BusError) in try await bus.read(self.request(9)) } }
        #expect(error?.kind == .timeout)
        #expect(took == .milliseconds(500))
        let (again, tookAgain) = await finish {
            await self.failure { () throws(BusError) in try await bus.read(self.request(9)) }
        }
        #expect(again?.kind == .resting(after: .timeout) && tookAgain == .zero)
    }

    private func failure(_ body: () async throws(BusError) -> RegisterReply) async -> BusError? {
        do throws(BusError) {
            _ = try await body()
            return nil
        } catch { return error }
    }

    @Test func `a unit's rest between two requests is kept`() async throws {
        let bus = bus(.tcp)
        _ = await finish { try? await bus.read(self.request(1, gap: .milliseconds(80))) }
        let (_, took) = await finish { try? await bus.read(self.request(1, gap: .milliseconds(80))) }
        #expect(took == .milliseconds(82))
    }

    @Test func `a reply that is too long for the time-out is none`() async throws {
        let bus = bus(.serial(LineTiming(baud: 1200, parity: .none, stopBits: 1)))
        let (error, took) = await finish {
            await self.failure { () throws(BusError) in try await bus.read(self.request(1, count: 100)) }
        }
        #expect(error?.kind == .timeout && took > .milliseconds(500) && took < .milliseconds(700))
    }

    @Test func `a cancelled caller is not kept waiting`() async throws {
        let bus = bus(.tcp)
        let task = Task { try await bus.read(request(9)) }
        for _ in 0..<1_000_000 where clock.sleepers == 0 { await Task.yield() }
        task.cancel()
        await #expect(throws: BusError.self) { try await task.value }
        #expect(clock.sleepers == 0)
        let (reply, _) = await finish { try? await bus.read(self.request(1)) }
        #expect(reply?.words.count == 4)
    }
}

extension SimulatedRegisterBusTests {
    @Test func `its frames are those of a wire`() async throws {
        let serial = bus(.serial(LineTiming(baud: 9600, parity: .none, stopBits: 1)))
        let (reply, _) = await finish { try? await serial.read(self.request(1, count: 2)) }
        let frames = await serial.frames(after: 0)
        #expect(frames.map(\.kind) == [.request, .reply])
        #expect(frames[0].bytes == [1, 3, 0, 0, 0, 2, 0xC4, 0x0B], "the golden frame of a read of holding 0 and 1")
        #expect(ModbusCRC.agrees(frames[1].bytes))
        let words = try #require(reply?.words)
        #expect(Array(frames[1].bytes[3..<7]) == words.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] })
        _ = await finish { try? await serial.read(self.request(9, count: 2)) }
        #expect(await serial.frames(after: 2).map(\.kind) == [.request, .silence])

        let network = bus(.tcp)
        _ = await finish { try? await network.read(self.request(1, count: 2)) }
        let carried = await network.frames(after: 0)
        #expect(carried[0].bytes == [0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 2])
        #expect(carried[1].bytes.count == 13 && Array(carried[1].bytes.prefix(9)) == [0, 1, 0, 0, 0, 7, 1, 3, 4])
    }
}
