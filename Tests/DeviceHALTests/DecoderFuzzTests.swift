// Random fields on random words: nothing traps, and nothing comes out that is not a number.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct DecoderFuzzTests {
    private func expectSound(_ measurement: Measurement, in range: ClosedRange<Double>?, _ place: @autoclosure () -> String) {
        switch measurement {
        case .good(let value):
            let isNumber = value.isFinite && !(value == 0 && value.sign == .minus)
            // One step of the resolution and what a float32 rounds away count as inside.
            let slack = range.map { 1 + 1e-6 * (1 + max($0.lowerBound.magnitude, $0.upperBound.magnitude)) } ?? 0
            let inside = range.map { value >= $0.lowerBound - slack && value <= $0.upperBound + slack } ?? true
            if !isNumber || !inside { Issue.record("\(place()) gave \(value)") }
        case .uncertain: Issue.record("\(place()): a decoder knows no uncertainty")
        case .bad(let reason):
            let possible: [BadReason] = [.decodeError, .invalidMarker, .notANumber, .outOfRange, .anotherUnit]
            if !possible.contains(reason) { Issue.record("\(place()) gave \(reason)") }
        }
    }

    @Test(
        "no field and no words trap, and every good value is finite, not −0 and within its range", arguments: [7, 8] as [UInt64])
    func fields(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let ranges: [ClosedRange<Double>?] = [nil, -1000...1000, 0...0, -1e300...1e300]
        var good = 0
        for number in 0..<100_000 {
            let field = Bool.random(using: &random) ? RandomField.wild(&random) : RandomField.sane(&random)
            let channel = ChannelMap(
                name: "c", quantity: .raw, fields: [field], range: ranges.randomElement(using: &random) ?? nil,
                resolution: Bool.random(using: &random) ? 1 : nil)
            let usual = (0...20).contains(field.registers) ? field.wordCount : 3
            let count = Int.random(in: 0..<8, using: &random) == 0 ? Int.random(in: 0...20, using: &random) : usual
            let words = RandomField.words(count, &random)
            let measurement = RegisterDecoder.measurement(of: channel, words: words)
            expectSound(measurement, in: channel.range, "seed \(seed), case \(number): \(field) on \(words)")
            if measurement.value != nil { good += 1 }
        }
        #expect(good > 10_000, "the words are too wild to say anything")
    }

    @Test("no transform traps, whatever its inputs", arguments: [9] as [UInt64])
    func transforms(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for number in 0..<40_000 {
            let transform = Transform.allCases.randomElement(using: &random) ?? .gravityTilt
            let fields = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                Bool.random(using: &random) ? RandomField.wild(&random) : RandomField.sane(&random)
            }
            let channel = ChannelMap(name: "c", quantity: transform.quantity, fields: fields, transform: transform)
            let words = fields.flatMap { RandomField.words((0...20).contains($0.registers) ? $0.wordCount : 1, &random) }
            let measurement = RegisterDecoder.measurement(of: channel, words: words)
            let range = transform == .gravityTilt ? 0.0...180 : nil
            expectSound(measurement, in: range, "seed \(seed), case \(number): \(transform) of \(fields) on \(words)")
        }
    }

    @Test("no value traps the encoder", arguments: [10] as [UInt64])
    func encoder(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let values = [
            0, -0.0, 1, -1, 0.1, 1e19, 2e19, 1e39, -1e300, .nan, .infinity, -.infinity, .greatestFiniteMagnitude,
            .leastNonzeroMagnitude,
        ]
        for number in 0..<20_000 {
            let field = RandomField.wild(&random)
            let value = values.randomElement(using: &random) ?? 0
            if let words = RegisterEncoder.words(for: value, in: field), words.count != field.wordCount {
                Issue.record("seed \(seed), case \(number): \(value) in \(field) became \(words)")
            }
            let tilt = ChannelMap(name: "t", quantity: .tilt, fields: [field, field, field], transform: .gravityTilt)
            _ = RegisterEncoder.words(for: value, in: tilt)
            let depth = ChannelMap(name: "d", quantity: .waterDepth, fields: [field, field], transform: .hydrostaticDepth)
            _ = RegisterEncoder.words(for: value, in: depth)
        }
    }
}
