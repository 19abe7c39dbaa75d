// Which configuration is on trial, and what came of the last one. Lives as long as the process, over the restarts inside it.
import Advice
import GatewayConfig
import Platform
import SensorModel
import Synchronization

/// Keeps the one change of the configuration that may be under way.
public final class ConfigurationDesk: Sendable {
    /// A configuration that is about to be tried, or is.
    struct Trial: Sendable {
        /// What is tried.
        var candidate: StartConfiguration
        /// What was in force, and is again when the other one fails.
        var before: StartConfiguration
        /// Who wanted it.
        var by: String
        /// The command that wanted it; nil when it was a person at the gateway.
        var order: ConfigurationOrder?
        /// Whether it has proved itself.
        var judge: ApplyTrial
    }

    /// What came of a trial.
    struct Outcome: Sendable {
        var hash: String
        var before: String
        var by: String
        /// Why it was rolled back; nil when it was confirmed.
        var failure: Bilingual?
        /// The command that wanted it; nil when it was a person at the gateway.
        var order: ConfigurationOrder?
    }

    private struct State {
        var trial: Trial?
        /// Whether the candidate runs.
        var isRunning = false
        /// Whether somebody is about to end the trial.
        var isDeciding = false
        /// Whether the process is to end.
        var isEnding = false
        /// What the process goes on with.
        var next: StartConfiguration?
        var last: Outcome?
        /// When the last trial ended that a command began.
        var orderEnded: MonotonicTime?
        /// The same as `last`, until whoever wanted it has an answer.
        var unanswered: Outcome?
        var hasLookedBack = false
        /// What could not be put on record when it happened.
        var entries: [AuditEntry] = []
    }

    /// FILE and its neighbours.
    let files: ConfigurationFiles
    private let state = Mutex(State())
    private let turns = Mailbox<Bool>(capacity: 1, whenFull: .dropNewest)

    /// - Parameter path: of the configuration's file.
    public init(path: String) { files = ConfigurationFiles(path) }

    /// The trial that runs, or is about to.
    var trial: Trial? { state.withLock { $0.trial } }

    /// Whether the candidate runs.
    var isRunning: Bool { state.withLock { $0.isRunning } }

    /// Whether the process goes on, with another configuration, when the present composition ends.
    var isTurning: Bool { state.withLock { $0.next != nil } }

    /// Whether the process goes on when the present composition ends, in whatever way: a candidate that falls over has something
    /// to go back to.
    var goesOn: Bool { state.withLock { !$0.isEnding && ($0.next != nil || $0.isRunning) } }

    /// The process is asked to end.
    func leave() { state.withLock { $0.isEnding = true } }

    /// Whether an earlier process has ended in the middle of a trial, and `lookBack` has not seen to that yet.
    var wasCutOff: Bool { !state.withLock { $0.hasLookedBack } && files.leftTrial != nil }

    /// What came of the last trial.
    var last: Outcome? { state.withLock { $0.last } }

    /// How long a command waits after the trial of another one: each trial ends all connections and begins all delays anew.
    static let restAfterOrder = Duration.seconds(600)

    /// How long a command has to wait yet; nil when it may begin a trial.
    func rest(now: MonotonicTime) -> Duration? {
        guard let ended = state.withLock({ $0.orderEnded }), now - ended < Self.restAfterOrder else { return nil }
        return Self.restAfterOrder - (now - ended)
    }

    /// Takes a configuration that is to be tried as soon as whoever wants it has an answer.
    /// - Returns: false when another one is on trial.
    func take(_ trial: Trial) -> Bool {
        state.withLock { state in
            guard state.trial == nil, state.next == nil else { return false }
            state.trial = trial
            return true
        }
    }

    /// Nothing comes of it.
    func giveBack() { state.withLock { if !$0.isRunning { $0.trial = nil } } }

    /// It is on the disk and on record: it takes effect when `answered` is called next.
    func release() { state.withLock { if !$0.isRunning { $0.next = $0.trial?.candidate } } }

    /// The process goes on with what is in force, in a composition that begins anew.
    /// - Returns: false when another configuration is about to be tried, or is.
    func beginAnew(with start: StartConfiguration) -> Bool {
        let isFree = state.withLock { state in
            guard state.trial == nil, state.next == nil else { return false }
            state.next = start
            return true
        }
        if isFree { turns.send(true) }
        return isFree
    }

    /// Somebody has an answer: what waited for that begins.
    func answered() { if state.withLock({ $0.next != nil }) { turns.send(true) } }

    /// Waits until the process shall go on with another configuration, or the task is cancelled.
    func untilTurn(_ clock: any TimeSource) async { _ = await turns.next(until: nil, clock: clock) }

    /// What the process goes on with; nil when it shall end.
    func takeNext() -> StartConfiguration? {
        _ = turns.take()
        return state.withLock { state in
            defer { state.next = nil }
            if state.next != nil, state.trial != nil { state.isRunning = true }
            return state.next
        }
    }

    /// Judges what runs on trial; nil when nothing does, or somebody is about to end it.
    func judge(_ health: GatewayHealth, now: MonotonicTime) -> (verdict: ApplyTrial.Verdict, trial: Trial)? {
        state.withLock { state in
            guard state.isRunning, !state.isDeciding, let verdict = state.trial?.judge.judge(health, now: now),
                let trial = state.trial
            else { return nil }
            return (verdict, trial)
        }
    }

    /// To be asked by whoever wants to end the trial, before anything else is done about it: only one may, health that confirms
    /// it, time that is over, or a person.
    /// - Returns: false when no candidate runs, or somebody else is about to end its trial.
    func decide() -> Bool {
        state.withLock { state in
            guard state.trial != nil, state.isRunning, !state.isDeciding else { return false }
            state.isDeciding = true
            return true
        }
    }

