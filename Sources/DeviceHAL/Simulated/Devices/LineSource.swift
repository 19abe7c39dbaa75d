// What pulls a simulated line: a contact of a manhole, or a test's hand.
import SensorModel

/// The electrical level of one line over time.
public protocol LineSource: Sendable {
    /// Whether the line is high.
    /// - Parameter time: from the begin of simulated time.
    func isHigh(at time: Duration) -> Bool

    /// The first moment at which the level is another one.
    /// - Parameters:
    ///   - time: looked for after this.
    ///   - isHigh: the level then.
    ///   - end: looked for up to this, which may be in the future.
    /// - Returns: nil when the level stays.
    func change(after time: Duration, from isHigh: Bool, upTo end: Duration) -> Duration?

    /// Takes note of whom to tell when the future is not what `change` foresaw. The plant's future is always what it foresaw.
    func whenSurprised(_ tell: @escaping @Sendable () -> Void)
}

extension LineSource {
    /// Never surprised.
    public func whenSurprised(_ tell: @escaping @Sendable () -> Void) {}
}
