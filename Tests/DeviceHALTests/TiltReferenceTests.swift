// Tilts from where a cover lay when it was commissioned: the angle between two directions, and the middle of five polls.
@testable import DeviceHAL
import Glibc
import SensorModel
import TestSupport
import Testing

@Suite struct TiltReferenceTests {
    private let image = RegisterImage()
    private let clock = ManualClock()

    private static func leaning(_ degrees: Double, towards heading: Double = 0) -> TiltReference {
        let (lean, turn) = (degrees * .pi / 180, heading * .pi / 180)
        return .gravity(x: sin(lean) * cos(turn), y: sin(lean) * sin(turn), z: cos(lean))
    }

    @Test("the angle is that between the two directions, whatever the unit of the axes and whichever way is up")
    func between() throws {
        let straight = try #require(Self.leaning(10).degrees(to: Self.leaning(25)))
        #expect((straight - 15).magnitude < 1e-12)
        let opposite = try #require(Self.leaning(10).degrees(to: Self.leaning(10, towards: 180)))
        #expect((opposite - 20).magnitude < 1e-12, "leaning to the other side is not the same way of lying")
        #expect(TiltReference.gravity(x: 0, y: 0, z: 9.8).degrees(to: .gravity(x: 0, y: 0, z: -1000)) == 180)
        #expect(TiltReference.gravity(x: 1e300, y: 0, z: 0).degrees(to: .gravity(x: 0, y: 1e-300, z: 0)) == 90)
    }

    @Test("a thousandth of a degree is seen at 0 and at 180, where an arc cosine sees nothing")
    func precision() throws {
        let small = try #require(Self.leaning(30).degrees(to: Self.leaning(30.00001)))
        #expect((small - 0.00001).magnitude < 1e-12)
        let large = try #require(Self.leaning(0).degrees(to: Self.leaning(179.99999)))
        #expect((large - 179.99999).magnitude < 1e-12)
    }

    @Test("an angle of a sensor over the full circle is measured the short way round")
    func wrapped() throws {
        #expect(try #require(TiltReference.angle(359.5).degrees(to: .angle(1))) == 1.5)
        #expect(try #require(TiltReference.angle(1).degrees(to: .angle(359.5))) == 1.5)
        #expect(try #require(TiltReference.angle(-12).degrees(to: .angle(10))) == 22)
        #expect(TiltReference.angle(1).degrees(to: Self.leaning(1)) == nil)
        #expect(TiltReference.angle(.infinity).degrees(to: .angle(1)) == nil)
        #expect(TiltReference.gravity(x: 0, y: 0, z: 0).degrees(to: Self.leaning(1)) == nil)
    }

    @Test("two axes stand for three of one g that point up, and beyond 1.1 g for nothing")
    func twoAxes() throws {
        let lean = try #require(GravityTilt.vector(of: [sin(12 * .pi / 180), 0]))
        #expect((lean.z - cos(12 * .pi / 180)).magnitude < 1e-12)
        let lying = try #require(GravityTilt.vector(of: [0.8, 0.7]))
        #expect(lying.z == 0, "noise beyond 1 g is no length that is missing")
        #expect(GravityTilt.vector(of: [0.9, 0.9]) == nil)
        #expect(GravityTilt.vector(of: [.nan, 0]) == nil)
    }

    @Test("five polls settle on their middle, and one lorry among them does not move it")
    func settled() throws {
        let polls = [0.1, 0.0, 1.9, 0.05, 0.1].map { Self.leaning($0) }
        let (reference, scatter) = try TiltReference.settled(polls)
        #expect(try #require(reference.degrees(to: Self.leaning(0.1))) < 0.001)
        #expect((scatter - 1.9).magnitude < 1e-9)
        let (angle, apart) = try TiltReference.settled([359.5, 0.5, 0, 359.9, 0.2].map { .angle($0) })
        #expect(try #require(angle.degrees(to: .angle(0))) < 0.2 && apart == 1)
    }

