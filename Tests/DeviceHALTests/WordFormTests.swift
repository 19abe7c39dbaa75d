// Words side by side in every type and order, against words that are known.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct WordFormTests {
    private func value(
        _ words: [UInt16], _ type: RegisterType, _ word: Order = .big, _ byte: Order = .big, at offset: Int = 0
    ) -> String? {
        WordForm.all(of: words).first {
            $0.offset == offset && $0.type == type && $0.wordOrder == word && $0.byteOrder == byte
        }?.value
    }

    @Test(
        "each type is read in its natural order",
        arguments: [
            (RegisterType.uint16, [0xFF97], "65431"), (.int16, [0xFF97], "-105"), (.bcd16, [0x1234], "1234"),
            (.uint32, [0xFFFF, 0xFFFE], "4294967294"), (.int32, [0xFFFF, 0xFFFE], "-2"), (.float32, [0x4220, 0x0000], "40.0"),
            (.bcd32, [0x1234, 0x5678], "12345678"), (.uint64, [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF], "18446744073709551615"),
            (.uint64, [0x0020, 0, 0, 1], "9007199254740993"), (.int64, [0xFFDF, 0xFFFF, 0xFFFF, 0xFFFF], "-9007199254740993"),
            (.int64, [0x8000, 0, 0, 0], "-9223372036854775808"),
            (.float64, [0x4009, 0x21FB, 0x5444, 0x2D18], "3.141592653589793"),
        ] as [(RegisterType, [UInt16], String)])
    func natural(type: RegisterType, words: [UInt16], expected: String) {
        #expect(value(words, type) == expected)
    }

    @Test(
        "the four orders of a value are told apart",
        arguments: [
            ([0x4220, 0x0001], Order.big, Order.big), ([0x0001, 0x4220], .little, .big), ([0x2042, 0x0100], .big, .little),
            ([0x0100, 0x2042], .little, .little),
        ] as [([UInt16], Order, Order)])
    func orders(words: [UInt16], word: Order, byte: Order) {
        #expect(value(words, .uint32, word, byte) == "1109393409")
        let others = WordForm.all(of: words).filter { $0.type == .uint32 && ($0.wordOrder, $0.byteOrder) != (word, byte) }
        #expect(others.count == 3 && others.allSatisfy { $0.value != "1109393409" })
    }

    @Test("64 bits have the four orders too")
    func orders64() {
        #expect(value([0x0102, 0x0304, 0x0506, 0x0708], .uint64, .big, .big) == "72623859790382856")
        #expect(value([0x0708, 0x0506, 0x0304, 0x0102], .uint64, .little, .big) == "72623859790382856")
        #expect(value([0x0201, 0x0403, 0x0605, 0x0807], .uint64, .big, .little) == "72623859790382856")
        #expect(value([0x0807, 0x0605, 0x0403, 0x0201], .uint64, .little, .little) == "72623859790382856")
    }

    @Test func `what is no number in a type is left out`() {
        #expect(value([0x12A4], .bcd16) == nil)
        #expect(value([0x7FC0, 0x0000], .float32) == nil)
        #expect(value([0x7F80, 0x0000], .float32) == nil)
    }

    @Test func `every start is tried, and of many words only the first ones`() {
        let words = [0, 0x4220, 0, 0] as [UInt16]
        #expect(value(words, .float32, at: 1) == "40.0")
        #expect(WordForm.all(of: words).allSatisfy { $0.offset + $0.count <= 4 })
        let many = WordForm.all(of: [UInt16](repeating: 1, count: 125))
        #expect(many.map { $0.offset + $0.count }.max() == WordForm.mostWords)
        #expect(WordForm.all(of: []).isEmpty)
    }

    @Test func `random words never trap, and 64 bits come back exactly`() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let number = UInt64.random(in: 0...UInt64.max, using: &generator)
            let words = (0..<4).map { UInt16(truncatingIfNeeded: number >> UInt64(48 - 16 * $0)) }
            #expect(value(words, .uint64) == "\(number)")
            #expect(value(words.reversed(), .int64, .little, .big) == "\(Int64(bitPattern: number))")
        }
    }
}
