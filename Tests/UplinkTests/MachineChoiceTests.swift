// Several links: which one, when back, what a metered one carries, and who else uses our id.
import Outbox
import SensorModel
import Testing
import TestSupport

@testable import Uplink

@Suite struct MachineChoiceTests {
    /// On the second of two links, connected.
    private func onTheBackup(metered: Bool = false, seed: UInt64 = 1) -> MachineBench {
        var bench = MachineBench(
            {
                $0.links = [MachineBench.links[0], BrokerEndpoint(host: "b", port: 8883, isMetered: metered)]
                $0.batchInterval = .seconds(1)
            }, seed: seed)
        bench.feed(.tick)
        bench.close(.unreachable)
        _ = bench.untilNextAttempt()
        bench.connect()
        return bench
    }

    @Test func `the preferred link is tried again after ten minutes, when nothing is on its way`() {
        var bench = onTheBackup()
        bench.commit(.readings, 1)
        bench.advance(.seconds(599))
        #expect(bench.connects.last?.endpoint.host == "b")
        #expect(bench.flying(.readings).count == 1, "a batch is on its way")
        bench.flying[0].flight.deadline = .init(nanoseconds: .max)
        let drops = bench.drops
        bench.acknowledge(.readings)
        bench.advance(.seconds(2))
        #expect(bench.connects.last?.endpoint.host == "a")
        #expect(bench.drops == drops + 1)
        bench.connect()
        #expect(bench.status.state == .connected && bench.status.link == "a:8883")
        bench.commit(.readings, 1)
        bench.advance(.seconds(2))
        #expect(bench.flying(.readings).map(\.range) == [2...2])
    }

    @Test func `a preferred link that is still dead costs one attempt, and is asked less and less often`() {
        var bench = onTheBackup()
        for minutes in [10, 20, 40, 80, 120, 120] {
            bench.advance(.seconds(Int64(minutes * 60 - 1)))
            #expect(bench.connects.last?.endpoint.host == "b", "not before \(minutes) minutes")
            bench.advance(.seconds(2))
            #expect(bench.connects.last?.endpoint.host == "a")
            bench.close(.unreachable)
            #expect(bench.connects.last?.endpoint.host == "b", "at once: it has just worked")
            bench.connect()
        }
    }

    @Test func `an alarm does not wait for the attempt at the preferred link`() {
        var bench = onTheBackup()
        bench.advance(.seconds(601))
        #expect(bench.connects.last?.endpoint.host == "a")
        bench.commit(.alarms)
        #expect(bench.connects.last?.endpoint.host == "b", "at once")
        bench.connect()
        #expect(bench.flying(.alarms).count == 1)
    }

    @Test(arguments: [0x10, 0x87, 0x97, 0x99] as [UInt8])
    func `an alarm that a link does not take goes to the preferred one within a minute`(reason: UInt8) {
        var bench = onTheBackup()
        bench.commit(.alarms)
        for _ in 0..<60 where bench.connects.last?.endpoint.host == "b" {
            bench.acknowledge(.alarms, reason)
            bench.advance(.seconds(2))
        }
        #expect(bench.connects.last?.endpoint.host == "a")
        bench.commit(.alarms)
        #expect(bench.status.state == .connecting, "another alarm does not end the attempt")
        bench.connect()
        for _ in 0..<2 { bench.acknowledge(.alarms) }
        #expect(bench.delivered[.alarms] == 2)
    }

    /// Lets time pass until then; alarms are answered at once, those of these numbers by this reason.
    private func pass(_ bench: inout MachineBench, until end: MonotonicTime, refusing: Set<Int64> = [], _ reason: UInt8 = 0x99) {
        while bench.status.state == .connected {
            while let first = bench.flying(.alarms).first {
                bench.acknowledge(.alarms, refusing.contains(first.first) ? reason : 0)
            }
            guard bench.now.monotonic < end else { return }
            bench.advance(min(end, bench.machine.nextDeadline() ?? end) - bench.now.monotonic)
        }
    }

    @Test func `an alarm that is set aside does not make a link be left that takes the others`() {
        var bench = onTheBackup()
        let since = bench.now.monotonic
        bench.commit(.alarms)
        pass(&bench, until: since + .seconds(30), refusing: [1])
        #expect(bench.status.problem.contains("set aside"))
        bench.commit(.alarms)
        pass(&bench, until: since + .seconds(599), refusing: [1])
        #expect(bench.connects.count == 2 && bench.status.link == "b:8883", "not before the ten minutes are over")
        #expect(bench.published(.alarms).count { $0.range == 1...1 } > 8, "it is tried again all the time")
        pass(&bench, until: since + .seconds(700), refusing: [1])
        #expect(bench.connects.last?.endpoint.host == "a")
        bench.commit(.alarms)
        #expect(bench.connects.last?.endpoint.host == "b", "the new alarm ends the attempt: this link takes it")
        bench.connect()
        #expect(bench.flying(.alarms).contains { $0.range == 3...3 }, "at once, not behind the one that is refused")
    }

