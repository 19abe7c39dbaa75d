// When a lost port may be opened again.
@testable import DeviceHALLinux
import SensorModel
import Testing

@Suite struct ReopenPauseTests {
    private func at(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

    @Test func `pauses grow to the longest, and begin anew after a reply`() {
        var pause = ReopenPause(.milliseconds(500)...(.seconds(2)))
        for expected in [500, 1000, 2000, 2000] {
            pause.failed(now: at(0))
            #expect(pause.remaining(now: at(0)) == .milliseconds(expected))
        }
        pause.worked()
        pause.failed(now: at(0))
        #expect(pause.remaining(now: at(0)) == .milliseconds(500))
    }

    @Test func `an attempt that held up the thread is paid for with three times as long a pause`() {
        var pause = ReopenPause(.milliseconds(500)...(.seconds(2)))
        pause.failed(now: at(10), took: .seconds(3))
        #expect(pause.remaining(now: at(10)) == .seconds(9))
        #expect(pause.remaining(now: at(19)) == nil)
    }
}
