// The questions of one stage of a scan, as they are asked and answered. Pure: time comes in as a parameter.
import SensorModel

/// Who is asked next, who is asked again, and who is there.
public struct ScanRound: Sendable {
    /// What to do now.
    public enum Turn: Sendable, Equatable {
        /// Ask this; `take` must follow.
        case ask(ScanPlan.Question, ReadPlan.Block)
        /// Nothing before this moment.
        case wait(until: MonotonicTime)
        /// Nobody is left.
        case over
    }

    /// What an answer says.
    public enum Finding: Sendable, Equatable {
        /// A device is there; what it answered, in words.
        case device(seen: String)
        /// Nobody is there, as far as this answer goes.
        case nobody
        /// Bytes came that are no reply, every time.
        case noise
        /// The port is gone, for this reason.
        case disconnected(String)
    }

    private struct Later {
        var question: ScanPlan.Question
        var read: Int
        var attempts: Int
        var notBefore: MonotonicTime
    }

    /// How often one thing is asked of a unit when the answer says nothing.
    private static let attempts = 3

    private let stage: ScanPlan.Stage
    private var position = 0
    private var later: [Later] = []
    private var current: Later?
    /// How many were asked.
    public private(set) var asked = 0

    /// - Parameter stage: whom to ask.
    public init(_ stage: ScanPlan.Stage) { self.stage = stage }

    /// What is next: somebody who was asked before and has rested, or the next unit.
    public mutating func next(now: MonotonicTime) -> Turn {
        if let index = later.firstIndex(where: { $0.notBefore <= now }) {
            current = later.remove(at: index)
        } else if position < stage.questions.count {
            current = Later(question: stage.questions[position], read: 0, attempts: 0, notBefore: now)
            position += 1
        } else if let moment = later.map(\.notBefore).min() {
            return .wait(until: moment)
        } else {
            return .over
        }
        guard let current else { return .over }
        return .ask(current.question, current.question.reads[current.read])
    }

    /// What the last question brought. Any answer that is well-formed, an exception too, comes from a device.
    public mutating func take(_ outcome: SensorEdge.Outcome, now: MonotonicTime) -> Finding {
        guard let question = current else { return .nobody }
        current = nil
        asked += 1
        let read = question.question.reads[question.read]
        let place =
            "\(read.table.rawValue) \(read.address)" + (read.count > 1 ? "-\(Int(read.address) + Int(read.count) - 1)" : "")
        switch outcome {
        case .success(let reply):
            return .device(seen: "\(place) reads \(reply.words.map(hex).joined(separator: " "))")
        case .failure(let error):
            switch error.kind {
            // A gateway in between says that nobody answers it.
            case .exception(ModbusException.gatewayTargetSilent), .exception(ModbusException.gatewayPathUnavailable), .timeout:
                askNext(question, now)
                return .nobody
            case .exception(let code): return .device(seen: "refuses \(place): \(ModbusException.describe(code))")
            case .disconnected:
                askAgain(question, now)
                return .disconnected(error.detail)
            case .resting:
                if !askAgain(question, now) { askNext(question, now) }
                return .nobody
            case .corruptReply: return askAgain(question, now) ? .nobody : .noise
            }
        }
    }

    /// A unit that was silent rests before it is asked something else: a late reply could be taken for the answer.
    private mutating func askNext(_ question: Later, _ now: MonotonicTime) {
        guard question.read + 1 < question.question.reads.count else { return }
        var next = question
        next.read += 1
        next.attempts = 0
        next.notBefore = now + question.question.timing.maxLatency
        later.append(next)
    }

    @discardableResult
    private mutating func askAgain(_ question: Later, _ now: MonotonicTime) -> Bool {
        guard question.attempts + 1 < Self.attempts else { return false }
        var again = question
        again.attempts += 1
        again.notBefore = now + question.question.timing.maxLatency
        later.append(again)
        return true
    }

    private var open: [Later] {
        later + [current].compactMap { $0 }
            + stage.questions[position...].map {
                Later(question: $0, read: 0, attempts: 0, notBefore: MonotonicTime(nanoseconds: 0))
            }
    }

    /// How many questions remain when nobody answers.
    public var remaining: Int { open.reduce(0) { $0 + $1.question.reads.count - $1.read } }

    /// How long they take.
    public var remainingTime: Duration {
        open.reduce(.zero) { sum, question in
            let reads = question.question.reads[question.read...]
            let asking = reads.reduce(.zero) { $0 + stage.duration(of: $1, question.question.timing) }
            return sum + asking + (stage.isOwn ? .zero : question.question.timing.maxLatency * reads.count)
        }
    }
}
