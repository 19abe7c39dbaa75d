// What is to happen when, in the order of moments, and at one moment in the order in which it was asked for.

/// A heap of moments, and a slot for each of what waits: found by its place and not by its number, because everything that
/// happens comes through here.
struct TimeOrder<Waiting> {
    /// A slot that somebody has, and by which it is taken away before its moment.
    struct Place {
        fileprivate let slot: Int
        fileprivate let number: UInt64
    }

    private struct Due {
        let at: Int64
        let place: Place

        func isBefore(_ other: Due) -> Bool { (at, place.number) < (other.at, other.place.number) }
    }

    private struct Slot {
        /// Whose it is; another's when it was freed and reserved again.
        var number: UInt64
        var what: Waiting?
    }

    private var heap: [Due] = []
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var numbers: UInt64 = 0

    /// A place behind all that were reserved before.
    mutating func reserve() -> Place {
        numbers += 1
        guard let slot = free.popLast() else {
            slots.append(Slot(number: numbers))
            return Place(slot: slots.count - 1, number: numbers)
        }
        slots[slot].number = numbers
        return Place(slot: slot, number: numbers)
    }

    /// Something waits at a place for its moment.
    mutating func put(_ what: Waiting, at moment: Int64, _ place: Place) {
        slots[place.slot].what = what
        let due = Due(at: moment, place: place)
        heap.append(due)
        var at = heap.count - 1
        while at > 0, due.isBefore(heap[(at - 1) / 2]) {
            heap[at] = heap[(at - 1) / 2]
            at = (at - 1) / 2
        }
        heap[at] = due
    }

    /// What waits at a place, unless it was taken before.
    mutating func take(_ place: Place) -> Waiting? {
        guard slots[place.slot].number == place.number, let what = slots[place.slot].what else { return nil }
        slots[place.slot].what = nil
        free.append(place.slot)
        return what
    }

    /// The next of what waits no longer than until a moment.
    mutating func next(until end: Int64) -> (moment: Int64, what: Waiting)? {
        while let first = heap.first, first.at <= end {
            sink()
            if let what = take(first.place) { return (first.at, what) }
        }
        return nil
    }

    /// Nothing is to happen any more.
    /// - Returns: what waited, in the order in which it was asked for.
    mutating func end() -> [Waiting] {
        let left = slots.filter { $0.what != nil }.sorted { $0.number < $1.number }
        heap = []
        for slot in slots.indices where slots[slot].what != nil {
            slots[slot].what = nil
            free.append(slot)
        }
        return left.compactMap(\.what)
    }

    /// The first goes, and the last sinks from its place to where it belongs.
    private mutating func sink() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        var at = 0
        while 2 * at + 1 < heap.count {
            var child = 2 * at + 1
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(last) else { break }
            heap[at] = heap[child]
            at = child
        }
        heap[at] = last
    }
}
