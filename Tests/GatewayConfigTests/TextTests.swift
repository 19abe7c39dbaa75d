// Text that YAML takes for something else, numbers that two readers read differently, characters that nobody sees.
import GatewayConfig
import Testing

struct TextTests {
    private func errors(_ old: String, _ new: String) throws -> [String] {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", Samples.gateway.replacing(only: old, with: new))
        return bench.errors()
    }

    @Test(
        "A word that YAML takes for null or a truth value is no text without quotes",
        arguments: [
            "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE",
        ])
    func wordsOfYAML(_ word: String) throws {
        #expect(
            try errors("road: 人民路（长安路—中山路）", "road: \(word)") == [
                "site/gateway.yaml:19:11: error: covers[0].road: expected text, in quotes, found '\(word)'"
            ])
        #expect(try errors("road: 人民路（长安路—中山路）", "road: \"\(word)\"") == [])
        guard word != "~" else { return }
        #expect(
            try errors("id: gw-500111-0007", "id: \(word)") == [
                "site/gateway.yaml:2:15: error: gateway.id: expected an id, in quotes, found '\(word)'"
            ])
        #expect(try errors("id: gw-500111-0007", "id: '\(word)'") == [])
        #expect(
            try errors("  city:\n", "  \(word):\n") == [
                "site/gateway.yaml:33:3: error: uplinks.\(word): expected an id, in quotes, found '\(word)'"
            ])
        #expect(try errors("  city:\n", "  \"\(word)\":\n") == [])
    }

    @Test("Nothing is no text")
    func nothing() throws {
        #expect(
            try errors("road: 人民路（长安路—中山路）", "road:") == [
                "site/gateway.yaml:19:10: error: covers[0].road: expected text, found nothing"
            ])
    }

    @Test(
        "Numbers that two readers read differently are refused",
        arguments: [
            (
                "address: 16", "address: 016", "16:42", "address",
                "expected a number without leading zero, found '016', which is "
                    + "ambiguous: octal to some, decimal to others"
            ),
            (
                "offset: -1.5", "offset: -01.5", "16:79", "offset",
                "expected a number without leading zero, found '-01.5', which is "
                    + "ambiguous: octal to some, decimal to others"
            ),
            (
                "address: 16", "address: 0X10", "16:42", "address",
                "expected a whole number from 0 to 65535 (0xFFFF), found '0X10'"
            ),
            ("scale: 0.1", "scale: 0x10", "16:66", "scale", "expected a decimal number other than 0, found '0x10'"),
        ])
    func ambiguous(_ old: String, _ new: String, _ place: String, _ key: String, _ message: String) throws {
        let bench = try Workbench()
        bench.write("site/profiles/gas-head.yaml", Samples.gasHead.replacing(only: old, with: new))
        #expect(
            bench.profileErrors("site/profiles/gas-head.yaml") == [
                "site/profiles/gas-head.yaml:\(place): error: channels.temperature.\(key): \(message)"
            ])
    }

    @Test("An offset of a line that is written in two minds is refused, not taken for a name", arguments: ["010", "0X10"])
    func lineOffsets(_ text: String) throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", Samples.lines.replacing(only: "line: 4,", with: "line: \(text),"))
        let errors = bench.errors()
        #expect(errors.count == 1 && errors[0].contains("covers[0].sensors.power.line: expected"), "\(errors)")
    }

    @Test("A content that is no whole number is refused in words that name both kinds")
    func fraction() throws {
        let bench = try Workbench()
        bench.write("site/profiles/gas-head.yaml", Samples.gasHead.replacing(only: "equals: 5,", with: "equals: 5.0,"))
        #expect(
            bench.profileErrors("site/profiles/gas-head.yaml") == [
                "site/profiles/gas-head.yaml:12:43: error: require[1].equals: "
                    + "expected a whole number from 0 to 65535, or unit-address, found '5.0'"
            ])
        let text = "text: CH4, length: 1,"
        bench.write("site/profiles/gas-head.yaml", Samples.gasHead.replacing(only: "equals: 5,", with: text))
        #expect(
            bench.profileErrors("site/profiles/gas-head.yaml") == [
                "site/profiles/gas-head.yaml:12:41: error: require[1].text: "
                    + "expected at most 2 characters, which is what 1 register holds, found 'CH4'"
            ])
    }

    @Test("Control characters in keys and values are written out, each error stays on its line")
    func controlCharacters() throws {
        #expect(
            try errors("language: zh,", "\"a\\nb\\e[2Jc\\x9Bd\\u200Be\": 1,") == [
                "site/gateway.yaml:2:31: error: gateway.a\\nb\\u{1B}[2Jc\\u{9B}d\\u{200B}e: unknown key, "
                    + "expected one of id, language, timezone, divisions"
            ])
        #expect(
            try errors("language: zh,", "language: \"w\\tx\",") == [
                "site/gateway.yaml:2:41: error: gateway.language: expected one of zh, en, found 'w\\tx'"
            ])
    }

    @Test("A line separator that no editor shows is refused where it stands", arguments: ["2028", "2029", "0085"])
    func lineSeparators(_ digits: String) throws {
        let character = try #require(UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init))
        for text in ["schema: 1\n# 井\(character)\n", "schema: 1\na: \(character)\n", "schema: 1\n\"a\(character)\": 1\n"] {
            let bench = try Workbench()
            bench.write("site/gateway.yaml", text)
            let line = text.split(separator: "\n")[1]
            let column = line.unicodeScalars.prefix { $0 != character }.count + 1
            #expect(
                bench.errors() == [
                    "site/gateway.yaml:2:\(column): error: file: "
                        + "an invisible line separator (U+\(digits)) stands here; remove the character"
                ])
        }
    }

    @Test("Text of digits is good where a pattern allows digits, and the schema says the same")
    func digits() throws {
        #expect(try errors("host: 192.0.2.10", "host: 1") == [])
        let lines = ConfigurationSchema.configuration.split(separator: "\n").map { $0.drop { $0 == " " } }
        let patterns = lines.indices.filter { lines[$0].hasPrefix("\"pattern\": \"^(?:") && lines[$0].hasSuffix(")$\"") }
        #expect(patterns.count > 5)
        #expect(patterns.allSatisfy { lines[$0 - 1] == "\"type\": [\"string\", \"number\"]," })
    }
}
