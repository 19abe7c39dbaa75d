// The silences of a serial line, measured by the slave at the pace of real ones.
import DeviceHAL
import DeviceHALLinux
import SensorModel
import TestSupport
import Testing

@Suite struct ModbusLineTimeTests {
    @Test(arguments: [4800, 9600, 19_200, 115_200])
    func `every request comes after at least 3.5 characters of silence`(_ baud: Int) async throws {
        let slave = try HostileSlave(.serial)
        let line = LineTiming(baud: baud, parity: .even, stopBits: 1)
        slave.pace(characterTime: line.duration(ofCharacters: 1))
        let bus = LinuxModbusBus(
            id: "pace", link: .serial(device: slave.device, baud: baud, parity: .even, stopBits: 1),
            patience: ModbusBench.patience)
        let timing = UnitTiming(responseTimeout: .seconds(5), maxLatency: .milliseconds(10))
        for number: UInt16 in 0..<24 {
            // The same unit again, another one, another length: nothing of it shortens the silence.
            let unit = UInt8(1 + number % 3 / 2)
            let reply = try await bus.read(
                RegisterRequest(unit: unit, table: .holding, address: number, count: 1 + number % 4, timing: timing))
            #expect(reply.words.first == HostileSlave.value(unit: unit, function: 3, address: number))
        }
        let silences = slave.silences
        #expect(silences.count == 23)
        #expect(silences.allSatisfy { $0 >= line.frameSilence }, "\(silences.min() ?? .zero) of \(line.frameSilence)")
        await bus.close()
    }
}
