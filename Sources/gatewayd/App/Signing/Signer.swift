// The gateway's own signature: whoever has its public key can tell that a document came from here and was not altered.
import CSigning
import FoundationEssentials
import Glibc
import Platform

/// Signs with the gateway's key, which is made when it is first needed and stays in the store's folder.
///
/// `signing.key` is for the daemon alone (PKCS #8, RFC 8410 §7), `signing.pub` is for everybody (RFC 8410 §4); both are PEM.
public actor Signer {
    /// Why nothing was signed.
    public enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// The key's file is there and is no key.
        case damagedKey(path: String)
        /// A file cannot be read or written.
        case file(path: String, code: Int32)
        /// OpenSSL has refused.
        case library
        /// What shall be signed cannot be written as JSON: a fault of the daemon's own.
        case notJSON

        /// What is wrong and what to do.
        public var description: String {
            switch self {
            case .damagedKey(let path):
                "\(path) is not an Ed25519 key: put the right one there, or remove it and signing.pub for a new one, of which "
                    + "whoever checks signatures has to be told"
            case .file(let path, let code): "\(path): \(String(cString: strerror(code)))"
            case .library: "OpenSSL has refused to sign"
            case .notJSON: "it cannot be written as JSON: please report this fault with the version"
            }
        }
    }

    /// A signature and what it can be checked with.
    public struct Signature: Sendable, Equatable {
        /// The 64 bytes in base64.
        public var base64: String
        /// The public key as PEM.
        public var publicKey: String
    }

    private let folder: String
    private let executor: any SerialExecutor
    private var seed: [UInt8]?

    /// The thread that waits for the medium.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter folder: of the store.
    public init(folder: String, executor: any SerialExecutor) {
        self.folder = folder
        self.executor = executor
    }

    /// Signs the bytes.
    public func sign(_ message: [UInt8]) throws(Failure) -> Signature {
        let seed = try key()
        var signature = [UInt8](repeating: 0, count: 64)
        guard csigning_sign(seed, message, message.count, &signature) == 0 else { throw .library }
        let publicKey = try Self.publicKey(of: seed)
        let path = folder + "/signing.pub"
        if TextFile.read(path, atMost: 4096) != publicKey { try keep(publicKey, path, mode: 0o644) }
        return Signature(base64: Data(signature).base64EncodedString(), publicKey: publicKey)
    }

    private func key() throws(Failure) -> [UInt8] {
        if let seed { return seed }
        let key: [UInt8]
        if let taken = try taken() { key = taken } else { key = try made() }
        seed = key
        return key
    }

    private var keyPath: String { folder + "/signing.key" }

    /// The key of an earlier run; nil when there is none.
    private func taken() throws(Failure) -> [UInt8]? {
        guard access(keyPath, F_OK) == 0 else { return nil }
        guard access(keyPath, R_OK) == 0 else { throw .file(path: keyPath, code: errno) }
        guard let text = TextFile.read(keyPath, atMost: 4096) else { throw .damagedKey(path: keyPath) }
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }
        guard let bytes = Data(base64Encoded: lines.joined()).map(Array.init), bytes.count == Self.privatePrefix.count + 32,
            bytes.starts(with: Self.privatePrefix)
        else { throw .damagedKey(path: keyPath) }
        return Array(bytes.dropFirst(Self.privatePrefix.count))
    }

    private func made() throws(Failure) -> [UInt8] {
        var seed = [UInt8](repeating: 0, count: 32)
        guard csigning_generate(&seed) == 0 else { throw .library }
        try keep(Self.pem(Self.privatePrefix + seed, "PRIVATE KEY"), keyPath, mode: 0o600)
        return seed
    }

    private func keep(_ text: String, _ path: String, mode: mode_t) throws(Failure) {
        let code = TextFile.replace(path, with: Array(text.utf8), mode: mode)
        guard code == 0 else { throw .file(path: path, code: code) }
    }

    private static func publicKey(of seed: [UInt8]) throws(Failure) -> String {
        var key = [UInt8](repeating: 0, count: 32)
        guard csigning_public(seed, &key) == 0 else { throw .library }
        return pem(publicPrefix + key, "PUBLIC KEY")
    }

    private static func pem(_ bytes: [UInt8], _ label: String) -> String {
        "-----BEGIN \(label)-----\n\(Data(bytes).base64EncodedString())\n-----END \(label)-----\n"
    }

    /// What stands before the key's 32 bytes in DER: version, algorithm 1.3.101.112 and two octet strings (RFC 8410 §7).
    private static let privatePrefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
    /// The same for a public key: algorithm and a bit string (RFC 8410 §4).
    private static let publicPrefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
}
