// The platform's receipts for alarms, and a broker that dies with an alarm it has acknowledged.
import SensorModel
import TestSupport
import Uplink

/// Gives receipts, mostly, and knows when an alarm may come again for want of one.
///
/// `@unchecked Sendable`: the broker and the ledger tell it; all of it runs on the one thread of `VirtualTime`, which checks that
/// at each moment and each line of the log.
final class ReceiptDesk: @unchecked Sendable {
    private struct Answer {
        let life: Int
        let moment: Int64
    }

    /// So long after the answer to its receipt an alarm may still be on its way.
    private static let grace = 30 * World.second

    private let time: VirtualTime
    private let desk: PlatformDesk
    private let isGiving: Bool
    /// In a small store a delivered alarm makes way for others before its receipt has come: there the broker loses none.
    private let mayLose: Bool
    /// On a failing disk a receipt that was heard may not be noted when the daemon begins anew.
    private let isDiskSound: Bool
    private var chance: SeededGenerator
    /// The last answer to the receipt of each alarm.
    private var answers: [String: Answer] = [:]
    /// The first answer of each life that has had one.
    private var firstAnswers: [Answer] = []
    private var lost: Set<String> = []
    /// The life that runs, and how the others ended.
    var life: () -> Int? = { nil }
    var ends: () -> [Int: LifeEnd] = { [:] }

    init(_ time: VirtualTime, _ desk: PlatformDesk, isGiving: Bool, mayLose: Bool, isDiskSound: Bool, seed: UInt64) {
        (self.time, self.desk, self.isGiving) = (time, desk, isGiving)
        (self.mayLose, self.isDiskSound) = (mayLose, isDiskSound)
        chance = SeededGenerator(seed: seed)
    }

    /// The alarm that begins with this record.
    private func begun(by record: JSONObject) -> String? {
        record.text("from") == "normal" ? record.text("alarm") : nil
    }

    /// An alarm's record has arrived, for the first time or again.
    func take(_ record: JSONObject) {
        guard isGiving, let alarm = begun(by: record), Int.random(in: 0..<6, using: &chance) > 0 else { return }
        time.after(.milliseconds(Int64.random(in: 20...20_000, using: &chance))) { [unowned self] in
            self.desk.sendReceipt(for: alarm)
        }
    }

    /// The gateway has said that it knows of a receipt.
    func answered(_ alarm: String) {
        guard let life = life() else { return }
        let answer = Answer(life: life, moment: time.now)
        answers[alarm] = answer
        if !firstAnswers.contains(where: { $0.life == life }) { firstAnswers.append(answer) }
    }

    /// Whether the gateway knows that receipts are given: this life has heard one, or one before it and had time to note it.
    private var isKnown: Bool {
        firstAnswers.contains { answer in
            answer.life == life() || ends()[answer.life].map { answer.moment < $0.safeUntil } ?? false
        }
    }

    /// Whether the broker may acknowledge this message and lose it: the gateway has to send it again. Each alarm once.
    func mayBeLost(_ message: OutgoingMessage) -> Bool {
        guard isGiving, mayLose, message.topic.hasSuffix("/alarms"), isKnown,
            let alarm = begun(by: JSONObject(bytes: message.payload[...]))
        else { return false }
        return lost.insert(alarm).inserted
    }

    /// Whether an alarm's record may come again though its acknowledgement was heard: its receipt was not.
    func mayComeAgain(_ record: JSONObject) -> Bool {
        guard isGiving, let alarm = begun(by: record) else { return false }
        guard isDiskSound, let answer = answers[alarm], answer.life == life() else { return true }
        return time.now - answer.moment < Self.grace
    }
}

extension World {
    /// What the desk of receipts hears of, and is asked.
    func listenForReceipts() {
        ledger.arrival = { [unowned self] in self.receipts.take($0) }
        ledger.mayComeAgain = { [unowned self] in self.receipts.mayComeAgain($0) }
        broker.mayBeLost = { [unowned self] in self.receipts.mayBeLost($0) }
        desk.receiptTaken = { [unowned self] in self.receipts.answered($0) }
        receipts.life = { [unowned self] in self.life?.number }
        receipts.ends = { [unowned self] in self.ledger.ends }
    }
}
