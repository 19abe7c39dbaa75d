// Which line of a chip is meant, and how it is wired.

/// A line of a chip, as a configuration names it. A name survives another kernel; an offset is for lines without one.
public enum LineSelector: Sendable, Hashable, CustomStringConvertible {
    /// The name that the board's device tree gives it, like `GPIO17` or `P9_24 [uart1_txd]`: spaces are part of it.
    case name(String)
    /// Its number within the chip, from 0.
    case offset(Int)

    /// `GPIO17`, or `offset 17`.
    public var description: String {
        switch self {
        case .name(let name): name
        case .offset(let offset): "offset \(offset)"
        }
    }
}

/// What a line's pull resistors do. The words are those of the configuration.
public enum LineBias: String, CaseIterable, Sendable {
    /// Left as the board set it up.
    case asIs = "as-is"
    case disabled
    case pullUp = "pull-up"
    case pullDown = "pull-down"
}

/// A line, how it is wired, and how long a level must last to be believed.
public struct LineSettings: Sendable, Hashable {
    /// Which line of the chip.
    public var line: LineSelector
    /// True when the low level means active. The kernel turns it around; above it there is only active and not active.
    public var activeLow: Bool
    /// The pull resistors.
    public var bias: LineBias
    /// How long a level must last to be believed, from 0, at most `longestDebounce`.
    public var debounce: Duration

    /// The longest debounce time; the kernel counts it in microseconds in 32 bits.
    public static let longestDebounce = Duration.seconds(60)

    /// - Parameters: as the properties.
    public init(line: LineSelector, activeLow: Bool = false, bias: LineBias = .asIs, debounce: Duration = .zero) {
        self.line = line
        self.activeLow = activeLow
        self.bias = bias
        self.debounce = debounce
    }
}
