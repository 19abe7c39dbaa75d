// The platform's books: what arrived, in which order, how often, and what was named in a gap.
import FoundationEssentials
import SensorModel

/// A message of the native format, as far as the books need it.
private struct ReceivedMessage: Decodable {
    struct GapBody: Decodable {
        let from: Int64, to: Int64
    }
    struct Item: Decodable {
        let seq: Int64?
        let v: String?
        let gap: GapBody?
    }
    let after: Int64
    let boot: String
    let seq: Int64?
    let v: String?
    let gap: GapBody?
    let readings: [Item]?
}

/// Keeps what a platform receives of one store.
struct PlatformLedger {
    private(set) var contents: [Lane: [Int64: String]] = [:]
    private(set) var gaps: [Lane: [ClosedRange<Int64>]] = [:]
    /// Numbers in the order in which they arrived first.
    private(set) var arrivals: [Lane: [Int64]] = [:]
    /// How often a number arrived after its first time.
    private(set) var repeats: [Lane: [Int64: Int]] = [:]
    /// What must never be.
    private(set) var faults: [String] = []

    mutating func receive(_ payload: [UInt8], on lane: Lane) {
        guard let message = try? JSONDecoder().decode(ReceivedMessage.self, from: Data(payload)) else {
            faults.append("not a message: \(String(decoding: payload.prefix(200), as: UTF8.self))")
            return
        }
        let items = message.readings ?? [.init(seq: message.seq, v: message.v, gap: message.gap)]
        var next = message.after + 1
        for item in items {
            let first = item.seq ?? item.gap?.from ?? .max
            if first > next { faults.append("\(lane) \(first) does not follow \(next - 1), nothing stands between") }
            if let seq = item.seq {
                note(seq, "\(message.boot) \(item.v ?? "no content")", lane)
                next = seq + 1
            } else if let gap = item.gap {
                gaps[lane, default: []].append(gap.from...gap.to)
                next = gap.to + 1
            }
        }
    }

    private mutating func note(_ seq: Int64, _ content: String, _ lane: Lane) {
        if let known = contents[lane]?[seq] {
            if known != content { faults.append("\(lane) \(seq) has two contents: \(known) and \(content)") }
            repeats[lane, default: [:]][seq, default: 0] += 1
        } else {
            contents[lane, default: [:]][seq] = content
            arrivals[lane, default: []].append(seq)
        }
    }

    /// Numbers up to `last` that neither arrived nor stand in a gap.
    func missing(_ lane: Lane, through last: Int64) -> [Int64] {
        var covered = Set(contents[lane, default: [:]].keys)
        for gap in gaps[lane, default: []] { covered.formUnion(gap) }
        return last < 1 ? [] : (1...last).filter { !covered.contains($0) }
    }

    /// First arrivals that came after a higher number, the excepted ones apart.
    func outOfOrder(_ lane: Lane, except: Set<Int64>) -> [Int64] {
        var highest: Int64 = 0
        return arrivals[lane, default: []].filter { !except.contains($0) }.filter { seq in
            defer { highest = max(highest, seq) }
            return seq < highest
        }
    }
}
