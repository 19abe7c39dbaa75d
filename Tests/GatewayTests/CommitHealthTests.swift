// What is said of a writer's commits: failures that last, and a medium that does not answer at all.
@testable import Gateway
import Outbox
import SensorModel
import Testing

@Suite struct CommitHealthTests {
    private func at(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

    @Test("a commit that does not come back is a problem after half a minute, until it does")
    func hang() {
        let health = CommitHealth()
        health.begun(now: at(100))
        #expect(health.problem(after: .seconds(5), now: at(129)) == nil)
        #expect(health.problem(after: .seconds(5), now: at(130)) == "commit: the medium has not answered for 30 s")
        health.ended()
        #expect(health.problem(after: .seconds(5), now: at(200)) == nil)
    }

    @Test("failures are a problem once they have lasted, told in the words of the last, and over with the next commit")
    func failure() {
        let health = CommitHealth()
        let error = StoreError(kind: .other, operation: "commit", detail: "disk I/O error")
        #expect(health.failed(error, now: at(100)))
        #expect(!health.failed(error, now: at(103)), "the same again is no news")
        #expect(health.problem(after: .seconds(5), now: at(104)) == nil)
        #expect(health.problem(after: .seconds(5), now: at(105)) == error.description)
        health.succeeded()
        #expect(health.problem(after: .seconds(5), now: at(200)) == nil)
    }
}
