// The doctor's sentences about the ways out and in: uplinks, certificates, buses, units, outputs.

extension FindingText {
    static func lines(_ code: FindingCode) -> Sentences {
        switch code {
        case .uplinkDisconnected, .nobodyListening, .messagesRefused: uplink(code)
        case .certificateExpired, .certificateExpiring, .certificateUnreadable: certificate(code)
        case .busDisconnected, .busSilent, .busOverloaded, .checksumErrors: bus(code)
        case .outputFailed:
            Sentences(
                "输出 {subject} 不工作：{detail}", "the output {subject} does not work: {detail}",
                remedy: "检查 GPIO 线路和接线；gatewayctl gpio。在此期间警笛、灯不能依靠。",
                "Check line and wires (gatewayctl gpio). Do not rely on this siren or lamp meanwhile.")
        case .outputUnconfirmed:
            Sentences(
                "输出 {subject} 的电平与驱动值不符", "the output {subject} does not have the level that it was driven to",
                remedy: "检查线路是否短路或被其他设备驱动；gatewayctl gpio。",
                "Look for a short circuit, or for somebody else who drives it; gatewayctl gpio.")
        case .unitQuarantined:
            Sentences(
                "总线 {detail} 上的设备 {subject}（{list}）连续 {count} 次无应答，暂停询问 {time}",
                "unit {subject} at bus {detail} ({list}) was silent {count} times in a row and is left alone for {time}",
                remedy: "检查其供电、接线和地址；gatewayctl bus scan {detail}。恢复后会自动重新读取。",
                "Check its power, wires and address; gatewayctl bus scan {detail}. Once it answers it is read again by itself.")
        default:
            Sentences(
                "总线 {detail} 上的设备 {subject}（{list}）连续 {count} 次无应答",
                "unit {subject} at bus {detail} ({list}) was silent {count} times in a row",
                remedy: "检查其供电、接线和地址；gatewayctl bus raw 可单独读取它。",
                "Check its power, wires and address; gatewayctl bus raw asks it alone.")
        }
    }

    private static func uplink(_ code: FindingCode) -> Sentences {
        switch code {
        case .uplinkDisconnected:
            Sentences(
                "上行 {subject} 未连接：{detail}；记录都已保留", "the uplink {subject} is not connected: {detail}; everything is kept",
                remedy: "检查天线、SIM 卡、网线和 {list} 是否可达；gatewayctl uplink status。",
                "Check aerial, SIM card, cable, and whether {list} can be reached; gatewayctl uplink status.")
        case .nobodyListening:
            Sentences(
                "上行 {subject} 已连接，但平台没有订阅：{list}；记录都已保留",
                "the uplink {subject} stands, but nobody subscribes to {list}; records are kept",
                remedy: "请平台方订阅这些主题，并检查其服务是否运行。", "Have the platform subscribe to these topics, and see that its service runs.")
        default:
            Sentences(
                "上行 {subject}：代理拒绝了 {count} 条消息", "the uplink {subject}: the broker refused {count} messages",
                remedy: "检查代理对 manhole/v1/网关号 各主题的写权限、消息大小和配额。",
                "Check the broker's rights on the topics below manhole/v1/GATEWAY, its quota and its largest message.")
        }
    }

    private static func certificate(_ code: FindingCode) -> Sentences {
        switch code {
        case .certificateExpired:
            Sentences(
                "上行 {detail} 的证书 {subject} 已于 {time}前过期", "the certificate {subject} of the uplink {detail} expired {time} ago",
                remedy: "请平台方签发新证书并替换该文件，下次连接即生效；同时确认时钟正确。",
                "Have a new one issued and replace the file, the next attempt takes it up. See that the clock is right.")
        case .certificateExpiring:
            Sentences(
                "上行 {detail} 的证书 {subject} 将在 {time}后过期", "the certificate {subject} of the uplink {detail} expires in {time}",
                remedy: "现在就申请新证书并替换该文件，下次连接即生效。",
                "Have a new one issued now and replace the file; the next connection takes it up.")
        default:
            Sentences(
                "上行 {detail} 的证书文件 {subject} 无法读取", "the certificate file {subject} of the uplink {detail} cannot be read",
                remedy: "检查文件是否存在、格式（PEM）和网关程序用户的读取权限。",
                "See that it exists, is PEM, and may be read by the user that runs gatewayd.")
        }
    }

    private static func bus(_ code: FindingCode) -> Sentences {
        switch code {
        case .busDisconnected:
            Sentences(
                "总线 {subject} 未连接：{detail}；{count} 个传感器无法读取",
                "the bus {subject} is not connected: {detail}; {count} sensor(s) cannot be read",
                remedy: "检查设备名、转换器是否插好、网线和对方供电（{list}）；恢复后会自动重连。",
                "Check device name, adapter, cable and the other end's power ({list}); it reconnects by itself.")
        case .busSilent:
            Sentences(
                "总线 {subject} 已打开，但没有任何设备应答（共 {count} 个）",
                "the bus {subject} is open, but not one of its {count} unit(s) answers",
                remedy: "波特率或校验可能不对（现为 {list}），或 A/B 接反、总线断电：gatewayctl bus scan {subject}。",
                "Baud or parity wrong (now {list})? A and B swapped, no power? Try gatewayctl bus scan {subject}.")
        case .busOverloaded:
            Sentences(
                "总线 {subject} 超载：最近 {total} 次读取漏掉 {count} 次",
                "the bus {subject} is overloaded: {count} of the last {total} polls were left out",
                remedy: "用 gatewayctl bus stats 找出慢的设备；加大 every，提高波特率，或分到另一条总线。",
                "Find slow units (gatewayctl bus stats); raise `every` or the baud rate, or put some on another bus.")
        default:
            Sentences(
                "总线 {detail} 上的设备 {subject}：{count} % 的应答校验错误",
                "unit {subject} at bus {detail}: {count} % of the replies have a wrong checksum",
                remedy: "检查屏蔽接地、终端电阻、线长，以及两台设备是否同址。",
                "Check shield, earth, terminating resistors, cable length, and that no two devices have one address.")
        }
    }
}
