// The doctor's sentences about the gateway as a whole: configuration, clock, store, audit log, process.

extension FindingText {
    static func gateway(_ code: FindingCode) -> Sentences {
        switch code {
        case .configurationRefused:
            Sentences(
                "配置文件 {subject} 有 {count} 处错误，正在使用上一份有效配置；第一处：{detail}",
                "{subject} was refused with {count} error(s), the last good configuration is in use; the first: {detail}",
                remedy: "gatewayd check --config {subject} 列出全部错误；更正后 systemctl restart gatewayd。",
                "gatewayd check --config {subject} lists all errors; correct them, then systemctl restart gatewayd.")
        case .trialFailed:
            Sentences(
                "试用的配置未采用，正在使用此前的配置：{detail}；未采用的保存为 {subject}",
                "a configuration did not prove itself, the one before is in use: {detail}; the other one is kept as {subject}",
                remedy: "更正 {subject}，再用 gatewayctl config apply {subject} 重新试用。",
                "Correct {subject}, then put it on trial again: gatewayctl config apply {subject}.")
        case .safeMode:
            Sentences(
                "安全模式：gatewayd 在 10 分钟内意外结束 {count} 次，只保留报警、上行和本地查询",
                "safe mode: gatewayd ended unexpectedly {count} times within 10 min; only alarms, uplinks and the socket work",
                remedy: "用 journalctl -u gatewayd 查找原因，排除后 systemctl restart gatewayd；否则 {limit} 分钟后自动恢复。",
                "See journalctl -u gatewayd for the cause, mend it, then systemctl restart gatewayd; else it ends in {limit} min."
            )
        case .diskFull, .diskTooSmall: disk(code)
        case .auditUnwritable:
            Sentences(
                "审计日志无法写入：{detail}；在此期间不能做任何更改", "the audit log cannot be written: {detail}; nothing may be changed meanwhile",
                remedy: "检查存储介质的空间、只读状态和 {subject} 的权限。",
                "See to the medium's room, its being writable, and the rights on {subject}.")
        case .auditBroken:
            Sentences(
                "审计日志从第 {count} 条起被改动或损坏：{detail}", "the audit log was changed or damaged from record {count} on: {detail}",
                remedy: "不要动 {subject} 中的日志文件，先复制一份，执行 gatewayctl audit verify，并报告负责人。",
                "Leave the files in {subject} alone, copy them, run gatewayctl audit verify, and report it.")
        case .storeNewer, .alarmsLost, .readingsLost, .storeSetAside, .storeNearFull, .storeUnreadable, .storeUnwritten:
            store(code)
        case .clockBehind, .clockUnsynced, .clockHoldover: clock(code)
        case .memoryNearLimit:
            Sentences(
                "网关程序占用内存 {count} MiB，上限 {limit} MiB", "gatewayd takes {count} MiB of memory, its limit is {limit} MiB",
                remedy: "保存 gatewayctl status --json 和日志以供分析，然后重启网关程序。",
                "Keep gatewayctl status --json and the log for the makers, then restart it.")
        case .memoryLow:
            Sentences(
                "本机仅剩 {count} MiB 可用内存，共 {total} MiB", "only {count} MiB of this machine's {total} MiB of memory are left",
                remedy: "用 top 找出占用内存的程序并停止。", "Find with top what takes the memory, and end it.")
        case .descriptorsNearLimit:
            Sentences(
                "网关程序打开了 {count} 个文件描述符，上限 {limit}", "gatewayd has {count} open file descriptors, its limit is {limit}",
                remedy: "检查是否有程序在套接字上开着大量连接（ss -xp）；提高 LimitNOFILE 或重启。",
                "See who keeps connections to its socket open (ss -xp); raise LimitNOFILE, or restart it.")
        case .simulated:
            Sentences(
                "正在运行模拟场景 {subject}，所有读数都不是真实的", "the scenario {subject} is simulated: no reading is real",
                remedy: "现场使用时，不带 --simulate 重新启动网关程序。", "To watch real covers, start gatewayd without --simulate.")
        default:
            Sentences(
                "网关状态异常：{detail}", "the gateway is not healthy: {detail}", remedy: "详见 gatewayctl status。",
                "See gatewayctl status.")
        }
    }

