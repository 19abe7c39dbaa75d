// The slave of our tests before a master that is not ours: what mbpoll (Debian) reads is what stands there. A mistake that our
// master and our slave shared would show here.
import DeviceHAL
import Glibc
import TestSupport
import Testing

@Suite struct ModbusIndependentMasterTests {
    private let folder = TemporaryFolder()

    /// Runs mbpoll once and gives what it printed.
    private func mbpoll(
        _ slave: HostileSlave, _ wire: HostileSlave.Wire, _ arguments: [String], _ values: [String] = [], fails: Bool = false
    ) async throws -> String {
        let way =
            wire == .serial
            ? ["-m", "rtu", "-b", "115200", "-P", "none", slave.device] : ["-m", "tcp", "-p", "\(slave.port)", "127.0.0.1"]
        let program = try ChildProcess(
            "/usr/bin/mbpoll", arguments + ["-0", "-1", "-o", "5"] + way + values, outputFile: folder.file("out"))
        let status = try #require(await program.ended(), "mbpoll did not end")
        #expect((status != 0) == fails, "\(program.output)")
        return program.output
    }

    /// The values of lines like `[300]: 	812`; mbpoll adds the signed value in brackets above 32767.
    private static func values(_ output: String) -> [UInt16: UInt16] {
        var found: [UInt16: UInt16] = [:]
        for line in output.split(separator: "\n") where line.hasPrefix("[") {
            let parts = line.dropFirst().split(whereSeparator: { "]: \t".contains($0) })
            if parts.count >= 2, let address = UInt16(parts[0]), let value = UInt16(parts[1]) { found[address] = value }
        }
        return found
    }

    @Test(arguments: [HostileSlave.Wire.serial, .tcp])
    func `mbpoll reads every table as the addresses say`(_ wire: HostileSlave.Wire) async throws {
        let slave = try HostileSlave(wire)
        for (type, function): (String, UInt8) in [("0", 1), ("1", 2), ("3", 4), ("4", 3)] {
            for count: UInt16 in [1, 9, 100] {
                let output = try await mbpoll(slave, wire, ["-a", "7", "-t", type, "-r", "300", "-c", "\(count)"])
                let expected = Dictionary(
                    uniqueKeysWithValues: (300..<300 + count).map {
                        ($0, HostileSlave.value(unit: 7, function: function, address: $0))
                    })
                #expect(Self.values(output) == expected, "\(output)")
                #expect(slave.requests.last == HostileSlave.Request(unit: 7, function: function, address: 300, count: count))
            }
        }
    }

    @Test(arguments: [HostileSlave.Wire.serial, .tcp])
    func `what mbpoll writes is there when it reads again`(_ wire: HostileSlave.Wire) async throws {
        let slave = try HostileSlave(wire)
        for (type, written): (String, [UInt16]) in [("0", [1]), ("0", [1, 0, 1]), ("4", [4711]), ("4", [5, 6, 65_535])] {
            _ = try await mbpoll(slave, wire, ["-a", "9", "-t", type, "-r", "20"], written.map { "\($0)" })
            #expect(slave.requests.last?.words == written)
            let output = try await mbpoll(slave, wire, ["-a", "9", "-t", type, "-r", "20", "-c", "\(written.count)"])
            let expected = Dictionary(uniqueKeysWithValues: zip(20..<20 + UInt16(written.count), written))
            #expect(Self.values(output) == expected, "\(output)")
        }
    }

    @Test(arguments: [HostileSlave.Wire.serial, .tcp])
    func `mbpoll names the exception that the slave gives`(_ wire: HostileSlave.Wire) async throws {
        let slave = try HostileSlave(wire)
        slave.misbehave([.exception(2)], unit: 3)
        let output = try await mbpoll(slave, wire, ["-a", "3", "-r", "1"], fails: true)
        #expect(output.contains("Illegal data address"), "\(output)")
    }
}
