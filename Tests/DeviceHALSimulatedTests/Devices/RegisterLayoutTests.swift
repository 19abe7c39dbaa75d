// Registers that do not measure: identity, settings, status, and single bits that share a word.
import DeviceHAL
@testable import DeviceHALSimulated
import SensorModel
import Testing

@Suite struct RegisterLayoutTests {
    private func place(_ address: UInt16) -> RegisterPlace { RegisterPlace(table: .holding, address: address) }

    private func profile(
        requirements: [DeviceProfile.Requirement] = [], channels: [ChannelMap], status: [DeviceProfile.StatusRule] = []
    ) -> DeviceProfile {
        DeviceProfile(
            name: "any", vendor: "any", model: "any", sourceDocument: "", sourcePage: "", requirements: requirements,
            channels: channels, status: status)
    }

    private func bit(_ name: String, _ bit: Int, _ quantity: Quantity, _ order: Order = .big) -> ChannelMap {
        let field = RegisterField(table: .holding, address: 4, type: .bool, byteOrder: order, bit: bit)
        return ChannelMap(name: name, quantity: quantity, fields: [field])
    }

    @Test(arguments: Order.allCases) func `bits of one word are kept apart`(_ order: Order) async {
        let channels = [
            bit("open", 0, .coverOpen, order), bit("present", 3, .coverPresent, order), bit("door", 9, .doorTamper, order),
            bit("mains", 15, .mains, order),
        ]
        let bench = DeviceBench(profile(channels: channels)) { time in
            var state = ManholeState()
            state.isDoorOpen = time > .seconds(10)
            state.hasMains = time < .seconds(10)
            return state
        }
        #expect(await bench.poll().map(\.measurement) == [.good(0), .good(1), .good(0), .good(1)])
        #expect(await bench.poll(after: 20).map(\.measurement) == [.good(0), .good(1), .good(1), .good(0)])
    }

    @Test func `every kind of identity is proved, and none is refused`() async {
        typealias Check = DeviceProfile.IdentityCheck
        func must(_ address: UInt16, _ expectation: Check.Expectation, registers: Int = 1) -> DeviceProfile.Requirement {
            DeviceProfile.Requirement(
                checks: [Check(place: place(address), registers: registers, expectation: expectation)], reason: .anotherModel)
        }
        let refused = DeviceProfile.Requirement(
            checks: [
                Check(place: place(10), expectation: .unitAddress),
                Check(place: place(20), expectation: .equals(0, mask: 0x00FF)),
            ], isRefused: true, reason: .anotherModel)
        let requirements = [
            must(10, .unitAddress), must(11, .equals(0x2500, mask: 0xFF00)), must(12, .within(30...40)),
            must(13, .text("WELL-3"), registers: 4), refused,
        ]
        let field = RegisterField(table: .holding, address: 0, type: .int16, scale: 0.1)
        let channel = ChannelMap(name: "air", quantity: .temperature, fields: [field])
        let bench = DeviceBench(profile(requirements: requirements, channels: [channel])) { _ in ManholeState() }
        let reading = await bench.poll().first
        let problem = await bench.sensor.lastProblem ?? ""
        #expect(reading?.measurement.quality == "good", "\(problem)")
    }

    @Test func `decimals and unit are set once, as fine as all values allow, and not like another model's`() throws {
        let profile = try DeviceBench.load("qdy30a-map-a")
        let layout = RegisterLayout(profile: profile, unit: 3)
        #expect(layout.constants[place(0)] == 3)
        let unit = try #require(layout.constants[place(2)])
        let decimals = try #require(layout.constants[place(3)])
        #expect((9...17).contains(unit) && decimals <= 3 && !(unit == 16 && decimals == 0))
        #expect(layout.forms[0] == [RegisterLayout.Form(decimals: decimals, unitCode: unit)])
        for depth in [-10.0, 0.01, 40] {
            let words = try #require(
                RegisterEncoder.words(for: depth, in: profile.channels[0].fields[0], decimals: decimals, unitCode: unit))
            let read = RegisterDecoder.measurement(of: profile.channels[0], words: words).value
            #expect((try #require(read) - depth).magnitude < 0.01)
        }
    }

    @Test func `a healthy status is one that complains of nothing`() throws {
        let layout = RegisterLayout(profile: try DeviceBench.load("honeywell-sensepoint-xrl"), unit: 1)
        let profile = try DeviceBench.load("honeywell-sensepoint-xrl")
        for rule in profile.status {
            let word = try #require(layout.constants[rule.place])
            #expect(rule.doubts(about: word).isEmpty, "\(rule.place)")
        }
        #expect(layout.complaint(.bad(.warmingUp)) == [place(106): 2])
        #expect(layout.complaint(.bad(.submerged)).isEmpty)
    }

    @Test func `a register between the named ones can be written, and an unnamed table is none`() throws {
        let bench = DeviceBench(try DeviceBench.load("honeywell-sensepoint-xcd"), state: DeviceBench.calm)
        #expect(try bench.device.read(.holding, address: 8, count: 1, at: .zero) == [0])
        try bench.device.write(.register(address: 8, word: 77), at: .zero)
        #expect(try bench.device.read(.holding, address: 8, count: 1, at: .seconds(5)) == [77])
        #expect(throws: RegisterFault.exception(2)) { try bench.device.write(.registers(address: 9, [1, 2]), at: .zero) }
        #expect(throws: RegisterFault.exception(1)) { try bench.device.write(.coil(address: 8, on: true), at: .zero) }
    }
}
