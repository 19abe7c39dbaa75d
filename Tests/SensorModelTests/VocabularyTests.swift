// The closed vocabularies, word for word as the contract's §5 has them.
import SensorModel
import Testing

@Suite struct VocabularyTests {
    private static let quantities = """
        tilt (deg), displacement (mm), settlement (mm), cover-open (1), cover-present (1), vibration (m/s2), methane (%LEL), \
        combustible (%LEL), hydrogen-sulfide (ppm), carbon-monoxide (ppm), oxygen (%VOL), water-level (m), water-depth (m), \
        water-pressure (bar), water-float (1), flow (m3/h), temperature (Cel), humidity (%), \
        supply-voltage (V), battery-charge (%), \
        battery-voltage (V), mains (1), door-tamper (1), raw (1)
        """

    @Test("quantities and their units are the contract's, no more and no less")
    func quantities() {
        let found = Quantity.allCases.map { "\($0.rawValue) (\($0.unit.rawValue))" }
        #expect(found.joined(separator: ", ") == Self.quantities)
    }

    @Test("every unit belongs to a quantity")
    func units() {
        #expect(Set(Quantity.allCases.map(\.unit)) == Set(Unit.allCases))
    }

    @Test("the reasons of bad readings are the contract's")
    func badReasons() {
        let words = """
            timeout, corrupt-reply, exception, disconnected, device-fault, invalid-marker, not-a-number, another-model, \
            another-unit, warming-up, inhibited, calibrating, heartbeat-stopped, out-of-range, low-oxygen, submerged, \
            missed-edges-unrecoverable, decode-error
            """
        #expect(BadReason.allCases.map(\.rawValue).joined(separator: ", ") == words)
    }

    @Test("the reasons of uncertain readings are the contract's")
    func uncertainReasons() {
        let words = """
            resynchronising, stuck, flat-line, implausible-jump, supply-low, stale, disagreement, calibration-overdue, test-gas, \
            missed-edges, line-flapping
            """
        #expect(UncertainReason.allCases.map(\.rawValue).joined(separator: ", ") == words)
    }

    @Test("clock states, origins, lanes and reasons of gaps are the contract's")
    func otherWords() {
        #expect(ClockState.allCases.map(\.rawValue) == ["synced", "holdover", "unsynced"])
        #expect(Origin.allCases.map(\.rawValue) == ["field", "simulated"])
        #expect(Lane.allCases.map(\.rawValue) == ["readings", "alarms"])
        #expect(Gap.Reason.allCases.map(\.rawValue) == ["evicted", "expired", "corrupt", "unused"])
    }

    @Test("a bad reading has a reason and no value, a good one a value and no reason, an uncertain one both")
    func measurements() {
        let good = Measurement.good(1.5)
        let uncertain = Measurement.uncertain(2.5, .testGas)
        let bad = Measurement.bad(.corruptReply)
        #expect(good.value == 1.5 && good.reason == nil && good.quality == "good")
        #expect(uncertain.value == 2.5 && uncertain.reason == "test-gas" && uncertain.quality == "uncertain")
        #expect(bad.value == nil && bad.reason == "corrupt-reply" && bad.quality == "bad")
    }
}
