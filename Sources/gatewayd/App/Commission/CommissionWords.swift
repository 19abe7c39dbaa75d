// Everything that commissioning says to the person at the cover, in one table.
import SensorModel

/// The sentences.
enum CommissionWords {
    /// The tilt zero is set.
    static func zeroSet(at place: String) -> Bilingual {
        Bilingual(
            zh: "\(place)：已把井盖现在的姿态记为零位。请确认井盖已盖好；若未盖好，盖好后再执行一次。",
            en: "\(place): the way the cover lies now counts as zero. Was it closed? If not, close it and do this once more.")
    }

    /// The polls lie too far apart.
    static func unrest(at place: String, degrees: String) -> Bilingual {
        Bilingual(
            zh: "\(place)：未设零位，读数相差 \(degrees) 度。请所有人离开井盖，等车辆通过后再执行。",
            en: "\(place): no zero was set, the readings lie \(degrees) degrees apart. Let everybody step off the cover, wait "
                + "until no vehicle passes, and do this again.")
    }

    /// A poll brought no good value.
    static func noGoodReading(at place: String, reason: String) -> Bilingual {
        Bilingual(
            zh: "\(place)：未设零位，传感器没有给出可信读数（\(reason)）。请先排除故障：gatewayctl sensors，gatewayctl bus stats。",
            en: "\(place): no zero was set, the sensor gives no good reading (\(reason)). Mend that first: gatewayctl sensors, "
                + "gatewayctl bus stats.")
    }
}
