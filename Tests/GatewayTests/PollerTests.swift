// A bus's sensors on a map of registers: read by their periods, and a bus that fails gives bad readings.
import DeviceHAL
import Logging
import Gateway
import SensorModel
import Synchronization
import TestSupport
import Testing

@Suite struct PollerTests {
    private let folder = TemporaryFolder()
    private let image = RegisterImage()

    /// One channel `gas`, one register.
    static let profile = DeviceProfile(
        name: "plain", vendor: "V", model: "M", sourceDocument: "D", sourcePage: "1",
        channels: [
            ChannelMap(name: "gas", quantity: .methane, fields: [RegisterField(table: .holding, address: 2, type: .uint16)])
        ])

    static func poller(
        _ bench: PipelineBench, id: String = "rs485-1", _ bus: any RegisterBus, _ sensors: [(unit: UInt8, every: Duration)]
    ) -> BusPoller {
        BusPoller(
            id: id, kind: .rtu, address: "here", bus: bus,
            sensors: sensors.map { unit, every in
                BusPoller.Place(
                    sensor: ModbusSensor(
                        cover: "C\(unit)", id: "ch4", unit: unit, profile: profile, busResponseTimeout: .milliseconds(500)),
                    every: every)
            }, clock: bench.clock, intake: bench.intake, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private static let place = SensorPlace(cover: "C3", sensor: "ch4")

    private func bench(_ sensors: [(unit: UInt8, every: Duration)]) throws -> (PipelineBench, BusPoller) {
        let bench = try PipelineBench(folder: folder)
        bench.broker.set(away: true)
        for unit in sensors.map(\.unit) { image.set(unit: unit, .holding, 2, words: [UInt16(unit)]) }
        let poller = Self.poller(bench, image, sensors)
        bench.start()
        return (bench, poller)
    }

    @Test("each sensor is read by its own period")
    func periods() throws {
        let (bench, poller) = try bench([(3, .seconds(5)), (4, .seconds(20))])
        bench.live { await poller.run() }
        bench.pass(.seconds(40))
        #expect(image.requests.filter { $0.unit == 3 }.count == 9)
        #expect(image.requests.filter { $0.unit == 4 }.count == 3)
        bench.pass(.seconds(3))
        let content = try bench.content(.readings)
        #expect(content.count == 12)
        #expect(content.filter { $0.contains(#""cover":"C3""#) && $0.contains(#""value":3.0,"quality":"good""#) }.count == 9)
    }

    @Test("a bus that fails gives bad readings with its reason, by the same periods, and good ones when it works again")
    func badBus() throws {
        let (bench, poller) = try bench([(3, .seconds(5))])
        bench.live { await poller.run() }
        bench.pass(.seconds(1))
        image.fail(unit: 3, with: .timeout)
        bench.pass(.seconds(5))
        image.fail(unit: 3, with: .corruptReply)
        bench.pass(.seconds(5))
        image.fail(unit: 3, with: nil)
        bench.pass(.seconds(8))
        let words = try bench.content(.readings).map { text in
            let reading = try members(String(text.drop { $0 != "{" }))
            return isNull(reading["value"]) ? reading["reason"] as? String : reading["quality"] as? String
        }
        #expect(words == ["good", "timeout", "corrupt-reply", "good"])
    }

    @Test("a value that rises over the threshold becomes an alarm at the broker without waiting for any commit")
    func alarm() throws {
        let (bench, poller) = try bench([(3, .seconds(5))])
        bench.broker.set(away: false)
        bench.pass(.seconds(3))
        bench.live { await poller.run() }
        bench.pass(.seconds(5))
        #expect(bench.broker.payloads("alarms").isEmpty)
        image.set(unit: 3, .holding, 2, words: [42])
        bench.pass(.seconds(5))
        #expect(bench.broker.payloads("alarms").count == 1)
        #expect(bench.broker.payloads("alarms").first?.contains(#""value":42.0,"#) == true)
    }

    @Test("a reading on demand is recorded, once, and the period goes on as before")
    func onDemand() throws {
        let (bench, poller) = try bench([(3, .seconds(5))])
        bench.live { await poller.run() }
        bench.pass(.seconds(2))
        #expect(try bench.executor.result { await poller.read(SensorPlace(cover: "C3", sensor: "ch4")) })
        #expect(try !bench.executor.result { await poller.read(SensorPlace(cover: "C4", sensor: "ch4")) })
        bench.pass(.seconds(1))
        #expect(image.requests.count == 2)
        bench.pass(.seconds(5))
        #expect(image.requests.count == 3)
        #expect(try bench.content(.readings).count == 3)
    }

    @Test("a reading on demand at the moment of a poll is the same reading and is recorded once")
    func onDemandTogether() throws {
        let (bench, poller) = try bench([(3, .seconds(5))])
        bench.live { await poller.run() }
        bench.executor.drain()
        _ = try bench.executor.result { await poller.read(SensorPlace(cover: "C3", sensor: "ch4")) }
        bench.pass(.seconds(3))
        #expect(try bench.content(.readings).count == 1)
    }

    @Test("who asks during a poll gets that poll's reading")
    func onDemandShared() throws {
        let bench = try PipelineBench(folder: folder)
        let gate = GatedBus()
        let poller = Self.poller(bench, gate, [(3, .seconds(5))])
        bench.start()
        bench.live { await poller.run() }
        bench.executor.drain()
        let answers = Mutex(0)
        for _ in 0..<5 {
            bench.live {
                #expect(await poller.read(SensorPlace(cover: "C3", sensor: "ch4")))
                answers.withLock { $0 += 1 }
            }
        }
        bench.executor.drain()
        #expect(answers.withLock { $0 } == 0)
        try bench.executor.result { await gate.open() }
        bench.executor.drain()
        #expect(answers.withLock { $0 } == 5)
        #expect(try bench.executor.result { await gate.reads } == 1)
    }

    @Test("a silent unit is asked after 1, 2, 4 … cycles; its readings stay bad at each, and the others keep their period")
    func quarantine() throws {
        let (bench, poller) = try bench([(3, .seconds(1)), (4, .seconds(1))])
        image.fail(unit: 3, with: .timeout)
        bench.live { await poller.run() }
        bench.pass(.seconds(20))
        func asked(_ unit: UInt8) -> Int { image.requests.filter { $0.unit == unit }.count }
        #expect(asked(3) == 5, "at 0, 1, 3, 7 and 15 s")
        #expect(asked(4) == 21)
        #expect(poller.units[3]?.silence?.failures == 5 && poller.units[4]?.silence == nil)
        #expect(poller.problem(of: Self.place)?.contains("5 times in a row: asked again in 11 s") == true)
        bench.pass(.seconds(2))
        let bad = try bench.content(.readings).filter { $0.contains(#""cover":"C3""#) && $0.contains(#""reason":"timeout""#) }
        #expect(bad.count >= 20)
        image.fail(unit: 3, with: nil)
        #expect(try bench.executor.result { await poller.read(Self.place) }, "a technician's question is not left out")
        #expect(asked(3) == 6 && poller.units[3]?.silence == nil && poller.problem(of: Self.place) == nil)
        bench.pass(.seconds(3))
        #expect(asked(3) == 9)
    }

    @Test("a port that was opened anew asks the silent ones at once")
    func reopened() throws {
        let (bench, poller) = try bench([(3, .seconds(1)), (4, .seconds(1))])
        image.reopen()
        image.fail(unit: 3, with: .timeout)
        bench.live { await poller.run() }
        bench.pass(.seconds(20))
        image.fail(unit: 3, with: nil)
        image.reopen()
        bench.pass(.seconds(2))
        #expect(poller.units[3]?.silence == nil && poller.problem(of: Self.place) == nil)
    }

    @Test("when the port is lost, nobody is held to have been silent")
    func lostPort() throws {
        let (bench, poller) = try bench([(3, .seconds(1))])
        image.fail(unit: 3, with: .timeout)
        bench.live { await poller.run() }
        bench.pass(.seconds(20))
        #expect(poller.units[3]?.silence?.failures == 5)
        _ = try bench.executor.result { [image] in
            image.fail(unit: 3, with: .disconnected)
            return await poller.read(Self.place)
        }
        #expect(poller.units[3]?.silence == nil)
        image.fail(unit: 3, with: nil)
        bench.pass(.seconds(2))
        #expect(poller.problem(of: Self.place) == nil)
    }

    @Test("a cover in alarm is read at alarm rate until it is over")
    func alarmRate() throws {
        let (bench, poller) = try bench([(3, .seconds(30)), (4, .seconds(30))])
        bench.live { await poller.run() }
        bench.pass(.seconds(1))
        image.set(unit: 3, .holding, 2, words: [42])
        bench.pass(.seconds(30))
        func asked(_ unit: UInt8) -> Int { image.requests.filter { $0.unit == unit }.count }
        #expect(asked(3) == 4, "at 0, 30 and 31 s, and once when the alarm came")
        bench.pass(.seconds(10))
        #expect(asked(3) == 14 && asked(4) == 2)
        image.set(unit: 3, .holding, 2, words: [4])
        bench.pass(.seconds(30))
        #expect(asked(3) <= 16 && asked(4) == 3)
    }

    @Test("an alarm that has not moved for ten minutes leaves its cover to the periods again")
    func alarmThatStays() throws {
        let (bench, poller) = try bench([(3, .seconds(30))])
        image.set(unit: 3, .holding, 2, words: [42])
        bench.live { await poller.run() }
        bench.pass(.seconds(590))
        #expect(image.requests.count > 580)
        bench.pass(.seconds(40))
        let asked = image.requests.count
        bench.pass(.seconds(300))
        #expect(image.requests.count <= asked + 11)
    }

    @Test("a poller that is ended reads no more")
    func ended() throws {
        let (bench, poller) = try bench([(3, .seconds(5))])
        let run = bench.executor.start { await poller.run() }
        bench.pass(.seconds(7))
        run.cancel()
        bench.pass(.seconds(20))
        #expect(image.requests.count == 2)
    }
}
