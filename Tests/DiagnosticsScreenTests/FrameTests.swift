// Pictures and what is sent of them: the difference, put on the old picture, gives the new one.
import TestSupport
import Testing

@testable import DiagnosticsClient
@testable import DiagnosticsScreen

@Suite struct FrameTests {
    private static let alphabet = Array("ab -1·▁█人民路井ＡＢ한").map(String.init) + ["e\u{301}", "字\u{301}"]

    private func randomLine(_ columns: Int, _ random: inout SeededGenerator) -> StyledText {
        var line = StyledText()
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let text = (0..<Int.random(in: 0...columns / 4, using: &random)).map { _ in
                Self.alphabet.randomElement(using: &random) ?? ""
            }
            let style = Style(
                Style.Colour.allCases.randomElement(using: &random) ?? .plain, bold: .random(using: &random),
                dim: .random(using: &random), reverse: .random(using: &random))
            line += StyledText(text.joined(), Bool.random(using: &random) ? style : .plain)
        }
        return line
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `the difference on the old picture is the new picture`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let size = ScreenSize(columns: Int.random(in: 1...60, using: &random), rows: Int.random(in: 1...12, using: &random))
        let writer = FrameWriter(colour: true)
        var terminal = TinyTerminal(size)
        var old: Frame?
        var lines = (0..<size.rows).map { _ in randomLine(size.columns, &random) }
        for _ in 0..<30 {
            for row in lines.indices where Int.random(in: 0..<3, using: &random) == 0 {
                lines[row] = randomLine(size.columns, &random)
            }
            let new = Frame(size, lines)
            terminal.receive(writer.bytes(from: old, to: new))
            #expect(terminal.faults == [])
            let isSame = terminal.rows == new.rows
            #expect(isSame)
            old = new
        }
    }

    @Test func `nothing changed is nothing sent, and a digit is a few bytes`() {
        let size = ScreenSize(columns: 80, rows: 24)
        let writer = FrameWriter(colour: true)
        let before = Frame(size, ["人民路 12.5 %LEL good"])
        #expect(writer.bytes(from: before, to: before).isEmpty)
        let bytes = writer.bytes(from: before, to: Frame(size, ["人民路 12.6 %LEL good"]))
        #expect(String(decoding: bytes, as: UTF8.self) == "\u{1B}[1;11H6")
    }

    @Test func `without colour there is none, and weights stay`() {
        let frame = Frame(ScreenSize(columns: 9, rows: 1), [StyledText("bad", .bad)])
        #expect(
            String(decoding: FrameWriter(colour: false).bytes(from: nil, to: frame), as: UTF8.self).contains(
                "\u{1B}[0;1mbad\u{1B}[0m"))
        #expect(
            String(decoding: FrameWriter(colour: true).bytes(from: nil, to: frame), as: UTF8.self).contains("\u{1B}[0;1;31mbad"))
    }

    @Test func `a wide character that would stick out is left away`() {
        #expect(Frame(ScreenSize(columns: 3, rows: 1), ["人民路"]).text == ["人…"])
        #expect(Frame(ScreenSize(columns: 4, rows: 1), ["a人民路"]).text == ["a人…"])
        #expect(StyledText("人民路56号井").padded(to: 8).width == 8)
    }

    @Test func `long sentences are broken between words and none is lost`() {
        let text = "bus rs485-1: no answer of unit 80; look at its supply 人民路与长安路交叉口东南角"
        for width in 10...60 {
            let lines = StyledText.wrapped(text, to: width, lines: 99)
            #expect(lines.allSatisfy { $0.width <= width })
            let joined = lines.map { line in line.spans.map(\.text).joined() }.joined()
            #expect(joined.filter { $0 != " " } == text.filter { $0 != " " })
        }
        #expect(StyledText.wrapped(text, to: 20, lines: 2).count == 2)
    }
}
