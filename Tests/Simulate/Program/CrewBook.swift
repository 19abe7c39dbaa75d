// What people were told about crews at work, by the desk's replies and by answers on the spot: that must outlast every power cut.

/// At which cover a crew is at work for sure.
///
/// `@unchecked Sendable`: the desk and the technician tell it; all of it runs on the one thread of `VirtualTime`, which checks
/// that at each moment and each line of the log.
final class CrewBook: @unchecked Sendable {
    /// One cover.
    private struct Page {
        /// Orders that were given.
        var orders = 0
        /// What the answer to the last of them says: until when a crew is there, 0 when none is; nil when nothing is sure.
        var until: Int64?
    }

    /// What is not sure so near to the end of a time.
    private static let margin = 60 * World.second

    private let time: VirtualTime
    private var pages: [String: Page] = [:]
    /// How often what was found could be compared with what is sure.
    private(set) var compared = 0
    /// Told what is wrong.
    var complaint: (String) -> Void = { _ in }
    /// Whether what the daemon commits is in the files and stays there, and the clock is one that a crew's time can be kept by.
    var isSound: () -> Bool = { false }
    /// Told of each answer, at its moment.
    var told: () -> Void = {}

    init(_ time: VirtualTime) { self.time = time }

    /// Somebody gives an order about a crew; until the answer nothing is sure.
    /// - Returns: which order this is of those for the cover.
    func ordered(at cover: String) -> Int {
        pages[cover, default: Page()].orders += 1
        pages[cover]?.until = nil
        return pages[cover]?.orders ?? 0
    }

    /// An order was answered: it is done.
    /// - Parameter until: the end of the crew's time; 0 when it went away.
    func done(at cover: String, order: Int, until: Int64) {
        guard isSound(), pages[cover]?.orders == order else { return }
        pages[cover]?.until = until
        told()
    }

    /// A clock that nobody vouches for has ended what people had set aside.
    func forget() {
        for cover in pages.keys { pages[cover]?.until = nil }
    }

    /// Somebody has asked who is at work.
    func judge(found covers: [String]) {
        guard isSound() else { return }
        for (cover, page) in pages.sorted(by: { $0.key < $1.key }) {
            guard let until = page.until, until == 0 || abs(until - time.now) > Self.margin else { continue }
            compared += 1
            guard covers.contains(cover) != (until > time.now) else { continue }
            complaint(
                "a crew at \(cover) was \(until > time.now ? "to be there" : "gone") for sure, and the gateway finds \(covers)")
        }
    }
}
