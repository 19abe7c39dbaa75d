// A Modbus bus on this machine's hardware: the front that any task may call, and the life of the thread behind it.
import DeviceHAL
import Platform
import SensorModel

/// A serial line, TCP connection or tunnel that carries Modbus, with a thread of its own for the calls that block.
///
/// The port is opened at the first request, and again after a loss, with a growing pause. A serial line is locked: a second
/// process gets `.disconnected` with the holder's name.
public final class LinuxModbusBus: RegisterBus {
    let id: String
    let link: ModbusLink
    private let executor: ThreadExecutor
    let worker: ModbusWorker
    let gate = CallGate()

    /// Starts the thread; opens nothing yet.
    /// - Parameters:
    ///   - id: the bus's id, for messages and the thread's name.
    ///   - link: where the bus is reached.
    ///   - patience: waiting times of the link.
    public init(id: String, link: ModbusLink, patience: ModbusPatience = ModbusPatience()) {
        self.id = id
        self.link = link
        executor = ThreadExecutor(name: "bus-\(id)")
        worker = ModbusWorker(id: id, link: link, patience: patience, executor: executor, gate: gate)
    }

    deinit { executor.shutdown() }

    /// The thread of the calls that block. Not to be preferred any more when `close` is called.
    public var thread: (any TaskExecutor)? { executor.between }

    /// Makes one read transaction; see `RegisterBus`. After `close` it fails as disconnected.
    public func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply {
        guard gate.enter() else {
            throw BusError(kind: .disconnected, bus: id, unit: request.unit, detail: "the bus is closed")
        }
        defer { gate.leave() }
        return try await worker.read(request)
    }

    /// Makes one write transaction; see `RegisterBus`. After `close` it fails as disconnected.
    public func write(_ request: RegisterWrite) async throws(BusError) {
        guard gate.enter() else {
            throw BusError(kind: .disconnected, bus: id, unit: request.unit, detail: "the bus is closed")
        }
        defer { gate.leave() }
        try await worker.write(request)
    }

    /// The counters since start; empty after `close`. Waits for the transaction under way.
    public func statistics() async -> BusStatistics {
        guard gate.enter() else { return BusStatistics() }
        defer { gate.leave() }
        return await worker.statistics()
    }

    /// The last frames; none after `close`. Waits for the transaction under way.
    public func frames(after number: UInt64) async -> [BusFrame] {
        guard gate.enter() else { return [] }
        defer { gate.leave() }
        return await worker.frames(after: number)
    }

    /// Makes one read transaction and says which frames it was made of; see `RegisterBus`.
    public func watchedRead(_ request: RegisterRequest) async -> WatchedTransaction {
        guard gate.enter() else { return closed(request.unit) }
        defer { gate.leave() }
        return await worker.watchedRead(request)
    }

    /// Makes one write transaction and says which frames it was made of; see `RegisterBus`.
    public func watchedWrite(_ request: RegisterWrite) async -> WatchedTransaction {
        guard gate.enter() else { return closed(request.unit) }
        defer { gate.leave() }
        return await worker.watchedWrite(request)
    }

    private func closed(_ unit: UInt8) -> WatchedTransaction {
        WatchedTransaction(
            result: .failure(BusError(kind: .disconnected, bus: id, unit: unit, detail: "not sent: the bus is closed")))
    }

    /// Closes the port and ends the thread. Waits for the transaction under way; requests that wait for their turn fail.
    public func close() async {
        guard await gate.close() else { return }
        await worker.close()
        executor.shutdown()
    }
}
