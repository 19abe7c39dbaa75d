// The queue between services: order, named losses, and waits that end for every reason without losing anything.
import Platform
import SensorModel
import TestSupport
import Testing

@Suite struct MailboxTests {
    private let clock = ManualClock()

    @Test("what goes in comes out in the same order, also far beyond one refill")
    func order() {
        let mailbox = Mailbox<Int>(capacity: 1000, whenFull: .dropOldest)
        var taken: [Int] = []
        for number in 0..<5000 {
            mailbox.send(number)
            if number % 3 == 0, let next = mailbox.take() { taken.append(next) }
            if number % 100 == 99 { while mailbox.count > 20, let next = mailbox.take() { taken.append(next) } }
        }
        while let next = mailbox.take() { taken.append(next) }
        #expect(taken == Array(0..<5000))
        #expect(mailbox.dropped == 0)
        #expect(mailbox.count == 0)
    }

    @Test("a full mailbox gives up its oldest elements and counts them")
    func dropOldest() {
        let mailbox = Mailbox<Int>(capacity: 3, whenFull: .dropOldest)
        for number in 0..<500 { mailbox.send(number) }
        #expect(mailbox.count == 3)
        #expect(mailbox.dropped == 497)
        #expect([mailbox.take(), mailbox.take(), mailbox.take(), mailbox.take()] == [497, 498, 499, nil])
    }

    @Test("a full mailbox that drops the newest keeps what it has and counts what it refuses")
    func dropNewest() {
        let mailbox = Mailbox<Int>(capacity: 3, whenFull: .dropNewest)
        for number in 0..<10 { mailbox.send(number) }
        #expect(mailbox.dropped == 7)
        #expect([mailbox.take(), mailbox.take(), mailbox.take(), mailbox.take()] == [0, 1, 2, nil])
        mailbox.send(10)
        #expect(mailbox.take() == 10)
        #expect(mailbox.dropped == 7)
    }

    /// A wait on an executor of its own, so that a test sees every step of it.
    private func wait(_ mailbox: Mailbox<Int>, for duration: Duration?) -> (
        SingleThreadExecutor, Task<Void, Never>, Mailbox<Int?>
    ) {
        let executor = SingleThreadExecutor()
        let results = Mailbox<Int?>(capacity: 1, whenFull: .dropNewest)
        let deadline = duration.map { clock.now().monotonic + $0 }
        let task = executor.start { results.send(await mailbox.next(until: deadline, clock: clock)) }
        executor.drain()
        return (executor, task, results)
    }

    @Test("a wait ends with the element that arrives, and leaves no one sleeping")
    func arrival() {
        let mailbox = Mailbox<Int>(capacity: 3, whenFull: .dropOldest)
        let (executor, _, results) = wait(mailbox, for: .seconds(5))
        #expect(clock.sleepers == 1 && results.count == 0)
        mailbox.send(7)
        executor.drain()
        #expect(results.take() == .some(7))
        #expect(clock.sleepers == 0)
    }

    @Test("a wait without an element ends at its deadline and not before")
    func deadline() {
        let (executor, _, results) = wait(Mailbox(capacity: 3, whenFull: .dropOldest), for: .seconds(5))
        clock.advance(by: .nanoseconds(4_999_999_999))
        executor.drain()
        #expect(clock.sleepers == 1 && results.count == 0)
        clock.advance(by: .nanoseconds(1))
        executor.drain()
        #expect(results.take() == .some(nil))
    }

    @Test("a wait for several elements ends with the last of them, or at its deadline, and takes none", arguments: [true, false])
    func several(areEnough: Bool) {
        let mailbox = Mailbox<Int>(capacity: 5, whenFull: .dropOldest)
        let executor = SingleThreadExecutor()
        let over = Mailbox<Void>(capacity: 1, whenFull: .dropNewest)
        let deadline = clock.now().monotonic + .seconds(5)
        let task = executor.start {
            await mailbox.fill(to: 3, until: deadline, clock: clock)
            over.send(())
        }
        for number in 0..<2 { mailbox.send(number) }
        executor.drain()
        #expect(clock.sleepers == 1 && over.count == 0)
        if areEnough { mailbox.send(2) } else { clock.advance(by: .seconds(5)) }
        executor.drain()
        #expect(over.count == 1 && clock.sleepers == 0 && mailbox.count == (areEnough ? 3 : 2))
        task.cancel()
    }

    @Test("a deadline that has passed does not wait, and an element that is there is taken all the same")
    func pastDeadline() async {
        let mailbox = Mailbox<Int>(capacity: 3, whenFull: .dropOldest)
        let past = clock.now().monotonic
        #expect(await mailbox.next(until: past, clock: clock) == nil)
        mailbox.send(1)
        #expect(await mailbox.next(until: past, clock: clock) == 1)
    }

    @Test(
        "a cancelled wait returns nothing, and what comes later is still there for the next one",
        arguments: [Duration.seconds(5), nil])
    func cancellation(deadline: Duration?) async {
        let mailbox = Mailbox<Int>(capacity: 10, whenFull: .dropOldest)
        let (executor, task, results) = wait(mailbox, for: deadline)
        #expect(results.count == 0)
        task.cancel()
        executor.drain()
        #expect(results.take() == .some(nil))
        #expect(clock.sleepers == 0)
        mailbox.send(1)
        mailbox.send(2)
        #expect(await mailbox.next(until: nil, clock: clock) == 1)
        #expect(mailbox.take() == 2)
    }

    @Test("cancellation at the moment of arrival loses nothing and gives nothing twice")
    func cancellationRace() async {
        let mailbox = Mailbox<Int>(capacity: 1000, whenFull: .dropOldest)
        var taken: [Int] = []
        for number in 0..<300 {
            let waiting = Task { await mailbox.next(until: nil, clock: clock) }
            let sender = Task { mailbox.send(number) }
            waiting.cancel()
            if let element = await waiting.value { taken.append(element) }
            await sender.value
        }
        while let element = mailbox.take() { taken.append(element) }
        #expect(taken == Array(0..<300))
    }

    @Test("ten thousand elements from four tasks all arrive, each task's own in order")
    func manySenders() async {
        let mailbox = Mailbox<(sender: Int, number: Int)>(capacity: 20_000, whenFull: .dropOldest)
        let received = await withTaskGroup(of: Void.self) { group in
            for sender in 0..<4 {
                group.addTask {
                    for number in 0..<2500 {
                        mailbox.send((sender, number))
                        if number % 100 == 0 { await Task.yield() }
                    }
                }
            }
            var received: [[Int]] = Array(repeating: [], count: 4)
            for _ in 0..<10_000 {
                guard let element = await mailbox.next(until: nil, clock: clock) else { continue }
                received[element.sender].append(element.number)
            }
            return received
        }
        #expect(received == Array(repeating: Array(0..<2500), count: 4))
        #expect(mailbox.dropped == 0)
    }
}