    @Test("polls more than two degrees apart are refused with how far they lie apart, fewer than five as too few")
    func unrest() {
        let polls = [0, 0, 2.1, 0, 0].map { Self.leaning($0) }
        do throws(TiltReference.Unrest) {
            _ = try TiltReference.settled(polls)
            Issue.record("settled although it moved")
        } catch {
            guard case .scattered(let degrees) = error else { return #expect(Bool(false), "\(error)") }
            #expect((degrees - 2.1).magnitude < 1e-9)
        }
        #expect(throws: TiltReference.Unrest.tooFew) { try TiltReference.settled(Array(repeating: Self.leaning(1), count: 4)) }
        let mixed = Array(repeating: Self.leaning(1), count: 4) + [.angle(1)]
        #expect(throws: TiltReference.Unrest.tooFew) { try TiltReference.settled(mixed) }
    }

    private static let axes = ChannelMap(
        name: "tilt", quantity: .tilt,
        fields: (0..<3).map { RegisterField(table: .holding, address: $0, type: .int16, scale: 1.0 / 2048) },
        transform: .gravityTilt, range: 0...180, maxRate: 1)
    private static let angle = ChannelMap(
        name: "lean", quantity: .tilt, fields: [RegisterField(table: .holding, address: 3, type: .uint16, scale: 0.01)],
        range: 0...360)

    private func sensor() -> ModbusSensor {
        let profile = DeviceProfile(
            name: "p", vendor: "V", model: "M", sourceDocument: "D", sourcePage: "1", channels: [Self.axes, Self.angle])
        return ModbusSensor(cover: "C1", id: "tilt", unit: 3, profile: profile, busResponseTimeout: .milliseconds(200))
    }

    private func poll(_ sensor: inout ModbusSensor) async -> [Measurement] {
        while true {
            switch sensor.step(now: clock.now()) {
            case .read(let request):
                do throws(BusError) { sensor.take(.success(try await image.read(request)), at: clock.now()) } catch {
                    sensor.take(.failure(error), at: clock.now())
                }
            case .write, .wait: return []
            case .readings(let readings): return readings.map(\.measurement)
            }
        }
    }

    private func lie(_ degrees: Double, angle: Double) {
        let radians = degrees * .pi / 180
        let words = [2048 * sin(radians), 0, 2048 * cos(radians)].map { UInt16(bitPattern: Int16($0.rounded())) }
        image.set(unit: 3, .holding, 0, words: words + [UInt16((angle * 100).rounded())])
    }

    @Test("a sensor measures from its references from the next poll on, and that step is no jump of the sensor's")
    func polled() async throws {
        var sensor = sensor()
        lie(6, angle: 359)
        var values = await poll(&sensor)
        #expect((try #require(values[0].value) - 6).magnitude < 0.05 && values[1] == .good(359))
        sensor.setTiltReferences(sensor.edge.stands)
        values = await poll(&sensor)
        #expect(values == [.good(0), .good(0)])
        sensor.setTiltReferences([:])
        values = await poll(&sensor)
        guard case .good(let tilt) = values[0] else { return #expect(Bool(false), "\(values[0])") }
        #expect((tilt - 6).magnitude < 0.05 && values[1] == .good(359))
    }

    @Test("what gives no value gives none with a reference, and does not stand anywhere")
    func bad() async {
        var sensor = sensor()
        lie(6, angle: 10)
        _ = await poll(&sensor)
        sensor.setTiltReferences(sensor.edge.stands)
        image.set(unit: 3, .holding, 0, words: [0, 0, 0, 36_500])
        #expect(await poll(&sensor) == [.bad(.notANumber), .bad(.outOfRange)])
        #expect(sensor.edge.stands.isEmpty)
        lie(6, angle: 10)
        image.fail(unit: 3, with: .timeout)
        #expect(await poll(&sensor) == [.bad(.timeout), .bad(.timeout)])
        #expect(sensor.edge.stands.isEmpty && sensor.lastReadings.count == 2)
    }

    @Test("a reference of another kind is not used")
    func otherKind() async throws {
        var sensor = sensor()
        lie(6, angle: 10)
        sensor.setTiltReferences(["tilt": .angle(3), "lean": .gravity(x: 0, y: 0, z: 1)])
        let values = await poll(&sensor)
        #expect((try #require(values[0].value) - 6).magnitude < 0.05 && values[1] == .good(10))
    }
}
