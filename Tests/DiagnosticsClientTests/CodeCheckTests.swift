// A scanned code against the configured one and the ledger: the code has no check digit, so the comparison has to be exact.
import DiagnosticsProtocol
import Testing

@testable import DiagnosticsClient

@Suite struct CodeCheckTests {
    private static let code = "3205820102048188"

    private func check(_ scanned: String, ledger: String? = nil, name: String? = "人民路56号井") -> CodeCheck {
        CodeCheck(
            CommissionCover(code: Self.code, scheme: "component16", name: name, risk: []), scanned: scanned,
            ledger: ledger.map { LedgerExtract(Array($0.utf8)) })
    }

    @Test(arguments: ["3205820102048188", " 3205820102048188\r\n", "\t3205820102048188"])
    func `the same code is the one, whatever blanks the scanner adds`(scanned: String) {
        #expect(check(scanned).matches && check(scanned).isRight && check(scanned).problems.isEmpty)
    }

    @Test(arguments: ["3205820102048189", "320582010204818", "32058201020481888", "３205820102048188", "", "3205820102048188 x"])
    func `another code is not, and both are named`(scanned: String) {
        let check = check(scanned)
        #expect(!check.isRight && check.problems.count == 1)
        #expect(Renderer(colour: false).text(check).contains("NO"))
        #expect(check.problems.first?.contains(Self.code) == true)
    }

    @Test func `in Chinese all of it is Chinese`() {
        let cover = CommissionCover(code: Self.code, scheme: "component16", name: "56号井", risk: [])
        let ledger = LedgerExtract(Array("\(Self.code),57号井\n\(Self.code),57号井\n".utf8))
        let check = CodeCheck(cover, scanned: "7", ledger: ledger, language: .zh)
        let text = Renderer(colour: false, language: .zh).text(check)
        #expect(check.problems.count == 3 && text.hasPrefix("\(Self.code)：不是"))
        #expect(text.unicodeScalars.allSatisfy { !("a"..."z" ~= $0) }, "\(text)")
    }

    @Test(
        arguments: [
            "3205820102048188,人民路56号井\n", "code,name\r\n3205820102048187,a\r\n3205820102048188,人民路56号井,x\r\n",
            "\u{FEFF}\"3205820102048188\",\"人民路56号井\"", " 3205820102048188 , 人民路56号井 ",
        ])
    func `a code in the first column stands in the ledger`(ledger: String) {
        let check = check(Self.code, ledger: ledger)
        #expect(check.isRight && check.ledgerRows == 1 && check.nameMatches == true && check.problems.isEmpty, "\(check)")
    }

    @Test func `a ledger without it, or with it twice, says no`() {
        for (ledger, rows) in [
            ("", 0), ("name,3205820102048188\n", 0), ("\"a\n3205820102048188\",b\n", 0), ("33205820102048188,b", 0),
            ("3205820102048188\n3205820102048188\n", 2),
        ] {
            let check = check(Self.code, ledger: ledger)
            #expect(!check.isRight && check.ledgerRows == rows && check.problems.count == 1, "\(ledger)")
        }
    }

    @Test func `another name is said and decides nothing; one that is no UTF-8 is left out`() {
        let other = check(Self.code, ledger: "3205820102048188,\"长安路 \"\"7\"\"号\"")
        #expect(other.isRight && other.nameMatches == false && other.ledgerName == "长安路 \"7\"号" && other.problems.count == 1)
        let bytes = LedgerExtract(Array("3205820102048188,".utf8) + [0xC8, 0xCB, 0x0A])
        #expect(bytes.entry(Self.code) == LedgerExtract.Entry(rows: 1, name: nil))
        #expect(check(Self.code, ledger: "3205820102048188", name: nil).nameMatches == nil)
    }
}
