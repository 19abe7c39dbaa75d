// The kernel's own timer as the last resort of a shutdown: nothing in the process can hold it up.
import Glibc

/// Ends the process when nothing else does.
public enum LastResort {
    /// Has the kernel end the process with SIGALRM unless it has ended by itself until then.
    /// - Parameter limit: whole seconds, at least one.
    public static func endProcess(after limit: Duration) {
        signal(SIGALRM, SIG_DFL)
        alarm(UInt32(clamping: max(1, limit.components.seconds)))
    }

    /// What was to end has ended: the process goes on.
    public static func standDown() { alarm(0) }
}
