// The file in the store's folder in which a start stands until the process has ended by itself.
import Glibc
import Platform
import SensorModel

/// This process's start among those before it.
public struct StartRecord: Sendable {
    /// How careful this run has to be; nil for not at all.
    public let safeMode: SafeMode?
    /// Why starts cannot be counted; nil when they can.
    public let problem: String?
    private let path: String
    private let boot: String
    /// When this process began.
    private let began: MonotonicTime
    /// Whether the file has this start.
    private let isWritten: Bool

    /// Notes a start, before anything that may fail. Nothing is synced: what counts is this boot, and the kernel keeps what was
    /// written as long as that lasts.
    /// - Parameters:
    ///   - folder: the store's. A folder that is not there yet has no file, and one that another daemon uses keeps its own.
    ///   - boot: of the kernel.
    public init(inStore folder: String, boot: String = Identity.boot(), now: MonotonicTime) {
        let file = folder + "/starts"
        var history = StartHistory(TextFile.read(file, atMost: 4096) ?? "", boot: boot, now: now)
        let mode = history.begin(now: now)
        let text = Array(history.text.utf8)
        var isInUse = false
        var code: Int32 = 0
        do throws(FileLock.Failure) {
            let lock = try FileLock(path: folder + "/lock")
            code = withExtendedLifetime(lock) { TextFile.replace(file, with: text, isDurable: false) }
        } catch {
            switch error {
            case .held: isInUse = true
            case .system(let failure): code = failure
            }
        }
        (path, self.boot, began, isWritten) = (file, boot, now, !isInUse && code == 0)
        problem = code == 0 || code == ENOENT ? nil : "\(file): \(String(cString: strerror(code)))"
        safeMode = isInUse ? nil : mode
    }

    /// The process ends by itself.
    /// - Parameters:
    ///   - inOrder: it was asked to. When it has also lasted for a while, the next start is one like all others, whatever was
    ///     before; else only this start is forgotten.
    ///   - now: by the kernel's time since boot.
    public func ended(inOrder: Bool, now: MonotonicTime) {
        guard isWritten else { return }
        var history = StartHistory(TextFile.read(path, atMost: 4096) ?? "", boot: boot, now: MonotonicTime(nanoseconds: .max))
        history.end(inOrder: inOrder, after: now - began)
        // What cannot be written here is one start too many, and was told at the start.
        _ = TextFile.replace(path, with: Array(history.text.utf8), isDurable: false)
    }
}
