// What stands on the disk at each step of a change, also when the process ends in the middle of it.
import Glibc
import Testing

@testable import Gateway

@Suite struct ConfigurationFilesTests {
    private let site: SmallSite
    private let files: ConfigurationFiles
    private let old = Array("old\n".utf8)
    private let new = Array("new\n".utf8)

    init() throws {
        site = SmallSite()
        site.folder.write("gateway.yaml", "old\n")
        files = ConfigurationFiles(site.path)
    }

    private func names() -> [String] {
        ["", ".trial", ".previous", ".refused", ".edited", ".new"].compactMap { ending in
            site.content("gateway.yaml" + ending).map { "\(ending): \($0.dropLast())" }
        }
    }

    @Test func `the file keeps what is in force until the new one has proved itself`() throws {
        try files.begin(new, inForce: old)
        #expect(names() == [": old", ".trial: new"])
        try files.confirm(new, before: old)
        #expect(names() == [": new", ".previous: old"])
    }

    @Test func `what has not proved itself is kept beside the file`() throws {
        try files.begin(new, inForce: old)
        try files.refuse()
        #expect(names() == [": old", ".refused: new"])
    }

    @Test func `a file that holds the new text already gets back what is in force until that has proved itself`() throws {
        site.folder.write("gateway.yaml", "new\n")
        try files.begin(new, inForce: old)
        #expect(names() == [": old", ".trial: new"])
        try files.confirm(new, before: old)
        #expect(names() == [": new", ".previous: old"])
    }

    @Test func `when what is in force cannot go back, nothing is on trial`() throws {
        site.folder.write("gateway.yaml", "new\n")
        // A folder in the place of the file that is written beside FILE: the second write fails, the first does not.
        try #require(mkdir(site.folder.file("gateway.yaml.new"), 0o755) == 0)
        let failure = #expect(throws: ConfigurationFiles.Failure.self) { try files.begin(new, inForce: old) }
        #expect(failure == .init(path: files.path, code: EISDIR))
        #expect(site.content("gateway.yaml") == "new\n" && site.content("gateway.yaml.trial") == nil)
    }

    @Test func `what a person has written meanwhile is not lost`() throws {
        try files.begin(new, inForce: old)
        site.folder.write("gateway.yaml", "by hand\n")
        try files.confirm(new, before: old)
        #expect(names() == [": new", ".previous: old", ".edited: by hand"])
    }

    @Test func `the same text once more leaves what was before it`() throws {
        try files.begin(new, inForce: old)
        try files.confirm(new, before: old)
        try files.begin(new, inForce: new)
        try files.confirm(new, before: new)
        #expect(names() == [": new", ".previous: old"])
    }

    @Test func `a link stays one, and its neighbours stand beside the file`() throws {
        try #require(mkdir(site.folder.file("etc"), 0o755) == 0)
        try #require(symlink(site.path, site.folder.file("etc/link.yaml")) == 0)
        let linked = ConfigurationFiles(site.folder.file("etc/link.yaml"))
        try linked.begin(new, inForce: old)
        try linked.confirm(new, before: old)
        #expect(names() == [": new", ".previous: old"])
        var information = stat()
        #expect(lstat(site.folder.file("etc/link.yaml"), &information) == 0 && information.st_mode & S_IFMT == S_IFLNK)
    }

    @Test func `whoever may read the file may read its neighbours, and nobody else`() throws {
        try #require(chmod(site.path, 0o600) == 0)
        try files.begin(new, inForce: old)
        try files.confirm(new, before: old)
        for name in ["gateway.yaml", "gateway.yaml.previous"] {
            var information = stat()
            #expect(stat(site.folder.file(name), &information) == 0 && information.st_mode & 0o777 == 0o600, "\(name)")
        }
    }

    @Test func `a folder that cannot be written is named with what went wrong`() throws {
        let elsewhere = ConfigurationFiles(site.folder.file("missing/gateway.yaml"))
        let failure = #expect(throws: ConfigurationFiles.Failure.self) { try elsewhere.begin(new, inForce: old) }
        #expect(failure == .init(path: site.folder.file("missing/gateway.yaml.trial"), code: ENOENT))
        #expect(names() == [": old"])
    }
}
