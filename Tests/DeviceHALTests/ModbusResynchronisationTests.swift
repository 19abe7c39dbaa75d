// When a unit's replies may be believed again.
import DeviceHAL
import SensorModel
import Testing

@Suite struct ModbusResynchronisationTests {
    private let latency = Duration.milliseconds(100)

    private func at(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: milliseconds * 1_000_000) }

    private func frame(
        unit: UInt8 = 1, table: RegisterTable = .holding, address: UInt16 = 10, count: UInt16
    ) throws -> RequestFrame {
        try #require(RequestFrame(unit: unit, table: table, address: address, count: count))
    }

    private func probe(
        _ state: inout Resynchronisation, for request: RequestFrame, at milliseconds: Int64
    ) throws -> RequestFrame {
        guard case .probe(let probe) = state.step(for: request, now: at(milliseconds)) else {
            throw NoProbe()
        }
        return probe
    }

    private struct NoProbe: Error {}

    @Test func `a unit that never failed is asked`() throws {
        var state = Resynchronisation()
        #expect(state.step(for: try frame(count: 2), now: at(0)) == .ask)
        #expect(state.believed(1) == false)
    }

    @Test func `after a fault a unit rests, alone, and is then probed by another count`() throws {
        var state = Resynchronisation()
        let request = try frame(count: 2)
        state.fault(request, cause: .timeout, sentAt: at(0), maxLatency: latency)
        #expect(state.step(for: request, now: at(99)) == .rest(until: at(100), after: .timeout))
        #expect(state.step(for: try frame(unit: 2, count: 2), now: at(99)) == .ask)
        let probe = try probe(&state, for: request, at: 100)
        #expect(probe == (try frame(count: 1)))
        #expect(state.isInDoubt(1))
        state.answered(probe)
        #expect(!state.isInDoubt(1))
        #expect(state.step(for: request, now: at(101)) == .ask)
        #expect(state.believed(1) == true)
        #expect(state.believed(1) == false)
    }

    @Test func `no probe has the shape of an unanswered request or of the request in hand`() throws {
        for table in RegisterTable.allCases {
            for count: UInt16 in [1, 2, 3, 8, 9, 20, 125] {
                var state = Resynchronisation()
                let request = try frame(table: table, count: count)
                state.fault(request, cause: .timeout, sentAt: at(0), maxLatency: latency)
                var shapes: Set<RequestFrame.Shape> = [request.shape]
                for round in 1..<Resynchronisation.capacity {
                    let probe = try probe(&state, for: request, at: Int64(round) * 200)
                    #expect(probe.address == request.address)
                    #expect(shapes.insert(probe.shape).inserted)
                    state.fault(probe, cause: .timeout, sentAt: at(Int64(round) * 200), maxLatency: latency)
                }
            }
        }
    }

    @Test func `at the last address the probe stays inside the table`() throws {
        var state = Resynchronisation()
        let request = try frame(address: 65_535, count: 1)
        state.fault(request, cause: .timeout, sentAt: at(0), maxLatency: latency)
        // No other count fits: other functions, and when they are used up nothing but a long silence helps.
        for time: Int64 in [100, 200, 300] {
            let probe = try probe(&state, for: request, at: time)
            #expect(probe.function != request.function)
            state.fault(probe, cause: .timeout, sentAt: at(time), maxLatency: latency)
        }
        #expect(state.step(for: request, now: at(400)) == .rest(until: at(10_300), after: .timeout))
        #expect(state.step(for: request, now: at(10_300)) == .ask)
    }

    @Test func `an exception is no proof while it may answer an older request of its function`() throws {
        var state = Resynchronisation()
        let request = try frame(count: 2)
        state.fault(request, cause: .corruptReply, sentAt: at(0), maxLatency: latency)
        let first = try probe(&state, for: request, at: 100)
        #expect(state.refused(first, now: at(110)) == false)
        #expect(state.step(for: request, now: at(209)) == .rest(until: at(210), after: .corruptReply))
        let second = try probe(&state, for: request, at: 210)
        #expect(second.function != request.function)
        #expect(state.refused(second, now: at(215)) == true)
        #expect(!state.isInDoubt(1))
    }

    @Test func `a unit that refuses every count and ignores other functions is believed after a long silence`() throws {
        var state = Resynchronisation()
        let request = try frame(count: 1)
        state.fault(request, cause: .timeout, sentAt: at(0), maxLatency: latency)
        let first = try probe(&state, for: request, at: 100)
        #expect(state.refused(first, now: at(110)) == false)
        let other = try probe(&state, for: request, at: 210)
        state.fault(other, cause: .timeout, sentAt: at(210), maxLatency: latency)
        let third = try probe(&state, for: request, at: 310)
        #expect(third.function == request.function)
        #expect(state.refused(third, now: at(320)) == false)
        #expect(state.step(for: request, now: at(420)) == .rest(until: at(10_320), after: .timeout))
        #expect(state.step(for: request, now: at(10_319)) == .rest(until: at(10_320), after: .timeout))
        #expect(state.step(for: request, now: at(10_320)) == .ask)
    }

    @Test func `a unit that is heard after its latest moment is in quarantine for as long again as it was late`() throws {
        var state = Resynchronisation()
        let request = try frame(count: 2)
        state.fault(request, cause: .timeout, sentAt: at(0), maxLatency: latency)
        state.heardLate(1, now: at(90))
        #expect(state.rest(of: 1, now: at(99)) == .rest(until: at(100), after: .timeout), "within what it was allowed")
        state.heardLate(1, now: at(350))
        #expect(state.rest(of: 1, now: at(699)) == .rest(until: at(700), after: .timeout))
        let probe = try probe(&state, for: request, at: 700)
        state.fault(probe, cause: .timeout, sentAt: at(700), maxLatency: latency)
        // Not for ever, however long it stays in doubt.
        state.heardLate(1, now: at(90_000))
        #expect(state.rest(of: 1, now: at(90_001)) == .rest(until: at(100_000), after: .timeout))
        state.heardLate(2, now: at(90_000))
        #expect(!state.isInDoubt(2), "who owes nothing is not quarantined")
    }

    @Test func `a full list makes the unit rest until it was silent for long, and old frames prolong that`() throws {
        var state = Resynchronisation(oblivion: .seconds(5))
        let request = try frame(count: 2)
        state.fault(request, cause: .timeout, sentAt: at(0), maxLatency: latency)
        for round in 1..<Int64(Resynchronisation.capacity) {
            let probe = try probe(&state, for: request, at: round * 100)
            state.fault(probe, cause: .timeout, sentAt: at(round * 100), maxLatency: latency)
        }
        #expect(state.step(for: request, now: at(1000)) == .rest(until: at(5700), after: .timeout))
        state.heard(1, now: at(5000))
        // The rest was told to callers as it stood; at its end the old frame counts.
        #expect(state.step(for: request, now: at(5700)) == .rest(until: at(10_000), after: .timeout))
        #expect(state.step(for: request, now: at(10_000)) == .ask)
        #expect(state.believed(1) == true)
    }
}
