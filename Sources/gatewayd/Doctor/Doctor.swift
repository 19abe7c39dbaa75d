// Facts in, findings out, worst first. Pure: whoever asks gathers the facts.
import SensorModel

/// The findings about a gateway.
public struct Doctor: Sendable {
    /// Limits of what is still taken as it should be.
    public enum Limit {
        /// Replies with a wrong checksum, of all requests; a wire that is sound has none.
        public static let checksumErrors = 0.05
        /// Fewer requests than this say nothing.
        public static let leastRequests = 20
        /// Seconds for which nobody acknowledges an alarm: the period in which it is announced again.
        public static let unacknowledged = 900.0
        /// Seconds of maintenance: half of the longest.
        public static let maintenance = 4 * 3600.0
        /// Of the lane's room, of the memory and of the descriptors.
        public static let nearly = 0.9
        /// Of the machine's memory that must be left.
        public static let memoryLeft = 0.05
        /// Bytes that must be left on the medium: SQLite's journals and the audit log need a few MiB.
        public static let freeBytes: Int64 = 32 << 20
        /// Seconds before a certificate's end.
        public static let certificate = 30 * 86_400.0
    }

    /// Worst first; of one weight causes before what follows from them.
    public let findings: [DoctorFinding]

    /// Whether nothing is wrong: notices may be there.
    public var isWell: Bool { findings.allSatisfy { $0.severity == .notice } }

    /// What is wrong.
    public init(_ facts: DoctorFacts) {
        var found = Self.gateway(facts) + Self.machine(facts.machine, facts) + Self.uplinks(facts) + Self.buses(facts)
        found += Self.outputs(facts) + Self.sensors(facts) + Self.people(facts) + Self.covers(facts) + Self.rules(facts)
        if !facts.status.healthy, found.allSatisfy({ $0.severity == .notice }) {
            found.append(
                DoctorFinding(.unhealthy, .gateway, "", [.detail: .same(facts.status.problems.joined(separator: "; "))]))
        }
        self.init(found)
    }

    /// Findings in their order.
    init(_ found: [DoctorFinding]) {
        let order = Dictionary(uniqueKeysWithValues: FindingCode.allCases.enumerated().map { ($1, $0) })
        func place(_ finding: DoctorFinding) -> Int { order[finding.code] ?? order.count }
        findings = found.enumerated().sorted { first, second in
            let (one, other) = (first.element, second.element)
            if one.severity != other.severity { return one.severity < other.severity }
            if one.code != other.code { return place(one) < place(other) }
            return first.offset < second.offset
        }.map(\.element)
    }
}

extension Bilingual {
    /// A number.
    static func same(_ number: some BinaryInteger) -> Bilingual { same("\(number)") }

    /// A time as people say it.
    static func span(_ seconds: Double) -> Bilingual {
        let whole = Int(min(max(0, seconds), 1e12).rounded())
        switch whole {
        case ..<120:
            let text = seconds < 10 ? "\((max(0, seconds) * 10).rounded() / 10)" : "\(whole)"
            return Bilingual(zh: "\(text)秒", en: "\(text) s")
        case ..<7200: return Bilingual(zh: "\(whole / 60)分钟", en: "\(whole / 60) min")
        case ..<172_800: return Bilingual(zh: "\(whole / 3600)小时", en: "\(whole / 3600) h")
        default: return Bilingual(zh: "\(whole / 86_400)天", en: "\(whole / 86_400) d")
        }
    }
}

extension DoctorFacts {
    /// Name and place of a cover.
    func label(_ code: String?) -> DoctorCover? {
        guard let code else { return nil }
        return covers.first { $0.label.code == code }?.label ?? DoctorCover(code: code)
    }
}
