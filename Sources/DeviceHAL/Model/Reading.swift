// One measured value on its way from the wire to the platform.

/// The address of a series of readings: `COVER/SENSOR/CHANNEL`.
public struct Point: Sendable, Hashable, CustomStringConvertible {
    /// The cover's code.
    public let cover: String
    /// The sensor's id: the place of a device at the cover, not the device.
    public let sensor: String
    /// The quantity's name within the sensor.
    public let channel: String

    /// A point is looked up several times for each of its readings, and hashing three texts takes longer than the rest of it.
    private let digest: Int

    /// - Parameters: the three parts, already checked to be ids of the configuration.
    public init(cover: String, sensor: String, channel: String) {
        self.cover = cover
        self.sensor = sensor
        self.channel = channel
        var hasher = Hasher()
        hasher.combine(cover)
        hasher.combine(sensor)
        hasher.combine(channel)
        digest = hasher.finalize()
    }

    /// Hashed when it was made.
    public func hash(into hasher: inout Hasher) { hasher.combine(digest) }

    /// Reads `COVER/SENSOR/CHANNEL`; nil unless there are exactly three parts, none of them empty.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(cover: String(parts[0]), sensor: String(parts[1]), channel: String(parts[2]))
    }

    /// `COVER/SENSOR/CHANNEL`.
    public var description: String { "\(cover)/\(sensor)/\(channel)" }
}

/// Where a reading came from; kept all the way to the platform so that a demonstration is never taken for the field.
public enum Origin: String, CaseIterable, Sendable {
    case field, simulated
}

/// One reading of one point.
public struct Reading: Sendable, Equatable {
    /// What was read.
    public let point: Point
    /// Its quantity; the unit is the quantity's canonical one.
    public let quantity: Quantity
    /// Value, quality and reason.
    public let measurement: Measurement
    /// When the reply had arrived.
    public let time: Timestamp
    /// Field or simulated.
    public let origin: Origin

    /// - Parameters: as the properties of the same names.
    public init(point: Point, quantity: Quantity, measurement: Measurement, time: Timestamp, origin: Origin) {
        self.point = point
        self.quantity = quantity
        self.measurement = measurement
        self.time = time
        self.origin = origin
    }
}
