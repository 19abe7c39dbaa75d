// A line that is asked for more than it can carry is refused, with the arithmetic.
import GatewayConfig
import Testing

struct LoadCheckTests {
    /// So many gas heads of the sample at a line of 9600 baud.
    private func bench(_ count: Int, every: String, kind: String = "modbus-rtu, device: /dev/ttyS4, baud: 9600") throws
        -> Workbench
    {
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
                "site/gateway.yaml:6:12: error: buses.rs485-1: the line cannot keep its sensors' periods, they need at least "
                    + "122 % of its time even if every unit replies at once: 30 × 81.1 ms every 2 s (gas-head: \(Self.fastest)); "
                    + "read them less often (2.1 times the periods leave room for faults), raise the baud rate, or put some on "
                    + "another bus"
            ])
        #expect(try bench(24, every: "2 s").errors() == [])
    }

    @Test func `a poll that takes longer than its own period is refused`() throws {
        #expect(
            try bench(1, every: "120 ms").errors() == [
                "site/gateway.yaml:6:12: error: buses.rs485-1: one poll of gas-head takes 121.1 ms at least, its rests included, "
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
}

extension Workbench {
    fileprivate func summary() throws -> [String] { try loader.load(path: gateway).configuration.loadSummary }
}
