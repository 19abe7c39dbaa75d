// An output's line: claimed, driven, read back, and claimed again when it was lost. It is never asked for the time.
import SensorModel

/// One output line. One task drives it, any task may ask how it stands.
///
/// Retries: a line that cannot be claimed, or is lost, is claimed again by the first `drive` after a pause, which grows with each
/// failure; with the level that is wanted then. At its end the line is left not active, and given back.
public actor DrivenLine {
    /// How the line stands.
    public struct State: Sendable, Equatable {
        /// The level it was driven to last; nil while the line is not held.
        public var active: Bool?
        /// Whether that level was found at the line afterwards; nil when the line is not held, or its chip cannot say.
        public var isConfirmed: Bool?
        /// What is wrong, in words for a technician; nil when nothing is.
        public var problem: String?

        /// Not held, and nothing known to be wrong.
        public init() {}
    }

    /// The line and how it is wired.
    public nonisolated let settings: LineSettings
    /// How the line stands.
    public private(set) var state = State()

    private let chip: String
    private let lines: any DigitalLines
    private var pause: ClaimPause
    private var output: (any DigitalOutput)?

    /// - Parameters:
    ///   - settings: the line.
    ///   - chip: its chip as the configuration names it, for messages.
    ///   - lines: the chip.
    ///   - pause: between two attempts to claim the line: the first, doubled after each failure up to the longest.
    public init(
        _ settings: LineSettings, chip: String, lines: any DigitalLines,
        pause: ClosedRange<Duration> = .seconds(1)...(.seconds(30))
    ) {
        self.settings = settings
        self.chip = chip
        self.lines = lines
        self.pause = ClaimPause(pause)
    }

    /// When the line may be claimed again; nil while it is held.
    public var nextClaim: MonotonicTime? { pause.until }

    /// Sees to it that the line has a level, as far as that is possible now: claims it if that is due, sets the level, reads it
    /// back.
    public func drive(active: Bool, now: MonotonicTime) async {
        do throws(LineError) {
            if let output {
                try await output.set(active: active)
            } else {
                guard pause.isOver(now: now) else { return }
                output = try await lines.drive(settings, active: active, failSafe: false)
                pause.attempted(success: true, now: now)
            }
            let isConfirmed = try await readBack(active)
            state.active = active
            state.isConfirmed = isConfirmed
            state.problem = isConfirmed == false ? contradiction(active) : nil
        } catch {
            await lose(error, now)
        }
    }

    /// Leaves the line not active and gives it back.
    public func release() async {
        let held = output
        output = nil
        state = State()
        await held?.release()
    }

    /// - Returns: nil when the chip cannot read what it drives, which is no fault.
    private func readBack(_ active: Bool) async throws(LineError) -> Bool? {
        guard let output else { return nil }
        do throws(LineError) { return try await output.level().active == active } catch {
            if error.kind == .failed || error.kind == .unsupported { return nil }
            throw error
        }
    }

    private func lose(_ error: LineError, _ now: MonotonicTime) async {
        pause.attempted(success: false, now: now)
        await release()
        state.problem = error.message
    }

    private func contradiction(_ active: Bool) -> String {
        "line \(settings.line) of chip \(chip) is driven \(active ? "active" : "not active") and reads the opposite; "
            + "look for a short circuit, or for something else that drives it"
    }
}
