// What a poller is told to do after faults, step by step.
import DeviceHAL
@testable import Gateway
import SensorModel
import Testing

@Suite struct BusWorkTests {
    private func at(_ seconds: Double) -> Timestamp {
        let nanoseconds = Int64(seconds * 1e9)
        return Timestamp(
            wall: WallTime(nanoseconds: nanoseconds), monotonic: MonotonicTime(nanoseconds: nanoseconds), clock: .synced)
    }

    /// Units with one register each, read every second.
    private func work(_ units: UInt8..., isSerial: Bool = true) -> BusWork {
        var work = BusWork(
            units.map { unit in
                let sensor = ModbusSensor(
                    cover: "C\(unit)", id: "ch4", unit: unit, profile: PollerTests.profile, busResponseTimeout: .seconds(1))
                return BusPoller.Place(sensor: sensor, every: .seconds(1))
            }, isSerial: isSerial)
        work.begin(now: at(0).monotonic)
        return work
    }

    private func error(_ kind: BusError.Kind, wasSent: Bool = false, restLeft: Duration? = nil) -> SensorEdge.Outcome {
        var error = BusError(kind: kind, bus: "b", unit: 3, detail: "seen")
        error.wasSent = wasSent
        error.restLeft = restLeft
        return .failure(error)
    }

    /// Carries out what is due at a second; the units that were asked.
    private func step(
        _ work: inout BusWork, at second: Double, _ outcome: (UInt8) -> SensorEdge.Outcome
    ) -> [UInt8] {
        var asked: [UInt8] = []
        for _ in 0..<100 {
            switch work.next(now: at(second)) {
            case .read(let index, let request):
                asked.append(request.unit)
                work.take(outcome(request.unit), of: index, now: at(second))
            case .idle: return asked
            case .write, .readings: break
            }
        }
        Issue.record("never idle")
        return asked
    }

    private func good(_ connection: UInt64 = 1) -> SensorEdge.Outcome {
        .success(RegisterReply(words: [7], connection: connection))
    }

    @Test func `a server that hangs up over one unit is not asked for it at every cycle, whatever else it answers`() {
        var work = work(3, 4, isSerial: false)
        let lost = error(.disconnected, wasSent: true)
        var asked: [Int: [UInt8]] = [:]
        for second in 0..<20 {
            asked[second] = step(&work, at: Double(second)) { $0 == 3 ? lost : good(UInt64(second)) }
        }
        #expect(asked.filter { $0.value.contains(3) }.keys.sorted() == [0, 1, 3, 7, 15])
        #expect(asked.values.allSatisfy { $0.contains(4) })
    }

    @Test func `a connection over which nobody is answered blames nobody for long`() {
        var work = work(3, 4, isSerial: false)
        let lost = error(.disconnected, wasSent: true)
        _ = step(&work, at: 0) { _ in good() }
        for second in 1..<70 { #expect(step(&work, at: Double(second)) { _ in lost }.sorted() == [3, 4], "second \(second)") }
        // When it is good again, everybody is asked at the next cycle; and who is to blame then has to earn it anew.
        #expect(step(&work, at: 70) { _ in good(2) }.sorted() == [3, 4])
        var asked: [Int] = []
        for second in 71..<90 where step(&work, at: Double(second), { $0 == 3 ? lost : good(3) }).contains(3) {
            asked.append(second)
        }
        #expect(asked == [71, 72, 74, 78, 86])
    }

    @Test func `a serial port that is lost blames nobody`() {
        var work = work(3, 4)
        let lost = error(.disconnected, wasSent: true)
        for second in 0..<5 { #expect(step(&work, at: Double(second)) { _ in lost }.sorted() == [3, 4]) }
        #expect(work.units[3]?.silence == nil)
    }

    @Test func `garbled bytes, an exception and an answer to somebody else are signs of life`() {
        for sign in [error(.corruptReply), error(.exception(code: 2)), good()] {
            var work = work(3)
            for second in [0.0, 1, 3] { _ = step(&work, at: second) { _ in error(.timeout) } }
            #expect(work.units[3]?.silence?.failures == 3)
            _ = step(&work, at: 7) { _ in sign }
            #expect(work.units[3]?.silence == nil)
        }
        var work = work(3)
        for second in [0.0, 1, 3] { _ = step(&work, at: second) { _ in error(.timeout) } }
        work.heard(3)
        #expect(step(&work, at: 4) { _ in good() } == [3])
    }

    @Test func `exception 11 is a gateway's word for silence`() {
        var work = work(3)
        for second in [0.0, 1, 3] { _ = step(&work, at: second) { _ in error(.exception(code: 11)) } }
        #expect(work.units[3]?.silence?.failures == 3)
    }

    @Test func `whoever asks waits for a short rest of the unit once, and then hears what there is`() async {
        var work = work(3)
        _ = step(&work, at: 0) { _ in good() }
        await withCheckedContinuation { asker in
            let isHeard = work.ask(0, asker)
            #expect(isHeard)
            let resting = error(.resting(after: .timeout), restLeft: .milliseconds(300))
            #expect(step(&work, at: 0.1) { _ in resting } == [3], "asked, told to rest, not asked again at once")
            guard case .read(let index, _) = work.next(now: at(0.4)) else {
                Issue.record("it did not wait")
                return asker.resume()
            }
            work.take(good(), of: index, now: at(0.4))
            guard case .readings(let delivery) = work.next(now: at(0.4)) else {
                Issue.record("no readings")
                return asker.resume()
            }
            #expect(delivery.readings.map(\.measurement) == [.good(7)] && delivery.askers.count == 1)
            for asker in delivery.askers { asker.resume() }
        }
        var impatient = self.work(3)
        let resting = error(.resting(after: .timeout), restLeft: .milliseconds(300))
        #expect(step(&impatient, at: 0) { _ in resting } == [3])
        #expect(impatient.problem(of: 0) == "seen", "a poll that nobody waits for does not")
    }

    @Test func `one technician's transaction at a time`() {
        var work = work(3)
        let first = [work.beginQuestion(), work.beginQuestion(), work.beginQuestion()]
        work.endQuestion()
        #expect(first == [true, false, false])
        let next = work.beginQuestion()
        #expect(next)
    }
}
