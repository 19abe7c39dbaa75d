// The verbs that look: status, sensors, read.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Is the gateway well? Exits with 1 when it is not.")
    @OptionGroup var common: CommonOptions

    func run() throws {
        try common.answer { client throws(ClientFailure) in
            try client.get(.status, as: StatusReport.self)
        } text: {
            $0.text($1)
        } isYes: {
            $0.healthy
        }
    }
}

struct Sensors: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The last reading of every point, the worst first.")
    @Option(help: ArgumentHelp("Only this cover.", valueName: "code"), completion: Suggestions.covers) var cover: String?
    @OptionGroup var common: CommonOptions

    func run() throws {
        try common.answer { client throws(ClientFailure) in
            try client.get(.sensors, cover, as: SensorReport.self)
        } text: {
            $0.text($1)
        }
    }
}

struct Read: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Reads a point now. Exits with 1 when the reading is bad.")
    @Argument(
        help: ArgumentHelp("COVER/SENSOR/CHANNEL, as `sensors` shows it.", valueName: "point"), completion: Suggestions.points
    ) var point: String
    @OptionGroup var common: CommonOptions

    func run() throws {
        try common.answer { client throws(ClientFailure) in
            try client.post(.read, ReadRequest(point: point), seconds: 30, as: ReadReport.self)
        } text: {
            $0.text($1)
        } isYes: { report in
            // Others of the same sensor may come with it; the question was about this one.
            let asked = report.readings.filter { $0.point == point }
            return !asked.isEmpty && asked.allSatisfy { $0.quality != "bad" }
        }
    }
}
