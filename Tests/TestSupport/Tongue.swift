// Which language a page is in, for the tests of what people read.
import Alarms
import SensorModel

/// Looks for words of the other language.
public enum Tongue {
    /// Whether there are Chinese characters, punctuation included.
    public static func hasHan(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            (0x3000...0x303F).contains(scalar.value) || (0x4E00...0x9FFF).contains(scalar.value)
                || (0xFF01...0xFF60).contains(scalar.value)
        }
    }

    /// English words of more than three letters. Commands behind `gatewayctl`, what stands in backquotes, paths and
    /// words of the contract are none.
    /// - Parameter data: what the sample's own data and its keys bring.
    public static func english(_ text: String, besides data: Set<String>) -> [String] {
        let quoted = text.replacing(/`[^`]*`/, with: "").replacing(/[A-Za-z0-9_.-]*\/[A-Za-z0-9_.\/-]+/, with: "")
        let words = quoted.replacing(/gatewayctl( [a-z-]+)*/, with: "").split {
            !($0.isASCII && ($0.isLetter || $0 == "-" || $0 == "_"))
        }
        return words.map(String.init).filter { word in
            let rest = word.dropFirst()
            let isWord =
                word.count > 3 && word.allSatisfy { $0.isLetter || $0 == "-" }
                && (rest.allSatisfy { $0.isLowercase || $0 == "-" } || word.allSatisfy { $0.isUppercase })
            return isWord && !data.contains(word) && !contract.contains(word)
        }
    }

    private static let contract: Set<String> = Set(
        AlarmState.allCases.map(\.rawValue) + BadReason.allCases.map(\.rawValue) + UncertainReason.allCases.map(\.rawValue)
            + ["good", "uncertain", "bad", "synced", "holdover", "unsynced", "connected", "connecting", "waiting", "stopped"]
            + ["never", "due", "later"])
}
