// Small files: read with a limit, replaced whole, added to.
import Glibc
import Platform
import TestSupport
import Testing

@Suite struct TextFileTests {
    private let folder = TemporaryFolder()

    @Test("a file is replaced whole, and the temporary one is gone")
    func replace() {
        let path = folder.file("state")
        #expect(TextFile.replace(path, with: Array("a long first content".utf8)) == 0)
        #expect(TextFile.replace(path, with: Array("short".utf8)) == 0)
        #expect(TextFile.read(path, atMost: 100) == "short")
        #expect(access(path + ".new", F_OK) != 0)
    }

    @Test("a file may be empty")
    func empty() {
        #expect(TextFile.replace(folder.file("empty"), with: []) == 0)
        #expect(TextFile.bytes(folder.file("empty"), atMost: 0) == [])
    }

    @Test("a replacement that fails says why and leaves the old content")
    func replaceFails() {
        #expect(TextFile.replace(folder.file("missing/state"), with: [1]) == ENOENT)
        let path = folder.file("old")
        #expect(TextFile.replace(path, with: [1, 2]) == 0)
        #expect(mkdir(path + ".new", 0o700) == 0)
        #expect(TextFile.replace(path, with: [3]) == EISDIR)
        #expect(TextFile.bytes(path, atMost: 10) == [1, 2])
    }

    @Test("a link that stands where the temporary file is made is removed, and what it leads to is left as it is")
    func link() {
        let victim = folder.write("victim", "precious")
        let path = folder.file("state")
        for target in [victim, folder.file("nowhere")] {
            #expect(symlink(target, path + ".new") == 0)
            #expect(TextFile.replace(path, with: [7]) == 0)
            var information = stat()
            #expect(lstat(path, &information) == 0)
            #expect(information.st_mode & S_IFMT == S_IFREG)
            #expect(TextFile.bytes(path, atMost: 9) == [7])
        }
        #expect(TextFile.read(victim, atMost: 99) == "precious")
        #expect(access(folder.file("nowhere"), F_OK) != 0)
    }

    @Test("a temporary file that was left, and is open elsewhere, is not the one that is written")
    func left() {
        let path = folder.file("key")
        let descriptor = open(folder.write("key.new", "left"), O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        #expect(TextFile.replace(path, with: [1, 2], mode: 0o600) == 0)
        var old = stat()
        var new = stat()
        #expect(fstat(descriptor, &old) == 0)
        #expect(stat(path, &new) == 0)
        #expect(old.st_size == 4 && old.st_ino != new.st_ino)
    }

    @Test("a mode is what it is asked to be, and so is an owner")
    func mode() {
        let path = folder.file("mode")
        for mode: mode_t in [0o600, 0o666, 0o644] {
            #expect(TextFile.replace(path, with: [1], mode: mode, owner: (user: getuid(), group: getgid())) == 0)
            var information = stat()
            #expect(stat(path, &information) == 0)
            #expect(information.st_mode & 0o777 == mode)
            #expect(information.st_uid == getuid() && information.st_gid == getgid())
        }
    }

    @Test("appending makes the file and then adds to its end")
    func append() {
        let path = folder.file("log")
        #expect(TextFile.append(path, Array("one\n".utf8)) == 0)
        #expect(TextFile.append(path, Array("two\n".utf8)) == 0)
        #expect(TextFile.read(path, atMost: 100) == "one\ntwo\n")
        #expect(TextFile.append(folder.file("missing/log"), [1]) == ENOENT)
    }

    @Test("a file of exactly the limit is read, one byte more is not")
    func limit() {
        let path = folder.write("limit", "12345")
        #expect(TextFile.read(path, atMost: 5) == "12345")
        #expect(TextFile.read(path, atMost: 4) == nil)
        #expect(TextFile.bytes(folder.file("missing"), atMost: 5) == nil)
        #expect(TextFile.bytes(folder.path, atMost: 5) == nil)
    }

    @Test("a file of several chunks comes back byte for byte")
    func large() {
        var generator = SeededGenerator(seed: 1)
        let content = (0..<200_001).map { _ in UInt8.random(in: 0...255, using: &generator) }
        #expect(TextFile.replace(folder.file("large"), with: content) == 0)
        #expect(TextFile.bytes(folder.file("large"), atMost: 200_001) == content)
    }
}
