// The shipped street with the shipped rules, and parts of it; the seed of this run.
import DeviceHALSimulated
import GatewayConfig
import Glibc
import SensorModel
import TestSupport

/// Where traces are played.
enum TraceSite {
    /// The repository.
    static let repository: String = {
        let here = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return here.dropLast(3).joined(separator: "/")
    }()

    /// boards/simulated/street.yaml with boards/rules, or some of its sensors: what a test does not look at costs only time.
    /// - Parameters:
    ///   - cover: only this one, from 0 in the street's order; nil for all.
    ///   - sensors: only these; nil for all.
    static func street(cover: Int? = nil, sensors: Set<String>? = nil) throws -> Configuration {
        var street = try ConfigurationLoader(boards: "\(repository)/boards")
            .load(path: "\(repository)/boards/simulated/street.yaml").configuration
        if let cover { street.covers = [street.covers[cover]] }
        if let sensors {
            for index in street.covers.indices { street.covers[index].sensors.removeAll { !sensors.contains($0.id) } }
        }
        return street
    }

    /// Another one in each run; `TRACE_SEED=n` plays a run again.
    static let seed: UInt64 = value("TRACE_SEED").flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999_999)

    /// Whether `make faults` asks for the long form of each test.
    static let isLong = value("TRACES") == "long"

    private static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Words for whoever has to look at a failure.
    static func again(_ what: String) -> String { "\(what); TRACE_SEED=\(seed) plays this again" }

    /// Chance for one part of a test.
    static func chance(_ part: Int) -> SeededGenerator { SeededGenerator(seed: seed &+ UInt64(part) &* 1_000_003) }
}
