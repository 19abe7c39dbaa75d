// Which alarms wait for the platform's receipt: from when on, how long, how many, and over a restart.
import Outbox
import SensorModel
import Testing
import TestSupport

@testable import Uplink

@Suite struct ReceiptBookTests {
    /// The book, the store behind it, and time by hand; the connection has stood from the beginning.
    private struct Bench {
        var book: ReceiptBook
        var states: [String: [UInt8]] = [:]
        let clock = ManualClock()
        let begin: MonotonicTime

        init(laneBytes: Int64 = 1 << 20) {
            book = ReceiptBook([], uplink: "city", store: "s", laneBytes: laneBytes)
            begin = clock.now().monotonic
        }

        var now: Timestamp { clock.now() }
        /// Seconds until something is due.
        var due: Double? { book.due(standingSince: begin).map { ($0 - now.monotonic).seconds } }

        mutating func keep(_ changes: [StateChange]) { for change in changes { states[change.key] = change.body } }
        mutating func acknowledged(_ alarm: String, _ seq: Int64) { keep(book.acknowledged(alarm, seq: seq, now: now)) }
        mutating func receipt(_ alarm: String) { keep(book.confirm(alarm, now: now)) }
        mutating func pass(_ seconds: Int64) { clock.advance(by: .seconds(seconds)) }
        mutating func next() -> Int64? { book.next(at: now.monotonic, standingSince: begin) }

        /// The alarms that are due, one after the other, each answered by the broker.
        mutating func sendDue() -> [Int64] {
            var sent: [Int64] = []
            while let seq = next() {
                sent.append(seq)
                book.answered(seq, at: now.monotonic)
            }
            return sent
        }

        mutating func restart(_ laneBytes: Int64 = 1 << 20) {
            book = ReceiptBook(
                states.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, uplink: "city", store: "s", laneBytes: laneBytes)
        }
    }

    /// A platform that has given a receipt for alarm `first`, number 1.
    private func bench(laneBytes: Int64 = 1 << 20) -> Bench {
        var bench = Bench(laneBytes: laneBytes)
        bench.acknowledged("first", 1)
        bench.receipt("first")
        return bench
    }

    @Test func `a platform that has never given a receipt is not asked for any, and nothing is kept for it`() {
        var bench = Bench()
        for number in 1...3000 {
            bench.acknowledged("a\(number)", Int64(number))
            bench.pass(1)
        }
        bench.pass(100_000)
        #expect(bench.sendDue() == [] && bench.due == nil && bench.states.isEmpty)
        #expect(bench.book.waiting == 0 && bench.book.givenUp == 0 && bench.book.words(topic: "t") == "")
    }

    @Test func `without a receipt an alarm goes again after 1, 2, 4, 8 and then every 15 minutes`() {
        var bench = bench()
        bench.acknowledged("second", 2)
        for (number, pause) in [60, 120, 240, 480, 900, 900, 900].enumerated() {
            #expect(bench.due == Double(pause), "time \(number + 1)")
            bench.pass(Int64(pause) - 1)
            #expect(bench.sendDue() == [])
            bench.pass(1)
            #expect(bench.sendDue() == [2])
        }
        #expect(bench.book.sentAgain == 7 && bench.book.waiting == 1)
    }

