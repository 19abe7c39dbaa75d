// Events of a scenario: one cause each, within the story, at covers and devices that there are.
import DeviceHALSimulated
import SensorModel

/// Reads events, and keeps what becomes of each lid: a lid cannot be opened and stolen at once.
struct ScenarioEventReader {
    /// What was done to a lid, and when.
    private struct LidTime {
        let lid: ScenarioEvent.Lid
        let begin: Duration
        let end: Duration?
        let line: Int

        func overlaps(_ other: Self) -> Bool {
            (end.map { $0 > other.begin } ?? true) && (other.end.map { $0 > begin } ?? true)
        }
    }

    let stage: ScenarioStage?
    let clock: StoryClock
    /// By the cover's place in the configuration.
    private var lids: [Int: [LidTime]] = [:]

    init(stage: ScenarioStage?, clock: StoryClock) {
        self.stage = stage
        self.clock = clock
    }

    /// Reads one event.
    mutating func read(_ field: Field) -> ScenarioEvent? {
        guard let section = field.section() else { return nil }
        let begin = section["at"].flatMap(readBegin)
        let lasting = section["for"]?.duration()
        if let begin, let lasting, let problem = clock.problem(begin + lasting, isEnd: true) {
            section["for"]?.refuse("ends at \(Field.words(begin + lasting)), expected \(problem)")
        }
        let cover = readCover(section)
        let cause = readCause(section, cover)
        guard let begin, let cover, let cause else { return nil }
        let isWhole = section.written("for") == nil || lasting != nil
        let event = ScenarioEvent(at: begin, lasting: lasting ?? rest(from: begin, of: cause), cover: cover, cause: cause)
        if case .lid(let lid) = cause, isWhole { note(lid, event, section) }
        return isWhole ? event : nil
    }

    /// From a moment to the story's end; nil for a stolen lid, which never comes back.
    private func rest(from begin: Duration, of cause: ScenarioEvent.Cause) -> Duration? {
        cause == .lid(.stolen) ? nil : clock.duration.map { $0 - begin }
    }

    private func readBegin(_ field: Field) -> Duration? {
        guard let moment = field.duration() else { return nil }
        return clock.problem(moment, isEnd: false).map { field.expected($0) } ?? moment
    }

    private func readCover(_ section: Section) -> CoverChoice? {
        if section.written("link") != nil, let cover = section.written("cover") {
            cover.refuse("'cover' does not go with 'link', the link is the gateway's")
            return nil
        }
        guard let stage, let field = section["cover"] else { return .all }
        return stage.cover(field)
    }

    private func readCause(_ section: Section, _ cover: CoverChoice?) -> ScenarioEvent.Cause? {
        for (key, cause) in Self.amounts {
            if let field = section.written(key) { return field.measure().map(cause) }
        }
        if let field = section.written("lid") { return readLid(field, section) }
        if let field = section.written("gas") {
            let gas: Quantity? = field.choice()
            guard let flow = section.written("flow")?.measure(), let gas else { return nil }
            return .gas(gas, flow)
        }
        if let field = section.written("condensation") {
            guard let isThere = field.bool() else { return nil }
            return isThere ? .condensation : field.expected("true; without condensation, leave the event out")
        }
        if let field = section.written("device") { return readDevice(field, section, cover) }
        return section.written("link")?.choice().map { _ in .linkCut }
    }

    /// Causes that are an amount.
    private static let amounts: [(String, @Sendable (Double) -> ScenarioEvent.Cause)] = [
        ("vehicles", { .vehicles($0) }), ("subsidence", { .subsidence($0) }), ("rain", { .rain($0) }),
        ("backwater", { .backwater($0) }), ("supply", { .supply($0) }),
    ]

    private func readLid(_ field: Field, _ section: Section) -> ScenarioEvent.Cause? {
        guard let lid: ScenarioEvent.Lid = field.choice() else { return nil }
        if lid == .stolen, let lasting = section.written("for") {
            lasting.refuse("'for' does not go with a stolen lid, it never comes back")
            return nil
        }
        return .lid(lid)
    }

    private func readDevice(_ field: Field, _ section: Section, _ cover: CoverChoice?) -> ScenarioEvent.Cause? {
        let trouble: ScenarioEvent.DeviceTrouble? = section.written("trouble")?.choice()
        guard let id = field.id() else { return nil }
        if let stage, let cover, !stage.sensors(at: cover).contains(id) {
            let sensors = stage.sensors(at: cover)
            guard !sensors.isEmpty else { return field.expected("the id of a sensor, of which there is none here") }
            _ = field.choice(of: sensors)
            return nil
        }
        return trouble.map { .device(id, $0) }
    }

    /// Refuses what is done to a lid that something else is done to at that time.
    private mutating func note(_ lid: ScenarioEvent.Lid, _ event: ScenarioEvent, _ section: Section) {
        guard let field = section.written("lid") else { return }
        let time = LidTime(lid: lid, begin: event.at, end: event.end, line: field.node.mark.line)
        let places = stage?.places(event.cover) ?? []
        var isSaid = false
        for place in places {
            if !isSaid, let other = lids[place]?.first(where: time.overlaps) {
                let what = "the lid of cover \(place + 1) is \(other.lid.rawValue) at that time already"
                field.refuse("\(what), by the event at line \(other.line)")
                isSaid = true
            }
            lids[place, default: []].append(time)
        }
    }
}
