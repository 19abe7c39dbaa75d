// The thread of the watchdog: looks again and again, by no other thread's leave, and is gone after its stop.
import Dispatch
import Platform
import Synchronization
import Testing

@Suite struct WatchThreadTests {
    @Test("it looks again after what it said itself, under its own name, until it is stopped")
    func looks() {
        let count = Mutex(0)
        let name = Mutex("")
        let third = DispatchSemaphore(value: 0)
        let thread = WatchThread(name: "watchdog") {
            name.withLock { $0 = TextFile.read("/proc/thread-self/comm", atMost: 64) ?? "" }
            if count.withLock({
                $0 += 1; return $0
            }) == 3 {
                third.signal()
            }
            return .milliseconds(1)
        }
        #expect(thread.start() == 0)
        third.wait()
        thread.stop()
        #expect(name.withLock { $0 } == "watchdog\n")
        let after = count.withLock { $0 }
        #expect(after >= 3)
    }

    @Test("a stop does not wait for the next look")
    func stop() {
        let count = Mutex(0)
        let first = DispatchSemaphore(value: 0)
        let thread = WatchThread(name: "watchdog") {
            count.withLock { $0 += 1 }
            first.signal()
            return .seconds(3600)
        }
        #expect(thread.start() == 0)
        first.wait()
        thread.stop()
        #expect(count.withLock { $0 } == 1)
    }
}
