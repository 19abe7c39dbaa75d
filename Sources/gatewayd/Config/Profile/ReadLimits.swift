// What one read may hold: a number is never split over two replies, because the device may change between them.
import DeviceHAL

/// Checks a model's fields against `max_registers`.
enum ReadLimits {
    /// Reports `timing.max_registers` when a channel or a check needs more registers in one read.
    static func check(_ section: Section, _ profile: DeviceProfile) {
        let fields = profile.channels.flatMap { channel in
            channel.fields.map { (name: "channel '\(channel.name)'", count: $0.table.isBits ? 1 : $0.registers) }
        }
        let checks = profile.requirements.flatMap(\.checks).map { (name: "require", count: $0.registers) }
        guard let widest = (fields + checks).max(by: { $0.count < $1.count }), widest.count > profile.timing.maxRegisters,
            let timing = section["timing"]
        else { return }
        let found = timing.node["max_registers"] ?? timing.node
        Field(node: found, path: timing.path(of: "max_registers"), findings: timing.findings, shape: timing.shape).refuse(
            "expected at least \(widest.count), which \(widest.name) takes in one read")
    }
}
