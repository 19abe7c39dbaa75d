// When certificates end, read from real files.
import MQTTTransport
import Platform
import TestSupport
import Testing

@Suite struct CertificateFileTests {
    @Test func `a certificate's end is read; of authorities the latest, otherwise the first`() throws {
        let folder = TemporaryFolder()
        let authority = try TestAuthority("city", in: folder)
        let early = try authority.issue("early", alternativeNames: nil, from: "20200101000000Z", until: "20210101000000Z")
        let late = try authority.issue("late", alternativeNames: nil, from: "20200101000000Z", until: "20300101000000Z")
        #expect(CertificateFile.end(of: early.certificate, isAuthority: false) == 1_609_459_200)
        let both = folder.write("both.pem", try Self.text(early.certificate) + Self.text(late.certificate))
        #expect(CertificateFile.end(of: both, isAuthority: false) == 1_609_459_200)
        #expect(CertificateFile.end(of: both, isAuthority: true) == 1_893_456_000)
    }

    @Test func `without a certificate there is no end`() {
        let folder = TemporaryFolder()
        #expect(CertificateFile.end(of: folder.file("missing.pem"), isAuthority: true) == nil)
        #expect(CertificateFile.end(of: folder.write("other.pem", "no certificate"), isAuthority: false) == nil)
        #expect(CertificateFile.end(of: folder.path, isAuthority: true) == nil)
    }

    private static func text(_ path: String) throws -> String { try #require(TextFile.read(path, atMost: 1 << 20)) }
}
