// What was wrong with a lane when it was opened, and what was done: for the log, the status and the alarm.
import SensorModel

/// Something that was wrong with the store and was met.
public struct StoreFinding: Sendable, Equatable, CustomStringConvertible {
    /// What was done.
    public enum Remedy: Sendable, Equatable {
        /// The lane's files were set aside, and an empty one was begun.
        case begunAnew
        /// The files were set aside; what could be read of them moved into a fresh one.
        case carriedOver
        /// Commits are missing; the numbers of their records stand in a gap.
        case named(Gap)
        /// The lane is kept in memory, up to so many bytes.
        case memory(bytes: Int64)
        /// The file is of a newer version and left as it is; the lane is kept in memory, up to so many bytes.
        case leftAlone(bytes: Int64)
        /// How far an uplink is was not believed: it delivers again from the oldest record there is.
        case deliversAgain(uplink: String)
        /// A state was not taken up, and is kept under another key.
        case stateSetAside(key: String)
    }

    /// The lane.
    public var lane: Lane
    /// What was wrong, in words.
    public var cause: String
    /// What was done.
    public var remedy: Remedy
    /// Files that were set aside.
    public var files: [String]

    /// - Parameters: as the properties.
    public init(lane: Lane, cause: String, remedy: Remedy, files: [String] = []) {
        self.lane = lane
        self.cause = cause
        self.remedy = remedy
        self.files = files
    }

    /// Something beside the records that is not what was written.
    init(lane: Lane, remedy: Remedy) {
        self.init(lane: lane, cause: "a row beside its records is not what was written, by its checksum", remedy: remedy)
    }

    /// One line for a technician.
    public var description: String {
        let aside = files.isEmpty ? "" : "; set aside: \(files.joined(separator: ", "))"
        let done =
            switch remedy {
            case .begunAnew: "begun anew, what was in it and not delivered is lost"
            case .carriedOver: "begun anew with all that could be read, gaps name the rest"
            case .named(let gap): "records \(gap.from) to \(gap.to) are lost, a gap names them"
            case .memory(let bytes):
                "kept in memory only, at most \(bytes >> 10) KiB, and lost at a restart: put the store right; it is tried again"
            case .leftAlone(let bytes):
                "left as it is, only read; kept in memory only, at most \(bytes >> 10) KiB, and lost at a restart: "
                    + "install that version again"
            case .deliversAgain(let uplink):
                "how far the uplink \(uplink) is was not believed, it delivers again from the oldest record there is"
            case .stateSetAside(let key):
                "the state \(key) was not taken up: what it stood for is judged anew, and an alarm that nobody here knows may "
                    + "still stand at the platform; close it there"
            }
        return "the \(lane.rawValue) lane: \(cause): \(done)\(aside)"
    }
}

/// What there is to know of a lane without asking its thread, which may wait for its medium.
public struct LaneCondition: Sendable, Equatable {
    /// The most findings that are remembered; the first ones.
    static let mostFindings = 8

    /// What was wrong since the start, at most so many.
    public internal(set) var findings: [StoreFinding] = []
    /// True while the disk has no room and the lane lives in the file that it has.
    public internal(set) var isDiskFull = false
    /// True while alarms that were not delivered everywhere fill all the room there is for them, and the oldest are given up.
    public internal(set) var isOverfull = false
    /// Why no further numbers can be reserved, though commits may succeed: when those that were are used up, nothing can be
    /// numbered. Nil when they can be.
    public internal(set) var unreserved: StoreError?
    /// Nothing was wrong, and there is room.
    public var isWell: Bool { findings.isEmpty && !isDiskFull && !isOverfull }
    /// How the lane has ended; nil as long as it has not, and when it could not be closed.
    public internal(set) var end: End?

    /// Whether the lane has ended and everything in it is in a file, or goes along.
    public var isKept: Bool { end == .committed || end == .left }

    /// How a lane has ended.
    public enum End: Sendable, Equatable {
        /// Everything that it was given is committed.
        case committed
        /// It was in memory, and so many records of it were not delivered.
        case memory(undelivered: Int64)
        /// It was in memory, and what waits in it goes into the lane that takes its place.
        case left
    }

    mutating func note(_ finding: StoreFinding) {
        if findings.count < Self.mostFindings { findings.append(finding) }
    }
}
