// Alarms that are not normal, as bytes in the alarm lane's states: what a restart finds again.
import Alarms
import FoundationEssentials
import Outbox
import SensorModel

/// Writes and reads alarm states.
enum AlarmStateCoding {
    private static let prefix = "alarm/"
    private static let maintenancePrefix = "maintenance/"
    private static let testPrefix = "test/"
    private static let thresholdPrefix = "threshold/"

    /// A moment as it is stored. Times of an earlier boot keep their wall time; their monotonic time only orders.
    fileprivate struct Moment: Codable {
        var wall: Int64, monotonic: Int64, clock: String

        init(_ time: Timestamp) {
            wall = time.wall.nanoseconds
            monotonic = time.monotonic.nanoseconds
            clock = time.clock.rawValue
        }

        var time: Timestamp? {
            ClockState(rawValue: clock).map {
                Timestamp(wall: WallTime(nanoseconds: wall), monotonic: MonotonicTime(nanoseconds: monotonic), clock: $0)
            }
        }
    }

    private struct Piece: Codable {
        var point: String, quantity: String, value: Double?, quality: String, reason: String?, time: Moment

        init(_ piece: AlarmEvidence) {
            point = piece.point.description
            quantity = piece.quantity.rawValue
            value = piece.measurement.value
            quality = piece.measurement.quality
            reason = piece.measurement.reason
            time = Moment(piece.time)
        }

        var piece: AlarmEvidence? {
            guard let point = Point(point), let quantity = Quantity(rawValue: quantity), let time = time.time else { return nil }
            let measurement: Measurement? =
                switch (value, reason) {
                case (let value?, nil): .good(value)
                case (let value?, let reason?): UncertainReason(rawValue: reason).map { .uncertain(value, $0) }
                case (nil, let reason): reason.flatMap(BadReason.init).map { .bad($0) }
                }
            return measurement.map { AlarmEvidence(point: point, quantity: quantity, measurement: $0, time: time) }
        }
    }

    private struct Shelf: Codable {
        var by: String, reason: String, until: Moment
    }

    /// The alarm as it is stored.
    private struct Stored: Codable {
        var id: String, rule: String, point: String?, severity: Int, state: String, isStanding: Bool?
        var value: Double?, quantity: String?, threshold: Double?, clearThreshold: Double?
        var occurred: Moment, changed: Moment, acknowledgedBy: String?, acknowledgedAt: Moment?, returned: Moment?, note: String?
        var count: Int?, evidence: [Piece]?, isTest: Bool?, shelf: Shelf?

        init(_ alarm: ActiveAlarm) {
            id = alarm.id
            rule = alarm.rule
            point = alarm.point?.description
            severity = alarm.severity.rawValue
            state = alarm.state.rawValue
            isStanding = alarm.isStanding
            (value, quantity) = (alarm.value, alarm.quantity?.rawValue)
            (threshold, clearThreshold) = (alarm.threshold, alarm.clearThreshold)
            (occurred, changed) = (Moment(alarm.occurred), Moment(alarm.changed))
            acknowledgedBy = alarm.acknowledgedBy
            acknowledgedAt = alarm.acknowledgedAt.map(Moment.init)
            returned = alarm.returned.map(Moment.init)
            note = alarm.note
            count = alarm.count
            evidence = alarm.evidence.map(Piece.init)
            isTest = alarm.isTest
            shelf = alarm.shelving.map { Shelf(by: $0.by, reason: $0.reason, until: Moment($0.until)) }
        }

        /// The alarm; nil when a word in it is unknown, or it was raised more often than time allows: the next raise would trap.
        var alarm: ActiveAlarm? {
            guard let severity = Severity(rawValue: severity), let state = AlarmState(rawValue: state),
                (0...Int(Int32.max)).contains(count ?? 1), let occurred = occurred.time, let changed = changed.time
            else { return nil }
            let point = point.flatMap { Point($0) }
            let quantity = quantity.flatMap(Quantity.init)
            guard point?.description == self.point, quantity?.rawValue == self.quantity else { return nil }
            let shelving = shelf.flatMap { shelf in
                shelf.until.time.map { Shelving(by: shelf.by, reason: shelf.reason, until: $0) }
            }
            return ActiveAlarm(
                id: id, rule: rule, point: point, severity: severity, state: state, isStanding: isStanding, value: value,
                quantity: quantity, threshold: threshold, clearThreshold: clearThreshold, occurred: occurred, changed: changed,
                acknowledgedBy: acknowledgedBy, acknowledgedAt: acknowledgedAt?.time, returned: returned?.time, note: note,
                count: count ?? 1, evidence: evidence?.compactMap(\.piece) ?? [], isTest: isTest ?? false, shelving: shelving)
        }
    }

