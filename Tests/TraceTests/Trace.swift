// A street under a story, watched as the daemon watches it: each sensor read at its period, each edge noticed when it happens,
// judged by the cover, then by the shipped rules. Nothing is waited for: simulated time goes from one event to the next.
import Alarms
import DeviceHALSimulated
@testable import Gateway
import GatewayConfig
import SensorModel
import TestSupport
import Validity

/// One story as it is seen.
struct Trace {
    /// An alarm that was raised.
    struct Raised: CustomStringConvertible {
        var rule: String
        var severity: Severity
        /// From the story's begin.
        var at: Duration
        var point: Point?
        var value: Double?

        var description: String {
            "\(rule) (\(severity.rawValue)) at \(at.seconds) s, \(point?.description ?? "no point"): \(value ?? .nan)"
        }
    }

    private(set) var raised: [Raised] = []
    /// Ids of rules whose alarm has returned, with when.
    private(set) var returned: [(rule: String, at: Duration)] = []
    /// The largest good value of each quantity that was read.
    private(set) var largest: [Quantity: Double] = [:]
    /// How many readings there were.
    private(set) var count = 0
    private var sensors: [TraceSensor] = []
    private var contacts: [TraceContact] = []
    private var validity: CoverValidity
    private var engine: AlarmEngine
    private var ids = 0

    /// - Parameters:
    ///   - site: covers, sensors and rules.
    ///   - world: what devices and contacts look at.
    ///   - chance: when within its period each sensor is read.
    ///   - isCommissioned: whether tilts are measured from how the lids lie on a calm day, rather than from the vertical.
    init(_ site: Configuration, _ world: TraceWorld, chance: inout SeededGenerator, isCommissioned: Bool = true) {
        validity = CoverValidity(site.covers.map { WatchedCover($0) })
        engine = AlarmEngine(rules: site.rules, site: site.alarmSite)
        for (manhole, cover) in site.covers.enumerated() {
            for settings in cover.sensors {
                let phase = Duration.nanoseconds(Int64.random(in: 0..<settings.every.nanoseconds, using: &chance))
                switch settings.device {
                case .modbus:
                    sensors.append(TraceSensor(settings, cover, manhole, world, phase: phase))
                    if isCommissioned { sensors[sensors.count - 1].commission(in: world, manhole) }
                case .line(let line): contacts.append(TraceContact(settings, line, cover, manhole, world, phase: phase))
                }
            }
        }
    }

    /// Lets the story go on.
    mutating func play(to end: Duration) {
        var tick = Duration.zero
        while true {
            let sensor = sensors.indices.min { sensors[$0].due < sensors[$1].due }
            for index in contacts.indices { contacts[index].look(upTo: end) }
            let contact = contacts.indices.min { contacts[$0].due < contacts[$1].due }
            let deadline = engine.nextDeadline.map { $0 - TraceWorld.begin.monotonic }
            let now = [tick, deadline, sensor.map { sensors[$0].due }, contact.map { contacts[$0].due }].compactMap(\.self).min()
            guard let now, now < end else { return }
            if let sensor, sensors[sensor].due == now {
                take(sensors[sensor].poll(), at: now)
            } else if let contact, contacts[contact].due == now {
                take(contacts[contact].report(), at: now)
            } else {
                note(engine.advance(now: TraceWorld.moment(now), makeID: Self.id(&ids)))
                if now == tick { tick += .seconds(1) }
            }
        }
    }

    private static func id(_ ids: inout Int) -> () -> String {
        ids += 1000
        var next = ids
        return {
            next += 1
            return "alarm-\(next)"
        }
    }

    private mutating func take(_ readings: [Reading], at now: Duration) {
        for read in readings {
            let reading = validity.judge(engine.marked(read))
            count += 1
            if case .good(let value) = reading.measurement {
                largest[reading.quantity] = max(largest[reading.quantity] ?? value, value)
            }
            note(engine.step(reading, now: TraceWorld.moment(now), makeID: Self.id(&ids)))
        }
    }

    private mutating func note(_ transitions: [AlarmTransition]) {
        for step in transitions {
            let at = step.detected.monotonic - TraceWorld.begin.monotonic
            switch step.cause {
            case .raised:
                raised.append(
                    Raised(
                        rule: step.alarm.rule, severity: step.alarm.severity, at: at, point: step.alarm.point,
                        value: step.alarm.value))
            case .returned: returned.append((step.alarm.rule, at))
            default: break
            }
        }
    }
}
