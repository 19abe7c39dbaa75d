// The verbs about the buses; each has a file of its own beside this one.
import ArgumentParser

struct Bus: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at the buses and for devices on them, reads and writes single registers, follows the frames.",
        subcommands: [Stats.self, Scan.self, Raw.self, Trace.self, Write.self], defaultSubcommand: Stats.self)
}

/// A table of a unit, on the command line.
enum TableName: String, CaseIterable, ExpressibleByArgument {
    case coil, discrete, input, holding
}

/// A table of a unit that can be written, on the command line.
enum WritableTableName: String, CaseIterable, ExpressibleByArgument {
    case coil, holding
}
