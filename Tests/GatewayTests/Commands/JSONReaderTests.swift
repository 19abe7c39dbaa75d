// JSON of others, read strictly.
import SensorModel
@testable import Gateway
import TestSupport
import Testing

@Suite struct JSONReaderTests {
    private func read(_ text: String) throws(JSONProblem) -> JSONValue { try JSONReader.read(Array(text.utf8)) }

    @Test(
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .number(0)), ("-0", .number(0)),
            ("-12.5e+2", .number(-1250)), ("1E-2", .number(0.01)), ("\"\"", .text("")), ("\"井\\u4e95\"", .text("井井")),
            ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", .text("\"\\/\u{8}\u{C}\n\r\t")), ("\"\\ud83d\\ude00\"", .text("😀")),
            ("[]", .list([])), ("[1, [2]]", .list([.number(1), .list([.number(2)])])), ("{}", .object([:])),
            ("{\"a\":{\"b\":null}, \"c\":\t1}", .object(["a": .object(["b": .null]), "c": .number(1)])),
        ] as [(String, JSONValue)])
    func `what is JSON is read`(text: String, value: JSONValue) throws { #expect(try read(text) == value) }

    @Test(
        arguments: [
            ("", "ends too early"), ("{", "name in quotes"), ("[1", "comma or ]"), ("{\"a\":1", "comma or }"),
            ("{\"a\" 1}", "colon"),
            ("{\"a\":1,}", "name in quotes"), ("[1,]", "no JSON value"), ("{a:1}", "name in quotes"), ("nul", "no JSON value"),
            ("01", "no JSON value"), ("-01", "no JSON value"), ("+1", "no JSON value"), (".5", "no JSON value"), ("1.", "digits"),
            ("1e", "digits"),
            ("1e999", "too large"), ("NaN", "no JSON value"), ("\"a", "too early"), ("\"\\x\"", "unknown escape"),
            ("\"\\ud83d\"", "surrogate"), ("\"\\ude00\"", "surrogate"), ("\"\\ud83d\\u0041\"", "surrogate"),
            ("\"\\u12\"", "hexadecimal"),
            ("\"\\u+123\"", "hexadecimal"), ("\"\n\"", "control character"), ("1 2", "behind the value"),
            ("\u{FEFF}{}", "no JSON value"),
            ("{\"a\":1,\"a\":1}", "stands twice"), ("{\"a\":1,\"\\u0061\":2}", "stands twice"),
        ])
    func `what is not is refused with what is wrong`(text: String, words: String) {
        let problem = #expect(throws: JSONProblem.self) { try read(text) }
        #expect(problem?.words.en.contains(words) == true, "\(problem?.words.en ?? "")")
    }

    @Test func `text that is not UTF-8 is refused`() {
        #expect(throws: JSONProblem(words: Bilingual(zh: "文本不是 UTF-8", en: "text that is not UTF-8"), offset: 3)) {
            try JSONReader.read([0x22, 0xFF, 0x22])
        }
    }

    @Test func `sixteen levels are read, and any number more is refused without a trap`() throws {
        let deepest = JSONReader.deepest
        #expect(throws: Never.self) {
            try read(String(repeating: "[", count: deepest) + "1" + String(repeating: "]", count: deepest))
        }
        for depth in [deepest + 1, 60_000] {
            for open in ["[", "{\"a\":"] {
                let problem = #expect(throws: JSONProblem.self) { try read(String(repeating: open, count: depth)) }
                #expect(problem?.words == Bilingual(zh: "超过 16 层", en: "more than 16 levels"))
            }
        }
    }
}
