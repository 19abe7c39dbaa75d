// Escapes and numbers, byte for byte, and what a foreign parser makes of them.
import NativeFormat
import SensorModel
import Testing

@Suite struct JSONBytesTests {
    private func written(_ write: (inout JSONBytes) -> Void) -> String {
        var json = JSONBytes()
        write(&json)
        return text(json.bytes)
    }

    @Test(arguments: [
        ("plain", "\"plain\""), ("say \"no\"", "\"say \\\"no\\\"\""), ("C:\\gateway", "\"C:\\\\gateway\""), ("", "\"\""),
        ("two\nlines", "\"two\\nlines\""), ("tab\there", "\"tab\\u0009here\""), ("\u{0}\u{1F}", "\"\\u0000\\u001f\""),
        ("\r\u{7F}/", "\"\\u000d\u{7F}/\""), ("人民路56号井", "\"人民路56号井\""), ("🕳️", "\"🕳️\""),
        ("e\u{301}\u{2028}", "\"e\u{301}\u{2028}\""),
    ])
    func `a string is escaped as RFC 8259 demands`(plain: String, expected: String) throws {
        let json = written { $0.string(plain) }
        #expect(json == expected)
        #expect(try DecodedJSON.read(Array(json.utf8)) == .text(plain))
    }

    @Test func `every control character comes back as it was`() throws {
        for code in UInt8.min..<0x80 {
            let plain = "a\(Character(Unicode.Scalar(code)))b"
            let json = written { $0.string(plain) }
            #expect(json.utf8.allSatisfy { $0 >= 0x20 })
            #expect(try DecodedJSON.read(Array(json.utf8)) == .text(plain), "character \(code)")
        }
    }

    @Test(arguments: [
        (20.0, "20.0"), (12.5, "12.5"), (0.0, "0.0"), (-0.0, "-0.0"), (0.1, "0.1"), (-3.0, "-3.0"), (1e-7, "1e-07"),
        (1e16, "1e+16"),
        (123_456_789.0, "123456789.0"), (.leastNonzeroMagnitude, "5e-324"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    ])
    func `a number is written so that it is read back the same`(number: Double, expected: String) throws {
        let json = written { $0.number(number) }
        #expect(json == expected)
        guard case .number(let read) = try DecodedJSON.read(Array(json.utf8)) else {
            Issue.record("not a number: \(json)")
            return
        }
        #expect(read.bitPattern == number.bitPattern)
    }

    @Test(arguments: [Double.nan, .signalingNaN, .infinity, -.infinity, nil])
    func `what is no number is null and never NaN`(number: Double?) {
        #expect(written { $0.number(number) } == "null")
    }

    @Test(arguments: [(Int64(0), "0"), (-7, "-7"), (.max, "9223372036854775807"), (.min, "-9223372036854775808")])
    func `whole numbers have no point`(number: Int64, expected: String) {
        #expect(written { $0.integer(number) } == expected)
    }

    @Test func `an optional member is there or not at all`() {
        #expect(written { $0.optionalMember("note", "x") } == ",\"note\":\"x\"")
        #expect(written { $0.optionalMember("note", nil) } == "")
        #expect(written { $0.string(String?.none) } == "null")
    }
}
