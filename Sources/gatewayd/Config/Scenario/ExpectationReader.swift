// Expectations of a scenario: what can be seen at all, and when.
import DeviceHALSimulated
import SensorModel

/// Reads expectations. What the configuration cannot show is an error: it would never be seen, or never be missed.
struct ExpectationReader {
    let stage: ScenarioStage?
    let clock: StoryClock

    /// Reads one expectation.
    func read(_ field: Field) -> Expectation? {
        guard let section = field.section() else { return nil }
        let cover: CoverChoice? = if let stage { section["cover"].flatMap(stage.cover) } else { .all }
        let sight = readSight(section, cover)
        let within = section["within"].flatMap(readWindow)
        let never = section["never"]?.bool()
        let isWhole = section["within"] == nil || within != nil
        guard let cover, let sight, let never, isWhole else { return nil }
        return Expectation(sight, cover: cover, within: within, never: never, line: field.node.mark.line)
    }

    private func readSight(_ section: Section, _ cover: CoverChoice?) -> Expectation.Sight? {
        if let field = section.written("raised") {
            if field.plain == "any" { return .raised(nil) }
            return readRule(field, cover).map { .raised($0) }
        }
        if let field = section.written("returned") { return readRule(field, cover).map { .returned($0) } }
        let quantity: Quantity? = section.written("quantity")?.choice()
        if let quantity, let field = section.written("quantity"), !isMeasured(quantity, at: cover, field) { return nil }
        if let field = section.written("reason") {
            guard let reason = field.choice() else { return nil }
            return section.written("quantity") == nil || quantity != nil ? .reason(quantity, reason) : nil
        }
        guard let quantity else { return nil }
        if let field = section.written("above") { return field.value(of: quantity).map { .above(quantity, $0) } }
        return section.written("below")?.value(of: quantity).map { .below(quantity, $0) }
    }

    /// The id of a rule, which must watch something that is measured there.
    private func readRule(_ field: Field, _ cover: CoverChoice?) -> String? {
        guard let id = field.with(.id).id(), let stage else { return field.with(.id).node.text }
        guard let quantities = stage.quantities(ofRule: id) else {
            _ = field.choice(of: stage.rules.map(\.id))
            return nil
        }
        guard let cover, !quantities.isEmpty, !quantities.contains(where: { stage.measures($0, at: cover) }) else { return id }
        return quantities.min { $0.rawValue < $1.rawValue }.flatMap { isMeasured($0, at: cover, field) ? id : nil }
    }

    private func isMeasured(_ quantity: Quantity, at cover: CoverChoice?, _ field: Field) -> Bool {
        guard let stage, let cover, !stage.measures(quantity, at: cover) else { return true }
        field.refuse("\(stage.nothing(at: cover)) measures \(quantity.rawValue): it would never be seen, and never be missed")
        return false
    }

    private func readWindow(_ field: Field) -> ClosedRange<Duration>? {
        guard let ends = field.list(), let first = ends[0].duration(), let last = ends[1].duration() else { return nil }
        if let problem = clock.problem(first, isEnd: false) { return ends[0].expected(problem) }
        if let problem = clock.problem(last, isEnd: true) { return ends[1].expected(problem) }
        guard first <= last else { return ends[1].expected("a moment not before \(Field.words(first))") }
        return first...last
    }
}
