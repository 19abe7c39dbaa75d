// What can be said when the daemon does not answer: socket, service unit, groups.
import SensorModel

/// What the tool sees by itself.
public struct OfflineFacts: Sendable, Equatable {
    /// Why there is no answer.
    public enum Cause: Sendable, Equatable { case missing, refused, forbidden, silent, strange }
    /// How the service is.
    public enum Unit: Sendable, Equatable { case notInstalled, stopped, running, unknown }

    /// The socket's path.
    public var socket: String
    /// Why there is no answer.
    public var cause: Cause
    /// The failure in words.
    public var detail: String
    /// The service unit's name.
    public var unitName: String
    /// How it is.
    public var unit: Unit
    /// Groups that the system lacks.
    public var missingGroups: [String]

    /// - Parameters: as the properties.
    public init(
        socket: String, cause: Cause, detail: String, unitName: String = "gatewayd", unit: Unit, missingGroups: [String]
    ) {
        self.socket = socket
        self.cause = cause
        self.detail = detail
        self.unitName = unitName
        self.unit = unit
        self.missingGroups = missingGroups
    }
}

extension OfflineFacts {
    /// How it is started here, or where a daemon that does not answer says why.
    fileprivate var command: Bilingual {
        let hasService = unit == .running || unit == .stopped
        return switch (cause, hasService) {
        case (.silent, true):
            Bilingual(
                zh: "查看 journalctl -u gatewayd；必要时 systemctl restart gatewayd",
                en: "See journalctl -u gatewayd; systemctl restart gatewayd if need be")
        case (.silent, false):
            Bilingual(zh: "查看其标准错误输出；必要时重启", en: "See its standard error; restart it if need be")
        case (_, true):
            Bilingual(
                zh: "启动：systemctl start gatewayd；为何退出见 journalctl -u gatewayd",
                en: "Start it: systemctl start gatewayd; why it ended stands in journalctl -u gatewayd")
        case (_, false): Bilingual(zh: "启动：gatewayd run --config FILE", en: "Start it: gatewayd run --config FILE")
        }
    }
}

extension Doctor {
    /// Without the daemon.
    public init(_ facts: OfflineFacts) {
        let code: FindingCode =
            switch facts.cause {
            case .missing: .socketMissing
            case .refused: .socketRefused
            case .forbidden: .socketForbidden
            case .silent: .gatewaySilent
            case .strange: .gatewayStrange
            }
        var found = [
            DoctorFinding(code, .gateway, facts.socket, [.detail: .same(facts.detail), .list: facts.command])
        ]
        switch facts.unit {
        case .notInstalled: found.append(DoctorFinding(.unitMissing, .gateway, facts.unitName))
        case .stopped: found.append(DoctorFinding(.unitStopped, .gateway, facts.unitName))
        case .unknown: found.append(DoctorFinding(.unitUnknown, .gateway, facts.unitName))
        case .running: break
        }
        self.init(found + facts.missingGroups.map { DoctorFinding(.groupMissing, .gateway, $0) })
    }
}
