// One event of the story as the plant's parts see it: from when to when, how much.

/// A cause that goes on for a while.
struct Spell<Value: Sendable>: Sendable {
    /// From the story's begin, s.
    let start: Double
    /// From the story's begin, s; infinite when it lasts.
    let end: Double
    /// How much, or what.
    let value: Value
    /// Which event of the story it is: what chance is drawn for it does not depend on other events.
    let number: Int

    /// Whether it is going on.
    func isOn(at seconds: Double) -> Bool { seconds >= start && seconds < end }

    /// The share of a time that it takes, 0 to 1.
    func share(from: Double, to: Double) -> Double {
        max(0, min(end, to) - max(start, from)) / (to - from)
    }

    /// 0 before it, 1 while it goes on, 0 afterwards, with smooth ways up and down.
    /// - Parameters:
    ///   - seconds: when.
    ///   - rise: how long the way up takes from the start, s.
    ///   - fall: how long the way down takes from the end, s.
    func envelope(at seconds: Double, rise: Double, fall: Double) -> Double {
        guard seconds >= start else { return 0 }
        let up = ((min(seconds, end) - start) / rise).eased
        return seconds < end ? up : up * (1 - ((seconds - end) / fall).eased)
    }
}
