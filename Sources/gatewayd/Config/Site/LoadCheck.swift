// Whether a line can keep the periods of its sensors, with the arithmetic shown.
import DeviceHAL
import SensorModel

extension Configuration {
    /// What each serial line of this machine has to carry, by the bus's id, in the order of the file. Of a line behind a network
    /// the speed is not known here.
    /// - Parameter hurried: covers whose sensors are read at least that often, by their codes.
    func loads(_ delay: BusLoad.ReplyDelay, hurried: [String: Duration] = [:]) -> [(bus: String, load: BusLoad)] {
        buses.compactMap { bus in
            guard let line = bus.link.timing else { return nil }
            let models = covers.flatMap { cover in
                cover.sensors.filter { $0.bus == bus.id }.compactMap { sensor in
                    sensor.profile.map { ($0, min(sensor.every, hurried[cover.code] ?? sensor.every)) }
                }
            }
            return (bus.id, BusLoad(line: line, sensors: models, delay: delay))
        }
    }

    /// Why the buses of a cover cannot read it so often, with the arithmetic; nil when they can.
    /// - Parameter hurried: how often it shall be read, and other covers that are read more often, by their codes.
    public func objection(toReading cover: CoverSettings, at hurried: [String: Duration]) -> String? {
        guard let every = hurried[cover.code] else { return nil }
        let fastest = Duration.milliseconds(100)
        guard every >= fastest else { return "no sensor is read more often than every \(Field.words(fastest))" }
        let hurrying = cover.sensors.filter { $0.profile != nil && every < $0.every }.map(\.bus)
        let loads = loads(.usual, hurried: hurried)
        for (bus, load) in loads where hurrying.contains(bus) {
            if let objection = load.objection { return "bus \(bus): \(objection)" }
        }
        guard every < BusSchedule.alarmPeriod, let bus = hurrying.first(where: { id in !loads.contains { $0.bus == id } }) else {
            return nil
        }
        return "how fast the line behind bus \(bus) is, is not known here: every \(Field.words(BusSchedule.alarmPeriod)) at most"
    }

    /// Refuses, at the bus, what a line cannot carry even if every unit answered at once.
    func checkLoads(at fields: [String: Field]) {
        for (bus, load) in loads(.least) { load.check(at: fields[bus]) }
    }

    /// A line for each serial line of this machine: how much of its time its sensors are expected to need, and why.
    public var loadSummary: [String] {
        loads(.usual).filter { !$0.load.shares.isEmpty }.map { bus, load in
            let what = "bus \(bus): \(load.percent) of the line's time"
            switch load.utilisation {
            case ...BusLoad.comfortable: return "\(what): \(load.arithmetic)"
            case ...1: return "\(what), little is left for faults and questions: \(load.arithmetic)"
            default:
                return "warning: \(what), it will not keep its sensors' periods: \(load.arithmetic); \(load.remedy), unless its "
                    + "units reply faster than in 20 ms (then say so in `timing.reply_delay` of their profiles)"
            }
        }
    }
}

extension BusSettings.Link {
    /// The speed of a serial line of this machine.
    var timing: LineTiming? {
        guard case .serial(_, let baud, let parity, let stopBits) = self else { return nil }
        return LineTiming(baud: baud, parity: parity, stopBits: stopBits)
    }
}

extension BusLoad {
    fileprivate func check(at field: Field?) {
        let endless = shares.filter { $0.span > $0.period }
        for share in endless { field?.refuse("\(words(share)); read it less often") }
        guard endless.isEmpty, utilisation > 1 else { return }
        field?.refuse(
            "the line cannot keep its sensors' periods, they need at least \(percent) of its time even if every unit "
                + "replies at once: \(arithmetic); \(remedy)")
    }

    /// What cannot be, in words; nil when the line can keep the periods.
    fileprivate var objection: String? {
        if let endless = shares.first(where: { $0.span > $0.period }) { return words(endless) }
        return utilisation > 1 ? "its sensors would need \(percent) of the line's time: \(arithmetic)" : nil
    }

    private func words(_ share: Share) -> String {
        "one poll of \(share.profile) takes \(Self.milliseconds(share.span)) at least, its rests included, and is asked "
            + "for every \(Field.words(share.period)): \(share.arithmetic(line)), if it replies in "
            + "\(Self.milliseconds(share.replyDelay))"
    }

    /// `42 %`.
    fileprivate var percent: String { "\(Int((utilisation * 100).rounded(.up))) %" }

    /// What to do about too much.
    fileprivate var remedy: String {
        let factor = Double((utilisation / Self.comfortable * 10).rounded(.up)) / 10
        return "read them less often (\(factor) times the periods leave room for faults), raise the baud rate, or put some on "
            + "another bus"
    }

    /// What the load is made of.
    fileprivate var arithmetic: String {
        let most = 4
        let parts = shares.prefix(most).map { share in
            "\(share.count) × \(Self.milliseconds(share.poll)) every \(Field.words(share.period)) (\(share.profile): "
                + "\(share.arithmetic(line)))"
        }
        let rest = shares.dropFirst(most).reduce(0) { $0 + $1.count }
        return (parts + (rest > 0 ? ["\(rest) more"] : [])).joined(separator: " + ")
    }

    fileprivate static func milliseconds(_ duration: Duration) -> String {
        "\(Double((duration.seconds * 10_000).rounded()) / 10) ms"
    }
}

extension BusLoad.Share {
    fileprivate func arithmetic(_ line: LineTiming) -> String {
        let (wire, silence) = (line.duration(ofCharacters: characters), line.frameSilence * 2 * transactions)
        return "\(characters) characters \(BusLoad.milliseconds(wire)) + silence \(BusLoad.milliseconds(silence)) + "
            + "reply delay \(BusLoad.milliseconds(replyDelay * transactions))"
    }
}
