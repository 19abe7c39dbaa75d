// The starts of this boot that have not ended by themselves: five within ten minutes are a crash loop. Pure.
import SensorModel

/// Starts of the daemon, as a small file keeps them.
///
/// They are counted within one boot of the kernel, by its own time: that time never steps, and a gateway whose power comes and
/// goes is no daemon that falls over. So starts of other boots do not count.
struct StartHistory: Sendable, Equatable {
    /// So many starts that did not end by themselves, and the next one is careful.
    static let most = 5
    /// Within so long; and so long the careful one has to live to be one like all others.
    static let window = Duration.seconds(600)
    private static let kept = 16
    /// A run that has lasted so long has proved what it ran with.
    static let proof = Duration.seconds(120)

    /// The boot they belong to.
    let boot: String
    /// When they were, oldest first.
    private(set) var starts: [MonotonicTime]

    /// Reads a file's text. What is no start of this boot is left out.
    init(_ text: String, boot: String, now: MonotonicTime) {
        self.boot = boot
        starts = text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 2, words[0] == boot, let milliseconds = Int64(words[1]),
                (0...now.milliseconds).contains(milliseconds)
            else { return nil }
            return MonotonicTime(nanoseconds: milliseconds * 1_000_000)
        }
    }

    /// One more start, which stands here until it is forgotten.
    /// - Returns: how careful it has to be; nil for not at all.
    mutating func begin(now: MonotonicTime) -> SafeMode? {
        let recent = starts.count { now - $0 <= Self.window }
        starts = (starts + [MonotonicTime(nanoseconds: now.milliseconds * 1_000_000)]).suffix(Self.kept)
        return recent < Self.most ? nil : SafeMode(starts: recent, until: now + Self.window)
    }

    private mutating func forgetNewest() { if !starts.isEmpty { starts.removeLast() } }

    /// The newest start has ended by itself.
    ///
    /// What was wrong before is over only when that run has lasted: a daemon that falls over after a minute can be stopped in
    /// order after twenty seconds, and nothing is better then.
    /// - Parameters:
    ///   - inOrder: it was asked to.
    ///   - lifetime: how long the run has lasted.
    mutating func end(inOrder: Bool, after lifetime: Duration) {
        if inOrder, lifetime >= Self.proof { starts = [] } else { forgetNewest() }
    }

    /// For the file: one line for each.
    var text: String { starts.map { "\(boot) \($0.milliseconds)\n" }.joined() }
}
