// How often a silent unit is asked.
import DeviceHAL
import SensorModel
import Testing

@Suite struct QuarantineTests {
    private func at(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

    /// The cycles of so many at which a unit that never answers is asked.
    private func attempts(every period: Int64, cycles: Int64) -> [Int64] {
        var quarantine = Quarantine()
        return (0..<cycles).filter { cycle in
            let due = at(cycle * period)
            guard !quarantine.excludes(5, due: due) else { return false }
            quarantine.timedOut(5, due: due, period: .seconds(period))
            return true
        }
    }

    @Test("a unit that stays silent is asked after 1, 2, 4 … 64 cycles")
    func cycles() {
        #expect(attempts(every: 1, cycles: 300) == [0, 1, 3, 7, 15, 31, 63, 127, 191, 255])
    }

    @Test("but at least once in 64 seconds, and a slow one at each of its cycles")
    func pause() {
        #expect(attempts(every: 10, cycles: 40) == [0, 1, 3, 7, 13, 19, 25, 31, 37])
        #expect(attempts(every: 60, cycles: 5) == [0, 1, 2, 3, 4])
        #expect(attempts(every: 600, cycles: 5) == [0, 1, 2, 3, 4])
    }

    @Test("one answer ends it, and another unit's answer does not")
    func answer() {
        var quarantine = Quarantine()
        for cycle in [0, 1, 3] { quarantine.timedOut(5, due: at(Int64(cycle)), period: .seconds(1)) }
        #expect(quarantine.silence(of: 5) == Quarantine.Silence(failures: 3, until: at(7)))
        #expect(quarantine.excludes(5, due: at(6)) && !quarantine.excludes(5, due: at(7)))
        #expect(!quarantine.excludes(6, due: at(6)))
        quarantine.answered(6)
        #expect(quarantine.excludes(5, due: at(6)))
        quarantine.answered(5)
        #expect(!quarantine.excludes(5, due: at(6)) && quarantine.silence(of: 5) == nil)
        quarantine.timedOut(5, due: at(8), period: .seconds(1))
        #expect(quarantine.silence(of: 5) == Quarantine.Silence(failures: 1, until: at(9)))
    }

    @Test("a line that was opened anew asks everybody")
    func forgotten() {
        var quarantine = Quarantine()
        for unit: UInt8 in 1...9 { for _ in 0..<5 { quarantine.timedOut(unit, due: at(0), period: .seconds(1)) } }
        quarantine.forget()
        #expect((1...9).allSatisfy { !quarantine.excludes(UInt8($0), due: at(1)) })
    }
}
