// What a GPIO chip can do for the layers above, whatever stands behind it.
import SensorModel

/// The lines of one chip.
///
/// Sharing: any number of callers; a line has one holder, in this process too. Nothing is opened before it is needed, and a
/// chip that went away is looked for again at the next call. Retries: none, the caller decides.
public protocol DigitalLines: Sendable {
    /// What the library behind it can do. Known without a chip.
    var abilities: LineAbilities { get }

    /// Looks at the chip and all its lines; claims none.
    func describe() async throws(LineError) -> ChipDescription

    /// Claims a line as input and watches both its edges.
    ///
    /// The debounce time is the kernel's affair where `abilities.kernelDebounce` says yes, and is not applied otherwise:
    /// that is `LineWatch`'s then.
    func watch(_ settings: LineSettings) async throws(LineError) -> any DigitalInput

    /// Claims a line as output, gives it its first level, and keeps in mind the level it shall have at the end.
    ///
    /// The fail-safe level is set by `release` and by `close`. When the process is killed nobody sets it: the kernel takes the
    /// line back, and the level is then the driver's, most often the last one, sometimes that of an input. What must be safe
    /// even then needs a pull resistor on the board.
    /// - Parameters:
    ///   - settings: the line; its debounce time means nothing here.
    ///   - active: the first level.
    ///   - failSafe: the level at the end.
    func drive(_ settings: LineSettings, active: Bool, failSafe: Bool) async throws(LineError) -> any DigitalOutput

    /// Puts outputs to their fail-safe level, releases every line, closes the chip. What is called afterwards fails as closed.
    func close() async
}

/// An input that is being watched.
public protocol DigitalInput: Sendable {
    /// The level when the line was claimed: a state, not an edge. Events are newer.
    var initial: LineLevel { get }

    /// Takes the oldest notice; nil when none waits.
    ///
    /// Between the kernel and here events wait in a bounded queue. When it is full the oldest one makes room, because the
    /// newest level counts; how many were lost stands in the event that follows them.
    func take() -> LineNotice?

    /// Waits until there is something to take, the deadline has passed or the task was cancelled; may return before. One task
    /// at a time may wait.
    /// - Parameter deadline: nil to wait without limit.
    func arrival(until deadline: MonotonicTime?) async

    /// Lets whoever waits in `arrival` look again, although there is nothing new.
    func wake()

    /// Reads the level now. When it returns, every edge the kernel had noticed by then waits in the queue.
    func level() async throws(LineError) -> LineLevel

    /// Gives the line back.
    func release() async
}

/// An output that is being driven.
public protocol DigitalOutput: Sendable {
    /// Sets the level.
    func set(active: Bool) async throws(LineError)

    /// Reads the level that stands at the line; a chip that cannot read what it drives fails as `failed` or `unsupported`.
    func level() async throws(LineError) -> LineLevel

    /// Puts the line to its fail-safe level and gives it back.
    func release() async
}

/// What the library that carries the lines can do.
public struct LineAbilities: Sendable, Equatable {
    /// Name and version, like `libgpiod 1.6.3`.
    public var library: String
    /// Whether the kernel debounces; otherwise `LineWatch` does it on event times.
    public var kernelDebounce: Bool
    /// Whether events are numbered, so that the loss of one is seen.
    public var sequenceNumbers: Bool

    /// - Parameters: as the properties.
    public init(library: String, kernelDebounce: Bool, sequenceNumbers: Bool) {
        self.library = library
        self.kernelDebounce = kernelDebounce
        self.sequenceNumbers = sequenceNumbers
    }
}

/// A level and when it was read.
public struct LineLevel: Sendable, Equatable {
    /// Active or not; active-low is already taken into account.
    public var active: Bool
    /// Just before it was read.
    public var time: MonotonicTime

    /// - Parameters: as the properties.
    public init(active: Bool, time: MonotonicTime) {
        self.active = active
        self.time = time
    }
}

/// An edge.
public struct LineEvent: Sendable, Equatable {
    /// The level after it.
    public var active: Bool
    /// When it happened, as the kernel noticed it.
    public var time: MonotonicTime
    /// Its number among the line's edges, from 1; the kernel goes on counting when it has to drop one. Nil where
    /// `LineAbilities.sequenceNumbers` says no.
    public var sequence: UInt32?
    /// How many events before this one were lost on the way from the kernel to the consumer.
    public var lost: Int

    /// - Parameters: as the properties.
    public init(active: Bool, time: MonotonicTime, sequence: UInt32? = nil, lost: Int = 0) {
        self.active = active
        self.time = time
        self.sequence = sequence
        self.lost = lost
    }
}

/// What an input has to say.
public enum LineNotice: Sendable, Equatable {
    /// An edge.
    case edge(LineEvent)
    /// Nothing will follow: the chip is gone, or the line or the chip was closed.
    case ended(LineError)
}
