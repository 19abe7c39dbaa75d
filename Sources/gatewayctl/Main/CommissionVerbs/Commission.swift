// The verbs of commissioning; each has a file of its own beside this one.
import ArgumentParser

struct Commission: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What is done once at a cover, and kept: tilt zeros, and which device sits where.",
        subcommands: [Zero.self, Bindings.self])
}
