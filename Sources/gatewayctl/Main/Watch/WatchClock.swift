// The time of day for people and the monotonic time for ages.
import DiagnosticsScreen
import Glibc

/// Clocks of the live screen.
enum WatchClock {
    /// Now.
    static func now() -> Moment {
        var steady = timespec()
        clock_gettime(CLOCK_MONOTONIC, &steady)
        var wall = time(nil)
        var parts = tm()
        gmtime_r(&wall, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        return Moment(
            seconds: Double(steady.tv_sec) + Double(steady.tv_nsec) / 1e9,
            utc: "\(date)T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z")
    }
}
