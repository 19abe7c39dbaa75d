// The verbs about the buses; each has a file of its own beside this one.
import ArgumentParser

struct Bus: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at the buses and for devices on them, reads and writes single registers, follows the frames.",
        subcommands: [Stats.self, Scan.self, Raw.self, Trace.self, Write.self], defaultSubcommand: Stats.self)
}

/// A whole number on the command line, as manuals write them too: 40 or 0x28.
enum WholeNumber {
    static func read(_ text: String) throws -> Int {
        let digits = text.lowercased().hasPrefix("0x") ? text.dropFirst(2) : nil
        let number = digits.map { $0.allSatisfy(\.isHexDigit) ? Int($0, radix: 16) : nil } ?? Int(text)
        guard let number else { throw ValidationError("a whole number is written like 40 or 0x28, found \(text)") }
        return number
    }
}

/// A table of a unit, on the command line.
enum TableName: String, CaseIterable, ExpressibleByArgument {
    case coil, discrete, input, holding
}

/// A table of a unit that can be written, on the command line.
enum WritableTableName: String, CaseIterable, ExpressibleByArgument {
    case coil, holding
}
