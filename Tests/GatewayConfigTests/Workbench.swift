// A folder with a site's files and a small shipped folder, thrown away at the end of a test.
import GatewayConfig
import Glibc
import Testing

/// A temporary folder: `site/gateway.yaml`, `site/profiles/`, `boards/profiles/`, `boards/rules/`.
final class Workbench {
    let folder: String
    var gateway: String { "\(folder)/site/gateway.yaml" }
    var boards: String { "\(folder)/boards" }
    var loader: ConfigurationLoader { ConfigurationLoader(boards: boards) }

    init() throws {
        var template = Array("/tmp/gateway-config-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for name in ["site", "site/profiles", "site/secrets", "boards", "boards/profiles", "boards/rules", "store"] {
            try #require(mkdir("\(folder)/\(name)", 0o755) == 0)
        }
        for name in ["ca.pem", "gw.pem", "gw.key", "secrets/password"] { write("site/\(name)", "x\n") }
        write("site/gateway.yaml", Samples.gateway)
        write("site/profiles/gas-head.yaml", Samples.gasHead)
        write("boards/profiles/tilt-meter.yaml", Samples.tiltMeter)
        write("boards/rules/gas.yaml", Samples.rules)
    }

    deinit { Self.remove(folder) }

    /// Writes a file, named from the workbench's folder.
    func write(_ name: String, _ text: String) { write(name, Array(text.utf8)) }

    /// Writes a file's bytes, named from the workbench's folder.
    func write(_ name: String, _ bytes: [UInt8]) {
        let file = fopen("\(folder)/\(name)", "w")
        #expect(file != nil)
        guard let file else { return }
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        #expect(fclose(file) == 0)
    }

    /// Makes a folder, named from the workbench's folder.
    func makeFolder(_ name: String) { #expect(mkdir("\(folder)/\(name)", 0o755) == 0) }

    /// Removes a file or a folder with all that is in it, named from the workbench's folder.
    func remove(_ name: String) { Self.remove("\(folder)/\(name)") }

    /// What loading says, one line an error, with paths from the workbench's folder; empty when it loads.
    func errors() -> [String] {
        do {
            _ = try loader.load(path: gateway)
            return []
        } catch {
            return error.errors.map { short($0.description) }
        }
    }

    /// What loading a sensor model says.
    func profileErrors(_ name: String) -> [String] {
        do {
            _ = try loader.loadProfile(path: "\(folder)/\(name)")
            return []
        } catch {
            return error.errors.map { short($0.description) }
        }
    }

    /// The text with paths from the workbench's folder.
    func short(_ text: String) -> String {
        text.split(separator: "\(folder)/", omittingEmptySubsequences: false).joined()
    }

    private static func remove(_ path: String) {
        if let directory = opendir(path) {
            var names: [String] = []
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { names.append(name) }
            }
            closedir(directory)
            for name in names { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}

extension String {
    /// The text with the only occurrence of `old` replaced.
    func replacing(only old: String, with new: String, _ location: SourceLocation = #_sourceLocation) -> String {
        let parts = split(separator: old, omittingEmptySubsequences: false)
        #expect(parts.count == 2, "'\(old)' must stand in the sample exactly once", sourceLocation: location)
        return parts.joined(separator: new)
    }
}
