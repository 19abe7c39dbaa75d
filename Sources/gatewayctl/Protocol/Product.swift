// What both programs say about themselves.

/// The product.
public enum Product {
    /// Its version, by the rules of Semantic Versioning.
    public static let version = "0.1.0"

    /// What the programs end with (sysexits.h for those from 64 on), in the words of the help texts and the manual pages.
    private static let exitCodes: [Int32: String] = [
        0: "done, or the answer is yes", 1: "the answer is no", 64: "usage", 69: "daemon not reachable", 77: "not allowed",
        78: "configuration",
    ]

    /// Some of the exit codes with their meaning, like `0 done, or the answer is yes; 64 usage`.
    public static func exitCodes(_ codes: [Int32]) -> String {
        codes.compactMap { code in exitCodes[code].map { "\(code) \($0)" } }.joined(separator: "; ")
    }
}
