// A test's own folder, gone with the test.
import Glibc
import Platform

/// A folder of its own below the system's temporary folder, removed with the value.
public final class TemporaryFolder: Sendable {
    /// Its absolute path, without a slash at the end.
    public let path: String

    /// Makes it.
    public init() {
        var template = Array("/tmp/gatewayd-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/tmp"
        }
    }

    deinit {
        _ = try? ChildProcess("/bin/rm", ["-rf", path], outputFile: "/dev/null").waitForEnd()
    }

    /// A path inside.
    public func file(_ name: String) -> String { path + "/" + name }

    /// Makes a folder inside.
    public func make(_ name: String) { _ = mkdir(file(name), 0o755) }

    /// Writes a file and returns its path.
    @discardableResult
    public func write(_ name: String, _ text: String) -> String {
        _ = TextFile.replace(file(name), with: Array(text.utf8))
        return file(name)
    }
}
