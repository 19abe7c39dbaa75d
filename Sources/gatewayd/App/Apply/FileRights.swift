// Whether a person could read a file themselves: the daemon reads nothing for people that they may not read.
import Glibc

/// What the mode of a file and of the folders above it allow a user of the socket.
struct FileRights {
    let peer: PeerIdentity

    /// Whether the peer may read what is at the absolute path; false when it is not there.
    func mayRead(_ path: String) -> Bool {
        if peer.user == 0 { return true }
        guard let resolved = realpath(path, nil) else { return false }
        defer { free(resolved) }
        let whole = String(cString: resolved)
        var folder = "/"
        guard allows(S_IXUSR, at: folder) else { return false }
        let parts = whole.split(separator: "/")
        for part in parts.dropLast() {
            folder += folder == "/" ? String(part) : "/\(part)"
            guard allows(S_IXUSR, at: folder) else { return false }
        }
        return allows(S_IRUSR, at: whole)
    }

    /// Whether the class of users that the peer belongs to has a right, given as the owner's.
    private func allows(_ right: mode_t, at path: String) -> Bool {
        var information = stat()
        guard stat(path, &information) == 0 else { return false }
        if information.st_uid == peer.user { return information.st_mode & right != 0 }
        if peer.groups.contains(information.st_gid) { return information.st_mode & (right >> 3) != 0 }
        return information.st_mode & (right >> 6) != 0
    }
}
