// An alarm transition as its record's body: everything a dispatcher needs without looking anything up.
import Alarms
import SensorModel

/// What is known about the place and the device of an alarm, taken from the configuration.
public struct AlarmPlace: Sendable, Equatable {
    /// Serial number of the device that sits at the sensor's place.
    public var device: String?
    /// The cover's members as JSON, like `"location":{…},"kind":"sewage"`: the same for every alarm of a cover.
    public var coverMembers: [UInt8]

    /// - Parameters: as the properties.
    public init(device: String?, coverMembers: [UInt8]) {
        self.device = device
        self.coverMembers = coverMembers
    }
}

/// Encodes alarm transitions.
public enum AlarmEncoder {
    /// The body of a transition's record (contract §3).
    /// - Parameters:
    ///   - place: nil for an alarm of the gateway itself.
    ///   - configuration: hash of the configuration the alarm was judged by.
    ///   - origin: simulated alarms are marked all the way.
    ///   - text: the rule's words, in the gateway's language.
    ///   - readings: readings before the step, and after it was raised, of the points that speak for it; the newest last.
    public static func body(
        _ transition: AlarmTransition, place: AlarmPlace?, configuration: String, origin: Origin, text: String? = nil,
        readings: [AlarmEvidence] = []
    ) -> [UInt8] {
        let alarm = transition.alarm
        var json = JSONBytes(capacity: 1024)
        json.raw("\"alarm\":")
        json.string(alarm.id)
        json.raw(",\"rule\":")
        json.string(alarm.rule)
        json.raw(",\"severity\":")
        json.integer(Int64(alarm.severity.rawValue))
        json.raw(",\"from\":")
        json.string(transition.from.rawValue)
        json.raw(",\"to\":")
        json.string(transition.to.rawValue)
        json.raw(",\"cause\":")
        json.string(transition.cause.rawValue)
        json.raw(",\"count\":")
        json.integer(Int64(alarm.count))
        json.optionalMember("text", text)
        json.raw(",\"cover\":")
        json.string(alarm.point?.cover)
        json.raw(",\"point\":")
        json.string(alarm.point?.description)
        json.raw(",\"device\":")
        json.string(place?.device)
        json.raw(",\"quantity\":")
        json.string(alarm.quantity?.rawValue)
        json.raw(",\"value\":")
        json.number(transition.value ?? alarm.value)
        json.raw(",\"unit\":")
        json.string(alarm.quantity?.unit.rawValue)
        json.raw(",\"threshold\":")
        json.number(alarm.threshold)
        json.raw(",\"clear_threshold\":")
        json.number(alarm.clearThreshold)
        times(transition, into: &json)
        json.raw(",")
        json.raw(place?.coverMembers ?? emptyPlace)
        json.raw(",\"config\":")
        json.string(configuration)
        if alarm.isTest { json.raw(",\"test\":true") } else { json.raw(",\"test\":false") }
        json.raw(",\"origin\":")
        json.string(origin.rawValue)
        json.optionalMember("by", transition.actor)
        json.optionalMember("note", alarm.note)
        if let falseAlarm = alarm.falseAlarm {
            if falseAlarm { json.raw(",\"false_alarm\":true") } else { json.raw(",\"false_alarm\":false") }
        }
        json.optionalMember("acknowledged_by", alarm.acknowledgedBy)
        if let shelving = alarm.shelving {
            json.raw(",\"shelved\":{\"by\":")
            json.string(shelving.by)
            json.raw(",\"reason\":")
            json.string(shelving.reason)
            json.raw(",\"until\":")
            json.time(shelving.until.wall)
            json.raw("}")
        }
        write(alarm.evidence, as: "evidence", into: &json)
        write(readings, as: "history", into: &json)
        return json.bytes
    }

