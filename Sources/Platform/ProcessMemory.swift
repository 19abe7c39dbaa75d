// What the process keeps in memory: a gateway has little of it, and a daemon runs for years in a fraction of its code.
import CPlatform
import Glibc

/// Memory of the whole process.
public enum ProcessMemory {
    /// Has the kernel write none of it out when the process falls over: passwords and keys are in it.
    public static func forbidDumps() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }

    /// Bounds what the allocator keeps for itself; to be called before the first thread starts.
    ///
    /// Measured reason: glibc gives each thread an arena of its own, which keeps what its busiest second took, and returns
    /// pages to the kernel after each burst only to fault them in at the next.
    public static func keepSmall() { cplatform_keep_memory_small() }

    /// Gives back what only the start needed: free heap, and the read-only pages of the program and its libraries.
    ///
    /// Measured reason: half of the pages a start touches (arguments, configuration, certificates, the dynamic linker) are not
    /// touched again. Those that are come back from the page cache, in microseconds each.
    public static func forgetStart() { cplatform_forget_start() }
}
