// Certificates of every kind, good and bad, made by the openssl tool for the test.

/// A certificate authority made with the openssl tool.
public struct TestAuthority: Sendable {
    /// A tool failed: what it said.
    public struct Failure: Error {
        let said: String
    }

    /// Certificate and key, PEM.
    public struct Pair: Sendable {
        /// Path of the certificate.
        public let certificate: String
        /// Path of the key.
        public let key: String
    }

    private let folder: TemporaryFolder
    private let name: String
    /// Path of the authority's own certificate.
    public var certificate: String { folder.file("\(name).pem") }

    /// Makes the authority.
    public init(_ name: String, in folder: TemporaryFolder) throws {
        self.folder = folder
        self.name = name
        try Self.openssl(
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", "/CN=\(name)", "-keyout", folder.file("\(name).key"), "-out", folder.file("\(name).pem"),
            ], in: folder)
        folder.write("\(name).index", "")
        folder.write(
            "\(name).cnf",
            """
            [ca]
            default_ca = own
            [own]
            database = \(folder.file("\(name).index"))
            new_certs_dir = \(folder.path)
            policy = any
            default_md = sha256
            default_days = 30
            rand_serial = yes
            unique_subject = no
            [any]
            commonName = supplied

            """)
    }

    /// Issues a certificate.
    /// - Parameters:
    ///   - pair: the name of its files.
    ///   - alternativeNames: like `DNS:localhost,IP:127.0.0.1`; nil leaves the extension out.
    ///   - usage: extended key usage; nil leaves it out.
    ///   - from: start of its time, like `20200101000000Z`; nil is now.
    ///   - until: end of its time; nil is in 30 days.
    public func issue(
        _ pair: String, alternativeNames: String?, usage: String? = "serverAuth", from: String? = nil, until: String? = nil
    ) throws -> Pair {
        let issued = Pair(certificate: folder.file("\(pair).pem"), key: folder.file("\(pair).key"))
        try Self.openssl(
            [
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
                "-keyout", issued.key, "-out", folder.file("\(pair).csr"),
            ], in: folder)
        let extensions = [alternativeNames.map { "subjectAltName=\($0)" }, usage.map { "extendedKeyUsage=\($0)" }].compactMap {
            $0
        }
        let extensionFile = folder.write("\(pair).ext", "basicConstraints=CA:FALSE\n" + extensions.joined(separator: "\n") + "\n")
        var arguments = [
            "ca", "-batch", "-notext", "-config", folder.file("\(name).cnf"), "-cert", certificate,
            "-keyfile", folder.file("\(name).key"), "-in", folder.file("\(pair).csr"), "-extfile", extensionFile,
            "-out", issued.certificate,
        ]
        if let from { arguments += ["-startdate", from] }
        if let until { arguments += ["-enddate", until] }
        try Self.openssl(arguments, in: folder)
        return issued
    }

    private static func openssl(_ arguments: [String], in folder: TemporaryFolder) throws {
        let tool = try ChildProcess("/usr/bin/openssl", arguments, outputFile: folder.file("openssl.log"))
        tool.waitForEnd()
        guard tool.status == 0 else { throw Failure(said: tool.output) }
    }
}
