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

        /// True when a reply of so many items holds the slot.
        func fits(_ items: Int) -> Bool { offset >= 0 && count >= 0 && offset <= items && count <= items - offset }

        /// The slot's words, or nil when the reply is too short.
        public func words(in reply: [UInt16]) -> [UInt16]? { fits(reply.count) ? Array(reply[offset..<offset + count]) : nil }

        /// The slot's first word, or nil when its reply is too short.
        func word(in replies: [[UInt16]]) -> UInt16? {
            guard replies.indices.contains(block), count > 0, fits(replies[block].count) else { return nil }
            return replies[block][offset]
        }
    }

    /// Where a field stands.
    public struct FieldPlace: Sendable, Hashable {
        /// The number's words.
        public var number: Slot
        /// The count of decimals.
        public var decimals: Slot?
        /// The unit's code.
        public var unit: Slot?

        /// All of them.
        public var slots: [Slot] { [number] + [decimals, unit].compactMap { $0 } }
    }

    /// The reads of a poll, by table and address.
    public let blocks: [Block]
    /// The reads that prove the device's identity: first what must hold, by table and address, then what must not, each on its
    /// own. Not part of every poll.
    public let requirementBlocks: [Block]
    /// For each channel of the profile, the places of its fields in `blocks`.
    public let channels: [[FieldPlace]]
    /// For each status rule of the profile, its place in `blocks`.
    public let status: [Slot]
    /// The heartbeat's place in `blocks`.
    public let heartbeat: Slot?
    /// For each requirement of the profile, the places of its checks in `requirementBlocks`.
    public let requirements: [[Slot]]

    /// Plans the reads: touching and overlapping items of a table share one, as far as the profile's `max_registers` and
    /// Modbus allow (of bits sixteen times as many, up to 2000). No address is read that the profile does not name, and no
    /// field is split: a device may change between two replies. What a device is refused by shares no read with anything else,
    /// because another model may refuse the read.
    public init(profile: DeviceProfile) {
        let limit = profile.timing.maxRegisters
        let fields = profile.channels.map { $0.fields.map(FieldSpans.init) }
        let rules = profile.status.map { Span($0.place) }
        let pulse = profile.heartbeat.map { Span($0.place) }
        let poll = Self.merged(fields.joined().flatMap(\.all) + rules + [pulse].compactMap { $0 }, limit: limit)
        blocks = poll.map(\.block)
        channels = fields.map { $0.compactMap { $0.place(in: poll) } }
        status = rules.compactMap { $0.slot(in: poll) }
        heartbeat = pulse?.slot(in: poll)

        let required = profile.requirements.filter { !$0.isRefused }.flatMap(\.checks).map(Span.init)
        let merged = Self.merged(required, limit: limit)
        var alone: [Span] = []
        for span in profile.requirements.filter(\.isRefused).flatMap(\.checks).map(Span.init) where !alone.contains(span) {
            alone.append(span)
        }
        requirementBlocks = (merged + alone).map(\.block)
        requirements = profile.requirements.map { requirement in
            requirement.checks.compactMap { check in
                let span = Span(check)
                guard requirement.isRefused else { return span.slot(in: merged) }
                return alone.firstIndex(of: span)
                    .map { Slot(block: merged.count + $0, offset: 0, count: span.end - span.start) }
            }
        }
    }

    private struct Span: Equatable {
        var table: RegisterTable
        var start: Int
        var end: Int

        init(_ place: RegisterPlace, count: Int = 1) {
            table = place.table
            start = Int(place.address)
            end = start + min(max(count, 1), place.table.largestRead)
        }

        init(_ check: DeviceProfile.IdentityCheck) { self.init(check.place, count: check.registers) }

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

    private struct FieldSpans {
        var number: Span
        var decimals: Span?
        var unit: Span?

        init(_ field: RegisterField) {
            number = Span(RegisterPlace(table: field.table, address: field.address), count: field.registers)
            decimals = field.decimalsAt.map { Span($0) }
            unit = field.unitAt.map { Span($0.place) }
        }

        var all: [Span] { [number] + [decimals, unit].compactMap { $0 } }

        func place(in merged: [Span]) -> FieldPlace? {
            number.slot(in: merged).map {
                FieldPlace(number: $0, decimals: decimals?.slot(in: merged), unit: unit?.slot(in: merged))
            }
        }
    }

    private static func merged(_ spans: [Span], limit: Int) -> [Span] {
        var merged: [Span] = []
        for span in spans.sorted(by: { $0.order < $1.order }) {
            guard let last = merged.last, last.table == span.table, span.start <= last.end,
                max(span.end, last.end) - last.start <= largest(span.table, limit) || span.end <= last.end
            else {
                merged.append(span)
                continue
            }
            merged[merged.count - 1].end = max(span.end, last.end)
        }
        return merged
    }

    /// A device whose buffer holds so many registers holds sixteen times as many bits.
    private static func largest(_ table: RegisterTable, _ limit: Int) -> Int {
        table.isBits ? min(limit, 125) * 16 : min(limit, table.largestRead)
    }
}
