// How long to wait before the next attempt: grows, is spread by chance, and forgets after a stable time.
import SensorModel

/// Exponential back-off with full jitter, 1 s to `longest`. Pure: time and chance are parameters.
public struct Backoff: Sendable {
    private let longest: Duration
    private var failures = 0

    /// - Parameter longest: the most it ever waits.
    public init(longest: Duration) { self.longest = longest }

    /// The wait after one more failure: by chance between a tenth of the present bound and the bound itself,
    /// so that thousands of gateways do not come back at once.
    public mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let bound = min(longest, .seconds(1) * (1 << min(failures, 10)))
        failures += 1
        let milliseconds = max(10, bound.milliseconds)
        return .milliseconds(Int64.random(in: milliseconds / 10...milliseconds, using: &generator))
    }

    /// It worked, and lasted.
    public mutating func reset() { failures = 0 }
}