    private static func clock(_ code: FindingCode) -> Sentences {
        switch code {
        case .clockBehind:
            Sentences(
                "时钟显示 {time}，但本网关已见过 {detail}：时间服务器有误，或时钟曾经超前；时间不予信任，多数平台指令会被拒绝",
                "the clock says {time}, but this gateway has already seen {detail}: the time server is wrong, or the clock was "
                    + "too far ahead once; it is not trusted, and most commands are refused",
                remedy: "检查时间服务器（timedatectl timesync-status、chronyc sources）并更正；若时钟无误，持续同步 24 小时后自动采信。",
                "Check the time server (timedatectl timesync-status, chronyc sources) and set it right; if the clock is right, "
                    + "it is believed after 24 h of synchronisation without a break.")
        case .clockUnsynced:
            Sentences(
                "时钟未同步：时间不可信，平台的指令除读取和确认外都会被拒绝",
                "the clock is not synchronised: times are in doubt, most commands of the platform are refused",
                remedy: "检查 timedatectl、NTP 服务器和网络；检查时钟电池。",
                "See timedatectl, the time servers and the network; check the clock's battery.")
        default:
            Sentences(
                "时钟与时间服务器失去联系，正在自行守时", "the clock has lost its time servers and runs on by itself",
                remedy: "检查网络和 NTP 服务器（timedatectl timesync-status）。",
                "Check the network and the time servers (timedatectl timesync-status).")
        }
    }

    private static func disk(_ code: FindingCode) -> Sentences {
        switch code {
        case .diskFull:
            Sentences(
                "存储介质将满：{subject} 仅剩 {count} MiB", "the medium is nearly full: {count} MiB are left for {subject}",
                remedy: "删除该介质上的其他文件（日志、旧备份），否则报警和读数无法保存。",
                "Remove other files from this medium (logs, old copies), or alarms and readings cannot be kept.")
        default:
            Sentences(
                "介质剩余 {count} MiB，存储 {subject} 到达 max_size 还需 {limit} MiB",
                "{count} MiB are left on the medium, and {subject} may still grow by {limit} MiB to reach its max_size",
                remedy: "腾出空间，或减小 store.max_size。", "Make room, or lower store.max_size.")
        }
    }

    private static func store(_ code: FindingCode) -> Sentences {
        switch code {
        case .storeNewer:
            Sentences(
                "安全模式：存储由更新版本的 gatewayd 创建，保持原样，记录仅保存在内存中：{detail}",
                "safe mode: the store is of a newer version and left as it is, records are kept in memory only: {detail}",
                remedy: "重新安装创建 {subject} 的版本，然后 systemctl restart gatewayd。",
                "Install the version again that has made {subject}, then systemctl restart gatewayd.")
        case .alarmsLost:
            Sentences(
                "已放弃 {count} 条报警记录（存储已满或介质挂起）", "{count} alarm records were given up: the store was full, or its medium hung",
                remedy: "恢复与平台的连接，加大 store.max_size，检查介质（dmesg）；缺失之处已在序号间隙中注明。",
                "Restore the uplink, raise store.max_size, look after the medium (dmesg); gaps name what is missing.")
        case .readingsLost:
            Sentences(
                "已放弃 {count} 条读数（存储已满或介质挂起）", "{count} readings were given up: the store was full, or its medium hung",
                remedy: "恢复与平台的连接，加大 store.max_size，检查介质（dmesg）；缺失之处已在序号间隙中注明。",
                "Restore the uplink, raise store.max_size, look after the medium (dmesg); gaps name what is missing.")
        case .storeUnreadable:
            Sentences(
                "存储 {subject} 无法读取：{detail}；报警仍会直接发送，但可能无法保存",
                "the store in {subject} does not answer: {detail}; alarms are still sent at once, and may not be kept",
                remedy: "检查介质（dmesg、smartctl）和 {subject} 的权限，然后 systemctl restart gatewayd。",
                "See to the medium (dmesg, smartctl) and the rights on {subject}, then systemctl restart gatewayd.")
        case .storeUnwritten:
            Sentences(
                "记录无法写入存储 {subject}：{detail}", "records are not written to the store in {subject}: {detail}",
                remedy: "检查介质（dmesg、smartctl）、剩余空间和 {subject} 的权限；网关会自动重试，在此之前重启会丢失内存中的记录。",
                "See to the medium (dmesg, smartctl), its room and the rights on {subject}; the gateway tries again by itself. "
                    + "A restart before that loses what is in memory.")
        case .storeSetAside:
            Sentences(
                "损坏的存储文件已另存：{subject}", "a damaged file of the store was set aside: {subject}",
                remedy: "复制该文件以供分析后删除；检查介质（dmesg、smartctl）和供电，必要时更换介质。",
                "Copy the file for the makers, then remove it; check medium (dmesg, smartctl) and supply, replace the medium.")
        default:
            Sentences(
                "{subject} 的存储已用 {count} %，还有 {total} 条待发送；满后最早的将被放弃",
                "the store of {subject} is {count} % full with {total} waiting; when it is full the oldest are given up",
                remedy: "恢复与平台的连接（gatewayctl uplink status），或加大 store.max_size。",
                "Restore the uplink (gatewayctl uplink status), or raise store.max_size.")
        }
    }
}
