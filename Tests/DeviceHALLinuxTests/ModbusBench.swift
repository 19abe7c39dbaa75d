// A bus with a hostile slave at its other end, and the checks every test makes.
import DeviceHAL
import DeviceHALLinux
import Glibc
import Platform
import SensorModel
import TestSupport
import Testing

struct ModbusBench: Sendable {
    let wire: HostileSlave.Wire
    let slave: HostileSlave
    let bus: LinuxModbusBus

    /// For requests that shall fail: the pause after them is short.
    static let hasty = UnitTiming(responseTimeout: .milliseconds(60), maxLatency: .milliseconds(120))
    /// For requests that shall succeed, however busy the machine is.
    static let patient = UnitTiming(responseTimeout: .seconds(5), maxLatency: .milliseconds(120))

    init(_ wire: HostileSlave.Wire, name: String = "test", patience: ModbusPatience = patience) throws {
        self.wire = wire
        slave = try HostileSlave(wire)
        bus = LinuxModbusBus(id: name, link: Self.link(wire, slave), patience: patience)
    }

    static let patience = ModbusPatience(reopenPause: .milliseconds(5)...(.milliseconds(40)), oblivion: .seconds(1))

    static func link(_ wire: HostileSlave.Wire, _ slave: HostileSlave) -> ModbusLink {
        switch wire {
        case .serial: .serial(device: slave.device, baud: 115_200, parity: .none, stopBits: 1)
        case .tcp: .tcp(host: "127.0.0.1", port: slave.port)
        case .tunnel: .rtuOverTCP(host: "127.0.0.1", port: slave.port)
        }
    }

    /// One read; a reply that is not what the addresses say is recorded as the failure it is.
    func read(
        _ unit: UInt8 = 1, _ table: RegisterTable = .holding, at address: UInt16, count: UInt16 = 1,
        timing: UnitTiming = patient
    ) async throws(BusError) -> RegisterReply {
        let reply = try await bus.read(
            RegisterRequest(unit: unit, table: table, address: address, count: count, timing: timing))
        let expected = (0..<count).map { HostileSlave.value(unit: unit, function: table.readFunction, address: address + $0) }
        #expect(reply.words == expected, "unit \(unit) \(table) \(address)+\(count) over \(wire): a wrong value as good")
        return reply
    }

    /// What one read fails with.
    func failure(
        _ unit: UInt8 = 1, _ table: RegisterTable = .holding, at address: UInt16, count: UInt16 = 1,
        timing: UnitTiming = hasty
    ) async -> BusError? {
        do {
            _ = try await read(unit, table, at: address, count: count, timing: timing)
            return nil
        } catch { return error }
    }

    /// One write; one that is believed though the slave did not answer it is recorded as the failure it is.
    func write(_ action: RegisterWrite.Action, unit: UInt8 = 1, timing: UnitTiming = patient) async throws(BusError) {
        try await bus.write(RegisterWrite(unit: unit, action: action, timing: timing))
        // Requests reach the slave in order: the last one is this one.
        let requests = slave.requests
        let place = requests.lastIndex { $0.unit == unit && !$0.words.isEmpty }
        let isAnswered = place.map { requests[$0].words == action.words && slave.hasAnswered($0) } ?? false
        #expect(isAnswered, "unit \(unit) \(action) over \(wire): believed and not answered")
    }

    /// The writes that reached the unit.
    func writes(_ unit: UInt8 = 1) -> [HostileSlave.Request] {
        slave.requests.filter { $0.unit == unit && !$0.words.isEmpty }
    }

    /// What one write fails with.
    func failure(_ action: RegisterWrite.Action, unit: UInt8 = 1, timing: UnitTiming = hasty) async -> BusError? {
        do {
            try await write(action, unit: unit, timing: timing)
            return nil
        } catch { return error }
    }

    /// Reads again and again until a value comes back.
    func readUntilGood(
        _ unit: UInt8 = 1, _ table: RegisterTable = .holding, at address: UInt16, count: UInt16 = 1
    ) async throws -> RegisterReply {
        let clock = SystemClock()
        let deadline = clock.now().monotonic + .seconds(20)
        while true {
            do { return try await read(unit, table, at: address, count: count) } catch {
                guard clock.now().monotonic < deadline else { throw error }
                try await clock.sleep(until: clock.now().monotonic + .milliseconds(3))
            }
        }
    }

    /// Waits until a condition holds; the answer is whether it came to hold within ten seconds.
    static func eventually(_ condition: () -> Bool) async throws -> Bool {
        let clock = SystemClock()
        let deadline = clock.now().monotonic + .seconds(10)
        while !condition() {
            guard clock.now().monotonic < deadline else { return false }
            try await clock.sleep(until: clock.now().monotonic + .milliseconds(2))
        }
        return true
    }

    /// How many threads of this process carry the name. A joined thread stays listed for a moment.
    static func threads(named name: String) -> Int {
        entries("/proc/self/task").filter { TextFile.read("/proc/self/task/\($0)/comm", atMost: 64)?.contains(name) == true }
            .count
    }

    /// How many descriptors of this process point at the path.
    static func descriptors(of path: String) -> Int {
        entries("/proc/self/fd").filter { name in
            var target = [CChar](repeating: 0, count: 256)
            let length = readlink("/proc/self/fd/\(name)", &target, target.count)
            return length > 0 && String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self) == path
        }.count
    }

    /// How many descriptors this process has open.
    static func descriptors() -> Int { entries("/proc/self/fd").count }

    private static func entries(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            // The record ends with the name: read no further than that.
            let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) ?? 19
            let name = String(cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
