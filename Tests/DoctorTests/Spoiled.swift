// One way to bring about each finding, by its code.
import Doctor
import SensorModel

extension WellGateway {
    typealias Spoil = @Sendable (inout DoctorFacts) -> Void

    /// What makes the finding; nil where only the tool finds it, without the daemon.
    static func spoil(_ code: FindingCode) -> Spoil? {
        switch code {
        case .socketMissing, .socketRefused, .socketForbidden, .gatewaySilent, .gatewayStrange, .unitMissing, .unitStopped,
            .unitUnknown:
            return nil
        case .configurationRefused, .trialFailed, .safeMode, .storeNewer, .clockBehind, .clockUnsynced, .clockHoldover,
            .simulated, .unhealthy,
            .auditUnwritable,
            .auditBroken,
            .alarmsLost, .readingsLost, .storeSetAside, .storeNearFull, .storeUnreadable, .storeUnwritten, .diskFull,
            .diskTooSmall,
            .memoryNearLimit, .memoryLow,
            .descriptorsNearLimit, .groupMissing, .commissionRecord:
            return gateway(code)
        case .certificateExpired, .certificateExpiring, .certificateUnreadable, .uplinkDisconnected, .nobodyListening,
            .messagesRefused, .busDisconnected, .busSilent, .busOverloaded, .checksumErrors, .unitQuarantined, .unitSilent,
            .outputFailed, .outputUnconfirmed:
            return lines(code)
        case .sensorNoValue, .sensorUncertain, .sensorNotRead, .alarmUnacknowledged, .alarmShelved, .maintenanceLong,
            .sensorTest, .tiltZeroVoid, .tiltZeroMissing, .riskUnwatched, .sensorNeverTested, .readTooRarely, .commissioningOpen,
            .serialMissing,
            .profileUnverified, .ruleWithoutData:
            return covers(code)
        }
    }

    private static func gateway(_ code: FindingCode) -> Spoil {
        switch code {
        case .configurationRefused:
            return { $0.status.configuration = .init(path: "/g", hash: "", state: "last-good", errors: ["x"]) }
        case .trialFailed:
            return { $0.untaken = .init(why: Bilingual(zh: "没有读数", en: "no readings come in"), keptAt: "/g.refused") }
        case .safeMode: return { $0.status.safeMode = .init(starts: 5, secondsLeft: 61) }
        case .storeNewer: return { $0.status.safeMode = .init(starts: 0, secondsLeft: nil, newerStore: "/s/alarms.db") }
        case .clockBehind:
            return {
                $0.status.clock = "unsynced"
                $0.contradiction = ("2023-05-01T00:00:00.000Z", "2026-11-21T04:00:00.000Z")
            }
        case .clockUnsynced: return { $0.status.clock = "unsynced" }
        case .clockHoldover: return { $0.status.clock = "holdover" }
        case .simulated: return { $0.status.simulation = .init(scenario: "calm", seed: "1", speed: 1, begin: "t", time: "t") }
        case .auditUnwritable: return { $0.audit.unwritable = "No space left on device" }
        case .auditBroken: return { $0.audit = .init(brokenAt: 7, fault: Bilingual(zh: "已改动", en: "altered")) }
        case .alarmsLost: return { $0.lanes[0].dropped = 1 }
        case .readingsLost: return { $0.lanes[1].evicted = 1 }
        case .storeUnreadable: return { $0.storeProblem = Bilingual(zh: "没有此表", en: "no such table") }
        case .storeUnwritten: return { $0.storeFailures = [Bilingual(zh: "磁盘错误", en: "disk I/O error")] }
        case .storeSetAside: return { $0.machine.setAside = ["/s/readings.db.damaged"] }
        case .storeNearFull: return { $0.lanes[1].bytes = 90 << 20 }
        case .diskFull: return { $0.machine.freeBytes = (32 << 20) - 1 }
        case .diskTooSmall: return { $0.machine.freeBytes = (40 << 20) - 1 }
        case .memoryNearLimit: return { $0.machine.residentBytes = 90 << 20 }
        case .memoryLow: return { $0.machine.memoryLeft = 49 << 20 }
        case .descriptorsNearLimit: return { $0.machine.descriptors = 922 }
        case .groupMissing: return { $0.machine.missingGroups = ["gatewayd"] }
        case .commissionRecord: return { $0.commissionProblems = [.same("commissioning.json cannot be written")] }
        default:
            return { facts in
                facts.status.healthy = false
                facts.status.problems = ["something newer"]
            }
        }
    }

