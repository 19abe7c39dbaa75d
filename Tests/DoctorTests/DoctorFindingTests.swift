// What is found, by the facts alone, and what is not.
import DiagnosticsProtocol
import Doctor
import SensorModel
import Testing

@Suite struct DoctorFindingTests {
    @Test func `a gateway that is well has no findings`() {
        #expect(WellGateway.findings() == [])
        #expect(Doctor(WellGateway.facts).isWell)
    }

    /// Those that are found without the daemon, by the tool.
    private static let offline: Set<FindingCode> = [
        .socketMissing, .socketRefused, .socketForbidden, .gatewaySilent, .gatewayStrange, .unitMissing, .unitStopped,
        .unitUnknown,
    ]

    @Test(arguments: FindingCode.allCases.filter { !offline.contains($0) })
    func `each code is found where its facts are, alone`(code: FindingCode) throws {
        let spoil = try #require(WellGateway.spoil(code))
        let found = WellGateway.findings(spoil)
        #expect(found.map(\.code) == [code])
        var facts = WellGateway.facts
        spoil(&facts)
        #expect(Doctor(facts).isWell == (found.first?.severity == .notice))
    }

    @Test(arguments: [
        (OfflineFacts.Cause.missing, FindingCode.socketMissing), (.refused, .socketRefused), (.forbidden, .socketForbidden),
        (.silent, .gatewaySilent), (.strange, .gatewayStrange),
    ])
    func `without the daemon it says why there is no answer`(cause: OfflineFacts.Cause, code: FindingCode) {
        let facts = OfflineFacts(socket: "/s", cause: cause, detail: "d", unit: .running, missingGroups: ["gatewayd"])
        #expect(Doctor(facts).findings.map(\.code) == [code, .groupMissing])
        #expect(!Doctor(facts).isWell)
    }

    @Test(arguments: [
        (OfflineFacts.Unit.notInstalled, FindingCode.unitMissing), (.stopped, .unitStopped), (.unknown, .unitUnknown),
    ])
    func `without the daemon it says how its service is`(unit: OfflineFacts.Unit, code: FindingCode) {
        let facts = OfflineFacts(socket: "/s", cause: .missing, detail: "", unit: unit, missingGroups: [])
        #expect(Doctor(facts).findings.map(\.code) == [.socketMissing, code])
    }

    @Test func `every code can be found`() {
        for code in FindingCode.allCases {
            #expect((WellGateway.spoil(code) == nil) == Self.offline.contains(code), "\(code)")
        }
    }

    @Test func `a bus without sensors may be away, and a full lane in which nothing waits is no trouble`() {
        let found = WellGateway.findings {
            $0.buses.append(
                BusRow(
                    id: "spare", kind: "modbus-tcp", address: "h", connected: false, utilisation: 0, connects: 0, strayBytes: 0,
                    units: []))
            $0.lanes[0].bytes = 100 << 20
            $0.lanes[0].waiting = 0
            // A drain has just delivered nearly all of it, and it goes a part at a time.
            $0.lanes[1].bytes = 100 << 20
            $0.lanes[1].firstSeq = 1000
            $0.lanes[1].uplinks = [OutboxReport.Lane.Cursor(id: "city", deliveredSeq: 9000, waiting: 5)]
        }
        #expect(found == [])
    }

    @Test func `a single unit that was heard before is silent itself; one that never was may be the line`() {
        let heard = WellGateway.findings {
            $0.buses[0].units.removeLast()
            $0.buses[0].units[0].silences = 2
        }
        #expect(heard.map(\.code) == [.unitSilent])
        let never = WellGateway.findings {
            $0.buses[0].units.removeLast()
            $0.buses[0].units[0].silences = 2
            $0.buses[0].units[0].replies = 0
        }
        #expect(never.map(\.code) == [.busSilent])
    }

    @Test func `few requests say nothing of checksums`() {
        let found = WellGateway.findings {
            $0.buses[0].units[0].transactions = 19
            $0.buses[0].units[0].checksumErrors = 19
        }
        #expect(found == [])
    }

    @Test func `a lost guard of a cover is a danger, one that warms up or another sensor a warning`() {
        #expect(WellGateway.findings { WellGateway.fail(&$0, 0, "bad", "timeout") }.map(\.severity) == [.danger])
        #expect(WellGateway.findings { WellGateway.fail(&$0, 0, "bad", "warming-up") }.map(\.severity) == [.warning])
        #expect(WellGateway.findings { WellGateway.fail(&$0, 1, "bad", "timeout") }.map(\.severity) == [.warning])
    }

    @Test func `the channels of a sensor that fail for one reason are one finding`() {
        let found = WellGateway.findings {
            var other = $0.sensors[0]
            other.channel = "temperature"
            $0.sensors.append(other)
            WellGateway.fail(&$0, 0, "bad", "timeout")
            WellGateway.fail(&$0, 2, "bad", "timeout")
        }
        #expect(found.count == 1 && found[0].wrong(.en).contains("value, temperature"))
    }

    @Test func `an alarm of severity 3 that nobody knows of is a danger`() {
        let found = WellGateway.findings { $0.alarms = [WellGateway.alarm("unacknowledged", severity: 3, seconds: 900)] }
        #expect(found.map(\.severity) == [.danger])
    }

    @Test func `an unhealthy status is never passed over, and not said twice`() {
        let unexplained = WellGateway.findings {
            $0.status.healthy = false
            $0.status.problems = ["something newer"]
            $0.rulesWithoutData = ["r"]
        }
        #expect(unexplained.map(\.code) == [.unhealthy, .ruleWithoutData])
        let explained = WellGateway.findings {
            $0.status.healthy = false
            $0.uplinks[0].state = "waiting"
        }
        #expect(explained.map(\.code) == [.uplinkDisconnected])
    }
}
