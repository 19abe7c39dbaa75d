// gatewayctl commission zero: the way in which a cover lies now is what its tilts are measured from.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

extension Commission {
    struct Zero: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes the way a closed cover lies now the zero of its tilts; for root and the group gatewayd-operator.",
            discussion: """
                Reads the sensor five times over three seconds. Refuses when one of the readings is not good or when they lie \
                more than 2 degrees apart: somebody stands on the cover. The zero belongs to the device's serial number; with \
                another device tilts are measured from the vertical again until this is done anew. It counts from the next \
                reading on and survives restarts.
                """)

        @Argument(
            help: ArgumentHelp("COVER/SENSOR of a sensor that tells a tilt.", valueName: "sensor"),
            completion: Suggestions.sensors) var sensor: String
        @OptionGroup var common: CommonOptions

        func run() throws {
            try common.answer { client throws(ClientFailure) in
                try client.post(
                    .commissionZero, CommissionZeroRequest(sensor: sensor), seconds: 40, as: CommissionZeroReport.self)
            } text: {
                $0.text($1)
            }
        }
    }
}