    private static func lines(_ code: FindingCode) -> Spoil {
        switch code {
        case .certificateExpired: return { $0.machine.certificates[0].left = -1 }
        case .certificateExpiring: return { $0.machine.certificates[0].left = 30 * 86_400 - 1 }
        case .certificateUnreadable: return { $0.machine.certificates[0].left = nil }
        case .uplinkDisconnected: return { $0.uplinks[0].state = "waiting" }
        case .nobodyListening: return { $0.uplinks[0].nobodyListening = ["manhole/v1/gw-1/alarms"] }
        case .messagesRefused: return { $0.uplinks[0].refused = 1 }
        case .busDisconnected: return { $0.buses[0].connected = false }
        case .busSilent:
            return { facts in for index in facts.buses[0].units.indices { facts.buses[0].units[index].silences = 1 } }
        case .busOverloaded: return { $0.overloads = [.init(bus: "rs485-1", missed: 5, of: 50)] }
        case .checksumErrors: return { $0.buses[0].units[0].checksumErrors = 6 }
        case .unitQuarantined:
            return { facts in
                facts.buses[0].units[0].silences = 4
                facts.buses[0].units[0].quarantineSeconds = 30
            }
        case .unitSilent: return { $0.buses[0].units[0].silences = 1 }
        case .outputFailed: return { $0.chips[0].outputs = [output(confirmed: nil, problem: "the line is taken")] }
        default: return { $0.chips[0].outputs = [output(confirmed: false, problem: "it reads low")] }
        }
    }

    private static func covers(_ code: FindingCode) -> Spoil {
        switch code {
        case .sensorNoValue: return { fail(&$0, 0, "bad", "timeout") }
        case .sensorUncertain: return { fail(&$0, 0, "uncertain", "stuck") }
        case .sensorNotRead: return { fail(&$0, 0, "bad", "not-read-yet") }
        case .alarmUnacknowledged: return { $0.alarms = [alarm("unacknowledged", seconds: 900)] }
        case .alarmShelved: return { $0.alarms = [alarm("shelved", seconds: 5, shelvedFor: 7200)] }
        case .maintenanceLong: return { $0.people[0].seconds = 4 * 3600 }
        case .sensorTest:
            return { $0.people = [.init(place: "\(self.code)/ch4/value", isTest: true, by: "li", seconds: 1, left: 60)] }
        case .tiltZeroVoid:
            return { $0.covers[0].sensors[0].voidZero = .same("belongs to the device A and the device B sits there now") }
        case .tiltZeroMissing: return { $0.covers[0].sensors[0].lacksZero = true }
        case .riskUnwatched: return { $0.covers[0].sensors[0].quantities = [.waterLevel] }
        case .sensorNeverTested: return { $0.covers[0].sensors[0].neverTested = ["value"] }
        case .readTooRarely:
            return { $0.tooRare = [.init(point: "\(self.code)/tilt/tilt", rules: ["cover-tilted"], event: 3, period: 5)] }
        case .commissioningOpen: return { $0.covers[0].openSteps = 2 }
        case .serialMissing: return { $0.covers[0].sensors[1].hasSerial = false }
        case .profileUnverified: return { $0.covers[0].sensors[0].isVerified = false }
        default: return { $0.rulesWithoutData = ["oxygen-low"] }
        }
    }

    static func fail(_ facts: inout DoctorFacts, _ index: Int, _ quality: String, _ reason: String) {
        facts.sensors[index].quality = quality
        facts.sensors[index].reason = reason
    }
}