    @Test func `it is told when it has gone twice, and no more when the receipt has come`() {
        var bench = bench()
        bench.acknowledged("second", 2)
        bench.acknowledged("third", 3)
        bench.pass(60)
        #expect(bench.sendDue() == [2, 3] && bench.book.words(topic: "manhole/v1/gw/alarms") == "")
        bench.pass(120)
        #expect(bench.sendDue() == [2, 3])
        let words = bench.book.words(topic: "manhole/v1/gw/alarms")
        #expect(
            words.hasPrefix(
                "the platform has not confirmed alarm second and 1 more, which the broker took at 2026-11-21T04:00:00.000Z and "
                    + "which has been sent again 2 times: see that the platform receives manhole/v1/gw/alarms"), "\(words)")
        bench.receipt("second")
        #expect(bench.book.words(topic: "t").hasPrefix("the platform has not confirmed alarm third, which"))
        bench.receipt("third")
        #expect(bench.book.words(topic: "t") == "" && bench.due == nil && bench.book.waiting == 0)
        bench.pass(10_000)
        #expect(bench.sendDue() == [])
    }

    @Test func `a receipt ends it`() {
        var bench = bench()
        bench.acknowledged("second", 2)
        bench.receipt("second")
        bench.pass(10_000)
        #expect(bench.sendDue() == [] && bench.due == nil)
        #expect(Array(bench.states.keys) == ["receipts/city"])
    }

    @Test func `a receipt that is faster than the broker's acknowledgement counts`() {
        var bench = bench()
        bench.receipt("second")
        bench.acknowledged("second", 2)
        bench.pass(10_000)
        #expect(bench.sendDue() == [] && bench.book.waiting == 0)
    }

    @Test func `the first receipt counts for what the broker took in the minute before it, not for what is older`() {
        var bench = Bench()
        bench.acknowledged("old", 1)
        bench.pass(61)
        bench.acknowledged("new", 2)
        bench.acknowledged("first", 3)
        bench.pass(30)
        bench.receipt("first")
        #expect(bench.states.keys.sorted() == ["receipt/city/new", "receipts/city"])
        bench.pass(30)
        #expect(bench.sendDue() == [2])
    }

    @Test func `a restart forgets neither that receipts are given nor what waits for one`() {
        var bench = bench()
        bench.acknowledged("second", 2)
        bench.acknowledged("third", 3)
        bench.receipt("third")
        bench.pass(10_000)
        bench.restart()
        let connected = bench.now.monotonic
        #expect(bench.book.areGiven && bench.book.waiting == 1)
        #expect(
            bench.book.next(at: bench.now.monotonic, standingSince: connected) == nil, "its minute begins with the connection")
        bench.pass(60)
        #expect(bench.book.next(at: bench.now.monotonic, standingSince: connected) == 2)
        bench.receipt("second")
        bench.restart()
        #expect(bench.book.areGiven && bench.book.waiting == 0)
        bench.acknowledged("fourth", 4)
        bench.pass(60)
        #expect(bench.sendDue() == [4], "the first receipt of this run has not come, and need not")
    }

    @Test func `what cannot be read of the store, and what is another uplink's, is left alone`() {
        let states: [(key: String, body: [UInt8])] = [
            ("receipt/city/a", Array("x".utf8)), ("receipt/city/b", Array("7".utf8)), ("receipt/other/c", Array("8 0 s".utf8)),
            ("receipts/other", [0x31]), ("alarm/d", [0x7B]), ("receipt/city/e", Array("9 0 s".utf8)),
            ("receipt/city/f", Array("10 0 another".utf8)),
        ]
        var book = ReceiptBook(states, uplink: "city", store: "s", laneBytes: 1 << 20)
        #expect(!book.areGiven && book.awaits(9) && !book.awaits(7) && !book.awaits(8))
        #expect(!book.awaits(10) && book.givenUp == 1, "what another store has delivered is given up, counted")
        let gone = ReceiptBook.leftOver(states, besides: ["city"], of: "s").map(\.key)
        #expect(gone == ["receipt/other/c", "receipts/other", "receipt/city/f"])
        #expect(ReceiptBook.leftOver(states, besides: ["city"], of: nil).map(\.key) == ["receipt/other/c", "receipts/other"])
        _ = book.confirm("e", now: ManualClock().now())
        #expect(book.confirm("f", now: ManualClock().now()).map(\.key) == ["receipt/city/f"], "its receipt may come here")
    }

    @Test func `one goes at a time, and one that is never answered goes again`() {
        var bench = bench()
        bench.acknowledged("second", 2)
        bench.acknowledged("third", 3)
        bench.pass(60)
        #expect(bench.next() == 2)
        #expect(bench.next() == nil, "the second waits for the answer to the first")
        bench.book.release()
        #expect(bench.next() == 2, "the connection broke")
        bench.pass(60)
        #expect(bench.next() == 2, "nothing was heard of it")
        bench.book.answered(2, at: bench.now.monotonic)
        #expect(bench.next() == 3)
    }

    @Test func `a connection that does not stand for a minute is not used for it`() {
        var bench = bench()
        bench.acknowledged("second", 2)
        for _ in 0..<5 {
            bench.pass(59)
            let connected = bench.now.monotonic + .seconds(-59)
            #expect(bench.book.next(at: bench.now.monotonic, standingSince: connected) == nil)
        }
        bench.pass(60)
        #expect(bench.book.next(at: bench.now.monotonic, standingSince: bench.now.monotonic + .seconds(-60)) == 2)
    }

    @Test func `a record that the store no longer has is given up, counted`() {
        var bench = bench()
        bench.acknowledged("second", 2)
        bench.pass(60)
        #expect(bench.next() == 2)
        bench.keep(bench.book.gone(2))
        #expect(bench.book.givenUp == 1 && bench.book.waiting == 0 && Array(bench.states.keys) == ["receipts/city"])
    }

    @Test func `while the broker refuses it nothing is sent again, and that counts for nothing`() {
        var bench = bench()
        bench.acknowledged("second", 2)
        bench.acknowledged("third", 3)
        for _ in 0..<5 {
            bench.pass(60)
            #expect(bench.next() == 2)
            bench.book.refused(2, at: bench.now.monotonic)
            #expect(bench.next() == nil && bench.due == 60)
        }
        bench.pass(60)
        #expect(bench.sendDue() == [2, 3])
        #expect(bench.book.sentAgain == 2 && bench.due == 120)
    }

    @Test func `one that could not be read is tried again a minute later, and that counts for nothing`() {
        var bench = bench()
        bench.acknowledged("second", 2)
        bench.pass(60)
        #expect(bench.next() == 2)
        bench.book.postpone(2, at: bench.now.monotonic)
        #expect(bench.due == 60)
        bench.pass(60)
        #expect(bench.sendDue() == [2])
        #expect(bench.due == 120 && bench.book.sentAgain == 1)
    }

    @Test(arguments: [(Int64(1) << 30, 1000), (1 << 20, 512), (1 << 10, 16)])
    func `of more than a thousand, or of fewer in a small store, the oldest are given up and counted`(bytes: Int64, most: Int) {
        var bench = bench(laneBytes: bytes)
        for number in 2...most + 6 { bench.acknowledged("a\(number)", Int64(number)) }
        #expect(bench.book.waiting == most && bench.book.givenUp == 5)
        #expect(bench.states.count == most + 1)
        #expect(bench.states["receipt/city/a6"] == nil && bench.states["receipt/city/a7"] != nil)
        bench.restart(bytes)
        #expect(bench.book.waiting == most)
    }
}
