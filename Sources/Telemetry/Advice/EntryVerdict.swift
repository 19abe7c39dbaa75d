// What the fixed sensors let one say before somebody enters a manhole.

/// The three answers; there is no fourth, and none of them is a permit.
public enum EntryVerdict: String, CaseIterable, Sendable, Comparable {
    /// The fixed sensors have nothing against it.
    case noObjection = "no-objection"
    /// Something has to be seen to first.
    case caution
    /// Nobody goes in.
    case stop

    private var rank: Int {
        switch self {
        case .noObjection: 0
        case .caution: 1
        case .stop: 2
        }
    }

    /// The worse one is greater.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
