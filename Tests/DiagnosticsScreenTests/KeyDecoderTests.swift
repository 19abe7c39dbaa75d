// Keys come as bytes, in pieces of any size.
import Testing

@testable import DiagnosticsScreen

@Suite struct KeyDecoderTests {
    private func keys(_ text: String) -> [Key] {
        var decoder = KeyDecoder()
        return decoder.receive(text.utf8) + decoder.expire()
    }

    @Test(arguments: [
        ("\u{1B}[A", [Key.up]), ("\u{1B}OB", [.down]), ("\u{1B}[1;5C", [.right]), ("\u{1B}[D", [.left]), ("\u{1B}[5~", [.pageUp]),
        ("\u{1B}[6~", [.pageDown]), ("\u{1B}[H", [.home]), ("\u{1B}[1~", [.home]), ("\u{1B}[8~", [.end]), ("\r", [.enter]),
        ("\n", [.enter]), ("\u{7F}", [.left]), ("\u{3}", [.interrupt]), ("\u{C}", [.redraw]),
        ("q?", [.character("q"), .character("?")]),
        ("\u{1B}", [.escape]), ("\u{1B}\u{1B}", [.escape, .escape]), ("\u{1B}[A\u{1B}[Bj", [.up, .down, .character("j")]),
    ])
    func `every key has its bytes`(bytes: String, expected: [Key]) {
        #expect(keys(bytes) == expected)
    }

    @Test func `a sequence in pieces is one key`() {
        var decoder = KeyDecoder()
        for byte in "\u{1B}[1;2".utf8 {
            let keys = decoder.receive([byte])
            #expect(keys == [])
            #expect(decoder.isPending)
        }
        let keys = decoder.receive("A".utf8)
        #expect(keys == [.up])
        #expect(!decoder.isPending)
    }

    @Test func `an Escape key is one only after nothing more came`() {
        var decoder = KeyDecoder()
        let first = decoder.receive([0x1B])
        #expect(first == [])
        #expect(decoder.isPending)
        let expired = decoder.expire()
        #expect(expired == [.escape])
        let letters = decoder.receive("[A".utf8)
        #expect(letters == [.character("["), .character("A")])
    }

    @Test func `what is not known is dropped whole and never taken for letters`() {
        #expect(keys("\u{1B}[200~") == [])
        #expect(keys("\u{1B}[?62;1c") == [])
        #expect(keys("\u{1B}x") == [])
        #expect(keys("井") == [])
        #expect(keys("\u{1B}[" + String(repeating: "1", count: 16) + "A") == [.up])
        #expect(keys("\u{1B}[24~q") == [.character("q")])
    }
}
