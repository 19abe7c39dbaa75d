// What can be said when the daemon does not answer: socket, service unit, groups.
import Advice

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
        var found = [DoctorFinding(code, .gateway, facts.socket, [.detail: .same(facts.detail)])]
        switch facts.unit {
        case .notInstalled: found.append(DoctorFinding(.unitMissing, .gateway, facts.unitName))
        case .stopped: found.append(DoctorFinding(.unitStopped, .gateway, facts.unitName))
        case .unknown: found.append(DoctorFinding(.unitUnknown, .gateway, facts.unitName))
        case .running: break
        }
        self.init(found + facts.missingGroups.map { DoctorFinding(.groupMissing, .gateway, $0) })
    }
}
