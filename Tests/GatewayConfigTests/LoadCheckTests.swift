// A line that is asked for more than it can carry is refused, with the arithmetic.
import GatewayConfig
import SensorModel
import Testing

struct LoadCheckTests {
    /// So many gas heads of the sample at a line of 9600 baud.
    private func bench(
        _ count: Int, every: String, kind: String = "modbus-rtu, device: /dev/ttyS4, baud: 9600", interval: String = "1 s"
    ) throws -> Workbench {
        let bench = try Workbench()
        let covers = (1...count).map { number in
            """
              - code: "32058201020481\(number < 10 ? "0" : "")\(number)"
                scheme: component16
                sensors:
                  ch4: {bus: rs485-1, unit: \(number), profile: gas-head, every: \(every)}
            """
        }
        bench.write(
            "site/gateway.yaml",
            """
            schema: 1
            gateway: {id: gw-500111-0007}
            profiles: [./profiles]
            store: {commit_interval: \(interval)}
            diagnostics: {socket: /run/gatewayd/test.sock}
            buses:
              rs485-1: {kind: \(kind)}
            covers:
            \(covers.joined(separator: "\n"))
            """)
        return bench
    }

    // One poll: reads of 2, 2 and 1 registers; 17 + 17 + 15 characters of 10 bits, six silences of 4.01 ms, three delays.
    private static let poll = "49 characters 51.0 ms + silence 24.1 ms + reply delay 60.0 ms"
    private static let fastest = "49 characters 51.0 ms + silence 24.1 ms + reply delay 6.0 ms"