    /// The id of the alarm that begins with this record; nil for a later step of an alarm, and for what is none.
    public static func begun(by body: [UInt8]) -> String? {
        let (head, from) = (Array("\"alarm\":\"".utf8), Array(",\"from\":\"".utf8))
        guard body.starts(with: head), let end = body[head.count...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        // In a text a quotation mark stands behind a backslash: outside of one this can only be the member.
        var at = end
        while let comma = body[at...].firstIndex(of: UInt8(ascii: ",")) {
            if body[comma...].starts(with: from) {
                let isFirst = body[(comma + from.count)...].starts(with: Array("\(AlarmState.normal.rawValue)\"".utf8))
                return isFirst ? String(decoding: body[head.count..<end], as: UTF8.self) : nil
            }
            at = comma + 1
        }
        return nil
    }

    private static func write(_ pieces: [AlarmEvidence], as key: String, into json: inout JSONBytes) {
        guard !pieces.isEmpty else { return }
        json.raw(",")
        json.string(key)
        json.raw(":[")
        for (index, piece) in pieces.enumerated() {
            if index > 0 { json.raw(",") }
            json.raw("{\"point\":")
            json.string(piece.point.description)
            json.raw(",\"quantity\":")
            json.string(piece.quantity.rawValue)
            json.raw(",\"value\":")
            json.number(piece.measurement.value)
            json.raw(",\"quality\":")
            json.string(piece.measurement.quality)
            json.optionalMember("reason", piece.measurement.reason)
            json.raw(",\"time\":")
            json.time(piece.time.wall)
            json.raw("}")
        }
        json.raw("]")
    }

    private static let emptyPlace = coverMembers(CoverPlace())

    private static func times(_ transition: AlarmTransition, into json: inout JSONBytes) {
        json.raw(",\"occurred\":")
        json.time(transition.occurred.wall)
        json.raw(",\"detected\":")
        json.time(transition.detected.wall)
        json.raw(",\"clock\":")
        // An alarm can occur before the clock is known and be detected after: the message is as good as the worse of the two.
        let isUnsynced = transition.detected.clock == .unsynced || transition.occurred.clock == .unsynced
        json.string(isUnsynced ? ClockState.unsynced.rawValue : transition.detected.clock.rawValue)
        if isUnsynced {
            json.raw(",\"monotonic_ms\":")
            json.integer(transition.detected.monotonic.milliseconds)
            json.raw(",\"occurred_monotonic_ms\":")
            json.integer(transition.occurred.monotonic.milliseconds)
        }
    }

    /// The members of a cover that go into each of its alarms.
    public static func coverMembers(_ cover: CoverPlace) -> [UInt8] {
        var json = JSONBytes(capacity: 384)
        json.raw("\"name\":")
        json.string(cover.name)
        json.raw(",\"location\":")
        if let location = cover.location { location.write(into: &json) } else { json.raw("null") }
        for (key, text) in cover.words {
            json.raw(",")
            json.string(key)
            json.raw(":")
            json.string(text)
        }
        return json.bytes
    }
}

/// A cover's place and people, as far as the ledger knows them.
public struct CoverPlace: Sendable, Equatable {
    /// Where it is.
    public struct Location: Sendable, Equatable {
        /// Degrees east and north, in `crs`.
        public var longitude: Double, latitude: Double
        /// Reference system, never converted.
        public var crs: String
        /// In words.
        public var text: String?
        /// Elevations in m, in `datum`.
        public var rimElevation: Double?, invertElevation: Double?
        /// Height datum.
        public var datum: String?

        /// - Parameters: as the properties.
        public init(
            longitude: Double, latitude: Double, crs: String, text: String?, rimElevation: Double?, invertElevation: Double?,
            datum: String?
        ) {
            self.longitude = longitude
            self.latitude = latitude
            self.crs = crs
            self.text = text
            self.rimElevation = rimElevation
            self.invertElevation = invertElevation
            self.datum = datum
        }

        func write(into json: inout JSONBytes) {
            json.raw("{\"longitude\":")
            json.number(longitude)
            json.raw(",\"latitude\":")
            json.number(latitude)
            json.optionalMember("crs", crs)
            json.optionalMember("text", text)
            if let rimElevation {
                json.raw(",\"rim_elevation\":")
                json.number(rimElevation)
            }
            if let invertElevation {
                json.raw(",\"invert_elevation\":")
                json.number(invertElevation)
            }
            json.optionalMember("datum", datum)
            json.raw("}")
        }
    }

    /// What people call it.
    public var name: String?
    /// Where it is.
    public var location: Location?
    /// `kind`, `road`, `grid`, `responsibility_grid`, `competent`, `owner`, `maintainer`.
    public var kind: String?, road: String?, grid: String?, responsibilityGrid: String?
    /// Authority, owner and maintainer.
    public var competent: String?, owner: String?, maintainer: String?

    /// A place of which nothing is known.
    public init() {}

    var words: [(String, String?)] {
        [
            ("kind", kind), ("road", road), ("grid", grid), ("responsibility_grid", responsibilityGrid), ("competent", competent),
            ("owner", owner), ("maintainer", maintainer),
        ]
    }
}
