// Everything that can go wrong with a digital line: a closed kind with its context, and what a technician can do.

/// A failed operation on a chip or a line.
public struct LineError: Error, Sendable, Equatable {
    /// What went wrong.
    public enum Kind: Sendable, Equatable {
        /// No chip has this label, or there is no such device.
        case chipMissing
        /// The label fits several chips: their paths.
        case chipAmbiguous(paths: [String])
        /// The chip has no line of this name or offset.
        case lineMissing
        /// Several lines of the chip bear the name: their offsets.
        case lineAmbiguous(offsets: [Int])
        /// Somebody else holds the line: who, as the kernel says.
        case lineTaken(holder: String)
        /// This user may not open the chip or claim the line.
        case notPermitted
        /// The chip or its driver cannot do what the settings ask for.
        case unsupported
        /// The chip was unplugged, or its driver unloaded, while it was in use.
        case gone
        /// `close` or `release` was called before.
        case closed
        /// The system refused for another reason.
        case failed
    }

    /// What went wrong.
    public var kind: Kind
    /// The chip, as the configuration names it.
    public var chip: String
    /// The line; nil when the chip as a whole is concerned.
    public var line: LineSelector?
    /// For people: what was seen, like the system's own words. May be empty.
    public var detail: String

    /// - Parameters: as the properties.
    public init(kind: Kind, chip: String, line: LineSelector? = nil, detail: String = "") {
        self.kind = kind
        self.chip = chip
        self.line = line
        self.detail = detail
    }

    /// What is wrong, where, and what to do; one line.
    public var message: String {
        let place = line.map { "line \($0) of chip \(chip)" } ?? "chip \(chip)"
        let seen = detail.isEmpty ? "" : " (\(detail))"
        return switch kind {
        case .chipMissing:
            "\(place) is not there\(seen); gpiodetect lists the chips: take a label from it, or plug the board in"
        case .chipAmbiguous(let paths):
            "\(place): the label fits \(paths.joined(separator: " and ")); name the one you mean by its path"
        case .lineMissing:
            "\(place) is not there\(seen); gpioinfo lists the lines: take a name or an offset from it"
        case .lineAmbiguous(let offsets):
            "\(place): the name is borne by offsets \(offsets.map(String.init).joined(separator: " and ")); "
                + "give the offset of the one you mean"
        case .lineTaken(holder: "gatewayd"):
            "\(place) is taken by gatewayd itself; another sensor or output names the same line, "
                + "or a second gatewayd runs"
        case .lineTaken(let holder):
            "\(place) is taken by \(holder); stop that program or remove its driver, or wire to another line"
        case .notPermitted:
            "\(place) may not be used\(seen); put the daemon's user into the group that owns /dev/gpiochip*"
        case .unsupported:
            "\(place) cannot do what is asked of it\(seen); set bias to as-is, or use another line"
        case .gone:
            "\(place) went away\(seen); look for the board's plug and its driver"
        case .closed:
            "\(place) is closed"
        case .failed:
            "\(place) failed\(seen)"
        }
    }
}
