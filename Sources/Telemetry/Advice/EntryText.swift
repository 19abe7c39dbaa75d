// Every sentence of entry advice in both languages, in one table.
import SensorModel

/// The table. `{…}` stands for what `EntryWords` puts in.
public enum EntryText {
    /// What always stands below the answer.
    public static let sentence = Bilingual(
        zh: "本结论不是进入许可。进入前30分钟内，须用便携式仪器在上、中、下三处检测：先测氧气，再测甲烷，后测有毒气体。",
        en: "Not an entry permit. Test with a portable instrument at top, middle, bottom within 30 min before entry: "
            + "O2, then CH4, then toxic.")

    /// The answers, in words that no one can take for a permit.
    public static func answer(_ verdict: EntryVerdict) -> Bilingual {
        switch verdict {
        case .stop: Bilingual(zh: "禁止进入 STOP", en: "STOP")
        case .caution: Bilingual(zh: "注意 CAUTION", en: "CAUTION")
        case .noObjection:
            Bilingual(zh: "固定传感器无异议 NO OBJECTION FROM FIXED SENSORS", en: "NO OBJECTION FROM FIXED SENSORS")
        }
    }

    /// A gas in general.
    public static func name(_ gas: NeededGas) -> Bilingual {
        switch gas {
        case .oxygen: Bilingual(zh: "氧气", en: "oxygen")
        case .flammable: Bilingual(zh: "可燃气体", en: "flammable gas")
        case .hydrogenSulfide: Bilingual(zh: "硫化氢", en: "hydrogen sulfide")
        case .carbonMonoxide: Bilingual(zh: "一氧化碳", en: "carbon monoxide")
        }
    }

    /// What is measured; for all but gases and water, the vocabulary's word in English.
    public static func name(_ quantity: Quantity) -> Bilingual {
        switch quantity {
        case .methane: Bilingual(zh: "甲烷", en: "methane")
        case .combustible: name(NeededGas.flammable)
        case .hydrogenSulfide: name(NeededGas.hydrogenSulfide)
        case .carbonMonoxide: name(NeededGas.carbonMonoxide)
        case .oxygen: name(NeededGas.oxygen)
        case .waterDepth, .waterLevel: Bilingual(zh: "水位", en: "water level")
        case .waterFloat: Bilingual(zh: "浮球", en: "float")
        case .waterPressure: Bilingual(zh: "水压", en: quantity.rawValue)
        case .tilt: Bilingual(zh: "倾角", en: quantity.rawValue)
        case .displacement: Bilingual(zh: "位移", en: quantity.rawValue)
        case .settlement: Bilingual(zh: "沉降", en: quantity.rawValue)
        case .coverOpen: Bilingual(zh: "井盖开启", en: quantity.rawValue)
        case .coverPresent: Bilingual(zh: "井盖在位", en: quantity.rawValue)
        case .vibration: Bilingual(zh: "振动", en: quantity.rawValue)
        case .flow: Bilingual(zh: "流量", en: quantity.rawValue)
        case .temperature: Bilingual(zh: "温度", en: quantity.rawValue)
        case .humidity: Bilingual(zh: "湿度", en: quantity.rawValue)
        case .supplyVoltage: Bilingual(zh: "供电电压", en: quantity.rawValue)
        case .batteryCharge: Bilingual(zh: "电池电量", en: quantity.rawValue)
        case .batteryVoltage: Bilingual(zh: "电池电压", en: quantity.rawValue)
        case .mains: Bilingual(zh: "市电", en: quantity.rawValue)
        case .doorTamper: Bilingual(zh: "箱门开启", en: quantity.rawValue)
        case .raw: Bilingual(zh: "原始值", en: quantity.rawValue)
        }
    }

    /// What is measured, by the vocabulary's word; nil for one that it does not have.
    public static func name(word: String) -> Bilingual? { Quantity(rawValue: word).map { name($0) } }

