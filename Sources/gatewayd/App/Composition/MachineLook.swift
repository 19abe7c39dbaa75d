// What the doctor has to know of the machine: medium, memory, descriptors, groups, certificates. On a thread that may wait.
import Doctor
import GatewayConfig
import Glibc
import MQTTTransport
import Platform
import SensorModel

/// Looks at the machine.
actor MachineLook {
    private let executor: any SerialExecutor

    /// The thread that waits for the medium.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter executor: the thread.
    init(executor: any SerialExecutor) { self.executor = executor }

    /// As it is now.
    func look(_ configuration: Configuration, now: WallTime) -> DoctorFacts.Machine {
        var machine = DoctorFacts.Machine()
        machine.store = configuration.store.path
        machine.freeBytes = Self.freeBytes(at: machine.store)
        machine.setAside = Self.damaged(in: machine.store)
        let process = ProcessFigures.read()
        machine.residentBytes = process.residentBytes.map(Int64.init)
        machine.memoryLimit = Self.memoryLimit()
        (machine.memoryTotal, machine.memoryLeft) = Self.memory(TextFile.read("/proc/meminfo", atMost: 65_536) ?? "")
        machine.descriptors = process.openDescriptors
        machine.mostDescriptors = process.mostDescriptors
        machine.missingGroups = [SocketFile.readerGroup, PeerIdentity.operatorGroup].filter {
            PeerIdentity.groupID(named: $0) == nil
        }
        for uplink in configuration.uplinks {
            guard let tls = uplink.tls else { continue }
            let files = [(tls.ca, true)] + [tls.certificate].compactMap(\.self).map { ($0, false) }
            for (file, isAuthority) in files {
                let end = CertificateFile.end(of: file, isAuthority: isAuthority)
                machine.certificates.append(
                    .init(uplink: uplink.id, file: file, left: end.map { Double($0) - Double(now.milliseconds) / 1000 }))
            }
        }
        return machine
    }

    /// Source: statvfs(3).
    private static func freeBytes(at folder: String) -> Int64? {
        var figures = statvfs()
        guard statvfs(folder, &figures) == 0 else { return nil }
        return Int64(clamping: UInt64(figures.f_bavail) * UInt64(figures.f_frsize))
    }

    /// Files that were set aside, also by earlier runs; their journals are not named beside them.
    private static func damaged(in folder: String) -> [String] {
        Folder.names(in: folder).filter { $0.hasSuffix(".damaged") }.map { folder + "/" + $0 }
    }

    /// What the control group may take, where it has a limit. Source: cgroups(7), version 2.
    private static func memoryLimit() -> Int64? {
        guard let groups = TextFile.read("/proc/self/cgroup", atMost: 65_536),
            let line = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::") }),
            let text = TextFile.read("/sys/fs/cgroup\(line.dropFirst(3))/memory.max", atMost: 64)
        else { return nil }
        return Int64(text.prefix { $0.isNumber })
    }

    /// Total and available bytes. Source: proc_meminfo(5).
    static func memory(_ text: String) -> (total: Int64?, left: Int64?) {
        func bytes(_ name: String) -> Int64? {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(separator: " ").dropFirst().first.flatMap { Int64($0) }.map { $0 << 10 }
        }
        return (bytes("MemTotal"), bytes("MemAvailable"))
    }
}
