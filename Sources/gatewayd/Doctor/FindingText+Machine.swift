// The doctor's sentences about the machine: socket, service unit, groups.

extension FindingText {
    static func machine(_ code: FindingCode) -> Sentences {
        switch code {
        case .socketMissing:
            Sentences(
                "套接字 {subject} 不存在，网关程序没有运行或使用了别的套接字", "there is no socket {subject}: gatewayd does not run, or has another one",
                remedy: "{list}。若配置了别的套接字，用 --socket PATH 指定。",
                "{list}. Name another socket with --socket PATH.")
        case .socketRefused:
            Sentences(
                "套接字 {subject} 存在但无人应答，网关程序异常退出", "nobody answers at the socket {subject}: gatewayd ended without cleaning up",
                remedy: "{list}。", "{list}.")
        case .socketForbidden:
            Sentences(
                "无权打开套接字 {subject}", "you may not open the socket {subject}",
                remedy: "以 root 运行，或请管理员把本人加入 gatewayd 组（usermod -aG gatewayd 用户名）后重新登录。",
                "Run this as root, or have yourself added to the group gatewayd (usermod -aG gatewayd USER) and log in again.")
        case .gatewaySilent:
            Sentences(
                "网关程序在 {subject} 没有及时应答", "gatewayd at {subject} does not answer in time",
                remedy: "用 dmesg 检查存储介质是否挂起。{list}。", "Look in dmesg for a medium that hangs. {list}.")
        case .gatewayStrange:
            Sentences(
                "在 {subject} 应答的不是本版本的网关程序：{detail}", "what answers at {subject} is not gatewayd of this version: {detail}",
                remedy: "检查 --socket 的路径，并使 gatewayctl 与 gatewayd 版本一致（--version）。",
                "Check the path given with --socket, and let gatewayctl and gatewayd be of one version (--version).")
        case .unitMissing:
            Sentences(
                "系统中没有 {subject} 服务", "the service {subject} is not installed on this machine",
                remedy: "安装软件包，或手动启动：gatewayd run --config /etc/gatewayd/gateway.yaml。",
                "Install the package, or start it by hand: gatewayd run --config /etc/gatewayd/gateway.yaml.")
        case .unitStopped:
            Sentences(
                "服务 {subject} 没有运行", "the service {subject} does not run",
                remedy: "systemctl status {subject}；退出码 78 表示配置有误：gatewayd check --config /etc/gatewayd/gateway.yaml。",
                "systemctl status {subject}; exit code 78 is the configuration: gatewayd check --config FILE shows its errors.")
        case .unitUnknown:
            Sentences(
                "无法得知服务 {subject} 的状态，此处没有 systemd", "the state of the service {subject} is not known: no systemd here",
                remedy: "查找进程：pgrep -a gatewayd；没有则启动：gatewayd run --config FILE。",
                "Look for the process: pgrep -a gatewayd; start it where there is none: gatewayd run --config FILE.")
        default:
            Sentences(
                "系统中没有用户组 {subject}", "there is no group {subject} on this machine",
                remedy: "创建：groupadd --system {subject}，把值班人员加入该组，然后重启网关程序；此前只有 root 可用。",
                "Make it (groupadd --system {subject}), add who shall have that right, restart gatewayd; until then root only.")
        }
    }
}
