// What the scripted source answers to people who change the configuration.
import DiagnosticsProtocol
import Gateway

extension ScriptedSource {
    private func report(_ outcome: String) -> ConfigurationApplyReport {
        ConfigurationApplyReport(outcome: outcome, path: "/etc/gateway.yaml", before: "sha256:0")
    }

    func checkConfiguration(
        _ text: [UInt8], name: String, peer: PeerIdentity
    ) async throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        note("check \(name) of \(text.count) bytes for \(peer.name)")
        return report("good")
    }

    func applyConfiguration(
        _ text: [UInt8], name: String, before: String?, peer: PeerIdentity
    ) async throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        note("apply \(name) of \(text.count) bytes in place of \(before ?? "whatever is in force") by \(peer.name)")
        return report("trial")
    }

    func applyConfiguration(
        _ text: [UInt8], hash: String, order: ConfigurationOrder
    ) async throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        note("apply \(hash) of \(text.count) bytes for \(order.command) of \(order.actor) by \(order.uplink)")
        return report(hash == "sha256:0" ? "unchanged" : "trial")
    }

    func configurationTrial() async throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        note("trial")
        return report("none")
    }

    func previousConfiguration(peer: PeerIdentity) async throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        note("previous for \(peer.name)")
        return report("good")
    }

    func rollBackConfiguration(before: String?, peer: PeerIdentity) async throws(DiagnosticsFailure) -> ConfigurationApplyReport {
        note("roll back \(before ?? "whatever is in force") by \(peer.name)")
        return report("trial")
    }

    func answered() async { note("answered") }
}
