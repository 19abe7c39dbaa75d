// Configuration, clock, store, audit log and machine.
import SensorModel
import DiagnosticsProtocol

extension Doctor {
    static func gateway(_ facts: DoctorFacts) -> [DoctorFinding] {
        var found: [DoctorFinding] = []
        let configuration = facts.status.configuration
        if !configuration.errors.isEmpty {
            found.append(
                DoctorFinding(
                    .configurationRefused, .gateway, configuration.path,
                    [
                        .count: .same(configuration.errors.count),
                        .detail: .same(configuration.errors.first ?? configuration.state),
                    ]))
        }
        if let untaken = facts.untaken {
            found.append(DoctorFinding(.trialFailed, .gateway, untaken.keptAt, [.detail: untaken.why]))
        }
        if let newer = facts.status.safeMode?.newerStore {
            found.append(DoctorFinding(.storeNewer, .gateway, facts.machine.store, [.detail: .same(newer)]))
        } else if let safeMode = facts.status.safeMode {
            found.append(
                DoctorFinding(
                    .safeMode, .gateway, "",
                    [.count: .same(safeMode.starts), .limit: .same(Int(((safeMode.secondsLeft ?? 0) / 60).rounded(.up)))]))
        }
        switch facts.status.clock {
        case _ where facts.contradiction != nil:
            let (shown, seen) = facts.contradiction ?? ("", "")
            found.append(DoctorFinding(.clockBehind, .gateway, "", [.time: .same(shown), .detail: .same(seen)]))
        case "synced": break
        case "holdover": found.append(DoctorFinding(.clockHoldover, .gateway))
        default: found.append(DoctorFinding(.clockUnsynced, .gateway))
        }
        if let simulation = facts.status.simulation {
            found.append(DoctorFinding(.simulated, .gateway, simulation.scenario))
        }
        if let problem = facts.storeProblem {
            found.append(DoctorFinding(.storeUnreadable, .gateway, facts.machine.store, [.detail: problem]))
        }
        found += facts.storeFailures.map {
            DoctorFinding(.storeUnwritten, .gateway, facts.machine.store, [.detail: $0])
        }
        if let problem = facts.audit.unwritable {
            found.append(DoctorFinding(.auditUnwritable, .gateway, facts.machine.store, [.detail: .same(problem)]))
        }
        if let record = facts.audit.brokenAt {
            found.append(
                DoctorFinding(
                    .auditBroken, .gateway, facts.machine.store, [.count: .same(record), .detail: facts.audit.fault ?? .same("")])
            )
        }
        found += facts.commissionProblems.map {
            DoctorFinding(.commissionRecord, .gateway, facts.machine.store, [.detail: $0])
        }
        return found + facts.lanes.flatMap(lane)
    }

    private static func lane(_ lane: OutboxReport.Lane) -> [DoctorFinding] {
        var found: [DoctorFinding] = []
        if lane.evicted + lane.dropped > 0 {
            let code = lane.lane == "alarms" ? FindingCode.alarmsLost : .readingsLost
            found.append(DoctorFinding(code, .lane, lane.lane, [.count: .same(lane.evicted + lane.dropped)]))
        }
        let part = lane.maxBytes > 0 ? Double(lane.bytes) / Double(lane.maxBytes) : 0
        // A full lane is a trouble only while something waits in it; and delivered readings in front of that make room for what
        // comes, a part of them with each commit.
        let delivered = lane.uplinks.map { $0.deliveredSeq ?? 0 }.min() ?? 0
        let hasDelivered = lane.lane == "readings" && (lane.firstSeq ?? .max) <= delivered
        if part >= Limit.nearly, lane.waiting > 0, !hasDelivered {
            found.append(
                DoctorFinding(
                    .storeNearFull, .lane, lane.lane, [.count: .same(Int(part * 100)), .total: .same(lane.waiting)]))
        }
        return found
    }

    static func machine(_ machine: DoctorFacts.Machine, _ facts: DoctorFacts) -> [DoctorFinding] {
        var found = machine.setAside.map { DoctorFinding(.storeSetAside, .lane, $0) }
        if let free = machine.freeBytes {
            let growth = facts.lanes.reduce(0) { $0 + max(0, $1.maxBytes - $1.bytes) }
            if free < Limit.freeBytes {
                found.append(DoctorFinding(.diskFull, .gateway, machine.store, [.count: .same(free >> 20)]))
            } else if free < growth {
                found.append(
                    DoctorFinding(
                        .diskTooSmall, .gateway, machine.store, [.count: .same(free >> 20), .limit: .same(growth >> 20)]))
            }
        }
        if let bytes = machine.residentBytes, let limit = machine.memoryLimit, isNear(Double(bytes), Double(limit)) {
            found.append(
                DoctorFinding(.memoryNearLimit, .gateway, "", [.count: .same(bytes >> 20), .limit: .same(limit >> 20)]))
        }
        if let left = machine.memoryLeft, let total = machine.memoryTotal, Double(left) < Double(total) * Limit.memoryLeft {
            found.append(DoctorFinding(.memoryLow, .gateway, "", [.count: .same(left >> 20), .total: .same(total >> 20)]))
        }
        if let count = machine.descriptors, let limit = machine.mostDescriptors, isNear(Double(count), Double(limit)) {
            found.append(DoctorFinding(.descriptorsNearLimit, .gateway, "", [.count: .same(count), .limit: .same(limit)]))
        }
        return found + machine.missingGroups.map { DoctorFinding(.groupMissing, .gateway, $0) }
    }

    private static func isNear(_ amount: Double, _ limit: Double) -> Bool { amount >= limit * Limit.nearly }
}
