// Whether a line can keep the periods of its sensors, with the arithmetic shown.
import DeviceHAL
import SensorModel

extension Configuration {
    /// What each serial line of this machine has to carry, by the bus's id, in the order of the file. Of a line behind a network
    /// the speed is not known here.
    func loads(_ delay: BusLoad.ReplyDelay) -> [(bus: String, load: BusLoad)] {
        buses.compactMap { bus in bus.link.timing.map { (bus.id, load(of: bus.id, $0, delay)) } }
    }

    /// - Parameter hurried: covers whose sensors are read at least that often, by their codes.
    private func load(
        of bus: String, _ line: LineTiming, _ delay: BusLoad.ReplyDelay, hurried: [String: Duration] = [:]
    ) -> BusLoad {
        let models = covers.flatMap { cover in
            cover.sensors.filter { $0.bus == bus }.compactMap { sensor in
                sensor.profile.map { ($0, min(sensor.every, hurried[cover.code] ?? sensor.every)) }
            }
        }
        return BusLoad(line: line, sensors: models, delay: delay)
    }

    /// Why the buses of a cover cannot read it so often, with the arithmetic, in both languages; nil when they can.
    ///
    /// What is asked for from afar must leave the reserve that faults, alarms and questions live on. A line behind a network,
    /// whose speed is not known here, is taken for the slowest that is usual, so that the demands of several covers add up there
    /// too.
    /// - Parameter hurried: how often it shall be read, and other covers that are read more often, by their codes.
    public func objection(toReading cover: CoverSettings, at hurried: [String: Duration]) -> Bilingual? {
        guard let every = hurried[cover.code] else { return nil }
        let (fastest, alarm) = (Duration.milliseconds(100), BusSchedule.alarmPeriod)
        guard every >= fastest else {
            return Bilingual(
                zh: "传感器最快每 \(Field.words(fastest)) 读取一次",
                en: "no sensor is read more often than every \(Field.words(fastest))"
            )
        }
        let hurrying = cover.sensors.filter { $0.profile != nil && every < $0.every }.map(\.bus)
        for bus in buses where hurrying.contains(bus.id) {
            if bus.link.timing == nil, every < alarm {
                return Bilingual(
                    zh: "总线 \(bus.id) 背后线路的速度在此未知：最快每 \(Field.words(alarm)) 一次",
                    en: "how fast the line behind bus \(bus.id) is, is not known here: every \(Field.words(alarm)) at most"
                )
            }
            if let objection = objection(to: bus, hurried) { return objection }
        }
        return nil
    }

    /// Why one of these buses has no reserve left with what is read there, with the arithmetic, in both languages; nil when each
    /// has. Lines behind a network are reckoned as above.
    public func objection(toLoadOf ids: Set<String>) -> Bilingual? {
        for bus in buses where ids.contains(bus.id) {
            if let objection = objection(to: bus, [:]) { return objection }
        }
        return nil
    }

    private func objection(to bus: BusSettings, _ hurried: [String: Duration]) -> Bilingual? {
        let known = bus.link.timing
        guard let objection = load(of: bus.id, known ?? .slowestUsual, .usual, hurried: hurried).objection else { return nil }
        let taken =
            known == nil
            ? Bilingual(zh: "（背后线路的速度未知，按 9600 8N1 计算）", en: " (its line's speed is not known here: reckoned as 9600 8N1)")
            : Bilingual(zh: "", en: "")
        return Bilingual(zh: "总线 \(bus.id)\(taken.zh)：\(objection.zh)", en: "bus \(bus.id)\(taken.en): \(objection.en)")
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
            case ...BusLoad.comfortable: return "\(what): \(load.arithmetic.en)"
            case ...1: return "\(what), little is left for faults and questions: \(load.arithmetic.en)"
            default:
                return
                    "warning: \(what), it will not keep its sensors' periods: \(load.arithmetic.en); \(load.remedy), unless its "
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

extension LineTiming {
    /// 9600 8N1: what the sensors of `boards/profiles` leave the factory with.
    fileprivate static let slowestUsual = LineTiming(baud: 9600, parity: .none, stopBits: 1)
}

extension BusLoad {
    fileprivate func check(at field: Field?) {
        let endless = shares.filter { $0.span > $0.period }
        for share in endless { field?.refuse("\(words(share).en); read it less often") }
        guard endless.isEmpty, utilisation > 1 else { return }
        field?.refuse(
            "the line cannot keep its sensors' periods, they need at least \(percent) of its time even if every unit "
                + "replies at once: \(arithmetic.en); \(remedy)")
    }

    /// What should not be, in words; nil when the line keeps the periods and has its reserve.
    fileprivate var objection: Bilingual? {
        if let endless = shares.first(where: { $0.span > $0.period }) { return words(endless) }
        guard utilisation > Self.comfortable else { return nil }
        let most = "\(Int(Self.comfortable * 100)) %"
        return Bilingual(
            zh: "其传感器将占用线路 \(percent) 的时间，超过 \(most) 就没有余量应对故障和询问：\(arithmetic.zh)",
            en: "its sensors would need \(percent) of the line's time, and more than \(most) leaves too little for faults and "
                + "questions: \(arithmetic.en)"
        )
    }

    private func words(_ share: Share) -> Bilingual {
        let (span, period, sum) = (Self.milliseconds(share.span), Field.words(share.period), share.arithmetic(line))
        let delay = Self.milliseconds(share.replyDelay)
        return Bilingual(
            zh: "\(share.profile) 读取一次（含其间歇）至少需要 \(span)，而要求每 \(period) 一次：\(sum.zh)，前提是它在 \(delay) 内应答",
            en: "one poll of \(share.profile) takes \(span) at least, its rests included, and is asked for every \(period): "
                + "\(sum.en), if it replies in \(delay)"
        )
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
    fileprivate var arithmetic: Bilingual {
        let most = 4
        let parts = shares.prefix(most).map { share in
            let (times, period) = ("\(share.count) × \(Self.milliseconds(share.poll))", Field.words(share.period))
            let sum = share.arithmetic(line)
            return Bilingual(
                zh: "\(times)，每 \(period) 一次（\(share.profile)：\(sum.zh)）",
                en: "\(times) every \(period) (\(share.profile): \(sum.en))"
            )
        }
        let rest = shares.dropFirst(most).reduce(0) { $0 + $1.count }
        let more = rest > 0 ? [Bilingual(zh: "另外 \(rest) 个", en: "\(rest) more")] : []
        return Bilingual(
            zh: (parts + more).map(\.zh).joined(separator: " + "), en: (parts + more).map(\.en).joined(separator: " + ")
        )
    }

    fileprivate static func milliseconds(_ duration: Duration) -> String {
        "\(Double((duration.seconds * 10_000).rounded()) / 10) ms"
    }
}

extension BusLoad.Share {
    fileprivate func arithmetic(_ line: LineTiming) -> Bilingual {
        let wire = BusLoad.milliseconds(line.duration(ofCharacters: characters))
        let silence = BusLoad.milliseconds(line.frameSilence * 2 * transactions)
        let delay = BusLoad.milliseconds(replyDelay * transactions)
        return Bilingual(
            zh: "\(characters) 个字符 \(wire) + 静默 \(silence) + 应答延迟 \(delay)",
            en: "\(characters) characters \(wire) + silence \(silence) + reply delay \(delay)"
        )
    }
}
