// Real programs in tests: started with their output in a file, never left behind, waited for by polling with a deadline.
import Glibc
import Platform
import Synchronization

/// Asks again and again until the condition holds or the time is over.
/// - Returns: whether the condition held.
public func eventually(within limit: Duration = .seconds(15), _ condition: () throws -> Bool) async rethrows -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
        if try condition() { return true }
        if clock.now >= deadline { return false }
        try? await clock.sleep(for: .milliseconds(10))
    }
}

/// A child process; killed and reaped at the latest when the last reference goes.
public final class ChildProcess: Sendable {
    /// The program could not be started: its path and the errno.
    public struct NotStarted: Error {
        let path: String
        let error: Int32
    }

    /// Its process id.
    public let pid: pid_t
    /// The file that takes its standard output and standard error.
    public let outputFile: String
    private let exitStatus = Mutex<Int32?>(nil)

    /// Starts a program.
    /// - Parameters:
    ///   - path: absolute.
    ///   - arguments: without the program's own name.
    ///   - outputFile: made or emptied.
    public init(_ path: String, _ arguments: [String], outputFile: String) throws(NotStarted) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputFile, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // The test's own settings for signals must not become the child's.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var texts = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for text in texts { free(text) } }
        var started = pid_t()
        let error = posix_spawn(&started, path, &actions, &attributes, &texts, environ)
        guard error == 0 else { throw NotStarted(path: path, error: error) }
        pid = started
        self.outputFile = outputFile
    }

    deinit {
        signal(SIGKILL)
        waitForEnd()
    }

    /// What it has written until now.
    public var output: String { TextFile.read(outputFile, atMost: 16_000_000) ?? "" }

    /// Whether it still runs.
    public var running: Bool { status == nil }

    /// Its wait status, once it has ended: 0 is exit code 0.
    public var status: Int32? {
        exitStatus.withLock { known in
            var status: Int32 = 0
            if known == nil, waitpid(pid, &status, WNOHANG) == pid { known = status }
            return known
        }
    }

    /// Sends a signal, if it still runs.
    public func signal(_ number: Int32) {
        if running { kill(pid, number) }
    }

    /// Waits for its end.
    /// - Returns: the wait status, or nil when it still runs after the time.
    public func ended(within limit: Duration = .seconds(15)) async -> Int32? {
        _ = await eventually(within: limit) { !running }
        return status
    }

    /// Blocks until its end; for small tools only.
    public func waitForEnd() {
        exitStatus.withLock { known in
            var status: Int32 = 0
            if known == nil, waitpid(pid, &status, 0) == pid { known = status }
        }
    }

    /// Kills it and waits for its end.
    public func killNow() async {
        signal(SIGKILL)
        _ = await ended()
    }
}
