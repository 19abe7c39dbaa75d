// The gateway's signature: the algorithm is the standard's, and the key is made once and never again.
import FoundationEssentials
@testable import Gateway
import Glibc
import Platform
import TestSupport
import Testing

@Suite struct SignerTests {
    private let folder = TemporaryFolder()
    private let executor = SingleThreadExecutor()

    private func signer() -> Signer { Signer(folder: folder.path, executor: executor) }

    private func sign(_ message: [UInt8], by signer: Signer? = nil) throws -> Signer.Signature {
        let signer = signer ?? self.signer()
        return try executor.result { try await signer.sign(message) }
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        stride(from: 0, to: hexadecimal.count, by: 2).compactMap { start in
            UInt8(hexadecimal.dropFirst(start).prefix(2), radix: 16)
        }
    }

    /// RFC 8032 §7.1, tests 1 to 3.
    @Test(
        "the standard's own messages have the standard's own signatures",
        arguments: [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                    + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                    + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                    + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
        ])
    func vectors(seed: String, message: String, key: String, signature: String) throws {
        let prefix = Self.bytes("302e020100300506032b657004220420")
        let pem = Data(prefix + Self.bytes(seed)).base64EncodedString()
        folder.write("signing.key", "-----BEGIN PRIVATE KEY-----\n\(pem)\n-----END PRIVATE KEY-----\n")
        let made = try sign(Self.bytes(message))
        #expect(made.base64 == Data(Self.bytes(signature)).base64EncodedString())
        let publicKey = Data(Self.bytes("302a300506032b6570032100") + Self.bytes(key)).base64EncodedString()
        #expect(made.publicKey == "-----BEGIN PUBLIC KEY-----\n\(publicKey)\n-----END PUBLIC KEY-----\n")
        #expect(TextFile.read(folder.file("signing.pub"), atMost: 1000) == made.publicKey)
    }

    @Test("the key is made at the first signature, for the daemon alone, and stays over restarts")
    func kept() throws {
        let first = try sign([1, 2, 3])
        #expect(try sign([1, 2, 3]) == first, "another signer on the same folder")
        #expect(try sign([1, 2, 4]).base64 != first.base64)
        var information = stat()
        #expect(stat(folder.file("signing.key"), &information) == 0 && information.st_mode & 0o777 == 0o600)
        #expect(try SignerTests().sign([1, 2, 3]).publicKey != first.publicKey, "another gateway has another key")
    }

    @Test(
        "a damaged key is never replaced by itself",
        arguments: ["", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func damaged(text: String) throws {
        let path = folder.write("signing.key", text)
        #expect(throws: Signer.Failure.damagedKey(path: path)) { try sign([1]) }
        #expect(TextFile.read(path, atMost: 1000) == text)
    }

    @Test("a folder that cannot be written is said, and nothing is signed")
    func unwritable() {
        let signer = Signer(folder: folder.file("nowhere"), executor: executor)
        #expect(throws: Signer.Failure.file(path: folder.file("nowhere/signing.key"), code: ENOENT)) { try sign([1], by: signer) }
    }

    @Test("a document holds the signed bytes as they are")
    func document() throws {
        let report = Array(#"{"b":1.50,"a":"人/民"}"#.utf8)
        let made = SignedDocument(report: report, signature: .init(base64: "QUJD", publicKey: "-----X-----\nY\n-----Z-----\n"))
        #expect(
            String(decoding: made.bytes, as: UTF8.self)
                == #"{"report":{"b":1.50,"a":"人/民"},"signature":"QUJD","algorithm":"Ed25519","#
                + #""public_key":"-----X-----\nY\n-----Z-----\n"}"#)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        #expect(try decoder.decode(Keyed.self, from: Data(made.bytes)).publicKey == "-----X-----\nY\n-----Z-----\n")
    }

    private struct Keyed: Decodable {
        let publicKey: String
    }
}
