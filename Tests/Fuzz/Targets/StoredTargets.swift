// Commands of a platform, and what is read back from the disk.
import Alarms
import SensorModel

@testable import Gateway
@testable import Outbox

extension FuzzTargets {
    /// A command as it comes from the broker.
    static let command = FuzzTarget(
        name: "command", runs: 5000,
        words: [
            "{", "}", "[", "]", ":", ",", "\"", "\\u0000", "\\ud800", "null", "true", "1e999", "-0", "\"id\"", "\"verb\"",
            "\"args\"", "\"expires\"", "\"9999-12-31T23:59:60Z\"", "\"until\"", "\"every\"", "\"raise\"",
        ]
    ) { bytes in
        do throws(CommandRefusal) {
            let command = try CommandReader.read(bytes)
            return (1...64).contains(command.id.utf8.count) ? nil : "an id of \(command.id.utf8.count) bytes"
        } catch {
            _ = CommandReply.refused(error, .zh)
            return nil
        }
    }

    /// The states of alarms, maintenance, tests and thresholds: up to the first line end a key, then its body.
    static let alarmState = FuzzTarget(
        name: "alarm-state", runs: 3000,
        words: [
            "9223372036854775807", "-9223372036854775808", "1e308", "\"monotonic\":", "\"wall\":", "\"synced\"", "null",
            "shelved",
        ]
    ) { bytes in
        let end = bytes.firstIndex(of: 0x0A) ?? bytes.count
        let key = String(decoding: bytes[..<end], as: UTF8.self)
        let left = AlarmStateCoding.left([(key, Array(bytes.dropFirst(end + 1)))])
        let point = Point(cover: "C1", sensor: "ch4", channel: "gas")
        let rule = AlarmRule(
            id: "methane-high",
            condition: RuleCondition(
                Comparison(quantity: .methane, direction: .above, threshold: 20, clearThreshold: 15)),
            onDelay: .zero, offDelay: .zero, severity: .warning, source: "")
        let site = AlarmSite(channels: [.init(point: point, quantity: .methane, period: .seconds(5))])
        var engine = AlarmEngine(rules: [rule], site: site)
        var now = Timestamp(
            wall: WallTime(nanoseconds: 1_795_233_600_000_000_000), monotonic: MonotonicTime(nanoseconds: 5_000_000_000),
            clock: .synced)
        var steps = engine.restore(
            left.alarms, maintenance: left.maintenance, tests: left.tests, thresholds: left.thresholds, now: now)
        // Life goes on from there: the value falls and rises again, and everything that has an end ends.
        for value in [25.0, 5, 25, 5] {
            now = now + .seconds(3600)
            let reading = Reading(point: point, quantity: .methane, measurement: .good(value), time: now, origin: .field)
            steps += engine.step(reading, now: now) { "a-new" }
            steps += engine.advance(now: now) { "a-new" }
        }
        for step in steps { _ = step.occurred.wall.rfc3339 }
        return nil
    }

    /// The write-ahead log of a lane.
    static let storeLog = FuzzTarget(name: "store-log", runs: 5000, words: ["\u{37}\u{7f}\u{6}\u{82}", "\u{0}\u{0}\u{10}\u{0}"]) {
        _ = WriteAheadLog.isDamaged($0)
        return nil
    }

    /// A line of the audit log.
    static let auditLine = FuzzTarget(
        name: "audit-line", runs: 5000, words: ["{\"seq\":", "\"previous\":\"", ",\"hash\":\"", "\"}", "9223372036854775808"]
    ) { bytes in
        guard let record = AuditRecord(bytes[...]) else { return nil }
        return record.seq > 0 && record.hash.utf8.count == 64 ? nil : "a record without number or hash"
    }
}
