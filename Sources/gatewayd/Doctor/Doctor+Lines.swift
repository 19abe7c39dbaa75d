// Uplinks with their certificates, buses with their units, outputs.
import SensorModel
import DiagnosticsProtocol

extension Doctor {
    static func uplinks(_ facts: DoctorFacts) -> [DoctorFinding] {
        let links = facts.uplinks.flatMap { uplink -> [DoctorFinding] in
            var found: [DoctorFinding] = []
            if uplink.state != "connected" {
                found.append(
                    DoctorFinding(
                        .uplinkDisconnected, .uplink, uplink.id,
                        [.detail: .same(uplink.problem ?? uplink.state), .list: .same(uplink.link ?? uplink.id)]))
            }
            if !uplink.nobodyListening.isEmpty {
                found.append(
                    DoctorFinding(
                        .nobodyListening, .uplink, uplink.id, [.list: .same(uplink.nobodyListening.joined(separator: ", "))]))
            }
            if uplink.refused > 0 {
                found.append(DoctorFinding(.messagesRefused, .uplink, uplink.id, [.count: .same(uplink.refused)]))
            }
            return found
        }
        return links + facts.machine.certificates.compactMap(certificate)
    }

    private static func certificate(_ certificate: DoctorFacts.Certificate) -> DoctorFinding? {
        let code: FindingCode
        switch certificate.left {
        case nil: code = .certificateUnreadable
        case .some(..<0): code = .certificateExpired
        case .some(..<Limit.certificate): code = .certificateExpiring
        default: return nil
        }
        return DoctorFinding(
            code, .uplink, certificate.file, [.detail: .same(certificate.uplink), .time: .span(abs(certificate.left ?? 0))])
    }

    static func buses(_ facts: DoctorFacts) -> [DoctorFinding] {
        facts.buses.flatMap { bus in
            let sensors = Set(facts.sensors.filter { $0.bus == bus.id }.map { "\($0.cover)/\($0.sensor)" })
            guard bus.connected else {
                guard !sensors.isEmpty else { return [DoctorFinding]() }
                return [
                    DoctorFinding(
                        .busDisconnected, .bus, bus.id,
                        [
                            .detail: bus.problem.map { .same($0) } ?? Bilingual(zh: "未打开", en: "not open"),
                            .list: .same(bus.address),
                            .count: .same(sensors.count),
                        ])
                ]
            }
            let overloads = facts.overloads.filter { $0.bus == bus.id }.map {
                DoctorFinding(.busOverloaded, .bus, bus.id, [.count: .same($0.missed), .total: .same($0.of)])
            }
            return overloads + units(of: bus, facts)
        }
    }

    private static func units(of bus: BusRow, _ facts: DoctorFacts) -> [DoctorFinding] {
        let known = bus.units.filter { !$0.sensors.isEmpty }
        let silent = known.filter { $0.silences > 0 }
        // One unit alone is more likely dead than a whole line set wrong, unless it has never been heard.
        let neverHeard = known.allSatisfy { $0.replies + $0.exceptions == 0 }
        if !known.isEmpty, silent.count == known.count, known.count > 1 || neverHeard {
            return [
                DoctorFinding(.busSilent, .bus, bus.id, [.count: .same(known.count), .list: .same(bus.address)])
            ]
        }
        return known.compactMap { silence(of: $0, at: bus, facts) } + known.compactMap { checksums(of: $0, at: bus, facts) }
    }

    private static func silence(of unit: BusRow.Unit, at bus: BusRow, _ facts: DoctorFacts) -> DoctorFinding? {
        guard unit.silences > 0 else { return nil }
        return DoctorFinding(
            unit.quarantineSeconds == nil ? .unitSilent : .unitQuarantined, .unit, "\(unit.unit)",
            cover: facts.cover(of: unit),
            [
                .detail: .same(bus.id), .list: .same(unit.sensors.joined(separator: ", ")), .count: .same(unit.silences),
                .time: .span(unit.quarantineSeconds ?? 0),
            ])
    }

    private static func checksums(of unit: BusRow.Unit, at bus: BusRow, _ facts: DoctorFacts) -> DoctorFinding? {
        guard unit.transactions >= Limit.leastRequests else { return nil }
        let part = Double(unit.checksumErrors) / Double(unit.transactions)
        guard part > Limit.checksumErrors else { return nil }
        return DoctorFinding(
            .checksumErrors, .unit, "\(unit.unit)", cover: facts.cover(of: unit),
            [.detail: .same(bus.id), .count: .same(Int((part * 100).rounded()))])
    }

    static func outputs(_ facts: DoctorFacts) -> [DoctorFinding] {
        facts.chips.flatMap(\.outputs).compactMap { output in
            // A line that does not follow has a problem in words, too; the plainer finding says more.
            if output.confirmed == false { return DoctorFinding(.outputUnconfirmed, .output, output.output) }
            return output.problem.map { DoctorFinding(.outputFailed, .output, output.output, [.detail: .same($0)]) }
        }
    }
}

extension DoctorFacts {
    /// The cover of a unit's first sensor.
    fileprivate func cover(of unit: BusRow.Unit) -> DoctorCover? {
        label(unit.sensors.first?.split(separator: "/").first.map(String.init))
    }
}
