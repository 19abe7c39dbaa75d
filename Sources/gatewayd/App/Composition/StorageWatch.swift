// Raises the gateway's own alarm about its store, and says in words what is wrong with it.
import Outbox
import SensorModel

/// Looks at the store without asking its threads: they may hang just then.
struct StorageWatch: Sendable {
    /// The alarm's rule.
    static let rule = "storage-failed"
    /// Commits that fail for a moment are tried again and are nobody's concern.
    private static let patience = Duration.seconds(5)

    let store: Store
    let readings: ReadingsWriter
    let alarms: AlarmWriter
    let intake: Intake
    let clock: any TimeSource
    /// Of the gateway: its alarm carries one language.
    let language: EntryLanguage

    /// One sentence each; empty when the store is well.
    var problems: [Bilingual] {
        let (alarmsFail, readingsFail) = (alarms.problem(after: Self.patience), readings.problem(after: Self.patience))
        let isWell = store.alarms.condition.isWell && store.readings.condition.isWell
        // So it is each second for years.
        if isWell, alarmsFail == nil, readingsFail == nil { return [] }
        var problems = store.findings.map(Self.words) + Self.failing(alarmsFail, readingsFail)
        for lane in [store.alarms, store.readings] where lane.condition.isDiskFull {
            problems.append(
                Bilingual(
                    zh: "存储：磁盘已满，\(Self.name(lane.lane))中最早的记录正在放弃：请清理磁盘空间",
                    en: "store: no room on the disk for the \(lane.lane.rawValue) lane, its oldest records go: "
                        + "make room on the disk"))
        }
        if store.alarms.condition.isOverfull {
            problems.append(
                Bilingual(
                    zh: "存储：未送达的报警已占满报警区和读数让出的全部空间，最早的正在放弃：请恢复与平台的连接，或加大 store.max_size",
                    en: "store: alarms that were not delivered fill the alarms lane and all the room that readings give, "
                        + "the oldest of them go: restore the uplink, or raise store.max_size"))
        }
        return problems
    }

    /// Those that say that records are in memory only.
    var unwritten: [Bilingual] {
        let inMemory = store.findings.filter { if case .memory = $0.remedy { true } else { false } }
        return inMemory.map(Self.words)
            + Self.failing(alarms.problem(after: Self.patience), readings.problem(after: Self.patience))
    }

    /// Commits that fail, in words.
    private static func failing(_ alarms: String?, _ readings: String?) -> [Bilingual] {
        [(Lane.alarms, alarms), (.readings, readings)].compactMap { lane, words in
            guard let words else { return nil }
            return Bilingual(
                zh: "\(name(lane))暂存于内存，过多时最早的先放弃；请检查存储介质（dmesg）：\(words)",
                en: "\(words): \(lane.rawValue) are kept in memory, the oldest give way when there are too many; look after "
                    + "the medium (dmesg)")
        }
    }

    /// Raises and clears the alarm until cancelled.
    func run() async {
        while !Task.isCancelled {
            let problems = self.problems
            intake.setGatewayAlarm(
                Self.rule, severity: .warning,
                problem: problems.isEmpty ? nil : problems.map { $0[language] }.joined(separator: "; "))
            do { try await clock.sleep(until: clock.now().monotonic + .seconds(1)) } catch { return }
        }
    }

    private static func name(_ lane: Lane) -> String { lane == .alarms ? "报警记录" : "读数" }

    /// What was wrong with the store and what was done; what SQLite or the system said stands behind it as it is.
    private static func words(_ finding: StoreFinding) -> Bilingual {
        let done =
            switch finding.remedy {
            case .begunAnew: "已重新建立，其中未送达的内容已丢失"
            case .carriedOver: "已重新建立并移入所有可读内容，其余由缺口记录标明"
            case .named(let gap): "序号 \(gap.from) 至 \(gap.to) 的记录已丢失，由缺口记录标明"
            case .memory(let bytes): "仅保存在内存中，最多 \(bytes >> 10) KiB，重启即丢失：请修复存储；网关会自动重试"
            case .leftAlone(let bytes):
                "由更新版本的 gatewayd 创建，保持原样、只读；记录仅保存在内存中，最多 \(bytes >> 10) KiB，重启即丢失：请重新安装该版本"
            case .deliversAgain(let uplink): "上行 \(uplink) 的送达位置不可信，从现存最早的记录起重新发送"
            case .stateSetAside(let key): "状态 \(key) 未被采用，将重新判断；平台上可能仍有本机不知道的报警，请在平台关闭"
            }
        let aside = finding.files.isEmpty ? "" : "；已移至 \(finding.files.joined(separator: "、"))"
        return Bilingual(zh: "存储：\(name(finding.lane))：\(done)\(aside)（\(finding.cause)）", en: "store: \(finding)")
    }
}
