// What the tool can see of a daemon that does not answer, without asking anybody: files of systemd, and groups.
import Doctor
import Glibc

extension OfflineFacts {
    /// Looks at the machine.
    /// - Parameters:
    ///   - socket: where the daemon did not answer.
    ///   - failure: how it did not.
    ///   - root: below which systemd's files are, `/` of the machine.
    public init(socket: String, failure: ClientFailure, root: String = "") {
        let cause: Cause =
            switch failure.systemCode {
            case ENOENT: .missing
            case ECONNREFUSED: .refused
            case EACCES, EPERM: .forbidden
            case ETIMEDOUT: .silent
            default: .strange
            }
        self.init(
            socket: socket, cause: cause, detail: failure.message, unit: Self.unit("gatewayd", root: root),
            missingGroups: ["gatewayd", "gatewayd-operator"].filter { !Self.hasGroup($0) })
    }

    /// The unit's state by what systemd leaves in files: sd_booted(3), systemd.unit(5), and a unit's own control group.
    static func unit(_ name: String, root: String) -> Unit {
        func exists(_ path: String) -> Bool { access(root + path, F_OK) == 0 }
        guard hasSystemd(root: root) else { return .unknown }
        if exists("/sys/fs/cgroup/system.slice/\(name).service") { return .running }
        let folders = ["/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"]
        return folders.contains { exists("\($0)/\(name).service") } ? .stopped : .notInstalled
    }

    /// sd_booted(3).
    static func hasSystemd(root: String = "") -> Bool { access(root + "/run/systemd/system", F_OK) == 0 }

    private static func hasGroup(_ name: String) -> Bool {
        var entry = group()
        var found: UnsafeMutablePointer<group>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65_536) { buffer in
            guard let room = buffer.baseAddress else { return false }
            return getgrnam_r(name, &entry, room, buffer.count, &found) == 0 && found != nil
        }
    }
}
