// The members of the retained state that change: rendered together, announced when they do.
import Synchronization
import Testing

@testable import Gateway

@Suite struct LiveStateTests {
    @Test func `what is set is announced once, and what is taken away too`() {
        let announced = Mutex<[String]>([])
        let live = LiveState { members, isUrgent in
            announced.withLock { $0.append(String(decoding: members, as: UTF8.self) + (isUrgent ? " now" : "")) }
        }
        live.set(AuditHead(seq: 3, hash: "ab"))
        live.set(AuditHead(seq: 3, hash: "ab"))
        live.set(.audit, Array("{}".utf8), isUrgent: true)
        live.set(.audit, nil)
        #expect(announced.withLock { $0 } == [#""audit":{"seq":3,"head":"ab"}"#, #""audit":{} now"#, ""])
    }
}
