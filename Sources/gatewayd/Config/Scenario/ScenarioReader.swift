// A scenario's file, from its top.
import DeviceHALSimulated
import SensorModel

/// Reads a scenario.
enum ScenarioReader {
    /// Reads the whole file; nil, with errors, when something is missing that the rest cannot do without.
    /// - Parameters:
    ///   - fileName: of the file, which must be the scenario's name and `.yaml`.
    ///   - configuration: what the scenario is played on; nil when it is broken: references to it are then not judged.
    static func read(_ root: Field, fileName: String, on configuration: Configuration?) -> Scenario? {
        guard let section = root.section() else { return nil }
        SiteReader.checkSchema(section)
        let name = section["scenario"].flatMap { $0.name(ofFile: fileName) }
        let about = section["about"]?.text()
        let start = section["start"].flatMap(readStart)
        let timeOfDay = section["time_of_day"].flatMap(readTimeOfDay)
        let duration = section["duration"]?.duration()
        let stage = configuration.map { ScenarioStage(covers: $0.covers, rules: $0.rules, duration: duration) }
        let clock = StoryClock(duration: duration)
        var events = ScenarioEventReader(stage: stage, clock: clock)
        let expectations = ExpectationReader(stage: stage, clock: clock)
        let causes = section["events"]?.list()?.compactMap { events.read($0) } ?? []
        let sights = section["expect"]?.list()?.compactMap { expectations.read($0) } ?? []
        guard let name, let about, let start, let timeOfDay, let duration else { return nil }
        return Scenario(
            name: name, about: about, start: start, timeOfDay: timeOfDay, duration: duration, events: causes,
            expectations: sights)
    }

    private static func readStart(_ field: Field) -> WallTime? {
        guard let text = field.text() else { return nil }
        return WallTime(rfc3339: text) ?? field.expected("a day and a time that exist")
    }

    private static func readTimeOfDay(_ field: Field) -> Duration? {
        let parts = field.text()?.split(separator: ":").compactMap { Int($0) }
        guard let parts, parts.count == 2 else { return nil }
        return .seconds(parts[0] * 3600 + parts[1] * 60)
    }
}

/// How long the story is, and what lies behind its end.
struct StoryClock {
    /// Nil when the file does not say it: then nothing lies behind the end.
    let duration: Duration?

    /// What was expected of a moment behind the end, in words; nil where it lies within.
    func problem(_ moment: Duration, isEnd: Bool) -> String? {
        guard let duration, isEnd ? moment > duration : moment >= duration else { return nil }
        return "a moment \(isEnd ? "not behind" : "before") the story's end, \(Field.words(duration))"
    }
}

extension Field {
    /// An id that is the file's name without `.yaml`.
    func name(ofFile fileName: String) -> String? {
        guard let name = id() else { return nil }
        let wanted = fileName.hasSuffix(".yaml") ? String(fileName.dropLast(5)) : fileName
        return name == wanted ? name : expected("'\(wanted)', the file's name without .yaml")
    }
}
