// A bus whose answers a test gives itself, at once.
import DeviceHAL
import SensorModel

/// A bus that asks two closures.
public final class AnsweringRegisterBus: RegisterBus {
    private let reading: @Sendable (RegisterRequest) throws(BusError) -> [UInt16]
    private let writing: @Sendable (RegisterWrite) throws(BusError) -> Void

    /// - Parameters:
    ///   - read: the words of a request.
    ///   - write: takes a write.
    public init(
        read: @escaping @Sendable (RegisterRequest) throws(BusError) -> [UInt16],
        write: @escaping @Sendable (RegisterWrite) throws(BusError) -> Void
    ) {
        reading = read
        writing = write
    }

    /// What the first closure says.
    public func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply {
        RegisterReply(words: try reading(request))
    }

    /// What the second closure says.
    public func write(_ request: RegisterWrite) async throws(BusError) { try writing(request) }

    /// None.
    public func statistics() async -> BusStatistics { BusStatistics() }

    /// Nothing to close.
    public func close() async {}
}
