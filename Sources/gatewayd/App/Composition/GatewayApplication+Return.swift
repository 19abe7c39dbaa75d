// The way of a store in memory back into its files: the medium is tried, and when it works everything begins anew, as at a start.
import Outbox
import SensorModel

extension GatewayApplication {
    /// Tries the medium of a store that is kept in memory again and again. When it works, the composition ends in order, and the
    /// next one opens the files as any start does and takes along what nobody has yet.
    func returnToFiles(_ diagnostics: DaemonDiagnostics) async {
        let (store, lanes) = (diagnostics.store, diagnostics.store.lanesInMemory)
        // A story in a simulated field would begin anew, too.
        guard let storeReturn, simulation == nil else { return }
        guard !lanes.isEmpty else { return storeReturn.isBack() }
        while !Task.isCancelled {
            try? await clock.sleep(until: clock.now().monotonic + storeReturn.pause())
            if Task.isCancelled { return }
            // What another lane cannot commit, and a sensor's test, would be lost.
            guard isFree(diagnostics) else { continue }
            if let failure = await diagnostics.machine.failure(of: lanes, in: store) {
                if storeReturn.isNew(failure.description) { log.warning("the store stays in memory: \(failure)") }
                continue
            }
            // The medium may have taken its time.
            guard isFree(diagnostics) else { continue }
            guard storeReturn.mayBegin else {
                return log.error(
                    "the store stays in memory though its disk works: look after its files, then restart gatewayd")
            }
            // A configuration on trial comes first: that is no try.
            if desk.beginAnew(with: start) {
                storeReturn.begins()
                return log.notice("the store's files can be had again: everything begins anew, and what is in memory goes along")
            }
        }
    }
}

extension GatewayApplication {
    /// Whether nothing is under way that a new beginning would lose.
    private func isFree(_ diagnostics: DaemonDiagnostics) -> Bool {
        diagnostics.alarms.problem(after: .zero) == nil && diagnostics.readings.problem(after: .zero) == nil
            && diagnostics.intake.tests.isEmpty
    }

    /// Keeps what a lane in memory has left, when another composition follows; else nobody would have it.
    func keepLeft(_ lane: OutboxLane) async throws {
        guard let storeReturn, desk.goesOn, let left = try await lane.leave() else { return }
        storeReturn.keep(left, of: lane.lane)
    }
}

extension MachineLook {
    /// Why these lanes cannot be had in their files; nil when they can.
    func failure(of lanes: [OutboxLane], in store: Store) -> StoreError? { store.failure(of: lanes) }
}
