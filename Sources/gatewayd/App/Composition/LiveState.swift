// What the retained state says beside the self-description, and what changes while the gateway runs.
import Alarms
import NativeFormat
import SensorModel
import Synchronization

/// Renders the members of the state that change, out of parts that each have one owner, and announces them when they do.
final class LiveState: Sendable {
    /// The members, in the order in which they stand in the message.
    enum Part: String, CaseIterable, Sendable {
        /// Number and hash of the audit log's last record.
        case audit
        /// Crews at work.
        case maintenance
        /// Alarms that a person has set aside.
        case shelved
        /// What nobody watches while its sensor is tested.
        case unwatched
        /// Rules whose thresholds a command has changed.
        case thresholds
        /// Covers that are read more often for a time.
        case sampling
    }

    private let parts = Mutex<[Part: [UInt8]]>([:])
    private let announce: @Sendable (_ members: [UInt8], _ isUrgent: Bool) -> Void

    /// - Parameter announce: called with the members, JSON without braces, whenever they have changed; must not wait.
    init(announce: @escaping @Sendable (_ members: [UInt8], _ isUrgent: Bool) -> Void) { self.announce = announce }

    /// Sets a member.
    /// - Parameters:
    ///   - value: its value as JSON; nil leaves it out.
    ///   - isUrgent: whether the platform has to know at once.
    func set(_ part: Part, _ value: [UInt8]?, isUrgent: Bool = false) {
        parts.withLock { parts in
            guard parts[part] != value else { return }
            parts[part] = value
            // Under the lock, so that the last one announced is the last one set.
            announce(Self.render(parts), isUrgent)
        }
    }

    private static func render(_ parts: [Part: [UInt8]]) -> [UInt8] {
        var json = JSONBytes()
        var isFirst = true
        for part in Part.allCases {
            guard let value = parts[part] else { continue }
            if !isFirst { json.raw(",") }
            isFirst = false
            json.string(part.rawValue)
            json.raw(":")
            json.raw(value)
        }
        return json.bytes
    }
}

extension LiveState {
    /// The audit log has a new last record.
    func set(_ head: AuditHead) {
        var json = JSONBytes(capacity: 96)
        json.raw("{\"seq\":")
        json.integer(head.seq)
        json.raw(",\"head\":")
        json.string(head.hash)
        json.raw("}")
        set(.audit, json.bytes)
    }
}

extension LiveState {
    /// What people have set aside, as it stands; the platform has to know a change at once.
    /// - Parameter quantity: what is measured at a point.
    func set(
        _ crews: [Maintenance], alarms: [ActiveAlarm], tests: [SensorTest], isUrgent: Bool, quantity: (Point) -> Quantity?
    ) {
        set(
            .maintenance,
            list(crews) { crew, json in
                json.raw("\"cover\":")
                json.string(crew.cover)
                json.raw(",\"order\":")
                json.string(crew.order)
                json.raw(",\"crew\":")
                json.string(crew.crew)
                end(crew.by, crew.reason, crew.until, &json)
            }, isUrgent: isUrgent)
        set(
            .shelved,
            list(alarms.filter { $0.state == .shelved && $0.shelving != nil }) { alarm, json in
                json.raw("\"alarm\":")
                json.string(alarm.id)
                guard let shelving = alarm.shelving else { return }
                end(shelving.by, shelving.reason, shelving.until, &json)
            }, isUrgent: isUrgent)
        set(
            .unwatched,
            list(tests) { test, json in
                json.raw("\"cover\":")
                json.string(test.point.cover)
                json.raw(",\"quantity\":")
                json.string(quantity(test.point)?.rawValue)
                json.raw(",\"point\":")
                json.string(test.point.description)
                end(test.by, test.reason, test.until, &json)
            }, isUrgent: isUrgent)
    }

    /// Rules whose thresholds are not those of the configuration; the platform has to know a change at once.
    func set(_ changes: [ThresholdChange], isUrgent: Bool) {
        set(
            .thresholds,
            list(changes) { change, json in
                json.raw("\"rule\":")
                json.string(change.rule)
                json.raw(",\"threshold\":")
                json.number(change.inForce.raise)
                json.raw(",\"clear_threshold\":")
                json.number(change.inForce.clear)
                json.raw(",\"by\":")
                json.string(change.by)
                json.raw(",\"since\":")
                json.time(change.since.wall)
            }, isUrgent: isUrgent)
    }

    /// Covers that a command has read more often for a time.
    func set(_ orders: [SamplingOrder], isUrgent: Bool) {
        set(
            .sampling,
            list(orders) { order, json in
                json.raw("\"cover\":")
                json.string(order.cover)
                json.raw(",\"every_ms\":")
                json.integer(order.every.milliseconds)
                json.raw(",\"by\":")
                json.string(order.by)
                json.raw(",\"until\":")
                json.time(order.until.wall)
            }, isUrgent: isUrgent)
    }

    private func end(_ by: String, _ reason: String, _ until: Timestamp, _ json: inout JSONBytes) {
        json.raw(",\"by\":")
        json.string(by)
        json.raw(",\"reason\":")
        json.string(reason)
        json.raw(",\"until\":")
        json.time(until.wall)
    }

    private func list<Element>(_ elements: [Element], _ members: (Element, inout JSONBytes) -> Void) -> [UInt8] {
        var json = JSONBytes(capacity: 2 + 128 * elements.count)
        json.raw("[")
        for (index, element) in elements.enumerated() {
            if index > 0 { json.raw(",") }
            json.raw("{")
            members(element, &json)
            json.raw("}")
        }
        json.raw("]")
        return json.bytes
    }
}
