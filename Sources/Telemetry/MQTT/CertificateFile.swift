// When an uplink's certificate ends, read from its file.
import CMosquitto

/// A PEM file with certificates.
public enum CertificateFile {
    /// When it ends, in seconds since 1970; nil when there is no certificate that can be read. Waits for the medium.
    /// - Parameter isAuthority: whether one of the file's certificates is enough: then it is the latest end; otherwise the end of
    ///   the first, before which stands nothing.
    public static func end(of file: String, isAuthority: Bool) -> Int64? {
        let end = cmosquitto_certificate_end(file, isAuthority)
        return end < 0 ? nil : end
    }
}
