// The descriptions of the files as the tables of docs/configuration.md.
import SensorModel

@testable import GatewayConfig

/// The tables of keys, by the title of their section.
enum KeyTable {
    /// All tables that docs/configuration.md shows: name and Markdown text, without a line end at the end.
    static var all: [(name: String, text: String)] { sections.map { ($0.title, text(of: $0)) } }

    /// All tables that docs/simulation.md shows, in the same form.
    static var scenario: [(name: String, text: String)] {
        [Shapes.scenario, Shapes.event, Shapes.expectation].map { ($0.title, text(of: $0)) }
    }

    private static var sections: [SectionShape] {
        [
            Shapes.site, Shapes.gateway, Shapes.store, Shapes.diagnostics, Shapes.serialBus, Shapes.tcpBus, Shapes.tunnelBus,
            Shapes.gpioBus, Shapes.cover, Shapes.location, Shapes.modbusSensor, Shapes.lineSensor, Shapes.rule, Shapes.condition,
            Shapes.output, Shapes.outputCondition, Shapes.uplink, Shapes.link, Shapes.tls, Shapes.batch, Shapes.profile,
            Shapes.source, Shapes.serial, Shapes.timing,
            Shapes.requirement, Shapes.refusal, Shapes.status, Shapes.heartbeat, Shapes.trigger, Shapes.plainChannel,
            Shapes.flatLine, Shapes.decimals, Shapes.unitTable, Shapes.conversion, Shapes.example,
        ]
    }

    private static func text(of section: SectionShape) -> String {
        let rows = section.keys.map { key in
            "| `\(key.name)` | \(key.shape.words) | \(key.defaultWords) | \(key.meaning.withCells) |"
        }
        return (["| key | form | default | meaning |", "|---|---|---|---|"] + rows).joined(separator: "\n")
    }
}

extension SectionShape.Key {
    fileprivate var defaultWords: String {
        switch presence {
        case .needed: "must be there"
        case .literal(let text): "`\(text)`"
        case .described(let words): words
        }
    }
}

extension Shape {
    /// The form in words.
    fileprivate var words: String {
        switch self {
        case .text(let what, _): what.withCells
        case .id: "id"
        case .bool: "`true` or `false`"
        case .integer(let range, let what): what?.withCells ?? "whole number, \(range.lowerBound) to \(range.upperBound)"
        case .integers(let numbers): numbers.map { "`\($0)`" }.joined(separator: ", ")
        case .unsigned: "whole number"
        case .number(_, let what): what
        case .factor: "number, not 0"
        case .duration(let range): "duration, \(Field.words(range))"
        case .size(let lowest): "size, from \(lowest >> 20) MiB"
        case .value(let unit): "value in `\(unit.rawValue)`"
        case .measure(let unit, let range): "value in `\(unit)`, \(Int(range.lowerBound)) to \(Int(range.upperBound))"
        case .valueOfQuantity: "value in the quantity's unit"
        case .unitOfQuantity: "the quantity's unit"
        case .choice(let words, _): words.count > 12 ? "word, below" : words.map { "`\($0)`" }.joined(separator: ", ")
        case .list(let inner, _, _) where !inner.isWord: "list"
        case .list(let inner, let count, let what): count == 0...Int.max ? "list of: \(inner.words)" : what
        case .named(.ids, _, _): "section by id"
        case .named(.numbers(_, let what), _, _): "section: \(what) to its meaning"
        case .section: "section"
        case .variants: "section"
        case .either(let shapes): shapes.map(\.words).joined(separator: ", or ")
        }
    }

    fileprivate var isWord: Bool {
        switch self {
        case .section, .either, .named, .variants: false
        default: true
        }
    }
}

extension String {
    /// Safe inside a cell of a table.
    fileprivate var withCells: String { replacing("|", with: "\\|") }
}