    /// Whoever was about to end the trial could not: it goes on.
    func goOn() { state.withLock { $0.isDeciding = false } }

    /// The trial is over, well.
    func confirm(now: MonotonicTime) { end(nil, now) }

    /// The trial is over: the process goes on with what was in force before.
    func rollBack(_ why: Bilingual, now: MonotonicTime) { end(why, now) }

    private func end(_ failure: Bilingual?, _ now: MonotonicTime) {
        state.withLock { state in
            guard let trial = state.trial, state.isRunning else { return }
            (state.trial, state.isRunning, state.isDeciding) = (nil, false, false)
            let hash = trial.candidate.configuration.hash
            state.last = Outcome(
                hash: hash, before: trial.before.configuration.hash, by: trial.by, failure: failure, order: trial.order)
            state.unanswered = state.last
            if trial.order != nil { state.orderEnded = now }
            guard let failure else { return }
            var before = trial.before
            before.untaken = StartConfiguration.Untaken(hash: hash, why: failure, keptAt: files.refused)
            state.next = before
        }
    }

    /// What came of the last trial, for whoever waits for it; nil as long as it goes on, and when they know already.
    func takeAnswer() -> Outcome? {
        state.withLock { state in
            guard state.next == nil else { return nil }
            defer { state.unanswered = nil }
            return state.unanswered
        }
    }

    /// The composition has failed: what the process goes on with, when that was on trial; nil when it was not.
    func failed(_ words: String, now: MonotonicTime) -> StartConfiguration? {
        guard let trial, isRunning else { return nil }
        let why = Bilingual(zh: "启动失败：\(words)", en: "it does not start: \(words)")
        note(Self.rollback(trial, by: AuditEntry.system, why))
        refuse()
        rollBack(why, now: now)
        return takeNext()
    }

    /// What is started with at the beginning of the process. When an earlier process has ended in the middle of a trial, that
    /// was the end of it.
    func lookBack(_ start: StartConfiguration) -> StartConfiguration {
        let isFirst = state.withLock { state in
            defer { state.hasLookedBack = true }
            return !state.hasLookedBack
        }
        guard isFirst, let left = files.leftTrial else { return start }
        let hash = "sha256:\(SHA256.hexadecimal(of: left))"
        if let found = editedStart(start, left: left, hash: hash) { return found }
        let why = Bilingual(zh: "试运行期间 gatewayd 已结束", en: "gatewayd ended while it was on trial")
        note(
            AuditEntry(
                actor: AuditEntry.system, via: .local, action: .configurationRollback, subject: hash,
                detail: ["in_force": start.configuration.hash, "reason": why.en]))
        refuse()
        var start = start
        start.untaken = StartConfiguration.Untaken(hash: hash, why: why, keptAt: files.refused)
        return start
    }

    /// FILE holds what was to be tried: a person had edited it in its place, and the process ended before what was in force was
    /// back in it. That text has never run; the last good configuration has.
    /// - Returns: nil when FILE is what was in force.
    private func editedStart(_ start: StartConfiguration, left: [UInt8], hash: String) -> StartConfiguration? {
        guard files.holds(left) else { return nil }
        let kept = try? LastGoodConfiguration.load(inStore: start.configuration.store.path)
        guard let lastGood = start.isLastGood ? start.loaded : kept else {
            let reason = "gatewayd ended when it was to be tried, and no last good one is kept: what the file holds is in force"
            note(
                AuditEntry(
                    actor: AuditEntry.system, via: .local, action: .configurationApply, subject: hash,
                    detail: ["in_force": start.configuration.hash, "reason": reason]))
            files.dropTrial()
            return start
        }
        // The same text was to be tried again, with other models: it is what was in force, too.
        guard lastGood.text != left else { return nil }
        let why = Bilingual(
            zh: "gatewayd 在试运行开始前已结束，当时 \(files.path) 中已是该内容；现用上一份有效配置",
            en: "gatewayd ended before its trial began, when \(files.path) held it already; the last good one is in use")
        note(
            AuditEntry(
                actor: AuditEntry.system, via: .local, action: .configurationRollback, subject: hash,
                detail: ["in_force": lastGood.configuration.hash, "reason": why.en]))
        do throws(ConfigurationFiles.Failure) { try files.finish(inForce: lastGood.text) } catch {
            note(
                AuditEntry(
                    actor: AuditEntry.system, via: .local, action: .configurationRollback, subject: error.path,
                    detail: ["reason": "the last good configuration cannot be written there: errno \(error.code)"]))
        }
        refuse()
        var found = StartConfiguration(loaded: lastGood, path: start.path, refused: start.refused, isLastGood: true)
        found.untaken = StartConfiguration.Untaken(hash: hash, why: why, keptAt: files.refused)
        return found
    }

    /// What is to be put on record as soon as somebody can.
    func takeEntries() -> [AuditEntry] {
        state.withLock { state in
            defer { state.entries = [] }
            return state.entries
        }
    }

    private func note(_ entry: AuditEntry) { state.withLock { $0.entries.append(entry) } }

    private func refuse() {
        do throws(ConfigurationFiles.Failure) { try files.refuse() } catch {
            note(
                AuditEntry(
                    actor: AuditEntry.system, via: .local, action: .configurationRollback, subject: error.path,
                    detail: ["reason": "it cannot be renamed: errno \(error.code)"]))
        }
    }

    /// The record of a configuration that did not prove itself.
    static func rollback(_ trial: Trial, by actor: String, _ why: Bilingual) -> AuditEntry {
        AuditEntry(
            actor: actor, via: .local, action: .configurationRollback, subject: trial.candidate.configuration.hash,
            detail: ["in_force": trial.before.configuration.hash, "applied_by": trial.by, "reason": why.en])
    }
}
