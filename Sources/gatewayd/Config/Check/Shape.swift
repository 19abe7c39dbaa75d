// What may stand in the files, as data. The checker reads by it, and the JSON Schema and the tables of
// docs/configuration.md are written from it: a key's name, range and default stand in one place.
import SensorModel

/// What a value may be.
indirect enum Shape: Sendable {
    /// Text of 1 to 256 characters on one line: what it is, in words, and a regular expression it matches as a whole.
    case text(String = "text", pattern: String? = nil)
    /// `[A-Za-z0-9._-]{1,64}`.
    case id
    case bool
    /// A whole number, and how it is called where its range does not say enough.
    case integer(ClosedRange<Int>, String? = nil)
    /// One of a few whole numbers.
    case integers([Int])
    /// A whole number of 64 bits without sign.
    case unsigned
    /// A decimal number without unit, and how it is called.
    case number(ClosedRange<Double> = -1e300...1e300, String = "a decimal number")
    /// A decimal number other than 0.
    case factor
    case duration(ClosedRange<Duration>)
    case size(atLeast: Int64)
    /// A number and exactly this unit; a bare number for unit 1.
    case value(Unit)
    /// A number and exactly this unit, which need not be one of the vocabulary, within a range of whole numbers.
    case measure(String, ClosedRange<Double>)
    /// A number and the unit of the quantity that the section's key `quantity` names.
    case valueOfQuantity
    /// The unit of the quantity that the section's key `quantity` names.
    case unitOfQuantity
    /// One word of a closed list; `later` are words that the format has and this version does not.
    case choice([String], later: [String] = [])
    /// A list; `count` how many, `what` in words.
    case list(Shape, count: ClosedRange<Int> = 0...Int.max, what: String = "a list ([] when it is empty)")
    /// A section whose keys are names of the file's own.
    case named(Names, Shape, atLeastOne: String? = nil)
    case section(SectionShape)
    /// A section whose keys depend on the word at one key; the first is for a section without that key, if that may be.
    case variants(String, without: SectionShape? = nil, [(String, SectionShape)])
    /// One of several; the reader looks at the value to tell which.
    case either([Shape])

    /// What the keys of a section of own names are.
    enum Names: Sendable {
        case ids
        case numbers(ClosedRange<Int>, String)
    }

    /// One word of an enumeration.
    static func choice<Choice: CaseIterable & RawRepresentable>(of type: Choice.Type, later: [String] = []) -> Shape
    where Choice.RawValue == String { .choice(Choice.allCases.map(\.rawValue), later: later) }

    /// A register's content or address.
    static let word = Shape.integer(0...0xFFFF, "a whole number from 0 to 65535 (0xFFFF)")
    /// A TCP port.
    static let port = Shape.integer(1...65_535)
    /// A serial speed.
    static let baud = Shape.integers([1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400])
    /// Stop bits.
    static let stopBits = Shape.integer(1...2, "1 or 2")
    /// A host name or an address: no spaces, no port, no scheme. One colon is a port; several are an IPv6 address.
    static let host = Shape.text(
        "a host name or an address, without port",
        pattern: #"[!#-&(-.0-9;-?A-~]{1,253}|([!#-&(-.0-9;-?A-~]*:){2,}[!#-&(-.0-9;-?A-~]*"#)
}

/// A section with known keys.
struct SectionShape: Sendable {
    /// One key.
    struct Key: Sendable {
        /// What happens without it.
        enum Presence: Sendable {
            /// It must be there: what was expected, in words.
            case needed(String)
            /// The text that then counts as if it stood there.
            case literal(String)
            /// What then holds, in words.
            case described(String)
        }
        let name: String
        let shape: Shape
        let presence: Presence
        /// What it means, in one sentence.
        let meaning: String

        /// A key that must be there.
        init(_ name: String, _ shape: Shape, needed: String, _ meaning: String) {
            (self.name, self.shape, self.presence, self.meaning) = (name, shape, .needed(needed), meaning)
        }

        /// A key with a default.
        init(_ name: String, _ shape: Shape, or literal: String, _ meaning: String) {
            (self.name, self.shape, self.presence, self.meaning) = (name, shape, .literal(literal), meaning)
        }

        /// A key that may be left out.
        init(_ name: String, _ shape: Shape, otherwise: String = "none", _ meaning: String) {
            (self.name, self.shape, self.presence, self.meaning) = (name, shape, .described(otherwise), meaning)
        }

        /// Whether it must be there.
        var isNeeded: Bool { if case .needed = presence { true } else { false } }
    }

    /// One of several ways to write a section: by a key that the others do not have.
    struct Way: Sendable {
        var lead: String
        /// Keys that must be there too, with what was expected.
        var with: [(key: String, what: String)] = []
        /// Keys that may be there too.
        var may: [String] = []

        /// All its keys.
        var keys: [String] { [lead] + with.map(\.key) + may }
    }

    /// What the section is.
    var title: String
    var keys: [Key]
    /// Keys that the format has and this version does not.
    var later: [String] = []
    /// Exactly one of these; or any.
    var ways: [Way] = []
    /// What was expected when it is written in none of the ways, and what to do when in two.
    var noWay = ""
    var twoWays = ""
    /// At least one of these keys, and what was expected.
    var anyOf: [String] = []
    var noneOf = ""
    /// Keys that need another one, and what is expected there.
    var needs: [(key: String, other: String, what: String)] = []

    init(_ title: String, _ keys: [Key], later: [String] = []) {
        self.title = title
        self.keys = keys
        self.later = later
    }

    /// The same with more said about it.
    func adding(_ change: (inout SectionShape) -> Void) -> SectionShape {
        var copy = self
        change(&copy)
        return copy
    }

    /// The key of a name.
    func key(_ name: String) -> Key? { keys.first { $0.name == name } }

    /// True when nothing must be there: left out, it is as if it stood there empty.
    var mayBeEmpty: Bool { ways.isEmpty && anyOf.isEmpty && !keys.contains(where: \.isNeeded) }
}
