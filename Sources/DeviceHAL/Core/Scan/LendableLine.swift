// A serial device that somebody else may use for a while, at other settings than its bus's own.
import SensorModel

/// A serial line that is lent and always comes back.
public protocol LendableLine: Sendable {
    /// Closes the port, lets somebody work on the device, and takes it back, whatever happened. Until then every transaction of
    /// this bus fails as disconnected and says who has the line. The bus never works at other settings than its own: those who
    /// borrow the line open it themselves.
    /// - Parameters:
    ///   - borrower: who has it, in words, like `a scan`.
    ///   - until: when it will be back, for the words only.
    func lend(to borrower: String, until: MonotonicTime, _ work: @Sendable (LineLoan) async -> Void) async
}

/// What somebody who has borrowed a line may do with it.
public struct LineLoan: Sendable {
    private let make: @Sendable (SerialSettings) async -> any RegisterBus

    /// - Parameter make: makes a bus on the device.
    public init(_ make: @escaping @Sendable (SerialSettings) async -> any RegisterBus) { self.make = make }

    /// Gives a bus at these settings to a piece of work, and closes it after that.
    public func at(_ settings: SerialSettings, _ work: (any RegisterBus) async -> Void) async {
        let bus = await make(settings)
        await work(bus)
        await bus.close()
    }
}