    @Test func `sensors that need more than the line's time are refused at their bus`() throws {
        #expect(
            try bench(30, every: "2 s").errors() == [
                "site/gateway.yaml:7:12: error: buses.rs485-1: the line cannot keep its sensors' periods, they need at least "
                    + "122 % of its time even if every unit replies at once: 30 × 81.1 ms every 2 s (gas-head: \(Self.fastest)); "
                    + "read them less often (2.1 times the periods leave room for faults), raise the baud rate, or put some on "
                    + "another bus"
            ])
        #expect(try bench(24, every: "2 s").errors() == [])
    }

    @Test func `a poll that takes longer than its own period is refused`() throws {
        #expect(
            try bench(1, every: "120 ms").errors() == [
                "site/gateway.yaml:7:12: error: buses.rs485-1: one poll of gas-head takes 121.1 ms at least, its rests included, "
                    + "and is asked for every 120 ms: \(Self.fastest), if it replies in 2.0 ms; read it less often"
            ])
    }

    @Test func `a line whose speed is not known here is not judged`() throws {
        #expect(try bench(30, every: "2 s", kind: "modbus-tcp, host: 192.0.2.10").errors() == [])
        #expect(try bench(30, every: "2 s", kind: "modbus-rtu-over-tcp, host: 192.0.2.10, port: 4001").errors() == [])
    }

    @Test(arguments: [
        (10, "5 s", "bus rs485-1: 28 % of the line's time: 10 × 135.1 ms every 5 s"),
        (10, "2 s", "bus rs485-1: 68 % of the line's time, little is left for faults and questions: 10 × 135.1 ms every 2 s"),
        (
            20, "2 s",
            "warning: bus rs485-1: 136 % of the line's time, it will not keep its sensors' periods: 20 × 135.1 ms every 2 s"
        ),
    ])
    func `a good configuration says how full its lines are`(count: Int, every: String, begin: String) throws {
        let summary = try bench(count, every: every).summary()
        #expect(summary.count == 1 && summary[0].hasPrefix("\(begin) (gas-head: \(Self.poll))"), "\(summary)")
    }

    /// Why the first cover cannot be read so often, while others are.
    private func objection(_ bench: Workbench, _ every: Duration, others: Int = 0, at period: Duration = .seconds(1)) throws
        -> Bilingual?
    {
        let configuration = try bench.loader.load(path: bench.gateway).configuration
        let first = try #require(configuration.covers.first)
        var hurried = Dictionary(uniqueKeysWithValues: configuration.covers.dropFirst().prefix(others).map { ($0.code, period) })
        hurried[first.code] = every
        return configuration.objection(toReading: first, at: hurried)
    }

    @Test func `a cover is read as often as leaves its line a reserve, with all others that are read more often`() throws {
        let line = try bench(10, every: "30 s")
        // Nine others take 4.1 %, so 55.9 % are left: 241.7 ms.
        #expect(try objection(line, .milliseconds(242)) == nil)
        #expect(
            try objection(line, .milliseconds(241))?.en.contains("61 % of the line's time, and more than 60 % leaves") == true)
        let endless = try #require(try objection(line, .milliseconds(175)))
        #expect(
            endless.en
                == "bus rs485-1: one poll of gas-head takes 175.1 ms at least, its rests included, and is asked for every "
                + "175 ms: \(Self.poll), if it replies in 20.0 ms")
        #expect(try objection(line, .seconds(1), others: 3) == nil)
        let refused = try #require(try objection(line, .seconds(1), others: 4))
        #expect(
            refused.en.hasPrefix(
                "bus rs485-1: its sensors would need 70 % of the line's time, and more than 60 % leaves too little for faults "
                    + "and questions: 5 × 135.1 ms every 1 s (gas-head:"))
        #expect(refused.zh.hasPrefix("总线 rs485-1：其传感器将占用线路 70 % 的时间，超过 60 % 就没有余量应对故障和询问：5 × 135.1 ms，每 1 s 一次"))
        #expect(try objection(line, .milliseconds(99))?.en == "no sensor is read more often than every 100 ms")
        #expect(try objection(line, .seconds(60), others: 9) == nil, "what hurries nothing asks nothing of the line")
        for words in ["characters", "every", "reply", "silence", "bus"] {
            #expect(!refused.zh.contains(words) && !endless.zh.contains(words), "\(words)")
        }
    }

    @Test(arguments: ["modbus-tcp, host: 192.0.2.10", "modbus-rtu-over-tcp, host: 192.0.2.11, port: 4001"])
    func `a line whose speed is not known is read once a second at most, and the demands of its covers add up`(
        kind: String
    ) throws {
        let line = try bench(10, every: "30 s", kind: kind)
        #expect(try objection(line, .seconds(1), others: 3) == nil)
        #expect(
            try objection(line, .milliseconds(999))?.en
                == "how fast the line behind bus rs485-1 is, is not known here: every 1 s at most")
        let refused = try #require(try objection(line, .seconds(1), others: 4))
        #expect(
            refused.en.hasPrefix(
                "bus rs485-1 (its line's speed is not known here: reckoned as 9600 8N1): its sensors would need 70 %"))
        #expect(refused.zh.hasPrefix("总线 rs485-1（背后线路的速度未知，按 9600 8N1 计算）：其传感器将占用线路 70 %"))
    }

    @Test(arguments: [("500 ms", Duration.milliseconds(500)), ("5s", .seconds(5)), ("1.5 min", .seconds(90)), ("0 s", .zero)])
    func `a command writes a duration as a file does`(text: String, duration: Duration) {
        #expect(Duration(words: text) == duration)
    }

    @Test(arguments: ["", "5", "s", "-5 s", "5 sec", "1e400 d", "nan s", "5 s 5"])
    func `what is no duration is none`(text: String) { #expect(Duration(words: text) == nil) }
}

extension LoadCheckTests {
    @Test func `what a power cut takes stands beside what is written in a day, and a longer interval writes less`() throws {
        func words(_ interval: String) throws -> String {
            let bench = try bench(10, every: "5 s", interval: interval)
            return try bench.loader.load(path: bench.gateway).configuration.storeSummary
        }
        let (short, long) = (try words("1 s"), try words("60 s"))
        #expect(
            short.hasPrefix("store: a power cut takes at most the last 2 s of readings and no committed alarm; about "),
            "\(short)")
        #expect(
            long.hasPrefix("store: a power cut takes at most the last 61 s of readings and no committed alarm; about "), "\(long)"
        )
        func megabytes(_ text: String) -> Int { text.split(separator: " ").compactMap { Int($0) }.dropFirst().first ?? 0 }
        #expect(megabytes(short) > megabytes(long) + 50 && megabytes(long) > 0, "\(short) \(long)")
    }
}

extension Workbench {
    fileprivate func summary() throws -> [String] { try loader.load(path: gateway).configuration.loadSummary }
}
