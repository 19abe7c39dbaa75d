// The conformance suite of register buses on the real one: a line, Modbus TCP, and a line behind a tunnel.
import DeviceHAL
import DeviceHALLinux
import TestSupport
import Testing

/// A hostile slave that is honest until the suite says otherwise.
private struct ModbusPlant: RegisterPlant {
    private let bench: ModbusBench

    init(_ wire: HostileSlave.Wire) throws {
        bench = try ModbusBench(wire)
        bench.slave.limit(items: RegisterBusConformance.items)
    }

    var bus: any RegisterBus { bench.bus }
    var arrivedWrites: [HostileSlave.Request] { bench.slave.requests.filter { !$0.words.isEmpty } }
    func refuse(unit: UInt8, function: UInt8) { bench.slave.refuse(unit: unit, function: function) }
    func limit(unit: UInt8, largestWord: UInt16) { bench.slave.limit(unit: unit, largestWord: largestWord) }
    func silence(unit: UInt8) { bench.slave.misbehave([.silent], unit: unit) }
    func garble(unit: UInt8) { bench.slave.misbehave([.garbled], unit: unit) }
    func behave(unit: UInt8) { bench.slave.behave() }
}

@Suite struct ModbusBusConformanceTests {
    @Test(arguments: HostileSlave.Wire.allCases, RegisterBusConformance.allCases)
    func `a Linux bus`(_ wire: HostileSlave.Wire, _ check: RegisterBusConformance) async throws {
        try await check.run(on: try ModbusPlant(wire))
    }
}