    /// The sentence of a finding.
    public static func template(_ code: EntryCode) -> Bilingual {
        switch code {
        case .clockUnsynced:
            Bilingual(zh: "网关时钟未同步：无法作出判断", en: "the gateway's clock is not synchronised: no statement possible")
        case .gatewaySilent:
            Bilingual(zh: "网关无应答：无法作出判断", en: "no statement possible: the gateway does not answer")
        case .notMeasured: Bilingual(zh: "此处没有监测：{missing}", en: "not measured here: {missing}")
        case .notReadYet: Bilingual(zh: "{name}（{points}）：尚无读数", en: "{name} ({points}): not read yet")
        case .stale: Bilingual(zh: "{name}（{points}）：读数已过时，{time}前", en: "{name} ({points}): the last reading is {time} old")
        case .noValue: Bilingual(zh: "{name}（{points}）：无有效值，{reason}", en: "{name} ({points}): no value, {reason}")
        case .disbelieved:
            Bilingual(
                zh: "{name}（{points}）：{value} 不可信，{reason}", en: "{name} ({points}): {value} is not to be believed, {reason}")
        case .doubtful:
            Bilingual(zh: "{name}（{points}）：{value} 存疑，{reason}", en: "{name} ({points}): {value} is doubtful, {reason}")
        case .oxygenLow:
            Bilingual(zh: "缺氧（{points}）：{value}，低于 {limit}", en: "too little oxygen ({points}): {value}, below {limit}")
        case .oxygenHigh:
            Bilingual(zh: "富氧（{points}）：{value}，高于 {limit}", en: "too much oxygen ({points}): {value}, above {limit}")
        case .catalyticWithoutOxygen:
            Bilingual(
                zh: "{name}（{points}）：氧气低于 {limit} 时催化传感器不可信",
                en: "{name} ({points}): a catalytic sensor is not to be believed below {limit} of oxygen")
        case .flammableHigh:
            Bilingual(
                zh: "{name}（{points}）：{value}，达到 {limit}：不得开盖，严禁火源",
                en: "{name} ({points}): {value}, {limit} or more: do not open, no ignition source")
        case .flammableRaised:
            Bilingual(
                zh: "{name}（{points}）：{value}，达到 {limit}：先通风再检测",
                en: "{name} ({points}): {value}, {limit} or more: ventilate and test again first")
        case .hydrogenSulfideHigh, .carbonMonoxideHigh:
            Bilingual(zh: "{name}（{points}）：{value}，高于 {limit}", en: "{name} ({points}): {value}, above {limit}")
        case .submerged: Bilingual(zh: "气体传感器被水淹没（{points}）", en: "the gas sensor is under water ({points})")
        case .waterRising:
            Bilingual(zh: "水位上涨（{points}）：{time}内上升 {value}", en: "the water is rising ({points}): {value} within {time}")
        case .waterDoubtful:
            Bilingual(zh: "{name}（{points}）：水情不明，{reason}", en: "{name} ({points}): the water is not known, {reason}")
        case .waterUnplaced:
            Bilingual(
                zh: "{name}（{points}）：无法与气体传感器比较高度，请在配置中补上 mounted",
                en: "{name} ({points}): cannot be compared with the gas sensors' places, give `mounted` in the configuration")
        case .waterNotMeasured: Bilingual(zh: "此处没有监测水位", en: "the water is not measured here")
        case .calibrationOverdue: Bilingual(zh: "{name}（{points}）：标定已过期", en: "{name} ({points}): the calibration is overdue")
        case .bumpTestOverdue:
            Bilingual(zh: "{name}（{points}）：上次通气测试 {moment}，已过期", en: "{name} ({points}): last bump test {moment}, too long ago")
        case .checksUnknown: Bilingual(zh: "没有通气测试记录：{points}", en: "no bump test on record: {points}")
        case .alarmRaised: Bilingual(zh: "报警未恢复：{rule}，始于 {moment}", en: "alarm {rule} stands, since {moment}")
        case .alarmLately: Bilingual(zh: "24小时内有过报警：{rule}，始于 {moment}", en: "alarm {rule} in the last 24 h, at {moment}")
        case .seenShortly: Bilingual(zh: "气体极值仅含最近 {time}", en: "the gases' peaks are known for {time} only")
        case .maintenanceOff:
            Bilingual(zh: "请先开始维护，以免开盖引发报警", en: "start maintenance so that the opening does not raise an alarm")
        }
    }

    /// Why a reading is not good, by the vocabulary's word; nil for one that it does not have.
    public static func reason(word: String) -> Bilingual? {
        BadReason(rawValue: word).map { reason($0) } ?? UncertainReason(rawValue: word).map { reason($0) }
    }

