// Words to numbers with quality: each rule once, then every type with random bits.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct RegisterDecoderTests {
    private func field(
        _ type: RegisterType, table: RegisterTable = .holding, word: Order = .big, byte: Order = .big, scale: Double = 1,
        offset: Double = 0, invalid: [UInt32] = []
    ) -> RegisterField {
        RegisterField(
            table: table, address: 0, type: type, wordOrder: word, byteOrder: byte, scale: scale, offset: offset, invalid: invalid
        )
    }

    private func channel(_ field: RegisterField, range: ClosedRange<Double>? = nil, resolution: Double? = nil) -> ChannelMap {
        ChannelMap(name: "value", quantity: .raw, fields: [field], range: range, resolution: resolution)
    }

    private let tilt = ChannelMap(
        name: "tilt", quantity: .tilt,
        fields: (0..<3).map { RegisterField(table: .holding, address: 0x34 + $0, type: .int16, scale: 16.0 / 32768) },
        transform: .gravityTilt, range: 0...180)

    @Test(
        "each type is read as Modbus writes it",
        arguments: [
            (RegisterType.int16, [0xFF97], -105.0), (.uint16, [0xFF97], 65431), (.int32, [0xFFFF, 0xFFFE], -2),
            (.uint32, [0xFFFF, 0xFFFE], 4_294_967_294), (.float32, [0x4220, 0x0000], 40), (.float32, [0x41A0, 0x0000], 20),
        ] as [(RegisterType, [UInt16], Double)])
    func types(type: RegisterType, words: [UInt16], value: Double) {
        #expect(RegisterDecoder.number(of: field(type), words: words) == .good(value))
    }

    @Test("word order and byte order are independent of each other")
    func orders() {
        let expected = Measurement.good(40)
        #expect(RegisterDecoder.number(of: field(.float32, word: .little), words: [0x0000, 0x4220]) == expected)
        #expect(RegisterDecoder.number(of: field(.float32, byte: .little), words: [0x2042, 0x0000]) == expected)
        #expect(RegisterDecoder.number(of: field(.float32, word: .little, byte: .little), words: [0x0000, 0x2042]) == expected)
        #expect(RegisterDecoder.number(of: field(.uint16, byte: .little), words: [0x0100]) == .good(1))
    }

    @Test("a bit has no bytes to swap")
    func bits() {
        #expect(RegisterDecoder.number(of: field(.uint16, table: .coil, byte: .little), words: [1]) == .good(1))
    }

    @Test("scale and offset are applied, and minus zero is zero")
    func scaling() {
        #expect(RegisterDecoder.number(of: field(.int16, scale: 0.5, offset: -40), words: [100]) == .good(10))
        let zeros = [
            RegisterDecoder.number(of: field(.float32), words: [0x8000, 0x0000]),
            RegisterDecoder.number(of: field(.float32, offset: -0.0), words: [0x8000, 0x0000]),
            RegisterDecoder.number(of: field(.int16, scale: -1, offset: -0.0), words: [0]),
        ]
        for zero in zeros { #expect(zero.value.map { $0 == 0 && $0.sign == .plus } == true) }
    }

    @Test("NaN and the infinities are not numbers", arguments: [0x7FC0, 0x7F80, 0xFF80, 0xFFC0, 0x7F81] as [UInt16])
    func notNumbers(high: UInt16) {
        #expect(RegisterDecoder.number(of: field(.float32), words: [high, 0]) == .bad(.notANumber))
    }

    @Test("an invalid pattern is recognised in the ordered bits, before scaling and before NaN")
    func invalidMarkers() {
        #expect(
            RegisterDecoder.number(of: field(.uint16, scale: 0.1, invalid: [0xFFFF]), words: [0xFFFF]) == .bad(.invalidMarker))
        #expect(RegisterDecoder.number(of: field(.int16, invalid: [55555]), words: [0xD903]) == .bad(.invalidMarker))
        #expect(
            RegisterDecoder.number(of: field(.float32, invalid: [0xFFFF_FFFF]), words: [0xFFFF, 0xFFFF]) == .bad(.invalidMarker))
        let swapped = field(.uint32, word: .little, byte: .little, invalid: [0x1234_5678])
        #expect(RegisterDecoder.number(of: swapped, words: [0x7856, 0x3412]) == .bad(.invalidMarker))
        #expect(RegisterDecoder.number(of: swapped, words: [0x1234, 0x5678]) == .good(Double(0x7856_3412)))
    }

    @Test("a result too large for a number, and a wrong number of words, are decode errors")
    func decodeErrors() {
        #expect(RegisterDecoder.number(of: field(.float32, scale: 1e300), words: [0x7F00, 0]) == .bad(.decodeError))
        for count in [0, 1, 3] {
            #expect(RegisterDecoder.number(of: field(.uint32), words: Array(repeating: 0, count: count)) == .bad(.decodeError))
            #expect(
                RegisterDecoder.measurement(of: channel(field(.uint32)), words: Array(repeating: 0, count: count))
                    == .bad(.decodeError))
        }
        var twoFields = channel(field(.uint16))
        twoFields.fields.append(field(.uint16))
        #expect(RegisterDecoder.measurement(of: twoFields, words: [1, 2]) == .bad(.decodeError))
        var twoAxes = tilt
        twoAxes.fields.removeLast()
        #expect(RegisterDecoder.measurement(of: twoAxes, words: [1, 2]) == .bad(.decodeError))
    }

    @Test("both ends of the range are inside, and one step beyond; two steps are outside")
    func range() {
        let tenths = channel(field(.int16, scale: 0.1), range: 0...100, resolution: 0.1)
        func value(_ number: Int16) -> Measurement {
            RegisterDecoder.measurement(of: tenths, words: [UInt16(bitPattern: number)])
        }
        for inside in [-1, 0, 1000, 1001] as [Int16] { #expect(value(inside).quality == "good", "\(inside)") }
        for outside in [-2, 1002, .min, .max] as [Int16] { #expect(value(outside) == .bad(.outOfRange), "\(outside)") }
    }

    @Test("one step beyond the range is inside for a float32 too, which cannot hold a tenth exactly")
    func rangeOfFloats() throws {
        let map = channel(field(.float32), range: 0...100, resolution: 0.1)
        for (value, quality) in [(-0.1, "good"), (100.1, "good"), (-0.101, "bad"), (100.101, "bad")] {
            let words = try #require(RegisterEncoder.words(for: value, in: map.fields[0]))
            #expect(RegisterDecoder.measurement(of: map, words: words).quality == quality, "\(value)")
        }
    }

    @Test("without a resolution the range is exact")
    func rangeWithoutResolution() {
        let map = channel(field(.int16), range: 0...100)
        #expect(RegisterDecoder.measurement(of: map, words: [100]) == .good(100))
        #expect(RegisterDecoder.measurement(of: map, words: [101]) == .bad(.outOfRange))
        #expect(RegisterDecoder.measurement(of: map, words: [0xFFFF]) == .bad(.outOfRange))
    }

    @Test(
        "tilt is the angle between gravity and the third axis",
        arguments: [
            ([0, 0, 2048], 0.0), ([2048, 0, 0], 90), ([0, -2048, 0], 90), ([0, 0, -2048], 180), ([0, 1000, 1000], 45),
            ([356, 0, 2017], 10.009600), ([-32768, -32768, -32768], 125.264390), ([1, 0, 32767], 0.001748576),
        ] as [([Int16], Double)])
    func gravityTilt(axes: [Int16], degrees: Double) throws {
        let value = try #require(RegisterDecoder.measurement(of: tilt, words: axes.map { UInt16(bitPattern: $0) }).value)
        #expect(abs(value - degrees) < 1e-6)
    }

    @Test("gravity without length has no direction")
    func noGravity() {
        #expect(RegisterDecoder.measurement(of: tilt, words: [0, 0, 0]) == .bad(.notANumber))
    }

    @Test("a tilt of enormous or tiny floats is still an angle")
    func extremeGravity() {
        for scale in [1e260, 1e-280] {
            var map = tilt
            map.fields = (0..<3).map { RegisterField(table: .input, address: $0 * 2, type: .float32, scale: scale) }
            let words: [UInt16] = [0x3F80, 0, 0, 0, 0x3F80, 0]
            #expect(RegisterDecoder.measurement(of: map, words: words).value.map { abs($0 - 45) < 1e-9 } == true)
        }
    }

    @Test("one bad axis makes the tilt bad with its reason")
    func badAxis() {
        var map = tilt
        map.fields[1].invalid = [0x8000]
        #expect(RegisterDecoder.measurement(of: map, words: [1, 0x8000, 2]) == .bad(.invalidMarker))
    }

    @Test("no bits of any type trap, give a number that is not finite, or leave the range", arguments: RegisterType.allCases)
    func randomBits(type: RegisterType) {
        var random = SeededGenerator(seed: 7)
        let scales: [Double] = [1, 0.1, -0.01, 1e-300, 1e300, 0, .infinity, .nan]
        for _ in 0..<20_000 {
            let words = (0..<Int.random(in: 0...3, using: &random)).map { _ in UInt16.random(in: 0...UInt16.max, using: &random) }
            let map = RegisterField(
                table: RegisterTable.allCases.randomElement(using: &random) ?? .holding, address: .max, type: type,
                wordOrder: Bool.random(using: &random) ? .big : .little, byteOrder: Bool.random(using: &random) ? .big : .little,
                scale: scales.randomElement(using: &random) ?? 1, offset: scales.randomElement(using: &random) ?? 0, invalid: [1])
            let measurement = RegisterDecoder.measurement(of: channel(map, range: -1000...1000), words: words)
            #expect(measurement.value.map { $0.isFinite && $0.magnitude <= 1000.001 } ?? true)
            let tilt = ChannelMap(name: "t", quantity: .tilt, fields: [map, map, map], transform: .gravityTilt)
            let angle = RegisterDecoder.measurement(of: tilt, words: words + words + words)
            #expect(angle.value.map { (0...180).contains($0) } ?? true)
        }
    }

    @Test("what was encoded decodes to the same value within half a step", arguments: RegisterType.allCases)
    func inverse(type: RegisterType) throws {
        var random = SeededGenerator(seed: 11)
        for word in Order.allCases {
            for byte in Order.allCases {
                let map = field(type, word: word, byte: byte, scale: 0.25, offset: 3)
                for _ in 0..<500 {
                    let value = Double.random(in: 3...8000, using: &random)
                    let words = try #require(RegisterEncoder.words(for: value, in: map))
                    let decoded = try #require(RegisterDecoder.number(of: map, words: words).value)
                    #expect(abs(decoded - value) <= (type == .float32 ? 1e-3 : 0.125))
                }
            }
        }
    }

    @Test("a value the type cannot hold has no words")
    func noWords() {
        #expect(RegisterEncoder.words(for: 40_000, in: field(.int16)) == nil)
        #expect(RegisterEncoder.words(for: -1, in: field(.uint16)) == nil)
        #expect(RegisterEncoder.words(for: -1, in: field(.uint32)) == nil)
        #expect(RegisterEncoder.words(for: 3e9, in: field(.int32)) == nil)
        #expect(RegisterEncoder.words(for: 1e39, in: field(.float32)) == nil)
        #expect(RegisterEncoder.words(for: .nan, in: field(.float32)) == nil)
        #expect(RegisterEncoder.words(for: 1, in: field(.int16, scale: 0)) == nil)
        #expect(RegisterEncoder.words(for: 65_535, in: field(.uint16, invalid: [0xFFFF])) == nil)
    }
}
