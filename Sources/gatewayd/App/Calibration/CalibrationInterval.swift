// How long a passed test of a gas sensor counts.
import SensorModel

/// The one place of the number. Source: site practice, half a year between bump tests or calibrations of fixed gas sensors; the
/// device's own date, where its model has one, comes with its readings.
enum CalibrationInterval {
    /// Days.
    static let days = 180
    /// Where the number comes from.
    static let source = Bilingual(zh: "现场惯例", en: "site practice")

    /// When the next test is due after one that was passed.
    static func due(after passed: WallTime) -> WallTime {
        WallTime(nanoseconds: passed.nanoseconds &+ Int64(days) * 86_400_000_000_000)
    }
}