    @Test func `a link that takes no alarm is left after a minute, and then less and less often`() {
        var bench = onTheBackup()
        bench.commit(.alarms)
        for minutes in [1, 2, 4, 8, 10, 10] as [Int64] {
            let since = bench.now.monotonic
            pass(&bench, until: since + .seconds(minutes * 60 - 1), refusing: [1], 0x10)
            #expect(bench.connects.last?.endpoint.host == "b", "not before \(minutes) minutes")
            pass(&bench, until: since + .seconds(minutes * 60 + 1), refusing: [1], 0x10)
            #expect(bench.connects.last?.endpoint.host == "a")
            bench.close(.unreachable)
            bench.connect()
        }
    }

    @Test
    func `what is delivered behind an alarm that is set aside is not offered any more, and the next one goes while it commits`() {
        var bench = MachineBench()
        bench.connect()
        for seq in 1...4 as ClosedRange<Int64> {
            let record = NumberedRecord(seq: seq, body: Array("\"v\":1".utf8))
            bench.feed(.offered(AlarmOffer(previous: seq - 1, record: record)))
            #expect(bench.flying(.alarms).map(\.range) == [seq...seq])
            pass(&bench, until: bench.now.monotonic + .seconds(10), refusing: [1])
        }
        #expect(bench.status.problem.contains("1 message of the lane alarms"))
        #expect(!bench.machine.hasAlarmWaiting)
        bench.close()
        #expect(!bench.machine.hasAlarmWaiting, "nor after a break")
    }

    @Test func `no link is left while an alarm is on its way`() {
        var bench = onTheBackup()
        bench.advance(.seconds(595))
        bench.commit(.alarms)
        bench.advance(.seconds(4))
        #expect(bench.connects.last?.endpoint.host == "b")
        #expect(bench.flying(.alarms).count == 1)
    }

    @Test func `on a metered link alarms go at once and readings after an hour, all that wait`() {
        var bench = onTheBackup(metered: true)
        bench.commit(.readings, 25)
        bench.commit(.alarms)
        bench.advance(.seconds(60))
        #expect(bench.flying(.alarms).count == 1)
        #expect(bench.flying(.readings).isEmpty)
        bench.acknowledge(.alarms)
        #expect(bench.status.problem.contains("metered link b:8883"))
        // The preferred link stays dead.
        while bench.flying(.readings).isEmpty, bench.now.monotonic < .init(nanoseconds: 5_000_000_000_000) {
            guard let due = bench.machine.nextDeadline() else { break }
            bench.advance(due - bench.now.monotonic)
            if bench.status.state == .connecting, bench.status.link == "a:8883" { bench.close(.unreachable) }
            if bench.status.state == .connecting { bench.connect() }
        }
        #expect(bench.flying(.readings).first?.range == 1...10)
        for _ in 0..<3 { bench.acknowledge(.readings) }
        #expect(bench.delivered[.readings] == 25)
    }

    @Test func `a break makes nothing wait for another hour on a metered link`() {
        let metered = [BrokerEndpoint(host: "b", port: 8883, isMetered: true)]
        var bench = MachineBench { $0.links = metered }
        bench.connect()
        bench.commit(.readings, 3)
        bench.advance(.seconds(3601))
        #expect(bench.flying(.readings).map(\.range) == [1...3])
        bench.close(.lost)
        _ = bench.untilNextAttempt()
        bench.connect()
        bench.feed(.tick)
        #expect(bench.flying(.readings).map(\.range) == [1...3], "it had waited long enough")
    }

    @Test func `what a free link was draining when it broke waits an hour before it goes over the metered one`() {
        var bench = MachineBench {
            $0.links = [MachineBench.links[0], BrokerEndpoint(host: "b", port: 8883, isMetered: true)]
            $0.batchInterval = .seconds(1)
        }
        bench.connect()
        bench.commit(.readings, 1000)
        for _ in 0..<5 { bench.acknowledge(.readings) }
        #expect(!bench.flying(.readings).isEmpty, "it drains")
        bench.advance(.seconds(10))
        bench.close(.stopped, "dropped")
        _ = bench.untilNextAttempt()
        bench.connect()
        #expect(bench.status.link == "b:8883")
        let broken = bench.now.monotonic
        while bench.flying(.readings).isEmpty, bench.now.monotonic - broken < .seconds(5000),
            let due = bench.machine.nextDeadline()
        {
            bench.advance(due - bench.now.monotonic)
            if bench.status.state == .connecting, bench.status.link == "a:8883" { bench.close(.unreachable) }
            if bench.status.state == .connecting { bench.connect() }
        }
        #expect(bench.now.monotonic - broken >= .seconds(3590) && bench.now.monotonic - broken <= .seconds(3600))
        while !bench.flying(.readings).isEmpty { bench.acknowledge(.readings) }
        #expect(bench.delivered[.readings] == 1000, "then all that wait")
    }

