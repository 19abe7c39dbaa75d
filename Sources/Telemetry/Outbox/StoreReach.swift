// Whether a store that is kept in memory could be had in its files again; nothing of them is changed.
import Glibc
import Platform

extension Store {
    /// Lanes that are kept in memory because of the medium: of a file that a newer version has made no time makes another one.
    public var lanesInMemory: [OutboxLane] {
        [readings, alarms].filter { lane in
            lane.place == .memory
                && !lane.condition.findings.contains { if case .leftAlone = $0.remedy { true } else { false } }
        }
    }

    /// Why these lanes cannot be had in their files; nil when they can, as far as that can be known without opening them. Waits
    /// for the medium.
    public func failure(of lanes: [OutboxLane]) -> StoreError? {
        do throws(StoreError) {
            let held = try lock == nil ? Self.reach(folder) : nil
            defer { held?.release() }
            for lane in lanes { try Self.attempt(folder + "/" + lane.lane.rawValue + ".db") }
            return nil
        } catch {
            return error
        }
    }

    private static func attempt(_ path: String) throws(StoreError) {
        _ = try LaneMark(path: path + ".mark").read()
        if let newer = try LaneSchema.newer(path) { throw newer }
        if let failure = Medium.failure(of: path) { throw failure }
        for suffix in ["", "-wal", ".mark"] { try Medium.mustBeWritable(path + suffix) }
        try Medium.mustTake(path + ".probe")
    }
}
