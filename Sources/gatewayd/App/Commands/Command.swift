// A command from the platform, and the ways in which one is refused.
import SensorModel

/// A command that is understood.
struct Command: Sendable, Equatable {
    /// Its id: it works once.
    var id: String
    /// What is to be done.
    var order: CommandOrder
    /// The person who wants it, as the platform names them; nil when the platform does not say.
    var by: String?
    /// From then on it must not be carried out any more.
    var expires: WallTime
}

/// Why a command is not carried out.
struct CommandRefusal: Error, Sendable, Equatable {
    /// The closed list of words in a reply's `error`.
    enum Word: String, CaseIterable, Sendable {
        /// The message cannot be read as a command.
        case malformed
        /// There is no such verb.
        case unknownVerb = "unknown-verb"
        /// Its time is over.
        case expired
        /// A command with this id has come before.
        case usedBefore = "used-before"
        /// The gateway does not know what time it is.
        case clockUnsynced = "clock-unsynced"
        /// There is nothing of that name.
        case notFound = "not-found"
        /// Not in the present state.
        case conflict
        /// The arguments make no sense.
        case invalid
        /// This version does not carry the verb out.
        case unsupported
        /// Too much at once; ask again later.
        case busy
        /// The part that would do it does not work.
        case unavailable
        /// The configuration did not prove itself: what was in force before is again.
        case rolledBack = "rolled-back"
        /// It may not be asked for in this way.
        case notAllowed = "not-allowed"
    }

    /// The command's id, as far as it could be read.
    var id: String?
    /// Why.
    var word: Word
    /// What is wrong and what to do, for a person; in which language is known where it is sent.
    var message: Bilingual

    /// - Parameters: as the properties.
    init(_ id: String?, _ word: Word, _ message: Bilingual) {
        self.id = id
        self.word = word
        self.message = message
    }

    /// - Parameters:
    ///   - zh: the message in Chinese.
    ///   - en: the message in English.
    init(_ id: String?, _ word: Word, zh: String, en: String) { self.init(id, word, Bilingual(zh: zh, en: en)) }
}

extension CommandRefusal {
    /// A no of the daemon's own interface, which the platform gets in the same words.
    init(_ id: String, _ failure: DiagnosticsFailure) {
        let word: Word =
            switch failure.kind {
            case .invalid, .configuration: .invalid
            case .notFound: .notFound
            case .notAllowed: .notAllowed
            case .conflict: .conflict
            case .unavailable: .unavailable
            }
        self.init(id, word, failure.message)
    }
}
