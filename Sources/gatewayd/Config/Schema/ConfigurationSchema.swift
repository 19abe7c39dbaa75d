// The descriptions of the files as JSON Schema, so that an editor can say what may stand where while one writes.
import SensorModel

/// The JSON Schemas that `gatewayd schema` prints.
///
/// A schema says less than the checker: what several places together make wrong (a bus that is not there, a value out of
/// range that has a unit, a golden vector that does not decode) only `gatewayd check` finds.
///
/// Source: JSON Schema, draft 2020-12, core and validation.
public enum ConfigurationSchema {
    /// Of gateway.yaml.
    public static var configuration: String { document(Shapes.site, "gateway", "gatewayd: gateway.yaml") }
    /// Of a sensor model.
    public static var profile: String { document(Shapes.profile, "profile", "gatewayd: a sensor model") }
    /// Of a rule pack.
    public static var rules: String { document(Shapes.rulePack, "rules", "gatewayd: a rule pack") }
    /// Of a scenario.
    public static var scenario: String { document(Shapes.scenario, "scenario", "gatewayd: a scenario") }

    private static func document(_ shape: SectionShape, _ name: String, _ title: String) -> String {
        // The dialect's name is written in two parts because no file of this repository names a host.
        let dialect = "https:" + "//json-schema.org/draft/2020-12/schema"
        let head: [(String, JSONText)] = [
            ("$schema", .text(dialect)), ("$id", .text("urn:gatewayd:schema:\(name):1")), ("title", .text(title)),
        ]
        return JSONText.object(head + shape.members.filter { $0.0 != "title" }).written()
    }
}

extension SectionShape {
    /// The members of the section's schema.
    fileprivate var members: [(String, JSONText)] {
        var members: [(String, JSONText)] = [
            ("title", .text(title)), ("type", .text("object")), ("properties", .object(keys.map { ($0.name, $0.schema) })),
            ("additionalProperties", .bool(false)),
        ]
        let needed = keys.filter(\.isNeeded).map { JSONText.text($0.name) }
        if !needed.isEmpty { members.append(("required", .list(needed))) }
        if !needs.isEmpty { members.append(("dependentRequired", .object(needs.map { ($0.key, .list([.text($0.other)])) }))) }
        if !anyOf.isEmpty { members.append(("anyOf", .list(anyOf.map { .object([("required", .list([.text($0)]))]) }))) }
        if !ways.isEmpty { members.append(("oneOf", .list(ways.map(schema(of:))))) }
        let followers = keys.filter(\.followsQuantity)
        if !followers.isEmpty { members.append(("allOf", .list(Unit.allCases.map { schema(of: $0, followers) }))) }
        return members
    }

    /// One way to write the section: its keys, and none of the others'.
    private func schema(of way: Way) -> JSONText {
        let others = Set(ways.flatMap(\.keys)).subtracting(way.keys).sorted()
        return .object([
            ("required", .list(([way.lead] + way.with.map(\.key)).map(JSONText.text))),
            ("properties", .object(others.map { ($0, .bool(false)) })),
        ])
    }

    /// What the keys that follow the quantity must be when its unit is this one.
    private func schema(of unit: Unit, _ followers: [Key]) -> JSONText {
        let quantities = Quantity.allCases.filter { $0.unit == unit }.map { JSONText.text($0.rawValue) }
        let condition = JSONText.object([
            ("properties", .object([("quantity", .object([("enum", .list(quantities))]))])),
            ("required", .list([.text("quantity")])),
        ])
        let consequence = followers.map { key -> (String, JSONText) in
            if case .unitOfQuantity = key.shape { return (key.name, .object(Shape.choice([unit.rawValue]).members)) }
            return (key.name, .object(Shape.value(unit).members))
        }
        return .object([("if", condition), ("then", .object([("properties", .object(consequence))]))])
    }
}

extension SectionShape.Key {
    /// Whether the section's quantity decides its form.
    fileprivate var followsQuantity: Bool {
        switch shape {
        case .valueOfQuantity, .unitOfQuantity: true
        default: false
        }
    }

    fileprivate var schema: JSONText {
        let members = shape.members.filter { $0.0 != "description" }
        let range = shape.rangeWords.map { " (\($0))" } ?? ""
        var more: [(String, JSONText)] = [("description", .text(meaning.withoutMarkup + range))]
        if case .literal(let text) = presence { more.append(("default", shape.literal(text))) }
        return .object(more + members)
    }
}

