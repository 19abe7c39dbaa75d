// Function tests: what counts as having moved, and what a cover still lacks.
import DiagnosticsProtocol
@testable import Gateway
import GatewayConfig
import SensorModel
import Testing

@Suite struct FunctionTestTests {
    private static let point = Point(cover: "C1", sensor: "s", channel: "c")

    private static func reading(_ value: Measurement, second: Int, quantity: Quantity = .tilt) -> Reading {
        let nanoseconds = Int64(second) * 1_000_000_000
        return Reading(
            point: point, quantity: quantity, measurement: value,
            time: Timestamp(
                wall: WallTime(nanoseconds: nanoseconds), monotonic: MonotonicTime(nanoseconds: nanoseconds), clock: .synced),
            origin: .field)
    }

    private static func moment(_ second: Int) -> MonotonicTime { MonotonicTime(nanoseconds: Int64(second) * 1_000_000_000) }

    private static func test(
        _ expectation: FunctionTest.Expectation, _ values: [Measurement], of quantity: Quantity = .tilt
    ) throws -> FunctionTest {
        var test = try #require(
            FunctionTest(
                expectation, of: quantity, before: reading(.good(10), second: 0, quantity: quantity), seconds: 10, now: moment(0))
        )
        for (second, value) in values.enumerated() { test.take(reading(value, second: second + 1, quantity: quantity)) }
        return test
    }

    @Test(
        "a value has moved when it lay far enough in the expected direction twice in a row",
        arguments: [
            (.rise, [16, 16], true), (.rise, [16, 10, 16], false), (.rise, [4, 4], false), (.rise, [14, 14], false),
            (.fall, [4, 4], true), (.fall, [16, 16], false), (.change, [4, 4], true), (.change, [16, 16], true),
            (.change, [16, 4], true), (.change, [12, 8], false),
        ] as [(FunctionTest.Expectation, [Double], Bool)])
    func moved(expectation: FunctionTest.Expectation, values: [Double], hasMoved: Bool) throws {
        let test = try Self.test(expectation, values.map { .good($0) })
        #expect(test.hasMoved == hasMoved)
        #expect(test.state(at: Self.moment(9)) == (hasMoved ? .moved : .waiting))
        #expect(test.state(at: Self.moment(10)) == (hasMoved ? .moved : .notMoved))
    }

    @Test("a contact needs one reading only, and one without value breaks a row")
    func contactsAndGaps() throws {
        #expect(try Self.test(.rise, [.good(11)], of: .coverOpen).hasMoved)
        let broken = try Self.test(.rise, [.good(16), .bad(.timeout), .good(16)])
        #expect(!broken.hasMoved && broken.bad == 1 && broken.readings == 3 && broken.value == 16)
        #expect(try Self.test(.rise, [.uncertain(16, .testGas), .uncertain(17, .testGas)]).hasMoved)
    }

    @Test("a reading counts once, and not when it is older than the test or younger than its end")
    func time() throws {
        var test = try Self.test(.rise, [])
        for second in [0, 1, 1, 11, 12] { test.take(Self.reading(.good(99), second: second)) }
        #expect(test.readings == 1 && !test.hasMoved && test.furthest == 99)
        #expect(
            FunctionTest(.rise, of: .tilt, before: Self.reading(.bad(.timeout), second: 0), seconds: 9, now: Self.moment(0))
                == nil)
    }

    @Test("every quantity has a way to be tested and a movement that a person can bring about", arguments: Quantity.allCases)
    func instructions(quantity: Quantity) throws {
        for expectation in FunctionTest.Expectation.allCases {
            let words = FunctionTestWords.instruction(quantity, expectation)
            #expect(words.zh.hasSuffix("。") && words.en.hasSuffix("."))
            #expect(words[.zh] == words.zh && words[.en] == words.en)
        }
        #expect(try Self.test(.rise, [], of: quantity).least > 0)
    }

    private static func sensor(
        serial: String? = "SN", verified: Bool? = true, channels: [(String, Quantity)] = [("tilt", .tilt)],
        quality: String = "good",
        zeros: [TiltZeroRow] = [zero()], tests: [FunctionTestRow] = [test("tilt")]
    ) -> CommissionSensor {
        CommissionSensor(
            sensor: "s", bus: "b", serial: serial, profile: "p", verified: verified, identity: "proved",
            channels: channels.map {
                CommissionChannel(
                    channel: $0.0, quantity: $0.1.rawValue, unit: $0.1.unit.rawValue, value: 1, quality: quality, registers: [])
            }, zeros: zeros, tests: tests)
    }

    private static func zero(problem: String? = nil) -> TiltZeroRow {
        TiltZeroRow(channel: "tilt", scatter: 0, time: "t", clock: "synced", by: "b", problem: problem)
    }

    private static func test(_ channel: String, passed: Bool = true, problem: String? = nil) -> FunctionTestRow {
        FunctionTestRow(
            channel: channel, expect: "rise", passed: passed, before: 0, furthest: 9, unit: "deg", by: "b", time: "t",
            clock: "synced", problem: problem)
    }

    @Test("nothing is missing at a cover that was commissioned, and each gap is named")
    func gaps() {
        func missing(_ sensor: CommissionSensor) -> [String] { CommissionGaps.missing([sensor], .en) }
        #expect(missing(Self.sensor()).isEmpty)
        for (sensor, words) in [
            (Self.sensor(serial: nil), "serial number"), (Self.sensor(verified: false), "has not met the device"),
            (Self.sensor(quality: "bad"), "no good reading"), (Self.sensor(zeros: []), "tilt zero is not set"),
            (Self.sensor(zeros: [Self.zero(problem: "another")]), "tilt zero is not set"),
            (Self.sensor(tests: []), "no function test of tilt"),
            (Self.sensor(tests: [Self.test("tilt", passed: false)]), "no function test of tilt"),
            (Self.sensor(tests: [Self.test("tilt", problem: "another")]), "no function test of tilt"),
        ] {
            #expect(missing(sensor).count == 1 && missing(sensor).first?.contains(words) == true, "\(missing(sensor))")
            #expect(CommissionGaps.missing([sensor], .zh) != missing(sensor))
        }
    }

    @Test("each gas is tested by itself; of what else a sensor tells one channel is enough, and what stands aside proves nothing")
    func groups() {
        func missing(_ channels: [(String, Quantity)], tested: [String]) -> [String] {
            CommissionGaps.missing([Self.sensor(channels: channels, zeros: [], tests: tested.map { Self.test($0) })], .en)
        }
        #expect(missing([("ch4", .methane), ("o2", .oxygen)], tested: ["ch4"]).count == 1)
        #expect(missing([("p", .waterPressure), ("d", .waterDepth)], tested: ["d"]).isEmpty)
        #expect(missing([("d", .waterDepth), ("t", .temperature)], tested: ["t"]).count == 1)
    }
}
