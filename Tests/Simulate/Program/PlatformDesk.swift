// The platform's people: they acknowledge, shelve, and send crews, and know what must become of each command.
import SensorModel
import TestSupport

/// The commands that were sent, and what came back.
///
/// `@unchecked Sendable`: the broker and the ledger tell it; all of it runs on the one thread of `VirtualTime`, which checks that
/// at each moment and each line of the log.
final class PlatformDesk: @unchecked Sendable {
    private enum Order {
        case acknowledge
        case shelve(rule: String)
        case start(cover: String, number: Int, until: Int64)
        case stop(cover: String, number: Int)
        case receipt(alarm: String)
    }

    /// One command.
    private struct Letter {
        let order: Order
        var reply: [UInt8]?
        var isDone = false
        /// It was refused for the time, rightly.
        var isTooEarly = false
    }

    /// How long an answer may take on a sound link: two ways and a commit.
    private static let patience = Duration.seconds(30)

    private let time: VirtualTime
    private let broker: Broker
    private let oracle: AlarmOracle
    private let crews: CrewBook
    private var chance: SeededGenerator
    private var letters: [String: Letter] = [:]
    /// The last order, sent when everything is well: what it asks for is what the state must say.
    private var last: (id: String, cover: String)?
    /// Told of an alarm whose receipt the gateway has taken.
    var receiptTaken: (String) -> Void = { _ in }
    /// Told what is wrong.
    var complaint: (String) -> Void = { _ in }
    /// Whether the gateway's clock is right, and was so far ahead once that it cannot know that yet.
    var wasAhead: () -> Bool = { false }
    /// Whether gateway and link have been well since a moment.
    var isSound: (_ since: Int64) -> Bool = { _ in false }

    init(_ time: VirtualTime, _ broker: Broker, _ oracle: AlarmOracle, _ crews: CrewBook, seed: UInt64) {
        (self.time, self.broker, self.oracle, self.crews) = (time, broker, oracle, crews)
        chance = SeededGenerator(seed: seed)
    }

    /// Somebody sits down at the desk.
    func work() {
        for alarm in oracle.unanswered.prefix(4) where Bool.random(using: &chance) {
            send("ack", #""alarm":"\#(alarm)","by":"desk""#, .acknowledge)
        }
        let cover = "C-0001"
        switch Int.random(in: 0..<6, using: &chance) {
        case 0: start(at: cover, seconds: Int64.random(in: 600...14_400, using: &chance))
        case 1:
            send("maintenance", #""cover":"\#(cover)","action":"stop""#, .stop(cover: cover, number: crews.ordered(at: cover)))
        case 2:
            let standing = oracle.states.filter { $0.value.state == "unacknowledged" || $0.value.state == "acknowledged" }
            guard let id = standing.keys.sorted().randomElement(using: &chance), let rule = standing[id]?.rule else { return }
            send(
                "shelve", #""alarm":"\#(id)","reason":"test","until":"\#(text(time.now + 3600 * World.second))""#,
                .shelve(rule: rule))
        default: break
        }
    }

    /// Everything is well, and a crew goes out.
    func workForTheLastTime() {
        last = (start(at: "C-0001", seconds: 3600), "C-0001")
    }

    @discardableResult
    private func start(at cover: String, seconds: Int64) -> String {
        let order = "w-\(letters.count)"
        let until = time.now + seconds * World.second
        return send(
            "maintenance", #""cover":"\#(cover)","action":"start","order":"\#(order)","crew":"Li","until":"\#(text(until))""#,
            .start(cover: cover, number: crews.ordered(at: cover), until: until))
    }

    /// The platform has the alarm.
    /// A short-lived one: the gateway keeps each id until it expires.
    func sendReceipt(for alarm: String) { send("receipt", #""alarm":"\#(alarm)""#, .receipt(alarm: alarm), seconds: 600) }

    @discardableResult
    private func send(_ verb: String, _ arguments: String, _ order: Order, seconds: Int64 = 86_400) -> String {
        let id = "c-\(letters.count)"
        letters[id] = Letter(order: order)
        let sent = time.now
        time.after(Self.patience) { [unowned self] in
            guard self.letters[id]?.reply == nil, self.isSound(sent), !self.broker.isDeaf(since: sent) else { return }
            self.complaint("command \(id) (\(verb)) was not answered on a sound link")
        }
        broker.send(
            #"{"id":"\#(id)","verb":"\#(verb)","args":{\#(arguments)},"expires":"\#(text(time.now + seconds * World.second))"}"#)
        return id
    }

    /// The true time.
    private func text(_ moment: Int64) -> String { WallTime(nanoseconds: Story.begin + moment).rfc3339 }

    /// A reply came.
    func take(_ reply: JSONObject) {
        guard let id = reply.text("id"), var letter = letters[id] else { return complaint("a reply to no command") }
        let isDone = reply.member("ok").map { $0.elementsEqual("true".utf8) } ?? false
        if isDone, letter.isDone, let before = letter.reply, !before.elementsEqual(reply.bytes) {
            complaint("command \(id) was carried out twice")
        }
        if isDone, case .shelve(let rule) = letter.order, AlarmOracle.rules.contains(where: { $0.id == rule }) {
            complaint("an alarm of \(rule) was set aside: nothing mutes gas")
        }
        // What is not committed is in force and not sure.
        let isSure = isDone && reply.member("committed") == nil
        switch letter.order {
        case .start(let cover, let number, let until) where isSure: crews.done(at: cover, order: number, until: until)
        case .stop(let cover, let number) where isSure: crews.done(at: cover, order: number, until: 0)
        case .receipt(let alarm) where isDone: receiptTaken(alarm)
        default: break
        }
        if reply.text("error") == "clock-unsynced", wasAhead() { letter.isTooEarly = true }
        // A repetition is refused; what it was the first time counts.
        if isDone || letter.reply == nil { letter.reply = Array(reply.bytes) }
        letter.isDone = letter.isDone || isDone
        letters[id] = letter
    }

    /// At the end, with everything well: the last command is answered, and the state says what it ordered.
    /// - Parameter state: the retained message.
    func judge(_ state: JSONObject) -> [String] {
        guard let last else { return [] }
        guard let letter = letters[last.id], let reply = letter.reply else { return ["command \(last.id) was never answered"] }
        guard letter.isDone else {
            let isExcused = letter.isTooEarly || JSONObject(bytes: reply[...]).text("error") == "unavailable"
            return isExcused ? [] : ["command \(last.id) was refused: \(String(decoding: reply, as: UTF8.self))"]
        }
        let crews = (state.objects("maintenance") ?? []).compactMap { $0.text("cover") }
        return crews.contains(last.cover) ? [] : ["the state says nothing of the crew at \(last.cover): \(crews)"]
    }
}
