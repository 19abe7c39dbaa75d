// Which reads one poll of a sensor model takes, worked out once at start so that polling looks nothing up.
import SensorModel

/// The reads of a profile, and where in them each of its registers stands.
public struct ReadPlan: Sendable, Equatable {
    /// One read: neighbouring items of one table.
    public struct Block: Sendable, Hashable {
        /// The table.
        public var table: RegisterTable
        /// Zero-based PDU address of the first item.
        public var address: UInt16
        /// Number of items.
        public var count: UInt16
    }

    /// A place in the reply to a block.
    public struct Slot: Sendable, Hashable {
        /// Index of the block.
        public var block: Int
        /// Items to skip.
        public var offset: Int
        /// Items to take.
        public var count: Int

        /// The slot's words, or nil when the reply is too short.
        func words(in reply: [UInt16]) -> [UInt16]? {
            offset + count <= reply.count ? Array(reply[offset..<offset + count]) : nil
        }
    }

    /// The reads of a poll, by table and address.
    public let blocks: [Block]
    /// The reads that prove the device's identity, by table and address; not part of every poll.
    public let requirementBlocks: [Block]
    /// For each channel of the profile, the places of its fields in `blocks`.
    public let channels: [[Slot]]
    /// For each status rule of the profile, its place in `blocks`.
    public let status: [Slot]
    /// For each requirement of the profile, its place in `requirementBlocks`.
    public let requirements: [Slot]

    /// Plans the reads: touching and overlapping items of a table share one, as far as the profile's `max_registers` and
    /// Modbus allow. No address is read that the profile does not name, and no field is split: a device may change between
    /// two replies.
    public init(profile: DeviceProfile) {
        let fields = profile.channels.map { $0.fields.map(Span.init) }
        let rules = profile.status.map { Span(table: $0.table, start: Int($0.address), end: Int($0.address) + 1) }
        let identity = profile.requirements.map { Span(table: $0.table, start: Int($0.address), end: Int($0.address) + 1) }
        let poll = Self.merged(fields.joined() + rules, limit: profile.timing.maxRegisters)
        let proof = Self.merged(identity, limit: profile.timing.maxRegisters)
        blocks = poll.map(\.block)
        requirementBlocks = proof.map(\.block)
        channels = fields.map { $0.compactMap { $0.slot(in: poll) } }
        status = rules.compactMap { $0.slot(in: poll) }
        requirements = identity.compactMap { $0.slot(in: proof) }
    }

    private struct Span {
        var table: RegisterTable
        var start: Int
        var end: Int

        init(table: RegisterTable, start: Int, end: Int) {
            self.table = table
            self.start = start
            self.end = end
        }

        init(_ field: RegisterField) {
            self.init(table: field.table, start: Int(field.address), end: Int(field.address) + field.type.words)
        }

        var order: (Int, Int, Int) { (RegisterTable.allCases.firstIndex(of: table) ?? 0, start, end) }

        var block: Block {
            Block(table: table, address: UInt16(truncatingIfNeeded: start), count: UInt16(truncatingIfNeeded: end - start))
        }

        /// Every span lies whole in one of the spans that were merged from it and others.
        func slot(in merged: [Span]) -> Slot? {
            merged.firstIndex { $0.table == table && $0.start <= start && end <= $0.end }
                .map { Slot(block: $0, offset: start - merged[$0].start, count: end - start) }
        }
    }

    private static func merged(_ spans: some Sequence<Span>, limit: Int) -> [Span] {
        var merged: [Span] = []
        for span in spans.sorted(by: { $0.order < $1.order }) {
            guard let last = merged.last, last.table == span.table, span.start <= last.end,
                max(span.end, last.end) - last.start <= min(limit, span.table.largestRead) || span.end <= last.end
            else {
                merged.append(span)
                continue
            }
            merged[merged.count - 1].end = max(span.end, last.end)
        }
        return merged
    }
}
