// What goes wrong in a run, and when: each seed has faults of its own kinds and its own density.
import MemoryDisk
import SensorModel
import TestSupport
import Uplink

/// One kind of fault.
enum FaultKind: String, CaseIterable {
    case linkBreaks, linkDown, halfOpen, silentBroker, refusedConnections, lostAcknowledgements, doubledAcknowledgements, refusals
    case noSubscribers, narrowBroker, takeOver, slowLink
    case longOutage, preferredLinkDown, noAcknowledgements, strangeAcknowledgements, badCertificates, refusedSubscriptions
    case forgottenSessions, doubledCommands
    case deadUnit, lateUnit, corruptUnit, exceptions, slowUnit, unplugged
    case powerCut, powerCutInWrite, kill, restart
    case diskFull, writeErrors, syncErrors, readErrors, flippedBit
    case clockSteps, clockUnsynced, wrongTimeServer
    case lostAlarms

    /// The mean time between two of them, where they happen at all.
    var mean: Duration {
        switch self {
        case .clockSteps, .clockUnsynced, .wrongTimeServer, .diskFull, .readErrors, .silentBroker, .refusedConnections,
            .badCertificates:
            .seconds(4 * 3600)
        case .flippedBit, .longOutage: .seconds(10 * 3600)
        case .powerCut, .kill, .restart, .powerCutInWrite, .linkDown, .writeErrors, .syncErrors: .seconds(2 * 3600)
        default: .seconds(3600)
        }
    }
}

/// The faults of a seed.
struct Story {
    /// The wall time at which every story begins: 2026-11-21T04:00:00Z.
    static let begin: Int64 = 1_795_233_600_000_000_000

    let kinds: [FaultKind]
    let commitInterval: Int
    let batch: Int
    /// `store.max_size` in MiB.
    let storeSize: Int
    /// Whether there is another way to the platform.
    let hasSecondLink: Bool
    /// Whether the platform gives receipts for alarms.
    let givesReceipts: Bool
    /// How much denser or sparser than usual.
    let pace: Double
    /// The clock at the first start: 1970 without a clock that keeps time, or some days off.
    let wallOffset: Int64

    /// - Parameter only: the kinds that may happen; nil for all.
    init(seed: UInt64, only: [FaultKind]? = nil) {
        var chance = SeededGenerator(seed: seed)
        // Damage excuses so much that it has seeds of its own.
        let isDamaged = Int.random(in: 0..<10, using: &chance) == 0
        let kinds = FaultKind.allCases.filter { kind in
            let isOn = Bool.random(using: &chance)
            return (only?.contains(kind) ?? isOn) && (kind != .flippedBit || isDamaged || only != nil)
        }
        self.kinds = kinds
        hasSecondLink = kinds.contains(.preferredLinkDown)
        storeSize = [1, 8].randomElement(using: &chance) ?? 8
        commitInterval = [1, 5, 20].randomElement(using: &chance) ?? 1
        batch = [50, 500].randomElement(using: &chance) ?? 500
        pace = Double.random(in: 0.3...2, using: &chance)
        let isLost = kinds.contains(.clockUnsynced)
        let gives = Bool.random(using: &chance)
        givesReceipts = gives || kinds.contains(.lostAlarms)
        wallOffset = isLost ? [-Story.begin, -86_400_000_000_000, 0].randomElement(using: &chance) ?? 0 : Story.begin
    }
}
