// The verbs of commissioning; each has a file of its own beside this one.
import ArgumentParser

struct Commission: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What is done once at a cover: identity, raw values, tilt zeros, function tests, which device sits where.",
        subcommands: [Show.self, Check.self, Zero.self, Test.self, Bindings.self, Report.self])
}