    private struct StoredMaintenance: Codable {
        var cover: String, by: String, order: String, crew: String, reason: String, since: Moment, until: Moment
    }

    private struct StoredTest: Codable {
        var point: String, by: String, reason: String, since: Moment, until: Moment
    }

    private struct StoredThreshold: Codable {
        var rule: String, raise: Double, clear: Double, configuredRaise: Double, configuredClear: Double, by: String
        var since: Moment

        init(_ change: ThresholdChange) {
            rule = change.rule
            (raise, clear) = (change.inForce.raise, change.inForce.clear)
            (configuredRaise, configuredClear) = (change.configured.raise, change.configured.clear)
            by = change.by
            since = Moment(change.since)
        }

        var change: ThresholdChange? {
            since.time.map {
                ThresholdChange(
                    rule: rule, inForce: Thresholds(raise: raise, clear: clear),
                    configured: Thresholds(raise: configuredRaise, clear: configuredClear), by: by, since: $0)
            }
        }
    }

    /// What people have set aside and changed, as it was left.
    struct Left {
        var alarms: [ActiveAlarm] = []
        var maintenance: [Maintenance] = []
        var tests: [SensorTest] = []
        var thresholds: [ThresholdChange] = []
        /// Keys that cannot be read.
        var unreadable: [String] = []
    }

    /// The change that keeps this alarm's state, or forgets it when the alarm is closed or a note that is over.
    static func change(_ alarm: ActiveAlarm) -> StateChange {
        // A normal alarm waits to be closed.
        guard alarm.state != .closed else { return forget(alarm.id) }
        return keep(prefix + alarm.id, Stored(alarm))
    }

    /// The change that forgets an alarm.
    static func forget(_ alarm: String) -> StateChange { StateChange(key: prefix + alarm, body: nil) }

    /// The change that keeps the maintenance of a cover; nil for none.
    static func change(_ maintenance: Maintenance?, at cover: String) -> StateChange {
        guard let maintenance else { return StateChange(key: maintenancePrefix + cover, body: nil) }
        return keep(
            maintenancePrefix + cover,
            StoredMaintenance(
                cover: cover, by: maintenance.by, order: maintenance.order, crew: maintenance.crew, reason: maintenance.reason,
                since: Moment(maintenance.since), until: Moment(maintenance.until)))
    }

    /// The change that keeps the test of a point; nil for none.
    static func change(_ test: SensorTest?, at point: Point) -> StateChange {
        guard let test else { return StateChange(key: testPrefix + point.description, body: nil) }
        return keep(
            testPrefix + point.description,
            StoredTest(
                point: point.description, by: test.by, reason: test.reason, since: Moment(test.since), until: Moment(test.until)))
    }

    /// The change that keeps the thresholds of a rule; nil for those of the configuration.
    static func change(_ change: ThresholdChange?, of rule: String) -> StateChange {
        guard let change else { return StateChange(key: thresholdPrefix + rule, body: nil) }
        return keep(thresholdPrefix + rule, StoredThreshold(change))
    }

    private static func keep(_ key: String, _ stored: some Encodable) -> StateChange {
        // Strings and finite numbers only: encoding cannot fail.
        StateChange(key: key, body: (try? JSONEncoder().encode(stored)).map(Array.init) ?? [])
    }

    /// What stands among the stored states; what cannot be read is named, never guessed.
    static func left(_ states: [(key: String, body: [UInt8])]) -> Left {
        var left = Left()
        let decoder = JSONDecoder()
        for state in states {
            let body = Data(state.body)
            if state.key.hasPrefix(prefix) {
                if let alarm = (try? decoder.decode(Stored.self, from: body))?.alarm {
                    left.alarms.append(alarm)
                    continue
                }
            } else if state.key.hasPrefix(maintenancePrefix) {
                if let stored = try? decoder.decode(StoredMaintenance.self, from: body), let since = stored.since.time,
                    let until = stored.until.time
                {
                    left.maintenance.append(
                        Maintenance(
                            cover: stored.cover, by: stored.by, order: stored.order, crew: stored.crew, reason: stored.reason,
                            since: since, until: until))
                    continue
                }
            } else if state.key.hasPrefix(testPrefix) {
                if let stored = try? decoder.decode(StoredTest.self, from: body), let point = Point(stored.point),
                    let since = stored.since.time, let until = stored.until.time
                {
                    left.tests.append(SensorTest(point: point, by: stored.by, reason: stored.reason, since: since, until: until))
                    continue
                }
            } else if state.key.hasPrefix(thresholdPrefix) {
                if let change = (try? decoder.decode(StoredThreshold.self, from: body))?.change {
                    left.thresholds.append(change)
                    continue
                }
            } else {
                continue
            }
            left.unreadable.append(state.key)
        }
        return left
    }
}
