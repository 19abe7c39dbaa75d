// A misspelt verb is said, and never taken for the name of a cover or a bus.
import Testing

@testable import DiagnosticsClient

@Suite struct VerbCheckTests {
    private let check = VerbCheck([
        "status": [], "bus": ["stats", "scan", "raw", "trace", "write"], "calibration": ["start", "stop", "log", "due"],
    ])

    @Test(arguments: [
        (["calibration", "strat", "C1"], "no such verb: 'calibration strat'; did you mean 'calibration start'? "),
        (["calibration", "sto"], "no such verb: 'calibration sto'; did you mean 'calibration stop'? "),
        (["bus", "scna"], "no such verb: 'bus scna'; did you mean 'bus scan'? "),
        (["stauts"], "no such verb: 'stauts'; did you mean 'status'? "),
        (["telephone", "me"], "no such verb: 'telephone'; There are: bus, calibration, status."),
    ])
    func `a word that is nearly a verb is said to be none, with the nearest`(arguments: [String], begin: String) {
        #expect(check.objection(to: arguments)?.hasPrefix(begin) == true, "\(check.objection(to: arguments) ?? "nothing")")
    }

    @Test(arguments: [
        [], ["--help"], ["help", "bus"], ["status"], ["status", "now"], ["bus"], ["bus", "--json"], ["bus", "scan", "rs485-1"],
        ["bus", "rs485-1"], ["bus", "plc"], ["bus", "box"], ["calibration", "3205820102048188"], ["calibration", "--help"],
        ["---completion", "bus"],
    ])
    func `verbs, names and options are left alone`(arguments: [String]) { #expect(check.objection(to: arguments) == nil) }

    @Test func `two letters that were swapped are one mistake`() {
        #expect(VerbCheck.distance("strat", "start") == 1 && VerbCheck.distance("", "log") == 3)
        #expect(VerbCheck.distance("scan", "stats") == 3 && VerbCheck.distance("due", "due") == 0)
    }
}
