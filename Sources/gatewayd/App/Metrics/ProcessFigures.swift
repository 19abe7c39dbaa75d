// What the kernel says about this process: memory, processor time, descriptors, threads.
import Glibc
import Platform

/// Figures of the process; what the kernel does not say is nil.
struct ProcessFigures: Sendable, Equatable {
    /// User and system time, in seconds.
    var processorSeconds: Double?
    var residentBytes: Int?
    var virtualBytes: Int?
    var openDescriptors: Int?
    /// The soft limit; nil when there is none.
    var mostDescriptors: Int?
    var threads: Int?

    /// Reads them. Source: proc(5), getrusage(2), getrlimit(2).
    static func read() -> Self {
        var figures = Self()
        var usage = rusage()
        if getrusage(RUSAGE_SELF.rawValue, &usage) == 0 {
            figures.processorSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        }
        // Pages: total and resident are the first two of /proc/self/statm.
        let pages = TextFile.read("/proc/self/statm", atMost: 4096)?.split(separator: " ").compactMap { Int($0) } ?? []
        let pageSize = sysconf(Int32(_SC_PAGESIZE))
        if pages.count >= 2, pageSize > 0 {
            (figures.virtualBytes, figures.residentBytes) = (pages[0] * pageSize, pages[1] * pageSize)
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max {
            figures.mostDescriptors = Int(clamping: limit.rlim_cur)
        }
        // The descriptor that reads the folder is one of those it shows.
        figures.openDescriptors = entries("/proc/self/fd").map { max(0, $0 - 1) }
        figures.threads = entries("/proc/self/task")
        return figures
    }

    /// Bytes that this process has made the kernel write to storage; nil where the kernel does not say. Source: proc(5), `io`.
    static func writtenBytes() -> Int64? {
        TextFile.read("/proc/self/io", atMost: 4096)?.split(separator: "\n").first { $0.hasPrefix("write_bytes: ") }
            .flatMap { Int64($0.dropFirst(13)) }
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    private static func entries(_ folder: String) -> Int? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var count = 0
        while let entry = readdir(stream) {
            if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { count += 1 }
        }
        return count
    }
}
