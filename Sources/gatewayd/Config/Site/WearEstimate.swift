// What the store writes in a day, side by side with what a power cut takes: the one is bought with the other.
import DeviceHAL
import SensorModel

extension Configuration {
    /// A line: the loss window, and the bytes a day that are to be expected.
    public var storeSummary: String {
        let wear = WearEstimate(self)
        return
            "store: a power cut takes at most the last \(Field.words(store.lossWindow)) of readings and no committed alarm; "
            + "about \(wear.megabytesPerDay) MB a day are written in \(wear.commitsPerDay) commits"
    }
}

/// An estimate from the configuration; its figures were fitted to what the kernel counted (docs/adr/0002).
struct WearEstimate {
    /// Bytes of a commit, of what is noted about deliveries, and of the log's way into the file.
    private static let commit = 13_700.0
    /// Bytes of each reading in it.
    private static let reading = 440.0

    /// Sensors that are asked together.
    private struct Burst: Hashable {
        var bus: String
        var period: Duration
    }

    let commitsPerDay: Int
    let megabytesPerDay: Int

    init(_ configuration: Configuration) {
        let sensors = configuration.covers.flatMap(\.sensors)
        // A bus asks its sensors of one period one after the other: their readings come together.
        let polls = Set(sensors.map { Burst(bus: $0.bus, period: $0.every) }).reduce(0.0) { $0 + 1 / $1.period.seconds }
        let readings = sensors.reduce(0.0) { $0 + Double($1.channels.count) / $1.every.seconds }
        guard polls > 0 else {
            (commitsPerDay, megabytesPerDay) = (0, 0)
            return
        }
        // A commit begins with the reading after the last one and takes along what comes within the interval.
        let cycle = configuration.store.commitInterval.seconds + 1 / polls
        let commits = 86_400 / cycle
        commitsPerDay = Int(commits.rounded())
        megabytesPerDay = Int(((commits * Self.commit + 86_400 * readings * Self.reading) / 1e6).rounded(.up))
    }
}
