// Where log lines leave the process: without ever waiting for who reads them.
import Glibc
import Synchronization

/// Standard error. A line is written when it fits at once, else it is dropped and counted; the count is written as soon as
/// there is room again.
final class LogSink: Sendable {
    /// The process has one standard error; this is its one writer.
    static let shared = LogSink(descriptor: STDERR_FILENO)

    /// What a pipe takes without waiting once it is writable (pipe(7), PIPE_BUF).
    private static let longest = 4096
    private let descriptor: Int32
    private let dropped = Mutex(0)

    init(descriptor: Int32) { self.descriptor = descriptor }

    func write(_ line: [UInt8]) {
        let cut = line.count <= Self.longest ? line : Array(line[..<(Self.longest - 1)]) + [UInt8(ascii: "\n")]
        dropped.withLock { dropped in
            guard isWritable else {
                dropped += 1
                return
            }
            if dropped > 0 {
                let note = Array("\(dropped) log lines dropped: nobody read them in time\n".utf8)
                note.withUnsafeBytes { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
                dropped = 0
                guard isWritable else {
                    dropped += 1
                    return
                }
            }
            cut.withUnsafeBytes { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
        }
    }

    private var isWritable: Bool {
        var question = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&question, 1, 0) == 1 && question.revents & Int16(POLLOUT) != 0
    }
}
