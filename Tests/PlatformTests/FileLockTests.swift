// One owner for a file, and the owner's name for whoever comes second.
import Glibc
import Platform
import TestSupport
import Testing

@Suite struct FileLockTests {
    private let folder = TemporaryFolder()

    @Test("the first one gets the lock, a second one hears who has it")
    func secondOpening() throws {
        let lock = try FileLock(path: folder.file("lock"))
        let own = try #require(TextFile.read("/proc/self/comm", atMost: 64)).prefix { $0 != "\n" }
        #expect(throws: FileLock.Failure.held(by: "\(own) (pid \(getpid()))")) { try FileLock(path: folder.file("lock")) }
        withExtendedLifetime(lock) {}
    }

    @Test("a lock that went away can be had again")
    func released() throws {
        do { _ = try FileLock(path: folder.file("lock")) }
        _ = try FileLock(path: folder.file("lock"))
    }

    @Test("a lock that was given up can be had again while a child that is just being started still has the file open")
    func stillOpen() throws {
        let path = folder.file("lock")
        let lock = try FileLock(path: path)
        let wanted = Array(path.utf8CString.dropLast())
        let found = (Int32(3)..<1024).first { number in
            var name = [CChar](repeating: 0, count: wanted.count)
            return readlink("/proc/self/fd/\(number)", &name, name.count) == wanted.count && name == wanted
        }
        // Shares the open file with the first descriptor, exactly as the copy in a child does.
        let copy = dup(try #require(found))
        defer { close(copy) }
        lock.release()
        _ = try FileLock(path: path)
    }

    @Test("another process's lock is refused with that process's name, and can be had when the process ends")
    func otherProcess() async throws {
        let path = folder.write("lock", "")
        let holder = try ChildProcess(
            "/usr/bin/flock", ["--no-fork", path, "/bin/sleep", "600"], outputFile: folder.file("output"))
        #expect(await eventually { (try? FileLock(path: path)) == nil })
        // flock becomes sleep: the pid stays, the name changes.
        #expect(await eventually { TextFile.read("/proc/\(holder.pid)/comm", atMost: 64) == "sleep\n" })
        #expect(throws: FileLock.Failure.held(by: "sleep (pid \(holder.pid))")) { try FileLock(path: path) }
        await holder.killNow()
        _ = try FileLock(path: path)
    }

    @Test("a file that cannot be opened is another failure, with the errno")
    func noFolder() {
        #expect(throws: FileLock.Failure.system(ENOENT)) { try FileLock(path: folder.file("missing/lock")) }
    }

    @Test("locks on two files have nothing to do with each other")
    func twoFiles() throws {
        let first = try FileLock(path: folder.file("one"))
        let second = try FileLock(path: folder.file("two"))
        withExtendedLifetime((first, second)) {}
    }
}
