// Lines are found by name or offset, and what goes wrong is told in words that help.
import DeviceHAL
import Testing

@Suite struct LineWordsTests {
    private let chip = ChipDescription(
        path: "/dev/gpiochip0", label: "board",
        lines: ["GPIO17", "P9_24 [uart1_txd]", "TWIN", nil, "TWIN"].enumerated().map {
            LineDescription(offset: $0.offset, name: $0.element)
        })

    private func failure(_ line: LineSelector) -> LineError? {
        do throws(LineError) {
            _ = try chip.offset(of: line, chip: "board")
            return nil
        } catch { return error }
    }

    @Test func `a line is found by its name, spaces and all, or by its offset`() throws {
        #expect(try chip.offset(of: .name("P9_24 [uart1_txd]"), chip: "board") == 1)
        #expect(try chip.offset(of: .offset(3), chip: "board") == 3)
    }

    @Test func `a name that occurs twice is refused with both offsets`() {
        #expect(failure(.name("TWIN"))?.kind == .lineAmbiguous(offsets: [2, 4]))
        #expect(failure(.name("TWIN"))?.message.contains("offsets 2 and 4") == true)
    }

    @Test func `a line that is not there is refused, with what there is`() {
        #expect(failure(.name("GPIO18"))?.kind == .lineMissing)
        #expect(failure(.name("gpio17"))?.message.contains("there is a line GPIO17") == true)
        #expect(failure(.offset(5))?.message.contains("offsets 0 to 4") == true)
        #expect(failure(.offset(-1))?.kind == .lineMissing)
    }

    @Test func `every error names its place on one line and says what to do`() {
        let kinds: [LineError.Kind] = [
            .chipMissing, .chipAmbiguous(paths: ["/dev/gpiochip0", "/dev/gpiochip3"]), .lineMissing,
            .lineAmbiguous(offsets: [1, 2]), .lineTaken(holder: "spi0 CS0"), .notPermitted, .unsupported, .gone, .closed, .failed,
        ]
        for kind in kinds {
            let message = LineError(kind: kind, chip: "board", line: .name("LID"), detail: "seen").message
            #expect(message.contains("line LID of chip board") && !message.contains("\n"), "\(message)")
        }
        let taken = LineError(kind: .lineTaken(holder: "spi0 CS0"), chip: "board", line: .offset(8)).message
        #expect(taken.contains("line offset 8 of chip board is taken by spi0 CS0;"))
        let ambiguous = LineError(kind: .chipAmbiguous(paths: ["/dev/gpiochip0", "/dev/gpiochip3"]), chip: "board").message
        #expect(ambiguous.contains("/dev/gpiochip0 and /dev/gpiochip3"))
    }
}
