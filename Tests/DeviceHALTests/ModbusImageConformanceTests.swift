// The conformance suite of register buses on the patient stand-in, so that what is tested on it holds on a real bus.
import DeviceHAL
import TestSupport
import Testing

@Suite struct ModbusImageConformanceTests {
    @Test(arguments: RegisterBusConformance.allCases)
    func `a register image`(_ check: RegisterBusConformance) async throws { try await check.run(on: RegisterImagePlant()) }
}
