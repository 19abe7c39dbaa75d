// Which questions find the devices of a bus, in which order, and how long they take when nobody answers. Pure.
import SensorModel

/// The plan of one scan.
///
/// First the addresses that installed sensor models leave the factory with, then units 1 to 32, then the rest: most devices are
/// found in the first seconds. Only reads, and such as change nothing in any known device.
public struct ScanPlan: Sendable, Equatable {
    /// What is scanned.
    public struct Line: Sendable, Equatable {
        /// The settings of a serial line of this machine; nil where they are not known or there are none.
        public var settings: SerialSettings?
        /// Whether units 0 and 255 can be asked, as over Modbus TCP.
        public var isTCP: Bool
        /// How long a unit that nobody knows may take to answer.
        public var responseTimeout: Duration

        /// - Parameters: as the properties.
        public init(settings: SerialSettings?, isTCP: Bool, responseTimeout: Duration) {
            self.settings = settings
            self.isTCP = isTCP
            self.responseTimeout = responseTimeout
        }
    }

    /// One place a device may be at.
    public struct Question: Sendable, Equatable {
        /// The unit's address.
        public var unit: UInt8
        /// What it is asked, one after the other until it answers: the first is what any device can be asked.
        public var reads: [ReadPlan.Block]
        /// How patient the question is.
        public var timing: UnitTiming
    }

    /// Questions at the same settings, one after the other.
    public struct Stage: Sendable, Equatable {
        /// The line's settings; nil where they are not known or there are none.
        public var settings: SerialSettings?
        /// Whether they are the bus's own.
        public var isOwn: Bool
        /// In their order; no unit twice at the same settings, in the whole plan.
        public var questions: [Question]

        /// How long a question takes when nobody answers: the way over the line, and the whole time-out.
        public func duration(of read: ReadPlan.Block, _ timing: UnitTiming) -> Duration {
            let frame = RequestFrame(unit: 1, table: read.table, address: read.address, count: read.count)
            let characters = (frame?.serial.count ?? 0) + (frame?.replyLength ?? 0) + 3
            let wire = settings?.timing.transaction(characters: characters, replyDelay: .zero) ?? .zero
            return wire + timing.responseTimeout
        }

        /// How long all of them take at most when nobody answers; at other settings with the rests between the questions to one
        /// unit, which there is nothing to fill with, and with the silence that is kept after the port was opened.
        public var duration: Duration {
            questions.reduce(.zero) { sum, question in
                let asking = question.reads.reduce(.zero) { $0 + duration(of: $1, question.timing) }
                return sum + asking + (isOwn ? .zero : question.timing.maxLatency * question.reads.count)
            }
        }

        /// How many questions there are, the second ones to one unit included.
        public var count: Int { questions.reduce(0) { $0 + $1.reads.count } }
    }

    /// What any device can be asked, and answers with a value or an exception (function 3; V1.1b3 §6.3).
    public static let common = ReadPlan.Block(table: .holding, address: 0, count: 1)
    /// The most questions to one place: after more the bus could not find its place again (`Resynchronisation.capacity`).
    public static let mostReads = Resynchronisation.capacity - 1

    /// In their order.
    public let stages: [Stage]

    /// - Parameters:
    ///   - line: what is scanned.
    ///   - profiles: the installed sensor models.
    ///   - otherSettings: whether to ask at other settings than the line's own too.
    public init(line: Line, profiles: [DeviceProfile], otherSettings: Bool) {
        // Over TCP a factory address of the serial side says nothing.
        let known = line.isTCP ? [] : profiles.filter { $0.serial != nil }
        var stages = [Stage(settings: line.settings, isOwn: true, questions: [])]
        for profile in known {
            guard let defaults = profile.serial else { continue }
            let settings = line.settings == nil ? nil : SerialSettings(defaults)
            guard settings == line.settings || otherSettings else { continue }
            let index =
                stages.firstIndex { $0.settings == settings }
                ?? {
                    stages.append(Stage(settings: settings, isOwn: false, questions: []))
                    return stages.count - 1
                }()
            stages[index].add(profile, at: defaults.address, line.responseTimeout)
        }
        let units = (1...247).map(UInt8.init) + (line.isTCP ? [255, 0] : [])
        let defaults = Set(stages[0].questions.map(\.unit))
        let rest = units.filter { !defaults.contains($0) }.map {
            Question(unit: $0, reads: [Self.common], timing: UnitTiming(responseTimeout: line.responseTimeout))
        }
        if stages.count == 1 {
            stages[0].questions += rest
        } else {
            stages.append(Stage(settings: line.settings, isOwn: true, questions: rest))
        }
        self.stages = stages.filter { !$0.questions.isEmpty }
    }

    /// How long the whole scan takes at most when nobody answers.
    public var duration: Duration { stages.reduce(.zero) { $0 + $1.duration } }

    /// How long the bus is away from its sensors because of other settings.
    public var blindTime: Duration { stages.filter { !$0.isOwn }.reduce(.zero) { $0 + $1.duration } }
}

extension ScanPlan.Stage {
    /// Asks for a device of the model at its factory address. Its own first read comes after the common one: some devices answer
    /// nothing but the functions they know.
    fileprivate mutating func add(_ profile: DeviceProfile, at unit: UInt8, _ timeout: Duration) {
        let timing = UnitTiming(busResponseTimeout: timeout, profile: profile.timing)
        let plan = ReadPlan(profile: profile)
        let own = plan.requirementBlocks.first ?? plan.blocks.first
        let index =
            questions.firstIndex { $0.unit == unit }
            ?? {
                questions.append(ScanPlan.Question(unit: unit, reads: [ScanPlan.common], timing: timing))
                return questions.count - 1
            }()
        questions[index].timing.responseTimeout = max(questions[index].timing.responseTimeout, timing.responseTimeout)
        questions[index].timing.maxLatency = max(questions[index].timing.maxLatency, timing.maxLatency)
        questions[index].timing.gap = max(questions[index].timing.gap, timing.gap)
        guard let own, !questions[index].reads.contains(own), questions[index].reads.count < ScanPlan.mostReads else { return }
        questions[index].reads.append(own)
    }
}
