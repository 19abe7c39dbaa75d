// A report with its signature, as one JSON object whose bytes a third party can check with public tools.
import FoundationEssentials

/// `{"report":…,"signature":…,"algorithm":"Ed25519","public_key":…}`; signed are the bytes of `report` as they stand there.
struct SignedDocument: Sendable, Equatable {
    /// The object's bytes.
    let bytes: [UInt8]

    /// - Parameters:
    ///   - report: the JSON that was signed.
    ///   - signature: of exactly these bytes.
    init(report: [UInt8], signature: Signer.Signature) {
        // PEM has line ends and nothing else that JSON would escape.
        let key = signature.publicKey.split(separator: "\n").map { "\($0)\\n" }.joined()
        let rest = #","signature":"\#(signature.base64)","algorithm":"Ed25519","public_key":"\#(key)"}"#
        bytes = Array(#"{"report":"#.utf8) + report + Array(rest.utf8)
    }

    /// Writes a report down, once and in one way, and has it signed.
    static func make(_ report: some Encodable & Sendable, by signer: Signer) async throws(Signer.Failure) -> Self {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = (try? encoder.encode(report)).map(Array.init) else { throw .notJSON }
        return Self(report: json, signature: try await signer.sign(json))
    }
}
