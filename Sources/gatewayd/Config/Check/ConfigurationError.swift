// One thing wrong in a configuration file, and all of them together.

/// One error of a configuration file, with its place.
public struct ConfigurationError: Sendable, Equatable, CustomStringConvertible {
    /// The file as it was named.
    public var file: String
    /// Line, from 1.
    public var line: Int
    /// Column in characters, from 1.
    public var column: Int
    /// Path of keys, like `covers[0].sensors.ch4.every`; `file` where the file as a whole is meant.
    public var key: String
    /// What was expected and what stands there.
    public var message: String
    /// True for the line that counts the errors beyond those that are named.
    var isRest = false

    /// - Parameters: as the properties.
    public init(file: String, line: Int, column: Int, key: String, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.key = key
        self.message = message
    }

    /// `FILE:LINE:COL: error: KEY: message`, one line (contract §1); what would break it or reach a terminal is written out.
    public var description: String { MessageText.oneLine("\(file):\(line):\(column): error: \(key): \(message)") }
}

/// All errors of a configuration and of the files it names, in the order of file, line and column.
public struct ConfigurationErrors: Error, Sendable, CustomStringConvertible {
    /// At least one.
    public var errors: [ConfigurationError]

    /// - Parameter errors: in any order.
    public init(errors: [ConfigurationError]) {
        self.errors = errors.sorted { left, right in
            if left.file != right.file { return left.file < right.file }
            if left.line != right.line { return left.line < right.line }
            if left.column != right.column { return left.column < right.column }
            if left.isRest != right.isRest { return right.isRest }
            return left.description < right.description
        }
    }

    /// One line for each.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// Collects what is wrong in one file: the first thousand errors, and how many more there are.
final class Findings {
    /// The most errors of a file that are named.
    static let most = 1000

    /// The file as it was named.
    let file: String
    private var named: [ConfigurationError] = []
    private var unnamed = 0

    /// The errors; beyond a thousand a last one counts the others.
    var errors: [ConfigurationError] {
        guard unnamed > 0, let last = named.max(by: { ($0.line, $0.column) < ($1.line, $1.column) }) else { return named }
        var rest = last
        rest.key = "file"
        rest.message = unnamed == 1 ? "1 more error" : "\(unnamed) more errors"
        rest.isRest = true
        return named + [rest]
    }

    /// True when no further error will be named: nothing more needs to be found out about it.
    var isFull: Bool { named.count >= Self.most }

    init(file: String) { self.file = file }

    /// Notes an error.
    func report(_ mark: Mark, _ key: String, _ message: String) {
        guard !isFull else { return unnamed += 1 }
        named.append(
            ConfigurationError(
                file: file, line: mark.line, column: mark.column, key: key.isEmpty ? "file" : key, message: message))
    }

    /// Counts errors that were not kept.
    func count(more: Int) { unnamed += more }
}
