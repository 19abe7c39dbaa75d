// An export for spreadsheets: lines of JSON into comma-separated values. Pure.
import FoundationEssentials

/// Turns records as they are sent into rows of one table, which has the same columns for every record of a lane.
///
/// Source: RFC 4180; lines end with CR LF, text with a comma, quote or line end stands in quotes.
public struct OutboxLines: Sendable {
    private static let gap = ["gap_to", "gap_count", "gap_reason"]
    private static let columns = [
        "readings": [
            "seq", "time", "cover", "sensor", "channel", "quantity", "unit", "value", "quality", "reason", "clock", "origin",
            "store", "boot",
        ],
        "alarms": [
            "seq", "detected", "occurred", "alarm", "rule", "severity", "from", "to", "cover", "point", "device", "value", "unit",
            "threshold", "clock", "test", "note", "store", "boot",
        ],
    ]

    private let names: [String]

    /// - Parameter lane: `readings` or `alarms`.
    public init(lane: String) { names = (Self.columns[lane] ?? []) }

    /// The first row.
    public var heading: String { Self.row(names + Self.gap) }

    /// The rows of lines of JSON; a gap is a row with its first number in `seq`.
    /// - Returns: nil when a line is no JSON object.
    public func rows(_ lines: String) -> String? {
        var rows = ""
        for line in lines.split(separator: "\n") {
            guard let object = try? JSONDecoder().decode([String: Value].self, from: Data(line.utf8)) else { return nil }
            if case .object(let gap)? = object["gap"] {
                let cells = names.map { $0 == "seq" ? gap["from"]?.text ?? "" : object[$0]?.text ?? "" }
                rows += Self.row(cells + ["to", "count", "reason"].map { gap[$0]?.text ?? "" })
            } else {
                rows += Self.row(names.map { object[$0]?.text ?? "" } + Self.gap.map { _ in "" })
            }
        }
        return rows
    }

    private static func row(_ cells: [String]) -> String {
        cells.map { cell in
            guard cell.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return cell }
            return "\"\(cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
        }.joined(separator: ",") + "\r\n"
    }

    /// A member, as a cell shows it.
    private enum Value: Decodable {
        case text(String)
        case object([String: Value])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let object = try? container.decode([String: Value].self) {
                self = .object(object)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let flag = try? container.decode(Bool.self) {
                self = .text("\(flag)")
            } else if let whole = try? container.decode(Int64.self) {
                self = .text("\(whole)")
            } else if let number = try? container.decode(Double.self) {
                self = .text("\(number)")
            } else {
                self = .text("")
            }
        }

        var text: String { if case .text(let text) = self { text } else { "" } }
    }
}
