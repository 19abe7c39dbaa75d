// A chip and its lines as the kernel describes them: what `gatewayctl gpio` shows.

/// A chip as it was found.
public struct ChipDescription: Sendable, Equatable {
    /// Where it is now, like `/dev/gpiochip0`. The number may be another after the next boot.
    public var path: String
    /// The driver's label, like `pinctrl-bcm2711`.
    public var label: String
    /// Its lines in the order of their offset.
    public var lines: [LineDescription]

    /// - Parameters: as the properties.
    public init(path: String, label: String, lines: [LineDescription]) {
        self.path = path
        self.label = label
        self.lines = lines
    }

    /// Finds the line a configuration means.
    /// - Parameter chip: the chip as the configuration names it, for the error.
    public func offset(of line: LineSelector, chip: String) throws(LineError) -> Int {
        switch line {
        case .offset(let offset):
            if lines.indices.contains(offset) { return offset }
            let range = lines.isEmpty ? "it has no lines" : "it has offsets 0 to \(lines.count - 1)"
            throw LineError(kind: .lineMissing, chip: chip, line: line, detail: range)
        case .name(let name):
            let found = lines.filter { $0.name == name }.map(\.offset)
            if found.count > 1 { throw LineError(kind: .lineAmbiguous(offsets: found), chip: chip, line: line) }
            if let offset = found.first { return offset }
            let near = lines.first { $0.name?.lowercased() == name.lowercased() }?.name
            let hint = near.map { "there is a line \($0), upper and lower case count" } ?? ""
            throw LineError(kind: .lineMissing, chip: chip, line: line, detail: hint)
        }
    }
}

/// One line of a chip.
public struct LineDescription: Sendable, Equatable {
    /// The way the level goes.
    public enum Direction: String, CaseIterable, Sendable {
        case input, output
    }

    /// Number within the chip.
    public var offset: Int
    /// The board's name for it; nil when it has none.
    public var name: String?
    /// Who uses it, as the kernel says: a program's name or a driver's; nil when nobody does.
    public var holder: String?
    /// Input or output.
    public var direction: Direction
    /// True when its holder takes low as active.
    public var activeLow: Bool
    /// The pull resistors; nil when the kernel does not know.
    public var bias: LineBias?

    /// - Parameters: as the properties.
    public init(
        offset: Int, name: String? = nil, holder: String? = nil, direction: Direction = .input, activeLow: Bool = false,
        bias: LineBias? = nil
    ) {
        self.offset = offset
        self.name = name
        self.holder = holder
        self.direction = direction
        self.activeLow = activeLow
        self.bias = bias
    }
}
