// Words to numbers with quality: each rule once, then every type with random bits.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct RegisterDecoderTests {
    private func field(
        _ type: RegisterType, table: RegisterTable = .holding, word: Order = .big, byte: Order = .big, scale: Double = 1,
        offset: Double = 0, invalid: [UInt64] = []
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
        var oneAxis = tilt
        oneAxis.fields.removeLast(2)
        #expect(RegisterDecoder.measurement(of: oneAxis, words: [1]) == .bad(.decodeError))
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

    @Test(
        "the long types, the decimal ones and characters are read as the manuals write them",
        arguments: [
            (RegisterType.int64, [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE], -2.0), (.uint64, [0, 0, 1, 2], 65_538),
            (.uint64, [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF], 18_446_744_073_709_551_616), (.float64, [0xC004, 0, 0, 0], -2.5),
            (.bcd16, [0x9876], 9876), (.bcd32, [0x1234, 0x5678], 12_345_678), (.ascii, [0x2034, 0x3231], 421),
            (.ascii, [0x3432, 0x3100], 421), (.ascii, [0x0020, 0x3720], 7), (.ascii, [0x3030], 0),
        ] as [(RegisterType, [UInt16], Double)])
    func longTypes(type: RegisterType, words: [UInt16], value: Double) {
        let field = RegisterField(table: .holding, address: 0, type: type, length: words.count)
        #expect(RegisterDecoder.number(of: field, words: words) == .good(value))
        let reversed = RegisterField(
            table: .holding, address: 0, type: type, length: words.count, wordOrder: .little, byteOrder: .little)
        #expect(RegisterDecoder.number(of: reversed, words: words.reversed().map(\.byteSwapped)) == .good(value))
    }

    @Test(
        "digits that are none are decode errors",
        arguments: [
            (RegisterType.bcd16, [0x00A0]), (.bcd32, [0xF000, 0]), (.ascii, [0x2020]), (.ascii, [0, 0]), (.ascii, [0x312E]),
            (.ascii, [0x2D31]), (.ascii, [0x3120, 0x3200]), (.ascii, [0x4120]), (.ascii, [0xFFFF]),
        ] as [(RegisterType, [UInt16])])
    func noDigits(type: RegisterType, words: [UInt16]) {
        let field = RegisterField(table: .holding, address: 0, type: type, length: words.count)
        #expect(RegisterDecoder.number(of: field, words: words) == .bad(.decodeError))
    }

    @Test("a bit of a register is one of sixteen, an item of a bit table is 0 or 1; scale −1 and offset 1 invert")
    func bools() {
        var bit = field(.bool)
        #expect(RegisterDecoder.number(of: bit, words: [1]) == .bad(.decodeError), "no bit is named")
        bit.bit = 12
        #expect(RegisterDecoder.number(of: bit, words: [0x1000]) == .good(1))
        #expect(RegisterDecoder.number(of: bit, words: [0xEFFF]) == .good(0))
        bit.byteOrder = .little
        #expect(RegisterDecoder.number(of: bit, words: [0x0010]) == .good(1))
        var contact = field(.bool, table: .discrete)
        #expect(RegisterDecoder.number(of: contact, words: [1]) == .good(1))
        #expect(RegisterDecoder.number(of: contact, words: [2]) == .bad(.decodeError))
        contact.scale = -1
        contact.offset = 1
        #expect(RegisterDecoder.number(of: contact, words: [1]) == .good(0))
        #expect(RegisterDecoder.number(of: contact, words: [0]) == .good(1))
    }

    @Test("a sentinel of 64 bits is recognised whole")
    func longSentinel() {
        let double = field(.float64, invalid: [0xFFFF_FFFF_FFFF_FFFF])
        #expect(RegisterDecoder.number(of: double, words: [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF]) == .bad(.invalidMarker))
        #expect(RegisterDecoder.number(of: double, words: [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE]) == .bad(.notANumber))
    }

    @Test("the number of decimals is read beside the number; more than six are a decode error")
    func decimals() {
        var level = field(.int16)
        level.decimalsAt = RegisterPlace(table: .holding, address: 3)
        #expect(RegisterDecoder.number(of: level, words: [436, 2]) == .good(4.36))
        #expect(RegisterDecoder.number(of: level, words: [436, 0]) == .good(436))
        #expect(RegisterDecoder.number(of: level, words: [436, 6]) == .good(0.000436))
        for wrong in [7, 0xFFFF] as [UInt16] {
            #expect(RegisterDecoder.number(of: level, words: [436, wrong]) == .bad(.decodeError))
        }
        #expect(RegisterDecoder.number(of: level, words: [436]) == .bad(.decodeError))
        level.offset = 4
        #expect(
            RegisterDecoder.number(of: level, words: [436, 1]) == .good(44), "the offset is the device's, before its decimals")
    }

    @Test("the unit's code decides the scale; a code that the profile does not name is another unit")
    func unitCodes() {
        var pressure = field(.int16)
        pressure.decimalsAt = RegisterPlace(table: .holding, address: 3)
        pressure.unitAt = UnitTable(
            place: RegisterPlace(table: .holding, address: 2),
            codes: [
                10: .init(unit: "kPa", scale: 0.01), 12: .init(unit: "bar"),
                16: .init(unit: "mH2O", scale: 0.0980665, basis: "1 mH2O = 9.80665 kPa, water at 4 Cel"),
            ])
        #expect(RegisterDecoder.number(of: pressure, words: [250, 1, 10]) == .good(0.25))
        #expect(RegisterDecoder.number(of: pressure, words: [250, 1, 12]) == .good(25))
        #expect(RegisterDecoder.number(of: pressure, words: [100, 1, 16]) == .good(0.980665))
        #expect(RegisterDecoder.number(of: pressure, words: [250, 1, 11]) == .bad(.anotherUnit))
    }

    @Test("an example's decimals and unit code are put behind its words")
    func examples() {
        var level = field(.int16)
        level.decimalsAt = RegisterPlace(table: .holding, address: 3)
        let channel = channel(level)
        func example(_ words: [UInt16], decimals: UInt16?) -> Measurement {
            RegisterDecoder.measurement(
                of: channel, example: .init(channel: "value", words: words, decimals: decimals, meaning: .value(4.36)))
        }
        #expect(example([436], decimals: 2) == .good(4.36))
        #expect(example([436], decimals: nil) == .bad(.decodeError))
        #expect(example([436, 2], decimals: 2) == .bad(.decodeError))
    }

    @Test("two axes in g tell 0 to 90 degrees, a little more than gravity is 90, much more is no angle")
    func twoAxes() {
        let channel = ChannelMap(
            name: "tilt", quantity: .tilt, fields: [field(.int16, scale: 0.001), field(.int16, scale: 0.001)],
            transform: .gravityTilt)
        for (x, y, degrees) in [(0, 0, 0.0), (500, 0, 30), (0, -500, 30), (600, 800, 90), (1050, 0, 90), (300, 400, 30)] {
            let words = [x, y].map { UInt16(bitPattern: Int16($0)) }
            let value = RegisterDecoder.measurement(of: channel, words: words).value
            #expect(value.map { abs($0 - degrees) < 1e-5 } == true, "\(x) \(y)")
        }
        #expect(RegisterDecoder.measurement(of: channel, words: [1101, 0]) == .bad(.outOfRange))
    }

    /// Pressures in tens of µbar, so that words stand for exact numbers; temperature and barometer likewise.
    private func depth(_ inputs: Int) -> ChannelMap {
        ChannelMap(
            name: "depth", quantity: .waterDepth,
            fields: [field(.int32, scale: 0.00001), field(.int16, scale: 0.1), field(.int32, scale: 0.00001)].prefix(inputs).map {
                $0
            },
            transform: .hydrostaticDepth)
    }

    @Test(
        "depth is pressure over density and gravity, with the density of water at its temperature",
        arguments: [
            // Pressure in bar, temperature in Cel, depth in m: P·1e5/(ρ(T)·9.80665), worked out apart from this code.
            (0.98066, 4.0, 10.000250), (0.98066, 0.0, 10.001465), (0.98066, 40, 10.078452), (0.5, 20, 5.107771),
            (0.0, 10, 0.0), (-0.01, 10, -0.102003),
        ])
    func hydrostaticDepth(bar: Double, temperature: Double, metres: Double) throws {
        let words = [bar / 0.00001, temperature / 0.1].map { Int32($0.rounded()) }
        let pressure = UInt32(bitPattern: words[0])
        let value = RegisterDecoder.measurement(
            of: depth(2), words: [UInt16(pressure >> 16), UInt16(truncatingIfNeeded: pressure), UInt16(words[1])])
        #expect(try #require(value.value.map { abs($0 - metres) }) < 1e-6, "\(value)")
    }

    @Test("an absolute probe's depth is less the barometer's pressure")
    func barometer() throws {
        let absolute = try #require(RegisterEncoder.words(for: 2.5, in: depth(3), surroundings: .init(barometer: 0.97)))
        let value = try #require(RegisterDecoder.measurement(of: depth(3), words: absolute).value)
        #expect(abs(value - 2.5) < 2e-4)
        var higher = absolute
        higher[3] += 1
        let less = try #require(RegisterDecoder.measurement(of: depth(3), words: higher).value)
        #expect(less < value - 1, "65,536 steps of the barometer are 0.65 bar")
    }

    @Test("water outside 0 to 40 Cel, a thermometer's tolerance apart, has no known density")
    func density() {
        for (tenths, isKnown) in [(-10, true), (-11, false), (410, true), (411, false), (850, false)] {
            let words: [UInt16] = [0, 50_000, UInt16(bitPattern: Int16(tenths))]
            let measurement = RegisterDecoder.measurement(of: depth(2), words: words)
            #expect((measurement.value != nil) == isKnown && (isKnown || measurement == .bad(.outOfRange)), "\(tenths)")
        }
    }
}
