// What a single sensor cannot know: whether its value may be believed beside the other sensors of its cover, and for its kind.
// Pure; time comes with the readings.
import SensorModel

/// Judges readings by the others at their cover.
///
/// What it promises: it never raises a quality and never changes a value; a bad reading stays as it is; a reading is `bad` only
/// for what other sensors say beyond doubt, and `uncertain`, which still alarms, for everything else. Its memory is bounded by
/// the number of sensors. It keeps nothing over a restart: until the others have spoken, a sensor is believed.
public struct CoverValidity: Sendable {
    private struct Place {
        let cover: Int
        let index: Int
    }

    /// Points with nothing to judge are in here too little: whoever is not listed is passed on at once.
    private let places: [Point: Place]
    private var covers: [CoverWatch] = []

    /// - Parameter covers: the configuration's.
    public init(_ covers: [WatchedCover]) {
        var places: [Point: Place] = [:]
        for cover in covers {
            let watch = CoverWatch(cover)
            guard !watch.involved.isEmpty else { continue }
            for index in watch.involved {
                let point = cover.points[index]
                places[Point(cover: cover.code, sensor: point.sensor, channel: point.channel)] = Place(
                    cover: self.covers.count, index: index)
            }
            self.covers.append(watch)
        }
        self.places = places
    }

    /// The reading, with its measurement possibly lowered. Each new reading once, in the order in which they come.
    public mutating func judge(_ reading: Reading) -> Reading {
        guard let place = places[reading.point] else { return reading }
        let measurement = covers[place.cover].judge(reading.measurement, of: place.index, at: reading.time.monotonic)
        if measurement == reading.measurement { return reading }
        return Reading(
            point: reading.point, quantity: reading.quantity, measurement: measurement, time: reading.time, origin: reading.origin
        )
    }

    /// Why the point's last reading was lowered and what to do, in words for a technician; nil when it was not.
    public func problem(of point: Point) -> Bilingual? {
        guard let place = places[point] else { return nil }
        return covers[place.cover].problem(of: place.index)
    }
}
