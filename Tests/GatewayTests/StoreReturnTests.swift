// The way of a store in memory back into its files: how long between two tries, and how often everything begins anew for it.
import Testing

@testable import Gateway

@Suite struct StoreReturnTests {
    @Test func `each try waits twice as long as the one before, ten minutes at most`() {
        let way = StoreReturn()
        let pauses = (0..<9).map { _ in way.pause() }
        #expect(pauses.prefix(3) == [.seconds(10), .seconds(20), .seconds(40)])
        #expect(pauses.suffix(2) == [.seconds(600), .seconds(600)])
        way.isBack()
        #expect(way.pause() == .seconds(10))
    }

    @Test func `everything begins anew three times, and then only after the store was back`() {
        let way = StoreReturn()
        for _ in 0..<3 {
            // Only what begins counts, however often it is asked.
            for _ in 0..<5 { #expect(way.mayBegin) }
            way.begins()
        }
        #expect(!way.mayBegin)
        way.isBack()
        #expect(way.mayBegin)
    }

    @Test func `what is said again is not new`() {
        let way = StoreReturn()
        #expect(way.isNew("read error") && !way.isNew("read error") && way.isNew("write error"))
    }
}
