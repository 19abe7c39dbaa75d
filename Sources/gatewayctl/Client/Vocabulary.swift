// The words of the tool's tables in the reader's language: the contract's words, and what several verbs say alike.
import SensorModel
import Advice
import Doctor

/// Words in one language. In Chinese a word of the contract stands behind its translation: whoever helps over the telephone
/// knows it by that.
public struct Vocabulary: Sendable {
    /// The reader's language.
    public let language: EntryLanguage

    /// - Parameter language: the reader's.
    public init(_ language: EntryLanguage) { self.language = language }

    /// - Parameter word: the language as a report names it; English for one that this version does not know.
    public init(word: String) { self.init(EntryLanguage(rawValue: word) ?? .en) }

    /// One of the two texts.
    public func callAsFunction(_ zh: String, _ en: String) -> String { Bilingual(zh: zh, en: en)[language] }

    /// `1 notice`, `2 warning`, `3 danger`.
    package func severity(_ severity: Int) -> String {
        guard language == .zh else { return Words.severity(severity) }
        return switch severity {
        case 1: "1 提示"
        case 2: "2 警告"
        case 3: "3 危险"
        default: "\(severity)"
        }
    }

    /// A state of an alarm.
    package func state(_ word: String) -> String { translated(word, AlarmStateWord(rawValue: word)?.chinese) }

    /// What made a step of an alarm, as in `AlarmHistoryRow`.
    func cause(_ word: String) -> String { translated(word, AlarmCauseWord(rawValue: word)?.chinese) }

    /// A reason of a reading.
    package func reason(_ word: String) -> String {
        translated(word, word == "not-read-yet" ? EntryText.unread.zh : EntryText.reason(word: word)?.zh)
    }

    /// A quality of a reading.
    package func quality(_ word: String) -> String { translated(word, QualityWord(rawValue: word)?.chinese) }

    /// How far the clock may be trusted.
    package func clock(_ word: String) -> String { translated(word, ClockWord(rawValue: word)?.chinese) }

    /// How an uplink does.
    package func uplink(_ word: String) -> String { translated(word, UplinkWord(rawValue: word)?.chinese) }

    /// A lane of the outbox, with the contract's word where `--lane` may be asked for it.
    func lane(_ word: String) -> String { translated(word, OutboxLaneWord(rawValue: word)?.chinese) }

    /// A lane of the outbox in the middle of a sentence.
    package func laneName(_ word: String) -> String {
        language == .zh ? OutboxLaneWord(rawValue: word)?.chinese ?? word : word
    }

    /// Whether a test of a sensor is due, as in `CalibrationDueReport`.
    func due(_ word: String) -> String { translated(word, DueWord(rawValue: word)?.chinese) }

    /// How a scan of a bus is, as in `BusScanReport`, in the middle of a sentence.
    func scan(_ word: String) -> String { language == .zh ? ScanWord(rawValue: word)?.chinese ?? word : word }

    /// What a change of the configuration is about, as in `ConfigurationApplyReport`.
    func about(_ word: String) -> String { language == .zh ? ChangedThing(rawValue: word)?.chinese ?? word : word }

    /// What happens to it, likewise.
    func change(_ word: String) -> String { language == .zh ? ChangeWord(rawValue: word)?.chinese ?? word : word }

    /// A quantity; the contract's word in English, and without it in Chinese: the unit tells enough.
    package func quantity(_ word: String) -> String { language == .zh ? EntryText.name(word: word)?.zh ?? word : word }

    /// What a function test expects, in the middle of a sentence.
    func expectation(_ word: String) -> String {
        guard language == .zh else { return word }
        return switch word {
        case "rise": "上升"
        case "fall": "下降"
        case "change": "变化"
        default: word
        }
    }

    /// A cover as people find it: name, code and place. `code` may be a sensor's or a point's, which begin with the cover's.
    func title(_ code: String, name: String?, place: String?) -> String {
        DoctorCover(code: code, name: name, place: place).title[language]
    }

    /// That the field is simulated; empty when it is not.
    func simulated(_ origin: String) -> String {
        origin == "simulated" ? self("以下均为模拟数据，并非现场数据。\n", "All of this is simulated and not from the field.\n") : ""
    }