    /// Why a reading has no value.
    public static func reason(_ reason: BadReason) -> Bilingual {
        switch reason {
        case .timeout: Bilingual(zh: "无应答", en: "no answer")
        case .corruptReply: Bilingual(zh: "应答损坏", en: "corrupt reply")
        case .exception: Bilingual(zh: "设备拒绝读取", en: "the device refuses to be read")
        case .disconnected: Bilingual(zh: "连接断开", en: "disconnected")
        case .deviceFault: Bilingual(zh: "设备故障", en: "device fault")
        case .invalidMarker: Bilingual(zh: "设备报告数值无效", en: "the device says that its value is invalid")
        case .notANumber: Bilingual(zh: "不是数值", en: "not a number")
        case .anotherModel: Bilingual(zh: "设备型号不符", en: "another model than configured")
        case .anotherUnit: Bilingual(zh: "计量单位不符", en: "another unit than configured")
        case .warmingUp: Bilingual(zh: "预热中", en: "warming up")
        case .inhibited: Bilingual(zh: "已抑制", en: "inhibited")
        case .calibrating: Bilingual(zh: "标定中", en: "calibrating")
        case .heartbeatStopped: Bilingual(zh: "心跳停止", en: "its heartbeat has stopped")
        case .outOfRange: Bilingual(zh: "超出量程", en: "out of range")
        case .lowOxygen: Bilingual(zh: "氧气不足", en: "too little oxygen")
        case .submerged: Bilingual(zh: "被水淹没", en: "under water")
        case .missedEdgesUnrecoverable: Bilingual(zh: "信号变化丢失", en: "changes were lost")
        case .decodeError: Bilingual(zh: "无法解码", en: "cannot be decoded")
        }
    }

    /// Why a value is to be taken with care.
    public static func reason(_ reason: UncertainReason) -> Bilingual {
        switch reason {
        case .resynchronising: Bilingual(zh: "正在重新同步", en: "resynchronising")
        case .stuck: Bilingual(zh: "数值卡死", en: "stuck")
        case .flatLine: Bilingual(zh: "数值长期不变", en: "flat line")
        case .implausibleJump: Bilingual(zh: "跳变不合理", en: "implausible jump")
        case .supplyLow: Bilingual(zh: "供电电压低", en: "supply too low")
        case .stale: Bilingual(zh: "读数过时", en: "stale")
        case .disagreement: Bilingual(zh: "传感器相互矛盾", en: "sensors disagree")
        case .calibrationOverdue: Bilingual(zh: "标定已过期", en: "calibration overdue")
        case .testGas: Bilingual(zh: "正在通测试气体", en: "test gas")
        case .missedEdges: Bilingual(zh: "信号变化丢失", en: "missed edges")
        case .lineFlapping: Bilingual(zh: "信号抖动", en: "line flapping")
        }
    }

    /// What stands for a reason where no reading is at hand.
    public static let unread = Bilingual(zh: "尚无读数", en: "not read yet")
    /// What stands for a reason where a reading is old.
    public static let old = Bilingual(zh: "读数已过时，{time}前", en: "the last reading is {time} old")

    /// A gas's last day.
    public static let day = Bilingual(
        zh: "{name}（{points}）：最低 {value}，最高 {limit}，已观测 {time}", en: "{name} ({points}): {value} to {limit}, seen for {time}")
    /// A gas's last day, with hours of it that brought no value.
    public static let dayWithHoles = Bilingual(
        zh: "{name}（{points}）：最低 {value}，最高 {limit}，已观测 {time}，其中 {count} 小时无数值",
        en: "{name} ({points}): {value} to {limit}, seen for {time}, {count} h of it without a value")
    /// A gas's last day that brought none.
    public static let noDay = Bilingual(zh: "{name}（{points}）：24小时内没有数值", en: "{name} ({points}): no value in the last 24 h")
    /// The heading of the gases' last day.
    public static let days = Bilingual(zh: "最近24小时极值", en: "lowest and highest in the last 24 h")
    /// What stands beside the answer when the field is simulated.
    public static let simulated = Bilingual(
        zh: "现场为模拟：与任何真实井无关", en: "the field is simulated: this says nothing about a real manhole")
}
