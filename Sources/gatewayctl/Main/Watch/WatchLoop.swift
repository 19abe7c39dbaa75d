// The live screen's loop: one thread, one poll(2) over keys, signals and the daemon's answers; it sleeps until one comes.
import CPlatform
import DiagnosticsClient
import DiagnosticsScreen
import Glibc

/// Runs the screen until somebody ends it.
final class WatchLoop {
    /// How it ended.
    enum End { case quit, signal(Int32) }

    /// How long the rest of a key's sequence may take; then a lone ESC was the Escape key.
    private static let sequenceTime = 0.15

    private let socket: String
    private let every: Double
    private let terminal: Terminal
    private let signals: Int32
    private let writer: FrameWriter
    private var state: WatchState
    private var decoder = KeyDecoder()
    private var shown: Frame?
    private var look: SnapshotPoll?
    private var nextLook: Double
    private var keyTime: Double?
    private var isDirty = true
    private var end: End?

    /// - Parameters:
    ///   - first: the first look; without one there is nothing to show.
    ///   - every: seconds from look to look.
    init(socket: String, every: Double, first: GatewaySnapshot, terminal: Terminal, colour: Bool) {
        self.socket = socket
        self.every = every
        self.terminal = terminal
        writer = FrameWriter(colour: colour)
        let caught = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH]
        signals = cplatform_signal_descriptor(caught, Int32(caught.count))
        state = WatchState(every: every)
        let now = WatchClock.now()
        state.receive(first, at: now)
        nextLook = now.seconds + every
    }

    deinit { if signals >= 0 { close(signals) } }

    /// Shows the screen until it ends, and leaves the terminal as it was.
    func run() -> End {
        terminal.enter()
        defer { terminal.leave() }
        while true {
            if let end { return end }
            draw()
            wait()
            readSignals()
            readKeys()
            ask()
        }
    }

    private func draw() {
        guard isDirty, terminal.isIdle else { return }
        let frame = state.frame(terminal.size, at: WatchClock.now())
        terminal.write(writer.bytes(from: shown, to: frame))
        shown = frame
        isDirty = false
    }

    private func wait() {
        var requests = [terminal.request, pollfd(fd: signals, events: Int16(POLLIN), revents: 0)]
        if let descriptor = look?.descriptor { requests.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)) }
        let now = WatchClock.now().seconds
        var until = look == nil ? nextLook : now + 1
        if let keyTime { until = min(until, keyTime + Self.sequenceTime) }
        let milliseconds = ((until - now) * 1000).rounded(.up)
        poll(&requests, nfds_t(requests.count), Int32(max(0, min(3_600_000, milliseconds))))
        if requests[0].revents & Int16(POLLOUT) != 0 { terminal.flush() }
    }

    private func readSignals() {
        while signals >= 0 {
            let signal = cplatform_next_signal(signals)
            switch signal {
            case 0: return
            // The key that ends it, as q does.
            case SIGINT: end = .quit
            case SIGTERM, SIGHUP, SIGQUIT: end = .signal(signal)
            case SIGTSTP: suspend()
            case SIGCONT:
                terminal.applyRaw()
                redraw()
            default: isDirty = true
            }
        }
    }

    private func readKeys() {
        guard let bytes = terminal.read() else {
            end = end ?? .signal(SIGHUP)
            return
        }
        var keys = decoder.receive(bytes)
        let now = WatchClock.now().seconds
        if !bytes.isEmpty { keyTime = decoder.isPending ? now : nil }
        if let since = keyTime, now >= since + Self.sequenceTime {
            keys += decoder.expire()
            keyTime = nil
        }
        for key in keys {
            isDirty = true
            if key == .redraw { redraw() }
            if !state.press(key, size: terminal.size) { end = .quit }
        }
    }

    /// Goes on asking, or begins to when it is time.
    private func ask() {
        let now = WatchClock.now()
        do throws(ClientFailure) {
            if look == nil, now.seconds >= nextLook {
                // Looks that could not be made in time are left out.
                nextLook = max(nextLook + every, now.seconds)
                look = try SnapshotPoll(path: socket)
            }
            guard let snapshot = try look?.advance() else { return }
            look = nil
            state.receive(snapshot, at: now)
        } catch {
            look = nil
            state.fail(error, at: now)
        }
        isDirty = true
    }

    private func redraw() {
        shown = nil
        isDirty = true
    }

    /// Ctrl-Z: gives the terminal back, stops, and goes on here after `fg`.
    private func suspend() {
        terminal.leave()
        var stop = sigset_t()
        sigemptyset(&stop)
        sigaddset(&stop, SIGTSTP)
        raise(SIGTSTP)
        sigprocmask(SIG_UNBLOCK, &stop, nil)
        sigprocmask(SIG_BLOCK, &stop, nil)
        terminal.enter()
        redraw()
    }
}
