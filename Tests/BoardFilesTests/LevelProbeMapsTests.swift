// The hydrostatic probe that is sold with two register maps: each profile believes its own, and refuses the other one.
import DeviceHAL
import SensorModel
import Testing

@Suite struct LevelProbeMapsTests {
    /// Holding registers of one device, by address; what is not there is answered with an exception.
    typealias Image = [UInt16: UInt16]

    /// Devices with map A: address, bit rate, unit, decimals, level, range.
    private static let mapA: [(unit: UInt8, image: Image)] = [
        (1, registers([1, 3, 16, 2, 436, 0, 500])),  // 4.36 m, as recorded
        (1, registers([1, 3, 16, 2, 0, 0, 500])),  // dry
        (1, registers([1, 3, 16, 3, 1, 0, 5])),  // a range that looks like a unit code of the other map
        (2, registers([2, 3, 10, 1, 490, 0, 8])),  // kPa
        (26, registers([26, 4, 17, 0, 1234, 0, 5000])),  // millimetres, at the address some are delivered with
        (1, registers([1, 0, 12, 3, 0xFFF6, 0, 1])),  // bar, a little below zero
    ]

    /// Devices with map B: level and temperature as floats with the low word first, zero point, unit.
    private static let mapB: [(unit: UInt8, image: Image)] = [
        (1, registers(float(2.5) + float(18.5) + float(0) + [7])),
        (1, registers(float(0) + float(12.25) + float(0) + [7])),  // dry
        (1, registers(float(-0.013) + float(-2) + float(0) + [3])),
        (2, registers(float(49.03) + float(9.75) + float(0.5) + [1])),
        (26, registers(float(1234) + float(21) + float(0) + [8])),
        (1, registers(float(0) + float(0) + float(0) + [0])),  // just switched on
        (1, registers([1, 0x4020] + float(16) + float(0) + [7])),  // a level whose low word is the address
    ]

    @Test(arguments: mapA.indices)
    func `a probe with map A is believed by its own profile and refused by the other one`(index: Int) throws {
        let (unit, image) = Self.mapA[index]
        #expect(try identify("qdy30a-map-a", unit, image) == nil)
        #expect(try identify("qdy30a-map-b", unit, image) == .bad(.anotherModel))
    }

    @Test(arguments: mapB.indices)
    func `a probe with map B is believed by its own profile and refused by the other one`(index: Int) throws {
        let (unit, image) = Self.mapB[index]
        #expect(try identify("qdy30a-map-b", unit, image) == nil)
        #expect(try identify("qdy30a-map-a", unit, image) == .bad(.anotherModel))
    }

    @Test func `no image whatever is believed by both profiles`() throws {
        // All that either profile looks at, at and around every edge of it.
        let edges: [UInt16] = [0, 3, 7, 8, 9, 16, 17, 18]
        var believedA = 0
        var believedB = 0
        for address in [UInt16(1), 2] {
            for rate in edges {
                for unitCode in edges {
                    for decimals in edges {
                        for last in edges {
                            let image = Self.registers([address, rate, unitCode, decimals, 436, 0, last])
                            let isA = try identify("qdy30a-map-a", 1, image) == nil
                            let isB = try identify("qdy30a-map-b", 1, image) == nil
                            #expect(!(isA && isB), "\([address, rate, unitCode, decimals, last])")
                            believedA += isA ? 1 : 0
                            believedB += isB ? 1 : 0
                        }
                    }
                }
            }
        }
        #expect(believedA > 0 && believedB > 0)
    }

    @Test func `metres without decimals are refused, because some variants mean centimetres by the same code`() throws {
        #expect(try identify("qdy30a-map-a", 1, Self.registers([1, 3, 16, 0, 436, 0, 500])) == .bad(.anotherUnit))
    }

    /// What the profile makes of the device: nil when it is believed, else every channel's measurement.
    private func identify(_ name: String, _ unit: UInt8, _ image: Image) throws -> Measurement? {
        let profile = try #require(Self.profiles[name])
        var edge = SensorEdge(profile: profile, unit: unit)
        let outcomes = edge.plan.requirementBlocks.map { block -> SensorEdge.Outcome in
            let words = (0..<block.count).compactMap { image[block.address + $0] }
            guard words.count == Int(block.count) else {
                return .failure(BusError(kind: .exception(code: 2), bus: "test", unit: unit, detail: "illegal data address"))
            }
            return .success(RegisterReply(words: words))
        }
        guard let judgement = edge.identify(outcomes) else { return nil }
        #expect(Set(judgement.measurements.map(\.reason)).count == 1)
        return judgement.measurements.first
    }

    private static let profiles = ["qdy30a-map-a", "qdy30a-map-b"].reduce(into: [String: DeviceProfile]()) {
        $0[$1] = try? SensorModelFiles.load($1)
    }

    private static func registers(_ words: [UInt16]) -> Image {
        Image(uniqueKeysWithValues: zip((0..<UInt16(words.count)), words))
    }

    private static func float(_ value: Float) -> [UInt16] {
        [UInt16(truncatingIfNeeded: value.bitPattern), UInt16(truncatingIfNeeded: value.bitPattern >> 16)]
    }
}
