// A serial line on which other devices answer at other settings.
import DeviceHAL
import SensorModel
import Synchronization

/// A register image whose line can be lent: while it is, the image itself is out of reach.
public final class LendableImage: RegisterBus, LendableLine {
    private struct State {
        var borrower: String?
        var loans = 0
        var others: [SerialSettings: RegisterImage] = [:]
        var askedFor: [SerialSettings] = []
        var duringLoan: (@Sendable () -> Void)?
    }

    private let image: RegisterImage
    private let state = Mutex(State())

    /// - Parameter image: what answers at the line's own settings.
    public init(_ image: RegisterImage) { self.image = image }

    /// Who has the line; nil when it is here.
    public var borrower: String? { state.withLock { $0.borrower } }

    /// How often it was lent.
    public var loans: Int { state.withLock { $0.loans } }

    /// The settings it was used at meanwhile, in their order.
    public var askedFor: [SerialSettings] { state.withLock { $0.askedFor } }

    /// Puts devices there at other settings.
    public func put(_ image: RegisterImage, at settings: SerialSettings) { state.withLock { $0.others[settings] = image } }

    /// Runs something when the line is used at other settings.
    public func whenLent(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.duringLoan = action } }

    /// Lends the line; the borrower finds the devices that were put there.
    public func lend(to borrower: String, until: MonotonicTime, _ work: @Sendable (LineLoan) async -> Void) async {
        state.withLock {
            $0.borrower = borrower
            $0.loans += 1
        }
        await work(
            LineLoan { settings in
                let (other, action) = self.state.withLock { state in
                    state.askedFor.append(settings)
                    return (state.others[settings] ?? RegisterImage(), state.duringLoan)
                }
                action?()
                return other
            })
        state.withLock { $0.borrower = nil }
    }

    /// As the image; out of reach while the line is lent.
    public func read(_ request: RegisterRequest) async throws(BusError) -> RegisterReply {
        if let borrower { throw BusError(kind: .disconnected, bus: "b", unit: request.unit, detail: "taken by \(borrower)") }
        return try await image.read(request)
    }

    /// As the image.
    public func write(_ request: RegisterWrite) async throws(BusError) { try await image.write(request) }

    /// Those of the image.
    public func statistics() async -> BusStatistics { await image.statistics() }

    /// Closes the image.
    public func close() async { await image.close() }
}
