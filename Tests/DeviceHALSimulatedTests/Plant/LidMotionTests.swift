// The lid: opened, lifted, shifted and stolen, and what gravity on it says.
import SensorModel
import Testing

@testable import DeviceHALSimulated

@Suite struct LidMotionTests {
    private func street(_ lid: ScenarioEvent.Lid, seed: UInt64 = 1) -> Street {
        Street(seed: seed, [ScenarioEvent(at: .seconds(10), lasting: .seconds(30), cause: .lid(lid))])
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>) func `an opened lid stands at about 100 degrees within 2 s and lies back`(
        seed: UInt64
    ) {
        let street = street(.opened, seed: seed)
        let rest = street(5)
        #expect(!rest.isLidOpen && rest.lidAngle == 0)
        #expect((20...90).contains(street(11).lidAngle))
        #expect((95...105).contains(street(12).lidAngle) && street(12).isLidOpen)
        #expect(abs(street(30).turned(from: rest) - 100) < 8)
        #expect(abs(street(13).lidAngle - street(39).lidAngle) > 0.1, "it swings a little")
        let back = street(42.5)
        #expect(!back.isLidOpen && back.lidAngle == 0 && back.turned(from: rest) < 1e-6 && back.isLidPresent)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>) func `a lifted lid leans 6 to 15 degrees`(seed: UInt64) {
        let street = street(.lifted, seed: seed)
        for second in stride(from: 12.0, to: 40, by: 1.3) {
            #expect((6...15).contains(street(second).lidAngle) && street(second).isLidOpen)
            #expect(abs(street(second).turned(from: street(5)) - street(second).lidAngle) < 0.1)
        }
        #expect(!street(42).isLidOpen)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>) func `a shifted lid lies 80 mm beside its place, hardly tilted`(seed: UInt64) {
        let street = street(.shifted, seed: seed)
        #expect(street(9).displacement == 0)
        #expect(street(14).displacement == 80 && street(14).isLidOpen)
        #expect((0.3...3).contains(street(14).lidAngle))
        #expect(street(44).displacement == 0 && !street(44).isLidOpen)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>) func `a stolen lid turns over, is gone within a minute and never comes back`(
        seed: UInt64
    ) {
        let street = street(.stolen, seed: seed)
        let angle = street(13).lidAngle
        #expect(angle > 90 && street(13).isLidOpen && street(29).isLidPresent)
        #expect(!street(71).isLidPresent && street(71).isLidOpen && street(71).lidAngle == angle)
        #expect(!street(86_400).isLidPresent && street(86_400).lidAngle == angle)
    }

    @Test func `a lid that is let go before it is up falls from where it was`() {
        let street = Street([ScenarioEvent(at: .seconds(10), lasting: .seconds(1), cause: .lid(.opened))])
        let highest = street(11).lidAngle
        #expect((40...60).contains(highest))
        #expect(abs(street(11.001).lidAngle - highest) < 0.1)
        #expect(street(13).lidAngle == 0)
    }

    @Test func `resting lids lean by up to 3 degrees, each in its own way`() {
        let leans = (1...40).map { seed in Angle.degrees(cosine: min(1, Street(seed: UInt64(seed))(0).acceleration.z)) }
        #expect(leans.allSatisfy { $0 <= 3.01 } && Set(leans).count == 40)
        #expect((leans.max() ?? 0) > 2 && (leans.min() ?? 3) < 1)
    }

    @Test(arguments: [0.0, 1, 30, 89, 90, 100, 130]) func `gravity stays gravity, however the lid is turned`(
        angle: Double
    ) {
        let posture = Posture(chance: ChanceStream(seed: 1, code: "a", name: "posture"))
        let felt = posture.acceleration(lidAngle: angle, sinking: 2, shaking: Traffic.Shaking())
        #expect(abs(felt.x * felt.x + felt.y * felt.y + felt.z * felt.z - 1) < 1e-12)
    }
}
