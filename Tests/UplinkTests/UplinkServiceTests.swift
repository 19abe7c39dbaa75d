// The service around the machine: real lanes, a scripted broker, time by hand, everything on one thread.
import Logging
import NativeFormat
import Platform
import SensorModel
import Testing
import TestSupport

@testable import Outbox
@testable import Uplink

@Suite struct UplinkServiceTests {
    /// A service at work on one thread.
    final class Bench: Sendable {
        let executor = SingleThreadExecutor()
        let clock = ManualClock()
        let broker = ScriptedBroker()
        let lanes: [Lane: OutboxLane]
        let service: UplinkService
        /// Commands that were handed on.
        let commands = Mailbox<IncomingMessage>(capacity: 100, whenFull: .dropNewest)
        private let folder = TemporaryFolder()

        init(backlog: Int64 = 0, retention: Duration = .zero) throws {
            let (folder, executor, clock) = (folder, executor, clock)
            let lanes = try executor.result {
                var lanes: [Lane: OutboxLane] = [:]
                for lane in Lane.allCases {
                    let opened = try OutboxLane(
                        lane: lane, place: .file(folder.file("\(lane.rawValue).db")), boot: "boot-1", maxBytes: 1 << 24,
                        block: 1000, retention: lane == .alarms ? retention : .zero,
                        executor: executor)
                    _ = try await opened.register(uplinks: ["city"])
                    if backlog > 0 { try await opened.append((1...backlog).map(Self.record), now: clock.now()) }
                    lanes[lane] = opened
                }
                return lanes
            }
            self.lanes = lanes
            service = UplinkService(
                UplinkSessionSettings(
                    id: "city", links: [BrokerEndpoint(host: "broker", port: 8883)], batchReadings: 5,
                    batchInterval: .seconds(10),
                    speaker: Speaker(gateway: "gw", store: "s"), boot: "boot-1"),
                lanes: lanes, delivered: [:], committed: [.readings: backlog, .alarms: backlog], connector: broker, clock: clock,
                chance: SeededGenerator(seed: 1), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                onCommand: { [commands] in commands.send($1) })
        }

        static func record(_ seq: Int64) -> NumberedRecord { NumberedRecord(seq: seq, body: Array("\"v\":\(seq)".utf8)) }

        func start() {
            executor.start { [service] in await service.run() }
            executor.drain()
        }

        func commit(_ lane: Lane, _ seq: Int64) throws {
            let (store, clock) = (lanes[lane], clock)
            _ = try executor.result { try await store?.append([Self.record(seq)], now: clock.now()) }
            service.committed(lane, through: seq)
            executor.drain()
        }

        func statistics(_ lane: Lane) throws -> OutboxLane.Statistics? {
            let store = lanes[lane]
            return try executor.result { try await store?.currentStatistics() }
        }

        func rows(_ lane: Lane) throws -> Int64? {
            let (store, clock) = (lanes[lane], clock)
            return try executor.result {
                try await store?.append([], now: clock.now())
                return try await store?.rows()
            }
        }

        /// Topics and payloads, in order.
        var texts: [String] {
            broker.messages.map { "\($0.topic.split(separator: "/").last ?? ""): \(String(decoding: $0.payload, as: UTF8.self))" }
        }

        func end() {
            service.stop()
            executor.run(clock, for: .seconds(5))
            for lane in lanes.values { _ = try? executor.result { await lane.abandonFile() } }
        }
    }

    @Test func `it connects, is born, empties the backlog with the alarms first, and the records are freed`() throws {
        let bench = try Bench(backlog: 12)
        bench.start()
        bench.executor.run(bench.clock, for: .seconds(1))
        guard case .connect(1, let endpoint, "gw", let will)? = bench.broker.entries.first else {
            Issue.record("no connection")
            return
        }
        #expect(endpoint == BrokerEndpoint(host: "broker", port: 8883))
        #expect(will.retained)
        #expect(String(decoding: will.payload, as: UTF8.self).hasPrefix("{\"online\":false"))
        let topics = bench.texts.map { $0.prefix { $0 != ":" } }
        #expect(topics == ["state"] + Array(repeating: "alarms", count: 12) + Array(repeating: "readings", count: 3))
        #expect(bench.texts[0].hasPrefix("state: {\"online\":true"))
        #expect(bench.texts[1].contains("\"after\":0,\"seq\":1,\"v\":1}"))
        #expect(bench.texts[14].contains("\"after\":5,\"readings\":[{\"seq\":6,"))
        for lane in Lane.allCases {
            #expect(try bench.statistics(lane)?.uplinks["city"] == .init(delivered: 12, waiting: 0))
            #expect(try bench.rows(lane) == 0)
        }
        #expect(bench.service.status.state == .connected)
        #expect(bench.service.status.acknowledged == 16)
        bench.end()
    }