extension Shape {
    /// What a value may be, where its form alone does not show it.
    fileprivate var rangeWords: String? {
        switch self {
        case .duration(let range): Field.words(range)
        case .size(let lowest): "from \(lowest >> 20) MiB"
        case .measure(let unit, let range): Field.words(range, unit)
        default: nil
        }
    }

    /// The members of the value's schema.
    fileprivate var members: [(String, JSONText)] {
        switch self {
        case .text(_, let pattern):
            // YAML takes a text of digits without quotes for a number; the reader does not mind.
            [("type", .list([.text("string"), .text("number")]))]
                + (pattern.map { [("pattern", .text("^(?:\($0))$"))] } ?? [
                    ("minLength", .integer(1)), ("maxLength", .integer(256)),
                ])
        case .id: [("type", .list([.text("string"), .text("number")])), ("pattern", .text("^[A-Za-z0-9._-]{1,64}$"))]
        case .bool: [("type", .text("boolean"))]
        case .integer(let range, _):
            [("type", .text("integer")), ("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound))]
        case .integers(let numbers): [("enum", .list(numbers.map(JSONText.integer)))]
        case .unsigned: [("type", .text("integer")), ("minimum", .integer(0)), ("maximum", .raw("\(UInt64.max)"))]
        case .number(let range, _):
            [("type", .text("number"))]
                + (range.upperBound >= 1e300
                    ? [] : [("minimum", .number(range.lowerBound)), ("maximum", .number(range.upperBound))])
        case .factor: [("type", .text("number")), ("not", .object([("const", .integer(0))]))]
        case .duration: [("type", .text("string")), ("pattern", .text("^\(Self.amount)(?:ms|s|min|h|d)$"))]
        case .size: [("type", .text("string")), ("pattern", .text("^\(Self.amount)(?:KiB|MiB|GiB)$"))]
        case .value(.one): [("type", .text("number"))]
        case .value(let unit): [("type", .text("string")), ("pattern", .text("^[-+]?\(Self.amount)\(unit.rawValue)$"))]
        case .measure(let unit, _): [("type", .text("string")), ("pattern", .text("^\(Self.amount)\(unit)$"))]
        case .valueOfQuantity: [("type", .list([.text("string"), .text("number")]))]
        case .unitOfQuantity: Shape.choice(of: Unit.self).members
        case .choice(let words, _):
            [("enum", .list(words.flatMap { word in [.text(word)] + (Int(word).map { [.integer($0)] } ?? []) }))]
        default: compoundMembers
        }
    }

    private var compoundMembers: [(String, JSONText)] {
        switch self {
        case .list(let inner, let count, _):
            [("type", .text("array")), ("items", .object(inner.members))]
                + (count.lowerBound > 0 ? [("minItems", .integer(count.lowerBound))] : [])
                + (count.upperBound < .max ? [("maxItems", .integer(count.upperBound))] : [])
        case .named(let names, let inner, let atLeastOne):
            [
                ("type", .text("object")), ("propertyNames", .object([("pattern", .text(names.pattern))])),
                ("additionalProperties", .object(inner.members)),
            ] + (atLeastOne == nil ? [] : [("minProperties", .integer(1))])
        case .section(let section): section.members
        case .variants(let key, let without, let variants):
            [("type", .text("object"))] + (without == nil ? [("required", .list([.text(key)]))] : []) + [
                ("oneOf", .list(([without].compactMap { $0 } + variants.map(\.1)).map { .object($0.members) }))
            ]
        case .either(let shapes): [("anyOf", .list(shapes.map { .object($0.members) }))]
        default: []
        }
    }

    /// A number before a unit.
    private static let amount = #"[0-9]+(?:\.[0-9]*)? *"#

    /// The default as JSON.
    fileprivate func literal(_ text: String) -> JSONText {
        switch self {
        case .bool, .integer, .integers, .number, .factor: .raw(text)
        default: .text(text)
        }
    }
}

extension Shape.Names {
    /// What the names look like in JSON, where every key is a text.
    fileprivate var pattern: String {
        switch self {
        case .ids: "^[A-Za-z0-9._-]{1,64}$"
        case .numbers(let range, _): range.lowerBound < 0 ? "^-?(?:[0-9]+|0x[0-9A-Fa-f]+)$" : "^(?:[0-9]+|0x[0-9A-Fa-f]+)$"
        }
    }
}

extension String {
    /// Plain text for editors: no Markdown links and no back-quotes.
    fileprivate var withoutMarkup: String {
        let text = replacing(/\[([^\]]*)\]\([^)]*\)/) { String($0.output.1) }
        return String(text.filter { $0 != "`" })
    }
}
