// The verbs about tests of sensors: start, stop, log, due.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

struct Calibration: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bump tests and calibrations of sensors: done, on record, due.",
        subcommands: [Start.self, Stop.self, Log.self, Due.self], defaultSubcommand: Due.self)

    struct Start: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Somebody gives a sensor test gas, or calibrates it; for root and the group gatewayd-operator.",
            discussion: """
                Its readings are uncertain (test-gas), its alarms are marked as tests and sound nowhere, and its cover is not \
                watched for that gas: the platform is told. The other sensors are not touched. It ends by itself, after 30 min \
                at the latest.
                """)
        @Argument(
            help: ArgumentHelp("COVER/SENSOR/CHANNEL, as `sensors` shows it.", valueName: "point"), completion: Suggestions.points
        ) var point: String
        @Option(help: ArgumentHelp("Why: bump test, calibration.", valueName: "text")) var reason: String
        @Option(name: .customLong("for"), help: ArgumentHelp("For how long, at most 30min.", valueName: "time"))
        var time = "30min"
        @OptionGroup var common: CommonOptions

        func run() throws {
            guard let seconds = DurationText.seconds(time) else {
                throw ValidationError("--for takes a duration with unit (s, min), like 10min; found \(time)")
            }
            try common.answer { client throws(ClientFailure) in
                try client.post(
                    .startCalibration, CalibrationRequest(point: point, reason: reason, seconds: seconds), as: SensorTestRow.self)
            } text: {
                $0.text($1)
            }
        }
    }

    struct Stop: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The test is over, and what came of it; for root and the group gatewayd-operator.",
            discussion: """
                Stop it while the sensor still reads the gas: the deviation is the last reading less what was applied. A test \
                counts for `calibration due` and for entry advice when it was --passed.
                """)
        @Argument(
            help: ArgumentHelp("COVER/SENSOR/CHANNEL, as `sensors` shows it.", valueName: "point"), completion: Suggestions.points
        ) var point: String
        @Option(
            parsing: .upToNextOption,
            help: ArgumentHelp("What the test gas has, in the point's unit: 50 %LEL.", valueName: "value"))
        var applied: [String] = []
        @Flag(help: "The sensor did what it should.") var passed = false
        @Flag(help: "It did not.") var failed = false
        @Option(help: ArgumentHelp("What else is worth knowing.", valueName: "text")) var note: String?
        @OptionGroup var common: CommonOptions

        func validate() throws {
            if passed, failed { throw ValidationError("--passed or --failed, not both") }
            _ = try gas()
        }

        private func gas() throws -> (value: Double, unit: String)? {
            if applied.isEmpty { return nil }
            let words = applied.joined(separator: " ")
            let number = words.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            let unit = words.dropFirst(number.count).drop { $0 == " " }
            guard let value = Double(number), !unit.isEmpty else {
                throw ValidationError("--applied takes a value with its unit, like 50 %LEL; found \(words)")
            }
            return (value, String(unit))
        }

        func run() throws {
            let gas = try gas()
            let request = CalibrationStop(
                point: point, applied: gas?.value, unit: gas?.unit, passed: passed ? true : failed ? false : nil, note: note)
            try common.answer { client throws(ClientFailure) in
                try client.post(.stopCalibration, request, as: CalibrationRow.self)
            } text: {
                $0.text($1)
            }
        }
    }

    struct Log: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The last 1000 tests, oldest first.")
        @Argument(help: ArgumentHelp("Only this cover.", valueName: "cover"), completion: Suggestions.covers) var cover: String?
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.calibrations, cover, as: CalibrationReport.self)
            } text: {
                $0.text($1)
            }
        }
    }

    struct Due: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "When each gas sensor has to be tested again. Exits with 1 when one is due or was never tested.")
        @Argument(help: ArgumentHelp("Only this cover.", valueName: "cover"), completion: Suggestions.covers) var cover: String?
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.get(.calibrationDue, cover, as: CalibrationDueReport.self)
            } text: {
                $0.text($1)
            } isYes: { report in
                report.points.allSatisfy { $0.state == "later" }
            }
        }
    }
}