    @Test func `without an acknowledgement nothing is freed and everything comes again`() throws {
        let bench = try Bench(backlog: 3)
        bench.broker.behave { $0.reason = nil }
        bench.start()
        bench.executor.run(bench.clock, for: .seconds(4))
        let first = bench.texts
        #expect(first.count == 4 + 1, "birth, three alarms, one batch")
        #expect(try bench.rows(.alarms) == 3)
        bench.broker.behave { $0.reason = 0 }
        bench.executor.run(bench.clock, for: .seconds(8))
        #expect(bench.broker.entries.contains(.close(number: 1, graceful: false)))
        #expect(Array(bench.texts[5...]).filter { !$0.hasPrefix("state") } == first.filter { !$0.hasPrefix("state") })
        #expect(try bench.rows(.alarms) == 0)
        #expect(try bench.rows(.readings) == 0)
        bench.end()
    }

    @Test func `an offered alarm goes out before its commit, and once`() throws {
        let bench = try Bench()
        bench.start()
        bench.executor.run(bench.clock, for: .seconds(1))
        bench.service.offer(AlarmOffer(previous: 0, record: Bench.record(1)))
        bench.executor.drain()
        #expect(bench.texts.last?.contains("\"after\":0,\"seq\":1,\"v\":1}") == true)
        try bench.commit(.alarms, 1)
        bench.executor.run(bench.clock, for: .seconds(30))
        #expect(bench.texts.filter { $0.hasPrefix("alarms") }.count == 1)
        #expect(try bench.rows(.alarms) == 0)
        bench.end()
    }

    @Test func `on stop it says farewell, waits for the word to arrive, and ends the connection gracefully`() throws {
        let bench = try Bench(backlog: 1)
        bench.start()
        bench.executor.run(bench.clock, for: .seconds(1))
        let before = bench.clock.now()
        bench.service.stop()
        bench.executor.drain()
        #expect(bench.texts.last?.hasPrefix("state: {\"online\":false") == true)
        #expect(bench.broker.messages.last?.retained == true)
        #expect(bench.broker.entries.last == .close(number: 1, graceful: true))
        #expect(bench.clock.now() == before, "the answer was there at once")
        #expect(bench.clock.sleepers == 0)
        bench.end()
    }

    @Test func `a farewell nobody answers is waited for two seconds and no longer`() throws {
        let bench = try Bench()
        bench.start()
        bench.executor.run(bench.clock, for: .seconds(1))
        bench.broker.behave { $0.reason = nil }
        bench.service.stop()
        bench.executor.run(bench.clock, for: .milliseconds(1999))
        #expect(!bench.broker.entries.contains(.close(number: 1, graceful: true)))
        bench.executor.run(bench.clock, for: .milliseconds(1))
        #expect(bench.broker.entries.last == .close(number: 1, graceful: true))
        bench.end()
    }

    @Test func `a cancelled service ends its connection at once`() throws {
        let bench = try Bench()
        let task = bench.executor.start { [service = bench.service] in await service.run() }
        bench.executor.run(bench.clock, for: .seconds(1))
        bench.broker.behave { $0.reason = nil }
        task.cancel()
        bench.executor.drain()
        #expect(bench.broker.entries.last == .close(number: 1, graceful: true))
        bench.end()
    }

    @Test func `what was acknowledged just before the stop is delivered and not sent by the next run`() throws {
        let bench = try Bench()
        bench.start()
        bench.executor.run(bench.clock, for: .seconds(1))
        bench.broker.behave { $0.reason = nil }
        for seq in Int64(1)...3 {
            bench.service.offer(AlarmOffer(previous: seq - 1, record: Bench.record(seq)))
            try bench.commit(.alarms, seq)
        }
        bench.broker.acknowledgeHeld()
        bench.service.stop()
        bench.executor.run(bench.clock, for: .seconds(3))
        #expect(bench.texts.filter { $0.hasPrefix("alarms") }.count == 3)
        #expect(try bench.statistics(.alarms)?.uplinks["city"]?.delivered == 3)
        bench.end()
    }

    @Test func `on one thread the same work has one order, in fifty runs`() throws {
        var orders: Set<[String]> = []
        for _ in 0..<50 {
            let bench = try Bench(backlog: 7)
            bench.start()
            for seq in Int64(8)...20 {
                if seq == 11 { bench.broker.behave { $0.reason = nil } }
                if seq == 13 { bench.broker.dropLine() }
                if seq == 15 { bench.broker.behave { $0.reason = 0 } }
                bench.service.offer(AlarmOffer(previous: seq - 1, record: Bench.record(seq)))
                try bench.commit(.readings, seq)
                try bench.commit(.alarms, seq)
                bench.executor.run(bench.clock, for: .milliseconds(700))
            }
            bench.executor.run(bench.clock, for: .seconds(20))
            bench.end()
            orders.insert(bench.broker.entries.map { "\($0)" })
        }
        #expect(orders.count == 1)
        #expect(orders.first?.count ?? 0 > 30)
    }
}

extension OutboxLane {
    /// Lets go of the file.
    fileprivate func abandonFile() { database.close() }

    /// How many records there are.
    fileprivate func rows() throws(StoreError) -> Int64 { try database.integer("SELECT count(*) FROM records") }
}
