// Rows in columns for any width: what matters less is shortened first and then left out; no line is ever broken.
import DiagnosticsClient

/// A table whose rows may be drawn between other lines.
struct Grid {
    /// One column.
    struct Column {
        let title: String
        /// Columns of the terminal below which it is of no use.
        var least = 1
        /// Columns beyond which it does not grow.
        var most = 40
        /// 0 always stays; otherwise the highest leaves first.
        var rank = 0
        var right = false
        /// Takes the room that is left.
        var grows = false
    }

    /// What stands in a cell; a picture learns its width last.
    enum Cell {
        case text(StyledText)
        case picture((Int) -> StyledText)

        var isEmpty: Bool { if case .text(let text) = self { text.isEmpty } else { false } }
        var width: Int { if case .text(let text) = self { text.width } else { 0 } }
    }

    private static let gap = 2

    private let columns: [Column]
    private let rows: [[Cell]]
    /// Width of each column; nil when it is left out.
    private let widths: [Int?]

    /// - Parameters:
    ///   - rows: as many cells in each as there are columns.
    ///   - width: columns of the terminal.
    init(_ columns: [Column], _ rows: [[Cell]], width: Int) {
        self.columns = columns
        self.rows = rows
        let natural = columns.indices.map { index -> Int in
            let content = rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, $1[index].width) }
            return min(max(content, columns[index].least), max(columns[index].most, columns[index].least))
        }
        var shown = columns.indices.filter { index in columns[index].rank == 0 || rows.contains { !$0[index].isEmpty } }
        func total(_ widths: (Int) -> Int) -> Int {
            shown.reduce(0) { $0 + widths($1) } + Self.gap * max(0, shown.count - 1)
        }
        while total({ min(columns[$0].least, natural[$0]) }) > width,
            let last = shown.filter({ columns[$0].rank > 0 }).max(by: { columns[$0].rank < columns[$1].rank })
        {
            shown.removeAll { $0 == last }
        }
        var widths = natural
        for index in shown.sorted(by: { columns[$0].rank > columns[$1].rank }) {
            let excess = total { widths[$0] } - width
            if excess > 0 { widths[index] = max(min(columns[index].least, natural[index]), widths[index] - excess) }
        }
        for index in shown where columns[index].grows {
            let room = width - total { widths[$0] }
            if room > 0 { widths[index] = min(columns[index].most, widths[index] + room) }
        }
        self.widths = columns.indices.map { shown.contains($0) ? widths[$0] : nil }
    }

    /// The titles.
    var header: StyledText { line { .text(StyledText(columns[$0].title, .quiet)) } }

    /// A row's line.
    func line(_ row: Int) -> StyledText { line { rows[row][$0] } }

    private func line(_ cell: (Int) -> Cell) -> StyledText {
        var result = StyledText()
        for (index, width) in widths.enumerated() {
            guard let width else { continue }
            if !result.isEmpty { result += StyledText(String(repeating: " ", count: Self.gap)) }
            switch cell(index) {
            case .text(let text): result += text.padded(to: width, right: columns[index].right)
            case .picture(let draw): result += draw(width).padded(to: width)
            }
        }
        return result
    }
}
