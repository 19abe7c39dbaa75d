// How many readings a second the alarm engine judges on one core, with 300 rules; `make bench` records it and has a gate.
import Alarms
import GatewayConfig
import Glibc
import SensorModel

/// Prints one number. Not a test: there are no time limits in tests.
///
/// The shipped street with the shipped rules, and a site's own rules on the quantities of the street until there are 300. The
/// readings are a day's: values that move and raise nothing, now and then a doubtful or a bad one, and once in about 15,000
/// readings an alarm and its end. Time goes on as on the street, and is told to the engine once a second.
@main
enum EngineBench {
    static let rules = 300

    static func main() throws {
        guard let boards = CommandLine.arguments.dropFirst().first else {
            print("usage: engine-bench BOARDS, the repository's boards folder")
            return
        }
        let street = try ConfigurationLoader(boards: boards).load(path: "\(boards)/simulated/street.yaml").configuration
        let site = street.alarmSite
        let readings = day(site)
        var engine = AlarmEngine(rules: street.rules + own(rules - street.rules.count, site), site: site)
        // A first round, as after the start: every point has been heard once.
        for reading in readings.prefix(site.channels.count) { _ = engine.step(reading, now: reading.time) { "none" } }
        let count = 3_000_000
        var steps = 0
        var ids = 0
        var time = readings[0].time
        let begun = spent()
        for round in 0..<count {
            let made = readings[round % readings.count]
            if round % site.channels.count == 0 {
                time = time + .seconds(1)
                steps += engine.advance(now: time) { "none" }.count
            }
            let reading = Reading(
                point: made.point, quantity: made.quantity, measurement: made.measurement, time: time, origin: made.origin)
            steps +=
                engine.step(reading, now: time) {
                    ids += 1
                    return "\(ids)"
                }.count
        }
        // The number of steps keeps the loop from being left out by the optimiser, and says that alarms were among it.
        let each = (spent() - begun) * 1e9 / Double(count)
        print("{\"ns_per_reading\": \(each), \"rules\": \(rules), \"channels\": \(site.channels.count), \"steps\": \(steps)}")
    }

    /// Processor time so far, s: what one core does in a second, whatever else the machine does.
    private static func spent() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// A site's own rules, evenly over what it measures.
    private static func own(_ count: Int, _ site: AlarmSite) -> [AlarmRule] {
        var quantities: [Quantity] = []
        for channel in site.channels where !quantities.contains(channel.quantity) { quantities.append(channel.quantity) }
        return (0..<count).map { number in
            let quantity = quantities[number % quantities.count]
            let threshold = usual(quantity) + 20 + Double(number)
            return AlarmRule(
                id: "own-\(number)",
                condition: RuleCondition(
                    Comparison(quantity: quantity, direction: .above, threshold: threshold, clearThreshold: threshold - 1)),
                onDelay: .seconds(10), offDelay: .seconds(30), severity: .warning)
        }
    }

    /// What a channel reads on a calm day.
    private static func usual(_ quantity: Quantity) -> Double {
        switch quantity {
        case .oxygen: 20.9
        case .humidity: 90
        case .temperature: 15
        case .waterDepth, .waterLevel: 0.2
        case .displacement: 250
        default: 0
        }
    }

    /// Some rounds of readings of all channels.
    private static func day(_ site: AlarmSite) -> [Reading] {
        let begin = Timestamp(
            wall: WallTime(nanoseconds: 1_795_233_600_000_000_000), monotonic: MonotonicTime(nanoseconds: 1_000_000_000),
            clock: .synced)
        return (0..<600).flatMap { round in
            site.channels.enumerated().map { index, channel in
                let value = usual(channel.quantity) + (channel.quantity.unit == .one ? 0 : 0.05 * Double((round + index) % 7))
                let measurement: Measurement =
                    switch (round, index) {
                    case (100..<115, 0): .good(30)
                    case _ where round % 50 == 0 && index % 9 == 0: .uncertain(value, .resynchronising)
                    case _ where round % 100 == 1 && index % 9 == 1: .bad(.timeout)
                    default: .good(value)
                    }
                return Reading(
                    point: channel.point, quantity: channel.quantity, measurement: measurement, time: begin, origin: .field)
            }
        }
    }
}
