// The digital lines of each chip, their holders, and what the installed libgpiod cannot do: GET /v1/gpio.

/// One GPIO chip that the configuration names.
public struct ChipRow: Codable, Sendable, Equatable {
    /// One line of the chip.
    public struct Line: Codable, Sendable, Equatable {
        /// Number within the chip.
        public var offset: Int
        /// The board's name for it; null when it has none.
        @Nullable public var name: String?
        /// Who uses it, as the kernel says; null when nobody does.
        @Nullable public var holder: String?
        /// `input` or `output`.
        public var direction: String
        /// True when low is active.
        public var activeLow: Bool
        /// `pull-up`, `pull-down` or `disabled`; null when the kernel does not say.
        @Nullable public var bias: String?
        /// `COVER/SENSOR` of the sensor at it.
        @Nullable public var sensor: String?
        /// Id of the output at it.
        @Nullable public var output: String?
        /// True active, false not; null when it is not watched or cannot be read.
        @Nullable public var active: Bool?

        /// How many of its edges are known to be lost since the daemon started; null when it is not watched.
        @Nullable public var lostEdges: Int?

        private enum CodingKeys: String, CodingKey {
            case offset, name, holder, direction, bias, sensor, output, active
            case lostEdges = "lost_edges"
            case activeLow = "active_low"
        }

        /// - Parameters: as the properties.
        public init(
            offset: Int, name: String? = nil, holder: String? = nil, direction: String, activeLow: Bool, bias: String? = nil,
            sensor: String? = nil, output: String? = nil, active: Bool? = nil, lostEdges: Int? = nil
        ) {
            self.offset = offset
            self.name = name
            self.holder = holder
            self.direction = direction
            self.activeLow = activeLow
            self.bias = bias
            self.sensor = sensor
            self.output = output
            self.active = active
            self.lostEdges = lostEdges
        }
    }

    /// One output of the configuration at the chip, whether its line is there or not.
    public struct Output: Codable, Sendable, Equatable {
        /// The output's id.
        public var output: String
        /// Its line as the configuration names it.
        public var line: String
        /// True when low energises it.
        public var activeLow: Bool
        /// Whether it is energised while it is quiet, so that it sounds without power.
        public var failSafe: Bool
        /// What the alarms demand: true to sound; null until they have been judged for the first time.
        @Nullable public var sounds: Bool?
        /// The level its line was driven to; null while the line is not held.
        @Nullable public var energised: Bool?
        /// Whether that level was read back; null when the line is not held, or the chip cannot read what it drives.
        @Nullable public var confirmed: Bool?
        /// What is wrong and what to do, or null.
        @Nullable public var problem: String?

        private enum CodingKeys: String, CodingKey {
            case output, line, sounds, energised, confirmed, problem
            case activeLow = "active_low"
            case failSafe = "fail_safe"
        }

        /// - Parameters: as the properties.
        public init(
            output: String, line: String, activeLow: Bool, failSafe: Bool, sounds: Bool? = nil, energised: Bool? = nil,
            confirmed: Bool? = nil, problem: String? = nil
        ) {
            self.output = output
            self.line = line
            self.activeLow = activeLow
            self.failSafe = failSafe
            self.sounds = sounds
            self.energised = energised
            self.confirmed = confirmed
            self.problem = problem
        }
    }

    /// The bus's id.
    public var bus: String
    /// The chip as the configuration names it.
    public var chip: String
    /// The driver's label, as it was found; null when the chip cannot be opened.
    @Nullable public var label: String?
    /// Where it is now, like `/dev/gpiochip0`; null when the chip cannot be opened.
    @Nullable public var path: String?
    /// The library, like `libgpiod 1.6.3`.
    public var library: String
    /// Whether the kernel debounces; otherwise the daemon does, on the times of the edges.
    public var kernelDebounce: Bool
    /// Whether edges are numbered; otherwise a lost edge cannot be seen.
    public var sequenceNumbers: Bool
    /// What is wrong and what to do, or null.
    @Nullable public var problem: String?
    /// Lines in the order of their offset; empty when the chip cannot be opened.
    public var lines: [Line]
    /// Outputs in the order of the configuration.
    public var outputs: [Output]

    private enum CodingKeys: String, CodingKey {
        case bus, chip, label, path, library, problem, lines, outputs
        case kernelDebounce = "kernel_debounce"
        case sequenceNumbers = "sequence_numbers"
    }

    /// - Parameters: as the properties.
    public init(
        bus: String, chip: String, label: String? = nil, path: String? = nil, library: String, kernelDebounce: Bool,
        sequenceNumbers: Bool, problem: String? = nil,
        lines: [Line], outputs: [Output] = []
    ) {
        self.bus = bus
        self.chip = chip
        self.label = label
        self.path = path
        self.library = library
        self.kernelDebounce = kernelDebounce
        self.sequenceNumbers = sequenceNumbers
        self.problem = problem
        self.lines = lines
        self.outputs = outputs
    }
}

/// Answer of `GET /v1/gpio`.
public struct GPIOReport: Codable, Sendable, Equatable {
    /// Chips in the order of the configuration.
    public var chips: [ChipRow]

    /// - Parameters: as the properties.
    public init(chips: [ChipRow]) {
        self.chips = chips
    }
}
