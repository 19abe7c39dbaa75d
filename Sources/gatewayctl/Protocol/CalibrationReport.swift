// Bump tests and calibrations: POST /v1/calibration/start and /stop, GET /v1/calibration and /v1/calibration/due.

/// Body of POST /v1/calibration/start.
public struct CalibrationRequest: Codable, Sendable, Equatable {
    /// `COVER/SENSOR/CHANNEL`.
    public var point: String
    /// Why: bump test, calibration.
    public var reason: String
    /// For how long, at most 1800 (30 min).
    public var seconds: Int

    /// - Parameters: as the properties.
    public init(point: String, reason: String, seconds: Int) {
        self.point = point
        self.reason = reason
        self.seconds = seconds
    }
}

/// Body of POST /v1/calibration/stop.
public struct CalibrationStop: Codable, Sendable, Equatable {
    /// `COVER/SENSOR/CHANNEL`.
    public var point: String
    /// What the test gas has, in `unit`.
    @Nullable public var applied: Double?
    /// The unit of `applied`: the point's.
    @Nullable public var unit: String?
    /// Whether the sensor did what it should; nil when nobody says.
    @Nullable public var passed: Bool?
    /// What else is worth knowing.
    @Nullable public var note: String?

    /// - Parameters: as the properties.
    public init(point: String, applied: Double? = nil, unit: String? = nil, passed: Bool? = nil, note: String? = nil) {
        self.point = point
        self.applied = applied
        self.unit = unit
        self.passed = passed
        self.note = note
    }
}

/// One test that is over.
public struct CalibrationRow: Codable, Sendable, Equatable {
    /// `COVER/SENSOR/CHANNEL`.
    public var point: String
    /// What people call the cover.
    @Nullable public var coverName: String?
    /// Where that is, in words.
    @Nullable public var place: String?
    /// Serial number of the device that was tested.
    @Nullable public var serial: String?
    /// Unit of the values.
    public var unit: String
    /// Who began it.
    public var by: String
    /// Why.
    public var reason: String
    /// When it began, RFC 3339, UTC.
    public var start: String
    /// When it ended, RFC 3339, UTC.
    public var end: String
    /// How far these times may be trusted: synced, holdover or unsynced.
    public var clock: String
    /// Who ended it; null when its time was over.
    @Nullable public var endedBy: String?
    /// Readings with a value while it was on.
    public var readings: Int
    /// The lowest of them.
    @Nullable public var lowest: Double?
    /// The highest of them.
    @Nullable public var highest: Double?
    /// The last of them.
    @Nullable public var last: Double?
    /// What the test gas has.
    @Nullable public var applied: Double?
    /// The last reading less what was applied.
    @Nullable public var deviation: Double?
    /// By a person's word; null when nobody said.
    @Nullable public var passed: Bool?
    /// What else they said.
    @Nullable public var note: String?

    private enum CodingKeys: String, CodingKey {
        case point, place, serial, unit, by, reason, start, end, clock, readings, lowest, highest, last, applied, deviation,
            passed, note
        case coverName = "cover_name"
        case endedBy = "ended_by"
    }

    /// - Parameters: as the properties.
    public init(
        point: String, coverName: String? = nil, place: String? = nil, serial: String? = nil, unit: String, by: String,
        reason: String, start: String,
        end: String, clock: String, endedBy: String? = nil, readings: Int, lowest: Double? = nil, highest: Double? = nil,
        last: Double? = nil, applied: Double? = nil, deviation: Double? = nil, passed: Bool? = nil, note: String? = nil
    ) {
        self.point = point
        self.coverName = coverName
        self.place = place
        self.serial = serial
        self.unit = unit
        self.by = by
        self.reason = reason
        self.start = start
        self.end = end
        self.clock = clock
        self.endedBy = endedBy
        self.readings = readings
        self.lowest = lowest
        self.highest = highest
        self.last = last
        self.applied = applied
        self.deviation = deviation
        self.passed = passed
        self.note = note
    }
}

/// Answer of GET /v1/calibration.
public struct CalibrationReport: Codable, Sendable, Equatable {
    /// The last tests, oldest first, at most 1000.
    public var tests: [CalibrationRow]
    /// Lines of calibration.jsonl that cannot be read.
    public var unreadable: Int

    /// - Parameters: as the properties.
    public init(tests: [CalibrationRow], unreadable: Int) {
        self.tests = tests
        self.unreadable = unreadable
    }
}

/// Answer of GET /v1/calibration/due.
public struct CalibrationDueReport: Codable, Sendable, Equatable {
    /// One gas sensor's point.
    public struct Row: Codable, Sendable, Equatable {
        /// `COVER/SENSOR/CHANNEL`.
        public var point: String
        /// What people call the cover.
        @Nullable public var coverName: String?
        /// Where that is, in words.
        @Nullable public var place: String?
        /// Serial number of the device.
        @Nullable public var serial: String?
        /// When the device last passed a test, RFC 3339, UTC; null when none is on record.
        @Nullable public var passed: String?
        /// When the next is due; null when none is on record.
        @Nullable public var due: String?
        /// due, later or never: never tested, as far as is on record.
        public var state: String

        private enum CodingKeys: String, CodingKey {
            case point, place, serial, passed, due, state
            case coverName = "cover_name"
        }

        /// - Parameters: as the properties.
        public init(
            point: String, coverName: String? = nil, place: String? = nil, serial: String? = nil, passed: String? = nil,
            due: String? = nil,
            state: String
        ) {
            self.point = point
            self.coverName = coverName
            self.place = place
            self.serial = serial
            self.passed = passed
            self.due = due
            self.state = state
        }
    }

    /// How long a passed test counts, in days.
    public var intervalDays: Int
    /// Where that number comes from.
    public var source: String
    /// Gas sensors in the order of the configuration.
    public var points: [Row]

    private enum CodingKeys: String, CodingKey {
        case source, points
        case intervalDays = "interval_days"
    }

    /// - Parameters: as the properties.
    public init(intervalDays: Int, source: String, points: [Row]) {
        self.intervalDays = intervalDays
        self.source = source
        self.points = points
    }
}