    /// That the times above are a simulation's, and what time it is there; empty when they are real.
    public func fieldTime(_ time: String?) -> String {
        guard let time = time.map({ Words.printable(Words.time($0)) }) else { return "" }
        return self("\n以上为模拟时间，现为 \(time) UTC。\n", "\nThese times are simulated: there it is \(time) UTC.\n")
    }

    /// That a file has lines that are none; empty when it has not.
    func unreadable(_ count: Int, zh: String, en: String) -> String {
        guard count > 0 else { return "" }
        return self("\(zh)中有 \(count) 行无法读取。\n", "\(Words.count(count, "line")) of \(en) cannot be read.\n")
    }

    /// A newer daemon may know more words: they stand as they are.
    private func translated(_ word: String, _ chinese: String?) -> String {
        guard language == .zh, let chinese else { return word }
        return "\(chinese) \(word)"
    }
}

/// The alarm states of the contract (§5).
enum AlarmStateWord: String, CaseIterable {
    case normal, unacknowledged, acknowledged, shelved, suppressed, closed
    case returnedUnacknowledged = "returned-unacknowledged"
    case outOfService = "out-of-service"

    var chinese: String {
        switch self {
        case .normal: "正常"
        case .unacknowledged: "未确认"
        case .acknowledged: "已确认"
        case .returnedUnacknowledged: "已恢复未确认"
        case .shelved: "已搁置"
        case .suppressed: "已合并"
        case .outOfService: "维护停用"
        case .closed: "已关闭"
        }
    }
}

/// What makes a step of an alarm, as in `AlarmHistoryRow`.
enum AlarmCauseWord: String, CaseIterable {
    case raised, returned, acknowledged, escalated, confirmed, announced, shelved, unshelved, maintenance, storm, closed
    case maintenanceOver = "maintenance-over"
    case testOver = "test-over"

    var chinese: String {
        switch self {
        case .raised: "触发"
        case .returned: "恢复"
        case .acknowledged: "确认"
        case .escalated: "升级"
        case .confirmed: "印证"
        case .announced: "重报"
        case .shelved: "搁置"
        case .unshelved: "结束搁置"
        case .maintenance: "维护"
        case .maintenanceOver: "维护结束"
        case .testOver: "标定结束"
        case .storm: "合并"
        case .closed: "关闭"
        }
    }
}

/// The qualities of the contract (§3).
enum QualityWord: String, CaseIterable {
    case good, uncertain, bad

    var chinese: String {
        switch self {
        case .good: "可信"
        case .uncertain: "存疑"
        case .bad: "无效"
        }
    }
}

/// The clock's states of the contract (§3).
enum ClockWord: String, CaseIterable {
    case synced, holdover, unsynced

    var chinese: String {
        switch self {
        case .synced: "已同步"
        case .holdover: "自行守时"
        case .unsynced: "未同步"
        }
    }
}

/// Whether a test of a sensor is due, as in `CalibrationDueReport`.
enum DueWord: String, CaseIterable {
    case never, due, later

    var chinese: String {
        switch self {
        case .never: "从未标定"
        case .due: "已到期"
        case .later: "未到期"
        }
    }
}

/// How a scan of a bus is, as in `BusScanReport`.
enum ScanWord: String, CaseIterable {
    case preview, running, done, stopped

    var chinese: String {
        switch self {
        case .preview: "预览"
        case .running: "进行中"
        case .done: "完成"
        case .stopped: "已停止"
        }
    }
}

/// The states of an uplink, as in `UplinkRow`.
enum UplinkWord: String, CaseIterable {
    case connected, connecting, waiting, stopped

    var chinese: String {
        switch self {
        case .connected: "已连接"
        case .connecting: "连接中"
        case .waiting: "等待重连"
        case .stopped: "已停止"
        }
    }
}

/// The lanes of the outbox, of the contract.
enum OutboxLaneWord: String, CaseIterable {
    case readings, alarms

    var chinese: String {
        switch self {
        case .readings: "读数"
        case .alarms: "报警"
        }
    }
}
