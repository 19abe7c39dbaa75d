// Function tests: whether a sensor moves when somebody moves what it measures.

/// Body of POST /v1/commission/test.
public struct FunctionTestRequest: Codable, Sendable, Equatable {
    /// `COVER/SENSOR/CHANNEL`.
    public var point: String
    /// rise, fall or change.
    public var expect: String
    /// How long to look, 5 to 600.
    public var seconds: Int

    /// - Parameters: as the properties.
    public init(point: String, expect: String, seconds: Int) {
        self.point = point
        self.expect = expect
        self.seconds = seconds
    }
}

/// Body of POST /v1/commission/test/step.
public struct FunctionTestStep: Codable, Sendable, Equatable {
    /// `COVER/SENSOR/CHANNEL`.
    public var point: String

    /// - Parameters: as the properties.
    public init(point: String) {
        self.point = point
    }
}

/// Body of POST /v1/commission/test/confirm.
public struct FunctionTestConfirmation: Codable, Sendable, Equatable {
    /// `COVER/SENSOR/CHANNEL`.
    public var point: String
    /// Whether the person saw the sensor do what it should.
    public var passed: Bool

    /// - Parameters: as the properties.
    public init(point: String, passed: Bool) {
        self.point = point
        self.passed = passed
    }
}

/// Answer of the three routes of function tests.
public struct FunctionTestReport: Codable, Sendable, Equatable {
    /// `COVER/SENSOR/CHANNEL`.
    public var point: String
    /// What people call the cover.
    @Nullable public var coverName: String?
    /// The unit of the values.
    public var unit: String
    /// rise, fall or change.
    public var expect: String
    /// waiting, moved or not-moved.
    public var state: String
    /// So far the value has to move.
    public var least: Double
    /// The value before.
    public var before: Double
    /// The last value; null when the last reading has none.
    @Nullable public var value: Double?
    /// The value that lay furthest from the one before, in the expected direction.
    public var furthest: Double
    /// Readings so far.
    public var readings: Int
    /// Of them without value.
    public var bad: Int
    /// Until it is over; 0 when it is.
    public var secondsLeft: Double
    /// What the person has to do, in the gateway's language.
    public var instruction: String
    /// What the person should know besides, in the gateway's language.
    @Nullable public var notice: String?
    /// What was put on record; null while nothing was.
    @Nullable public var record: FunctionTestRow?

    private enum CodingKeys: String, CodingKey {
        case point, unit, expect, state, least, before, value, furthest, readings, bad, instruction, notice, record
        case coverName = "cover_name"
        case secondsLeft = "seconds_left"
    }

    /// - Parameters: as the properties.
    public init(
        point: String, coverName: String? = nil, unit: String, expect: String, state: String, least: Double, before: Double,
        value: Double? = nil, furthest: Double, readings: Int, bad: Int, secondsLeft: Double, instruction: String,
        notice: String? = nil, record: FunctionTestRow? = nil
    ) {
        self.point = point
        self.coverName = coverName
        self.unit = unit
        self.expect = expect
        self.state = state
        self.least = least
        self.before = before
        self.value = value
        self.furthest = furthest
        self.readings = readings
        self.bad = bad
        self.secondsLeft = secondsLeft
        self.instruction = instruction
        self.notice = notice
        self.record = record
    }
}
