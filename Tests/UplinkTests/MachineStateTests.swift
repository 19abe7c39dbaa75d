// The retained state: born with each connection, sent again when what it says has changed, and not too often.
import SensorModel
import Testing
import TestSupport

@testable import Uplink

@Suite struct MachineStateTests {
    private func say(_ number: Int) -> [UInt8] { Array("\"audit\":{\"seq\":\(number)}".utf8) }

    private func announce(_ bench: inout MachineBench, _ number: Int, isUrgent: Bool = false) {
        bench.feed(.announced(members: say(number), isUrgent: isUrgent))
    }

    /// The number that each state message said, oldest first.
    private func told(_ bench: MachineBench) -> [String] {
        bench.published(nil).map { flight in
            flight.text.split(separator: "\"seq\":").dropFirst().first.map { String($0.prefix { $0 != "}" }) } ?? "-"
        }
    }

    @Test func `what is announced before the connection stands is in its birth`() {
        var bench = MachineBench()
        announce(&bench, 1)
        bench.connect()
        #expect(told(bench) == ["1"])
        #expect(bench.published(nil)[0].message.retained)
        bench.close()
        announce(&bench, 2)
        _ = bench.untilNextAttempt()
        bench.connect()
        #expect(told(bench) == ["1", "2"])
    }

    @Test func `changes within ten seconds are one message, with the last of them`() {
        var bench = MachineBench()
        bench.connect()
        for number in 1...5 {
            bench.advance(.seconds(1))
            announce(&bench, number)
        }
        #expect(told(bench) == ["-"])
        #expect(bench.machine.nextDeadline().map { $0 - bench.now.monotonic } == .seconds(5))
        bench.advance(.milliseconds(4999))
        #expect(told(bench) == ["-"])
        bench.advance(.milliseconds(1))
        #expect(told(bench) == ["-", "5"])
        bench.acknowledge(nil)
        bench.advance(.seconds(60))
        #expect(told(bench) == ["-", "5"], "nothing is said twice")
        #expect(bench.machine.nextDeadline() == nil)
        announce(&bench, 6)
        #expect(told(bench) == ["-", "5", "6"], "after a long silence at once")
    }

    @Test func `an urgent change waits only for the state before it, and what is taken back is not sent`() {
        var bench = MachineBench()
        bench.connect(birth: nil)
        announce(&bench, 1, isUrgent: true)
        #expect(told(bench) == ["-"], "the birth is on its way")
        bench.acknowledge(nil)
        #expect(told(bench) == ["-", "1"])
        bench.acknowledge(nil)
        announce(&bench, 2)
        announce(&bench, 1)
        bench.advance(.seconds(20))
        #expect(told(bench) == ["-", "1"])
        announce(&bench, 3)
        bench.acknowledge(nil)
        announce(&bench, 4, isUrgent: true)
        #expect(told(bench) == ["-", "1", "3", "4"])
    }

    @Test func `it takes no slot that the broker has not granted, and alarms go first`() {
        var bench = MachineBench { $0.batchInterval = .zero }
        bench.connect(receiveMaximum: 1)
        bench.commit(.alarms, 2)
        announce(&bench, 1, isUrgent: true)
        #expect(bench.flying.count == 1)
        bench.acknowledge(.alarms)
        #expect(bench.flying(.alarms).map(\.first) == [2])
        bench.commit(.readings, 3)
        bench.acknowledge(.alarms)
        #expect(told(bench) == ["-", "1"])
        #expect(bench.flying.count == 1, "the readings wait for the state")
        bench.acknowledge(nil)
        #expect(bench.flying(.readings).count == 1)
    }

    @Test func `a refused state is said in the status, and no more when the next one is taken`() {
        var bench = MachineBench()
        bench.connect(birth: 0x87)
        #expect(bench.status.problem.contains("state message"))
        bench.advance(.seconds(60))
        #expect(told(bench) == ["-"], "the same is not tried again")
        announce(&bench, 1)
        bench.acknowledge(nil)
        #expect(bench.status.problem == "")
    }

    @Test func `a state nobody acknowledges ends the connection`() {
        var bench = MachineBench()
        bench.connect()
        bench.advance(.seconds(30))
        announce(&bench, 1)
        bench.advance(.seconds(10))
        #expect(bench.drops == 1)
    }
}
