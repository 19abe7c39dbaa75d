// gatewayctl bus raw: one read, with its frames and what the words may mean.
import ArgumentParser
import DiagnosticsClient
import DiagnosticsProtocol

extension Bus {
    struct Raw: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads registers or bits of a unit once: frames in hex, words in every type and order.",
            discussion: """
                The read is made between two polls, also where no sensor is configured. Addresses are those of the frame, \
                from 0: a manual's 40001 is holding 0, its 30001 is input 0. Numbers may be written as 0x28 too. Exits with \
                1 when the unit gives no value.
                """)

        @Argument(help: ArgumentHelp("The bus's id.", valueName: "bus"), completion: Suggestions.buses) var bus: String
        @Argument(
            help: ArgumentHelp("Unit address: 1 to 247 on a serial line, 0 to 255 over TCP.", valueName: "unit"),
            transform: WholeNumber.read)
        var unit: Int
        @Argument(help: ArgumentHelp("coil, discrete, input or holding.", valueName: "table")) var table: TableName
        @Argument(
            help: ArgumentHelp("The first register or bit, from 0.", valueName: "address"), transform: WholeNumber.read)
        var address: Int
        @Argument(
            help: ArgumentHelp(
                "How many: up to 125 registers (2 unless said) or 2000 bits (16 unless said).", valueName: "count"),
            transform: WholeNumber.read)
        var count: Int?
        @OptionGroup var common: CommonOptions

        func run() throws {
            let items = count ?? (table == .coil || table == .discrete ? 16 : 2)
            let request = BusReadRequest(bus: bus, unit: unit, table: table.rawValue, address: address, count: items)
            try common.answer { client throws(ClientFailure) in
                try client.post(.busRead, request, seconds: 30, as: BusReadReport.self)
            } text: {
                $0.text($1)
            } isYes: {
                $0.problem == nil
            }
        }
    }
}
