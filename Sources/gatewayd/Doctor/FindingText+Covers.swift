// The doctor's sentences about covers: sensors, alarms, commissioning, rules.

extension FindingText {
    static func covers(_ code: FindingCode) -> Sentences {
        switch code {
        case .sensorNoValue, .sensorUncertain, .sensorNotRead: sensor(code)
        case .alarmUnacknowledged, .alarmShelved, .maintenanceLong, .sensorTest: alarm(code)
        case .commissionRecord, .tiltZeroVoid, .tiltZeroMissing, .sensorNeverTested, .commissioningOpen, .serialMissing:
            commission(code)
        case .riskUnwatched:
            Sentences(
                "此井盖标有风险（{list}），但没有气体或倾斜传感器", "this cover is marked {list}, and no sensor of gas, tilt or lid watches it",
                remedy: "安装传感器并写入配置，或去掉不再适用的 risk。", "Fit sensors and configure them, or remove a `risk` that is over.")
        case .readTooRarely:
            Sentences(
                "{subject} 每 {time} 读一次，规则 {list} 的短事件（{limit}）可能漏报",
                "{subject} is read every {time}: events of {limit} may be missed by {list}",
                remedy: "把 every 减到该时间的一半以下，或加长规则的 for。", "Lower `every` to half of that time, or make the rule's `for` longer.")
        case .profileUnverified:
            Sentences(
                "{count} 个型号文件未经实物验证：{list}",
                "{count} sensor model(s) have not met the device yet: {list}",
                remedy: "用自己的仪器核对首批读数；核对无误后在型号文件中写 verified: true。",
                "Compare the first values with an instrument of your own; then write `verified: true` in the model.")
        default:
            Sentences(
                "{count} 条规则在此没有数据：{list}", "{count} rule(s) have no data here: {list}",
                remedy: "若需要其中的监测，安装相应传感器；否则无需处理。",
                "Where one of them is wanted, fit the sensor; otherwise nothing is to be done.")
        }
    }

    private static func sensor(_ code: FindingCode) -> Sentences {
        switch code {
        case .sensorNoValue:
            Sentences(
                "{subject}（{list}）没有读数：{detail}", "{subject} ({list}) gives no value: {detail}",
                remedy: "处理后：gatewayctl read 核对。", "Then check with gatewayctl read.")
        case .sensorUncertain:
            Sentences(
                "{subject}（{list}）的读数存疑：{detail}", "{subject} ({list}) is in doubt: {detail}",
                remedy: "在此之前不会据此解除报警。", "Until then it clears no alarm.")
        default:
            Sentences(
                "{subject}（{list}）尚无读数", "{subject} ({list}) was not read yet",
                remedy: "启动后等待一个读取周期；若仍没有，查看 gatewayctl bus stats。",
                "Wait for one period after the start; if it stays so, see gatewayctl bus stats.")
        }
    }

    private static func alarm(_ code: FindingCode) -> Sentences {
        switch code {
        case .alarmUnacknowledged:
            Sentences(
                "报警 {list} 已 {time}无人确认（{detail}）", "nobody has acknowledged the alarm {list} for {time} ({detail})",
                remedy: "联系值班人员，处理后确认：gatewayctl alarms ack {subject}。",
                "Call who is on duty; then acknowledge: gatewayctl alarms ack {subject}.")
        case .alarmShelved:
            Sentences(
                "报警 {list} 被搁置，还有 {time}（{detail}）", "the alarm {list} is shelved for another {time} ({detail})",
                remedy: "到期自动恢复；若原因已消除，请搁置人处理后提前结束。", "It comes back by itself; who shelved it should see to its cause before.")
        case .maintenanceLong:
            Sentences(
                "维护已持续 {time}（{detail}），井盖类报警在此期间不响",
                "maintenance has been on for {time} ({detail}): its lid raises no alarm meanwhile",
                remedy: "向班组核实；若已完工，结束维护：gatewayctl maintenance stop {subject}。",
                "Ask the crew; when it has left, end it: gatewayctl maintenance stop {subject}.")
        default:
            Sentences(
                "{subject} 正在通标准气或标定，还有 {time}（{detail}）：此气体无人监测",
                "{subject} is given test gas for another {time} ({detail}): that gas is not watched",
                remedy: "完成后结束标定；到期会自动结束。", "End the calibration when it is done; it ends by itself in time.")
        }
    }

    private static func commission(_ code: FindingCode) -> Sentences {
        switch code {
        case .commissionRecord:
            Sentences(
                "调试记录有问题：{detail}", "the record of commissioning has a problem: {detail}",
                remedy: "检查 {subject} 的空间和权限，重启后重新设置倾斜零位。",
                "See to room and rights of {subject}, restart, and set the tilt zeros anew.")
        case .tiltZeroVoid:
            Sentences(
                "{subject} 的倾斜零位不再有效（{detail}），按铅垂线计算",
                "the tilt zero of {subject} {detail}: tilts are measured from the vertical",
                remedy: "盖好井盖后执行：gatewayctl commission zero {subject}。",
                "With the cover closed: gatewayctl commission zero {subject}.")
        case .tiltZeroMissing:
            Sentences(
                "{subject} 未设倾斜零位，按铅垂线计算", "the tilt zero of {subject} was never set: tilts are measured from the vertical",
                remedy: "盖好井盖后执行：gatewayctl commission zero {subject}。",
                "With the cover closed: gatewayctl commission zero {subject}.")
        case .sensorNeverTested:
            Sentences(
                "{subject}（{list}）没有合格的通气测试记录：不知其是否有反应",
                "no passed test of {subject} ({list}) is on record: whether it reacts to gas is not known",
                remedy: "通入标准气，执行 gatewayctl calibration start {subject}/{detail}，再以 --passed 结束。",
                "Give it test gas: gatewayctl calibration start {subject}/{detail}, and stop with --passed.")
        case .commissioningOpen:
            Sentences(
                "调试还有 {count} 项未完成", "{count} step(s) of its commissioning are still to be done",
                remedy: "gatewayctl commission show {subject} 列出各项。", "gatewayctl commission show {subject} lists them.")
        default:
            Sentences(
                "未登记设备序列号：{list}", "no serial number is configured for {list}",
                remedy: "抄下铭牌上的序列号，写入配置中的 serial。", "Read it off the device and write it into the configuration as `serial`.")
        }
    }
}
