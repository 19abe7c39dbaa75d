// Numbers to words and back: each rule of the encoder once, then random fields and random words by seed.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct RegisterEncoderTests {
    private func field(_ type: RegisterType, scale: Double = 1, length: Int = 1, invalid: [UInt64] = []) -> RegisterField {
        RegisterField(table: .holding, address: 0, type: type, length: length, scale: scale, invalid: invalid)
    }

    @Test("a value the type cannot hold has no words")
    func noWords() {
        for (value, type) in [
            (40_000, .int16), (-1, .uint16), (-1, .uint32), (3e9, .int32), (1e39, .float32), (.nan, .float32), (1e19, .int64),
            (2e19, .uint64), (-1, .uint64), (10_000, .bcd16), (1e8, .bcd32), (-1, .bcd32), (100, .ascii), (-1, .ascii),
            (.infinity, .float64),
        ] as [(Double, RegisterType)] {
            #expect(RegisterEncoder.words(for: value, in: field(type)) == nil, "\(value) \(type)")
        }
        #expect(RegisterEncoder.words(for: 1, in: field(.int16, scale: 0)) == nil)
        #expect(RegisterEncoder.words(for: 65_535, in: field(.uint16, invalid: [0xFFFF])) == nil)
        #expect(RegisterEncoder.words(for: 1, in: field(.bool)) == nil, "no bit is named")
    }

    @Test(
        "each type is written as Modbus writes it",
        arguments: [
            (.int64, -2, [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE]), (.uint64, 65_536, [0, 0, 1, 0]),
            (.float64, -2.5, [0xC004, 0, 0, 0]), (.bcd16, 1234, [0x1234]), (.bcd32, 12_345_678, [0x1234, 0x5678]),
            (.float32, 40, [0x4220, 0]), (.int32, -2, [0xFFFF, 0xFFFE]),
        ] as [(RegisterType, Double, [UInt16])])
    func types(type: RegisterType, value: Double, words: [UInt16]) {
        #expect(RegisterEncoder.words(for: value, in: field(type)) == words)
    }

    @Test("a number in characters stands behind spaces, a bit stands at its place")
    func charactersAndBits() {
        #expect(RegisterEncoder.words(for: 421, in: field(.ascii, length: 2)) == [0x2034, 0x3231])
        var bit = field(.bool)
        bit.bit = 9
        #expect(RegisterEncoder.words(for: 1, in: bit) == [0x0200])
        bit.scale = -1
        bit.offset = 1
        #expect(RegisterEncoder.words(for: 1, in: bit) == [0], "scale −1, offset 1: inverted")
        #expect(RegisterEncoder.words(for: 1, in: RegisterField(table: .coil, address: 0, type: .bool)) == [1])
    }

    @Test("decimals and the unit are chosen as fine as the value allows, unless they are given")
    func choices() {
        var depth = field(.int16)
        depth.decimalsAt = RegisterPlace(table: .holding, address: 3)
        #expect(RegisterEncoder.words(for: 3.25, in: depth) == [32_500, 4])
        #expect(RegisterEncoder.words(for: 32_000, in: depth) == [32_000, 0])
        #expect(RegisterEncoder.words(for: 3.25, in: depth, decimals: 2) == [325, 2])
        #expect(RegisterEncoder.words(for: 3.25, in: depth, decimals: 7) == nil)
        depth.unitAt = UnitTable(
            place: RegisterPlace(table: .holding, address: 2),
            codes: [9: .init(unit: "MPa", scale: 10), 10: .init(unit: "kPa", scale: 0.01), 12: .init(unit: "bar")])
        #expect(RegisterEncoder.words(for: 0.25, in: depth) == [25_000, 3, 10])
        #expect(RegisterEncoder.words(for: 0.25, in: depth, decimals: 3, unitCode: 12) == [250, 3, 12])
        #expect(RegisterEncoder.words(for: 0.25, in: depth, unitCode: 13) == nil)
    }

    @Test("a tilt has a vector of gravity", arguments: [2, 3], [1.0, 1000])
    func gravityTilt(axes: Int, gravity: Double) throws {
        // Three axes take any unit; two are in g, here in steps of 1/2048.
        let scale = axes == 2 ? 1.0 / 2048 : gravity / 2048
        let channel = ChannelMap(
            name: "tilt", quantity: .tilt, fields: (0..<axes).map { _ in field(.int16, scale: scale) }, transform: .gravityTilt,
            range: 0...180, resolution: 0.1)
        for degrees in stride(from: 0.0, through: axes == 2 ? 80 : 180, by: 1) {
            let words = try #require(
                RegisterEncoder.words(for: degrees, in: channel, surroundings: .init(gravity: gravity)))
            let decoded = try #require(RegisterDecoder.measurement(of: channel, words: words).value)
            #expect(abs(decoded - degrees) <= (axes == 2 ? 0.1 : 0.05), "\(degrees)")
        }
        #expect(RegisterEncoder.words(for: axes == 2 ? 91 : 181, in: channel) == nil)
        #expect(RegisterEncoder.words(for: -1, in: channel) == nil)
    }

    @Test("axes of bare counts get a vector long enough for the tilt")
    func counts() throws {
        let channel = ChannelMap(
            name: "tilt", quantity: .tilt, fields: (0..<3).map { _ in field(.int16) }, transform: .gravityTilt, resolution: 0.1)
        for degrees in [0.5, 12.3, 91, 179.9] {
            let words = try #require(RegisterEncoder.words(for: degrees, in: channel))
            let decoded = try #require(RegisterDecoder.measurement(of: channel, words: words).value)
            #expect(abs(decoded - degrees) <= 0.05)
        }
    }

    @Test("a depth has a pressure, under any temperature and barometer", arguments: [2, 3])
    func hydrostaticDepth(inputs: Int) throws {
        let channel = ChannelMap(
            name: "depth", quantity: .waterDepth, fields: (0..<inputs).map { _ in field(.float32) }, transform: .hydrostaticDepth)
        for temperature in [0.0, 4, 25, 40] {
            for depth in [-0.1, 0, 0.5, 3.2, 100] {
                let words = try #require(
                    RegisterEncoder.words(
                        for: depth, in: channel, surroundings: .init(temperature: temperature, barometer: 0.98)))
                let decoded = try #require(RegisterDecoder.measurement(of: channel, words: words).value)
                #expect(abs(decoded - depth) <= 2e-6 * max(10, depth), "\(depth) m at \(temperature) Cel")
            }
        }
        #expect(RegisterEncoder.words(for: 1, in: channel, surroundings: .init(temperature: 60)) == nil)
    }

    @Test("what was encoded decodes to the same value within half a step or the type's precision, for random fields")
    func inverse() {
        let seed: UInt64 = 11
        var random = SeededGenerator(seed: seed)
        var held = 0
        for number in 0..<40_000 {
            let field = RandomField.sane(&random)
            let value = RandomField.value(of: field, &random)
            guard let words = RegisterEncoder.words(for: value, in: field) else { continue }
            held += 1
            let place = "seed \(seed), case \(number): \(value) in \(field) as \(words)"
            #expect(words.count == field.wordCount, "\(place)")
            guard let decoded = RegisterDecoder.number(of: field, words: words).value else {
                Issue.record("\(place): not decoded")
                continue
            }
            #expect(abs(decoded - value) <= RandomField.tolerance(of: field, value, words), "\(place) → \(decoded)")
        }
        // Most values are within what their fields can hold; the test would say nothing if they were not.
        #expect(held > 30_000, "only \(held)")
    }
}