    @Test func `with a message set aside a break does not make younger readings cost something at once`() {
        var bench = MachineBench { $0.links = [BrokerEndpoint(host: "b", port: 8883, isMetered: true)] }
        bench.connect()
        bench.commit(.readings, 3)
        bench.advance(.seconds(3601))
        for _ in 0..<3 {
            bench.acknowledge(.readings, 0x99)
            bench.advance(.seconds(5))
        }
        #expect(bench.status.problem.contains("set aside"))
        bench.commit(.readings, 5)
        bench.close(.lost)
        _ = bench.untilNextAttempt()
        bench.connect()
        bench.advance(.seconds(10))
        #expect(bench.flying(.readings).isEmpty)
        bench.advance(.seconds(3590))
        #expect(bench.published(.readings).contains { $0.range == 4...8 })
    }

    @Test func `what waits on a metered link goes at once when the preferred one is back`() {
        var bench = onTheBackup(metered: true)
        bench.commit(.readings, 3)
        bench.advance(.seconds(601))
        #expect(bench.connects.last?.endpoint.host == "a")
        bench.connect()
        bench.feed(.tick)
        #expect(bench.flying(.readings).map(\.range) == [1...3])
    }

    @Test func `with an alarm waiting the first attempt after a break comes at any moment of five seconds`() {
        var pauses: [Duration] = []
        for seed in 0..<200 {
            var bench = MachineBench(seed: UInt64(seed))
            bench.connect()
            bench.commit(.alarms)
            bench.close(.lost)
            // More alarms do not make it shorter and shorter.
            for _ in 0..<5 { bench.commit(.alarms) }
            pauses.append(bench.untilNextAttempt())
        }
        #expect(pauses.allSatisfy { $0 <= .seconds(5) })
        let thirds = [0.0, 1.67, 3.33].map { start in
            pauses.count { $0 / .seconds(1) >= start && $0 / .seconds(1) < start + 1.67 }
        }
        #expect(thirds.allSatisfy { $0 > 40 }, "\(thirds)")
    }

    @Test func `an alarm that comes in a long pause cuts it short once, by chance`() {
        var pauses: [Duration] = []
        for seed in 0..<100 {
            var bench = MachineBench(seed: UInt64(seed))
            bench.feed(.tick)
            for _ in 0..<12 {
                bench.close(.refused)
                _ = bench.untilNextAttempt()
            }
            bench.close(.refused)
            for _ in 0..<10 { bench.commit(.alarms) }
            pauses.append(bench.untilNextAttempt())
        }
        #expect(pauses.allSatisfy { $0 <= .seconds(5) })
        #expect(pauses.count { $0 > .seconds(2) } > 30)
    }

    @Test func `the second take-over within ten minutes is a problem with words, and goes with time`() {
        var bench = MachineBench(seed: 2)
        bench.connect()
        bench.close(.takenOver, "another client connected with this client id (0x8E)")
        #expect(!bench.status.problem.contains("id of its own"))
        _ = bench.untilNextAttempt()
        bench.connect()
        #expect(bench.status.problem == "")
        bench.close(.takenOver)
        _ = bench.untilNextAttempt()
        bench.connect()
        #expect(bench.status.problem.contains("connects to the broker as gw"))
        #expect(bench.status.problem.contains("id of its own"))
        bench.advance(.seconds(601))
        #expect(bench.status.problem == "")
    }

    @Test func `three connections that broke soon are told with what it may be`() {
        var bench = MachineBench(seed: 2)
        for _ in 0..<3 {
            #expect(!bench.status.problem.contains("another client"))
            bench.connect()
            bench.advance(.seconds(59))
            bench.close(.lost)
            _ = bench.untilNextAttempt()
        }
        bench.connect()
        #expect(bench.status.problem.contains("lost 3 times"))
        #expect(bench.status.problem.contains("another client uses the id gw"))
    }

    @Test func `connections that stood, or that we ended, say nothing about the id`() {
        var bench = MachineBench(seed: 2)
        for stood in [61, 120, 61, 61] {
            bench.connect()
            bench.advance(.seconds(Int64(stood)))
            bench.close(.lost)
            _ = bench.untilNextAttempt()
        }
        for _ in 0..<4 {
            bench.connect()
            bench.commit(.alarms)
            bench.advance(.seconds(6))
            bench.close(.stopped)
            _ = bench.untilNextAttempt()
        }
        bench.connect()
        #expect(!bench.status.problem.contains("another client"))
    }

    @Test func `two that take the connection from each other do it less and less often`() {
        var bench = MachineBench(seed: 5)
        var pauses: [Duration] = []
        for _ in 0..<30 {
            bench.connect()
            bench.close(.takenOver)
            pauses.append(bench.untilNextAttempt())
        }
        #expect(pauses.contains { $0 > .seconds(20) })
    }
}
