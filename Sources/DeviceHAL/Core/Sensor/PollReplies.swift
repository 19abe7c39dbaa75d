// What the reads of one poll brought, looked at by the places of a plan.
import SensorModel

/// The outcomes of a plan's blocks.
struct PollReplies {
    /// One for each block.
    let outcomes: [SensorEdge.Outcome]
    /// The words of each block; none where the read failed.
    let words: [[UInt16]]

    /// - Parameter outcomes: one for each block.
    init(_ outcomes: [SensorEdge.Outcome]) {
        self.outcomes = outcomes
        words = outcomes.map { outcome in
            if case .success(let reply) = outcome { reply.words } else { [] }
        }
    }

    /// The first error of all.
    var failure: BusError? {
        for case .failure(let error) in outcomes { return error }
        return nil
    }

    /// The error of the read that would have brought the slot.
    func failure(at slot: ReadPlan.Slot) -> BusError? {
        guard outcomes.indices.contains(slot.block), case .failure(let error) = outcomes[slot.block] else { return nil }
        return error
    }

    /// The first error of the reads that would have brought the slots.
    func failure(at slots: [ReadPlan.Slot]) -> BusError? {
        for slot in slots {
            if let error = failure(at: slot) { return error }
        }
        return nil
    }

    /// The slot's words; nil when its read failed or its reply is too short.
    func words(at slot: ReadPlan.Slot) -> [UInt16]? {
        words.indices.contains(slot.block) ? slot.words(in: words[slot.block]) : nil
    }

    /// The slot's first word; nil likewise.
    func word(at slot: ReadPlan.Slot) -> UInt16? { slot.word(in: words) }
}

/// A finding that takes belief away, and what was seen, in words for a technician.
struct Finding: Equatable {
    /// What it does to the reading.
    var doubt: Doubt
    /// What was seen.
    var problem: String
}

/// `0x0025`: a word as manuals write it.
func hex(_ word: UInt16) -> String {
    let digits = String(word, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
}
