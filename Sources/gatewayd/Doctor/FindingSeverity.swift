// How much a finding of the doctor weighs.
import SensorModel

/// The weight of a finding; only a notice leaves the gateway well.
public enum FindingSeverity: String, CaseIterable, Sendable, Comparable {
    /// A cover is unwatched, or its alarms reach nobody.
    case danger
    /// Something is wrong and becomes worse, or will be missed when it is needed.
    case warning
    /// To be known, or to be done at the next visit.
    case notice

    /// Worst first.
    public static func < (first: Self, second: Self) -> Bool { first.rank < second.rank }

    private var rank: Int {
        switch self {
        case .danger: 0
        case .warning: 1
        case .notice: 2
        }
    }

    /// The word a person reads.
    public var word: Bilingual {
        switch self {
        case .danger: Bilingual(zh: "危险", en: "DANGER")
        case .warning: Bilingual(zh: "警告", en: "WARNING")
        case .notice: Bilingual(zh: "提示", en: "NOTICE")
        }
    }
}
