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

    /// - Parameters: as the properties.
    public init(file: String, line: Int, column: Int, key: String, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.key = key
        self.message = message
    }

    /// `FILE:LINE:COL: error: KEY: message`, one line (contract §1).
    public var description: String { "\(file):\(line):\(column): error: \(key): \(message)" }
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
            return left.description < right.description
        }
    }

    /// One line for each.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// Collects what is wrong in one file.
final class Findings {
    /// The file as it was named.
    let file: String
    private(set) var errors: [ConfigurationError] = []

    init(file: String) { self.file = file }

    /// Notes an error.
    func report(_ mark: Mark, _ key: String, _ message: String) {
        errors.append(
            ConfigurationError(
                file: file, line: mark.line, column: mark.column, key: key.isEmpty ? "file" : key, message: message))
    }
}
