// One chip's contacts and outputs: every change goes to the intake at once, and what the intake demands to the line.
import DeviceHAL
import Logging
import Platform
import SensorModel

/// Watches the sensors of one GPIO chip, and drives its outputs.
public struct LineWatcher: Sendable {
    /// The bus's id.
    public let id: String
    /// The chip as the configuration names it.
    public let chip: String
    /// The chip.
    public let lines: any DigitalLines
    /// Its sensors and how often each says its state when nothing happens.
    public let sensors: [(sensor: DigitalSensor, every: Duration)]
    /// Its outputs.
    public let outputs: [OutputDriver]
    /// Of the task of each sensor, in their order.
    public let pulses: [Pulse]
    /// So long may a task be late.
    private static let patience = Duration.seconds(60)
    private let clock: any TimeSource
    private let intake: Intake
    private let log: Logger

    /// - Parameters: as the properties.
    public init(
        id: String, chip: String, lines: any DigitalLines, sensors: [(sensor: DigitalSensor, every: Duration)],
        outputs: [OutputDriver] = [], clock: any TimeSource, intake: Intake, log: Logger
    ) {
        self.id = id
        self.chip = chip
        self.lines = lines
        self.sensors = sensors
        self.outputs = outputs
        pulses = sensors.map { _ in Pulse() }
        self.clock = clock
        self.intake = intake
        self.log = log
    }

    /// Watches until cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for output in outputs { group.addTask { await output.run() } }
            for ((sensor, every), pulse) in zip(sensors, pulses) { group.addTask { await watch(sensor, every, pulse) } }
        }
    }

    private func watch(_ sensor: DigitalSensor, _ every: Duration, _ pulse: Pulse) async {
        var due = clock.now().monotonic + every
        var isFailing = false
        while !Task.isCancelled {
            pulse.promise(by: due + Self.patience)
            await sensor.arrival(until: due)
            let now = clock.now().monotonic
            let isDue = now >= due
            // Periods that went by meanwhile are left out, never made up for.
            if isDue { due = due + every > now ? due + every : now + every }
            // Also when the daemon ends: what waits at the line is handed on.
            let last =
                isDue ? await sensor.state { intake.accept($0) } : await sensor.news { intake.accept($0) }
            guard let last else { continue }
            await announce(sensor, failing: last.measurement.value == nil, &isFailing)
        }
        pulse.excuse()
    }

    /// One line when a contact stops giving values, and one when it gives them again.
    private func announce(_ sensor: DigitalSensor, failing: Bool, _ isFailing: inout Bool) async {
        guard failing != isFailing else { return }
        isFailing = failing
        let context: Logger.Metadata = ["bus": "\(id)", "line": "\(sensor.settings.line)"]
        if failing {
            let problem = await sensor.lastProblem ?? "no reason known"
            log.warning("\(sensor.cover)/\(sensor.id) gives no value: \(problem)", metadata: context)
        } else {
            log.notice("\(sensor.cover)/\(sensor.id) gives values again", metadata: context)
        }
    }

    /// The sensor at a place; nil when it is not on this chip.
    public func sensor(at place: SensorPlace) -> DigitalSensor? {
        sensors.first { $0.sensor.cover == place.cover && $0.sensor.id == place.sensor }?.sensor
    }

    /// Reads one contact now.
    /// - Returns: false when it is not on this chip.
    public func read(_ place: SensorPlace) async -> Bool {
        guard let sensor = sensor(at: place) else { return false }
        _ = await sensor.state { intake.accept($0) }
        return true
    }
}
