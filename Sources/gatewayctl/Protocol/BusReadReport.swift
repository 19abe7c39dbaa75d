// One transaction for a technician: POST /v1/buses/read and /v1/buses/write.

/// Body of `POST /v1/buses/read`.
public struct BusReadRequest: Codable, Sendable, Equatable {
    /// The bus's id.
    public var bus: String
    /// Unit address: 1 to 247 on a serial line, 0 to 255 over TCP.
    public var unit: Int
    /// `coil`, `discrete`, `input` or `holding`.
    public var table: String
    /// Zero-based PDU address of the first item, 0 to 65535.
    public var address: Int
    /// Number of items: 1 to 125 registers, 1 to 2000 bits.
    public var count: Int

    /// - Parameters: as the properties.
    public init(bus: String, unit: Int, table: String, address: Int, count: Int) {
        self.bus = bus
        self.unit = unit
        self.table = table
        self.address = address
        self.count = count
    }
}

/// Answer of `POST /v1/buses/read`: also when the unit gave no value, then with the problem.
public struct BusReadReport: Codable, Sendable, Equatable {
    /// What neighbouring words mean in one type and order.
    public struct Form: Codable, Sendable, Equatable {
        /// Index of the first word.
        public var offset: Int
        /// Number of words.
        public var words: Int
        /// `uint16`, `int32`, `float32`, `bcd16`, `ascii` …
        public var type: String
        /// `big` or `little`: which word comes first; null for one word.
        @Nullable public var wordOrder: String?
        /// `big` or `little`: the bytes in a word.
        public var byteOrder: String
        /// The value as a person writes it.
        public var value: String

        private enum CodingKeys: String, CodingKey {
            case offset, words, type, value
            case wordOrder = "word_order"
            case byteOrder = "byte_order"
        }

        /// - Parameters: as the properties.
        public init(offset: Int, words: Int, type: String, wordOrder: String?, byteOrder: String, value: String) {
            self.offset = offset
            self.words = words
            self.type = type
            self.wordOrder = wordOrder
            self.byteOrder = byteOrder
            self.value = value
        }
    }

    /// What was asked.
    public var request: BusReadRequest
    /// One number per register, 0 or 1 per bit; empty without a believed reply.
    public var words: [Int]
    /// The words side by side in every type and order.
    public var forms: [Form]
    /// The frames of this transaction, probes before it included.
    public var frames: [BusFrameRow]
    /// Why there are no words, and what to do; null when there are.
    @Nullable public var problem: String?
    /// From the first byte of the request to the last one of the reply, in milliseconds; null without a believed reply.
    @Nullable public var latencyMs: Double?
    /// `COVER/SENSOR` of the sensors that are configured at this unit.
    public var sensors: [String]
    /// The covers whose sensors these are, once each.
    public var covers: [BusCover]

    private enum CodingKeys: String, CodingKey {
        case request, words, forms, frames, problem, sensors, covers
        case latencyMs = "latency_ms"
    }

    /// - Parameters: as the properties.
    public init(
        request: BusReadRequest, words: [Int], forms: [Form], frames: [BusFrameRow], problem: String? = nil,
        latencyMs: Double? = nil, sensors: [String] = [], covers: [BusCover] = []
    ) {
        self.request = request
        self.words = words
        self.forms = forms
        self.frames = frames
        self.problem = problem
        self.latencyMs = latencyMs
        self.sensors = sensors
        self.covers = covers
    }
}

/// Body of `POST /v1/buses/write`: one coil or register by functions 5 and 6, several by 15 and 16.
public struct BusWriteRequest: Codable, Sendable, Equatable {
    /// The bus's id.
    public var bus: String
    /// Unit address: 1 to 247 on a serial line, 0 to 255 over TCP.
    public var unit: Int
    /// `coil` or `holding`.
    public var table: String
    /// Zero-based PDU address of the first item, 0 to 65535.
    public var address: Int
    /// One number per register, 0 to 65535; 0 or 1 per coil.
    public var words: [Int]

    /// - Parameters: as the properties.
    public init(bus: String, unit: Int, table: String, address: Int, words: [Int]) {
        self.bus = bus
        self.unit = unit
        self.table = table
        self.address = address
        self.words = words
    }
}

/// Answer of `POST /v1/buses/write`.
public struct BusWriteReport: Codable, Sendable, Equatable {
    /// What was asked.
    public var request: BusWriteRequest
    /// Whether the unit has confirmed exactly this write.
    public var confirmed: Bool
    /// Why it has not, and whether it may have been carried out all the same; null when it has.
    @Nullable public var problem: String?
    /// The frames of this transaction.
    public var frames: [BusFrameRow]
    /// `COVER/SENSOR` of the sensors that are configured at this unit.
    public var sensors: [String]
    /// The covers whose sensors these are, once each.
    public var covers: [BusCover]

    /// - Parameters: as the properties.
    public init(
        request: BusWriteRequest, confirmed: Bool, problem: String? = nil, frames: [BusFrameRow], sensors: [String] = [],
        covers: [BusCover] = []
    ) {
        self.request = request
        self.confirmed = confirmed
        self.problem = problem
        self.frames = frames
        self.sensors = sensors
        self.covers = covers
    }
}
