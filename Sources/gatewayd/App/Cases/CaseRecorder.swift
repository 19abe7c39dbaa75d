// Keeps what became of alarms: history by month, evidence by alarm, how long sensors were up. On a thread of its own because
// it waits for the medium; whoever measures never waits for it.
import DiagnosticsProtocol
import Glibc
import Logging
import Platform
import SensorModel

/// The one writer of the files of cases.
actor CaseRecorder {
    /// What stands in every document.
    struct Settings: Sendable {
        var gateway: String
        var store: String
        var boot: String
        var version: String
        /// The configuration's hash.
        var configuration: String
        var origin: Origin
    }

    /// How often uptime is written.
    private static let writing = Duration.seconds(600)
    /// Lines that wait for a medium that hangs, and moments being gathered; more are not kept, counted.
    private static let mostLines = 4096, mostMoments = 64
    /// The same document handed out again to the same person within this time is one export.
    private static let sameExport = Duration.seconds(600)
    private static let mostExports = 64

    let settings: Settings
    let files: CaseFiles
    private let inbox: CaseInbox
    private let scene: CaseScene
    private let executor: any SerialExecutor
    /// The kernel's, to wait by.
    private let clock: any TimeSource
    private let fieldClock: any TimeSource
    private let log: Logger
    private var waiting: [AlarmHistoryRow] = []
    private var open: [OpenMoment] = []
    private var uptime: [Month: [String: Uptime]] = [:]
    private var written: MonotonicTime
    /// Lines that were given up.
    private var lostLines = 0
    private var problem: Int32 = 0
    private var exports: [(key: String, place: AuditHead, at: MonotonicTime)] = []

    /// The thread that waits for the medium.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - inbox: what it is fed from.
    ///   - scene: where evidence comes from.
    ///   - fieldClock: time at the sensors.
    init(
        _ settings: Settings, files: CaseFiles, inbox: CaseInbox, scene: CaseScene, executor: any SerialExecutor,
        clock: any TimeSource, fieldClock: any TimeSource, log: Logger
    ) {
        self.settings = settings
        self.files = files
        self.inbox = inbox
        self.scene = scene
        self.executor = executor
        self.clock = clock
        self.fieldClock = fieldClock
        self.log = log
        written = clock.now().monotonic
    }

    /// Works until cancelled, and writes what there is then.
    func run() async {
        while !Task.isCancelled {
            let now = clock.now().monotonic
            let wake = open.isEmpty && waiting.isEmpty ? written + Self.writing : now + .seconds(1)
            let step = await inbox.next(until: wake, clock: clock)
            await settle(step)
            if clock.now().monotonic - written >= Self.writing { writeUptime() }
        }
        await settle(nil)
        for moment in open { keep(moment, isOver: false) }
        writeUptime()
    }

    /// Steps that could not be kept since the daemon started.
    var lost: Int { lostLines + waiting.count + Int(clamping: inbox.steps.dropped) }

    // MARK: asking

    /// What is known of an alarm; nil when nothing is.
    func document(of alarm: String) async -> EvidenceDocument? {
        guard CaseFiles.isID(alarm) else { return nil }
        await settle(nil)
        var document = files.document(of: alarm) ?? fresh(alarm, cover: nil)
        document.add(files.months.flatMap { files.rows(of: $0, with: alarm).rows.filter { $0.alarm == alarm } })
        document.add(waiting.filter { $0.alarm == alarm })
        if document.cover == nil { document.cover = document.transitions.lazy.compactMap(\.cover).first.flatMap(scene.cover) }
        for moment in open where moment.alarm == alarm {
            document.add(moment.composed(moment.cover.flatMap(inbox.collection), isOver: false))
        }
        document.complete = document.complete && !document.moments.isEmpty
        return document.transitions.isEmpty && document.moments.isEmpty ? nil : document
    }

    /// The steps of a month, of one that is not kept none.
    func history(of month: Month) async -> (rows: [AlarmHistoryRow], unreadable: Int) {
        await settle(nil)
        let (rows, unreadable) = files.rows(of: month)
        return (rows + waiting.filter { Month(of: $0) == month }, unreadable)
    }

    /// How long each point was watched and good in a month.
    func uptime(of month: Month) -> [String: Uptime] {
        countUptime()
        return uptime[month] ?? files.uptime(of: month)
    }

    /// The record of an export that was put on record a moment ago; nil when there is none.
    func export(_ key: String) -> AuditHead? {
        let now = clock.now().monotonic
        return exports.last { $0.key == key && now - $0.at < Self.sameExport }?.place
    }

    /// An export is on record.
    func exported(_ key: String, at place: AuditHead) {
        exports = exports.suffix(Self.mostExports - 1) + [(key, place, clock.now().monotonic)]
    }

    // MARK: working

    /// Takes what came: lines are written, moments begun, those whose time is over kept.
    private func settle(_ first: CaseInbox.Step?) async {
        var steps = first.map { [$0] } ?? []
        while let step = inbox.steps.take() { steps.append(step) }
        for step in steps where step.isMoment { begin(step) }
        waiting += steps.map(AlarmHistoryRow.init)
        writeLines()
        // While the buses are asked others may have changed what is open.
        for key in open.map(\.key) {
            guard let moment = open.first(where: { $0.key == key }), let cover = moment.cover else { continue }
            let frames = await scene.frames(cover, moment.lastFrames)
            if let index = open.firstIndex(where: { $0.key == key }) { open[index].take(frames) }
        }
        let now = fieldClock.now().monotonic
        let over = open.filter { $0.due <= now }
        guard !over.isEmpty else { return }
        for moment in over { keep(moment, isOver: true) }
        open.removeAll { $0.due <= now }
        for cover in Set(over.compactMap(\.cover)) { inbox.release(cover, now: now) }
    }

    private func begin(_ step: CaseInbox.Step) {
        let moment = OpenMoment(
            step, scene, boot: settings.boot, version: settings.version, configuration: settings.configuration)
        // With too many at one time what is there at once has to do.
        if open.count < Self.mostMoments { open.append(moment) } else { keep(moment, isOver: false) }
    }

    private func fresh(_ alarm: String, cover: String?) -> EvidenceDocument {
        EvidenceDocument(
            gateway: settings.gateway, store: settings.store, origin: settings.origin.rawValue, alarm: alarm,
            cover: cover.flatMap(scene.cover))
    }

    private func keep(_ moment: OpenMoment, isOver: Bool) {
        var document = files.document(of: moment.alarm) ?? fresh(moment.alarm, cover: moment.cover)
        document.add(moment.composed(moment.cover.flatMap(inbox.collection), isOver: isOver))
        document.add(
            files.months.suffix(2).flatMap { month in
                files.rows(of: month, with: moment.alarm).rows.filter { $0.alarm == moment.alarm }
            })
        let (problem, gaveWay) = files.keep(document)
        if problem != 0 {
            log.error(
                "evidence cannot be kept: \(String(cString: strerror(problem)))", metadata: ["alarm": "\(moment.alarm)"])
        }
        if gaveWay > 0 { log.notice("older evidence made room", metadata: ["documents": "\(gaveWay)"]) }
    }

    private func writeLines() {
        var rest: [AlarmHistoryRow] = []
        for (month, rows) in Dictionary(grouping: waiting, by: { Month(of: $0) }).sorted(by: { $0.key < $1.key }) {
            let now = files.append(rows, to: month)
            if now != 0 { rest += rows }
            if now != 0, now != problem {
                log.error("the history of alarms cannot be written: \(String(cString: strerror(now)))")
            }
            problem = now
        }
        lostLines += max(0, rest.count - Self.mostLines)
        waiting = rest.suffix(Self.mostLines)
    }

    private func countUptime() {
        for (month, points) in inbox.drainUptime() {
            var all = uptime[month] ?? files.uptime(of: month)
            for (point, seconds) in points { all[point.description] = (all[point.description] ?? Uptime()) + seconds }
            uptime[month] = all
        }
    }

    private func writeUptime() {
        countUptime()
        written = clock.now().monotonic
        for (month, points) in uptime.sorted(by: { $0.key < $1.key }) {
            let problem = files.keep(points, of: month)
            if problem != 0 { log.error("sensor uptime cannot be kept: \(String(cString: strerror(problem)))") }
            // Only the newest month goes on.
            if problem == 0, month != uptime.keys.max() { uptime[month] = nil }
        }
    }
}

extension Month {
    /// The month that a step was seen in.
    fileprivate init(of row: AlarmHistoryRow) {
        self.init(of: WallTime(rfc3339: row.time) ?? WallTime(nanoseconds: 0))
    }
}
