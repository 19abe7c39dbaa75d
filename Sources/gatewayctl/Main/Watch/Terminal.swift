// The terminal itself: raw keys in, bytes out without ever waiting, and everything as it was at the end.
import DiagnosticsScreen
import Glibc

/// The controlling terminal, opened anew: what is set on this descriptor alone (not to wait) is nobody else's business.
final class Terminal {
    private let descriptor: Int32
    private var original: termios
    private var isEntered = false
    /// Bytes that the terminal has not taken yet.
    private var waiting: [UInt8] = []

    /// Whether it is one that obeys sequences: no printer, no console of a program.
    static var knowsMoreThanText: Bool {
        !["", "dumb", "unknown"].contains(getenv("TERM").map { String(cString: $0) } ?? "")
    }

    /// Opens it.
    /// - Returns: nil when standard input or output is no terminal, or it is one that cannot move its cursor.
    init?() {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, Self.knowsMoreThanText else { return nil }
        let opened = open("/dev/tty", O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        var settings = termios()
        guard opened >= 0, tcgetattr(opened, &settings) == 0 else {
            if opened >= 0 { close(opened) }
            return nil
        }
        descriptor = opened
        original = settings
    }

    deinit { close(descriptor) }

    var size: ScreenSize {
        var window = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return ScreenSize(columns: 80, rows: 24)
        }
        return ScreenSize(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    /// What to wait for: keys, and room when something waits to be written.
    var request: pollfd {
        pollfd(fd: descriptor, events: Int16(waiting.isEmpty ? POLLIN : POLLIN | POLLOUT), revents: 0)
    }

    /// Whether everything was taken: only then it makes sense to draw anew. A slow link so gets fewer pictures, not later ones.
    var isIdle: Bool { waiting.isEmpty }

    /// Takes the keys unread and unshown, and shows the other screen. Signals of keys (Ctrl-C, Ctrl-Z) stay.
    func enter() {
        guard !isEntered else { return }
        tcgetattr(descriptor, &original)
        isEntered = true
        applyRaw()
        write(FrameWriter.enter)
    }

    /// Sets the modes once more, after somebody else may have changed them.
    func applyRaw() {
        var raw = original
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        // No flow control: Ctrl-S would freeze a screen that is there to be live.
        raw.c_iflag &= ~tcflag_t(IXON | ICRNL)
        withUnsafeMutableBytes(of: &raw.c_cc) { controls in
            controls[Int(VMIN)] = 1
            controls[Int(VTIME)] = 0
        }
        tcsetattr(descriptor, TCSANOW, &raw)
    }

    /// Leaves everything as it was. Waits at most 2 s for a terminal that takes nothing.
    func leave() {
        guard isEntered else { return }
        isEntered = false
        write(FrameWriter.leave)
        for _ in 0..<20 where !waiting.isEmpty {
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&request, 1, 100)
            flush()
        }
        waiting = []
        tcsetattr(descriptor, TCSANOW, &original)
    }

    /// Writes as much as the terminal takes now and keeps the rest.
    func write(_ bytes: [UInt8]) {
        waiting += bytes
        flush()
    }

    /// Goes on writing.
    func flush() {
        while !waiting.isEmpty {
            let count = waiting.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                waiting.removeFirst(count)
            } else if errno != EINTR {
                // Full, or gone: then reading says so.
                return
            }
        }
    }

    /// The bytes of keys that are there.
    /// - Returns: nil when the terminal is gone.
    func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count > 0 { return Array(buffer.prefix(count)) }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? [] : nil
    }
}
