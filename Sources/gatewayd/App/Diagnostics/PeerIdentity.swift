// Who is at the other end of the socket, and whether that person may change anything.
import Glibc

/// The peer's credentials as the kernel recorded them when it connected.
///
/// Laid out like `struct ucred` (unix(7), SO_PEERCRED), which Swift's Glibc module does not show.
public struct PeerCredentials: Sendable, Equatable {
    /// Process id.
    public var process: Int32
    /// Effective user id.
    public var user: UInt32
    /// Effective group id.
    public var group: UInt32

    /// - Parameters: as the properties.
    public init(process: Int32, user: UInt32, group: UInt32) {
        self.process = process
        self.user = user
        self.group = group
    }
}

/// A user of the socket: name for the record, groups for the right to change state.
public struct PeerIdentity: Sendable, Equatable {
    /// Members of this group may change state.
    public static let operatorGroup = "gatewayd-operator"

    /// User id.
    public var user: UInt32
    /// Login name, or `uid N` where there is none.
    public var name: String
    /// Primary and supplementary groups.
    public var groups: Set<UInt32>
    /// The operator group's id, or nil where the system has none.
    public var operators: UInt32?

    /// - Parameters: as the properties.
    public init(user: UInt32, name: String, groups: Set<UInt32>, operators: UInt32?) {
        self.user = user
        self.name = name
        self.groups = groups
        self.operators = operators
    }

    /// True for root and for members of the operator group; for root alone where the system has no such group.
    public var mayChangeState: Bool {
        if user == 0 { return true }
        guard let operators else { return false }
        return groups.contains(operators)
    }

    /// Somebody without an account here: they may read what everybody may.
    static func stranger(_ name: String) -> Self { Self(user: .max, name: name, groups: [], operators: nil) }

    /// Looks names and groups up in the system's databases, anew each time: a right that was taken away is gone at once.
    public static func lookUp(_ peer: PeerCredentials) -> Self {
        var identity = Self(
            user: peer.user, name: "uid \(peer.user)", groups: [peer.group], operators: groupID(named: operatorGroup))
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard let room = buffer.baseAddress, getpwuid_r(peer.user, &entry, room, buffer.count, &found) == 0, found != nil,
                let name = entry.pw_name
            else { return }
            identity.name = String(cString: name)
            identity.groups.insert(entry.pw_gid)
            identity.groups.formUnion(supplementaryGroups(of: name, primary: entry.pw_gid))
        }
        return identity
    }

    /// The group's id, or nil when the system has no group of that name.
    static func groupID(named name: String) -> UInt32? {
        var entry = group()
        var found: UnsafeMutablePointer<group>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65_536) { buffer in
            guard let room = buffer.baseAddress, getgrnam_r(name, &entry, room, buffer.count, &found) == 0, found != nil
            else { return nil }
            return entry.gr_gid
        }
    }

    private static func supplementaryGroups(of name: UnsafePointer<CChar>, primary: UInt32) -> [UInt32] {
        var count: Int32 = 64
        var groups = [UInt32](repeating: primary, count: Int(count))
        if getgrouplist(name, primary, &groups, &count) < 0, count > groups.count {
            groups = [UInt32](repeating: primary, count: Int(count))
            guard getgrouplist(name, primary, &groups, &count) >= 0 else { return [] }
        }
        return Array(groups.prefix(Int(max(0, count))))
    }
}
