// One local output, a siren or a lamp: what is demanded goes to its line at once, and is checked there every few seconds.
import DeviceHAL
import Logging
import Platform
import SensorModel

/// Drives one output.
public struct OutputDriver: Sendable {
    /// The line is set again and read back so often when nothing changes: a chip that is lost is noticed by then.
    static let check = Duration.seconds(5)

    /// The output's id.
    public let id: String
    /// Its line; active means energised.
    public let line: DrivenLine
    /// Whether it is energised while it is quiet.
    public let failSafe: Bool
    /// What is demanded of it.
    public let level: OutputLevel
    /// Of the one task that drives it.
    public let pulse = Pulse()
    /// So long may the task be late.
    private static let patience = Duration.seconds(60)
    private let clock: any TimeSource
    private let log: Logger

    /// - Parameters: as the properties.
    public init(id: String, line: DrivenLine, failSafe: Bool, level: OutputLevel, clock: any TimeSource, log: Logger) {
        self.id = id
        self.line = line
        self.failSafe = failSafe
        self.level = level
        self.clock = clock
        self.log = log
    }

    /// Drives until cancelled; then the line is left not energised, and given back.
    public func run() async {
        var problem: String?
        while !Task.isCancelled {
            guard let sounds = level.sounds else {
                pulse.excuse()
                await level.change(until: nil, clock: clock)
                continue
            }
            pulse.promise(by: clock.now().monotonic + Self.patience)
            await line.drive(active: sounds != failSafe, now: clock.now().monotonic)
            await announce(&problem)
            let next = await line.nextClaim ?? clock.now().monotonic + Self.check
            await level.change(until: next, clock: clock)
        }
        pulse.excuse()
        await line.release()
    }

    /// One line when something else is wrong than before, and one when nothing is any more.
    private func announce(_ before: inout String?) async {
        let now = await line.state.problem
        guard now != before else { return }
        before = now
        let context: Logger.Metadata = ["output": "\(id)"]
        if let now {
            log.error("the output cannot be driven: \(now)", metadata: context)
        } else {
            log.notice("the output is driven again", metadata: context)
        }
    }
}
