// Memory that the process holds, as the C library counts it: in the simulation the daemon's and the judges' alike.
import MemoryDisk

enum Heap {
    /// Bytes that were asked for and not given back.
    static var bytes: Int { Int(heap_bytes()) }

    /// The most that one daemon may hold, measured as what comes free when it is taken away: 64 MB are the process's bound, the
    /// judges and the disk are not in it, and both lanes may be in memory (10 MiB).
    static let mostOfALife = 32 << 20
    /// What may be left of a seed when its world is gone: the runtime's caches grow a little.
    static let mostLeft = 256 << 10
}
