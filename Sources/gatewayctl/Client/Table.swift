// Aligned columns for a terminal.

/// How a cell is painted where the terminal takes colour.
public enum Paint: Sendable {
    case plain, good, warning, bad

    func apply(to text: String, colour: Bool) -> String {
        guard colour else { return text }
        switch self {
        case .plain: return text
        case .good: return "\u{1B}[32m\(text)\u{1B}[0m"
        case .warning: return "\u{1B}[33m\(text)\u{1B}[0m"
        case .bad: return "\u{1B}[31m\(text)\u{1B}[0m"
        }
    }
}

/// A table of text: a header and rows of cells.
struct Table {
    /// One column.
    struct Column {
        let title: String
        var right = false
    }

    /// One cell.
    struct Cell: ExpressibleByStringInterpolation {
        let text: String
        var paint = Paint.plain

        init(_ text: String, _ paint: Paint = .plain) {
            self.text = Words.printable(text)
            self.paint = paint
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    private let columns: [Column]
    private var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// Titles that begin with `>` make right-aligned columns.
    init(_ titles: String...) { self.init(titles.map(Self.column)) }

    /// The same in the reader's language: each column has both titles.
    init(_ words: Vocabulary, _ titles: (zh: String, en: String)...) {
        self.init(titles.map { Self.column(words($0.zh, $0.en)) })
    }

    static func column(_ title: String) -> Column {
        title.hasPrefix(">") ? Column(title: String(title.dropFirst()), right: true) : Column(title: title)
    }

    mutating func add(_ cells: Cell...) { rows.append(cells) }

    /// Columns with content.
    private var used: [Int] {
        columns.indices.filter { index in rows.contains { index < $0.count && !$0[index].text.isEmpty } }
    }

    private func widths(of used: [Int]) -> [Int] {
        used.map { index in
            rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, index < $1.count ? DisplayWidth.of($1[index].text) : 0) }
        }
    }

    /// Whether each row is one line of a terminal of so many columns.
    func fits(_ width: Int?) -> Bool {
        let widths = widths(of: used)
        return width.map { widths.reduce(0, +) + 2 * (widths.count - 1) <= $0 } ?? true
    }

    /// The lines, two blanks between columns, nothing at the ends of lines; a column without content is left out.
    /// - Parameter width: columns of the terminal; a table that is wider is shown row by row, each cell behind its title. Nil
    ///   where nothing limits it.
    func render(colour: Bool, width: Int? = nil) -> String {
        let used = self.used
        let widths = widths(of: used)
        if !fits(width) { return rowByRow(used, colour: colour) }
        func line(_ cell: (Int) -> Cell) -> String {
            var result = ""
            var blanks = 0
            for (index, width) in zip(used, widths) {
                let cell = cell(index)
                let padding = width - DisplayWidth.of(cell.text)
                if columns[index].right { blanks += padding }
                if !cell.text.isEmpty {
                    result += String(repeating: " ", count: blanks) + cell.paint.apply(to: cell.text, colour: colour)
                    blanks = 0
                }
                if !columns[index].right { blanks += padding }
                blanks += 2
            }
            return result + "\n"
        }
        let empty = Cell("")
        return line { Cell(columns[$0].title) } + rows.map { row in line { $0 < row.count ? row[$0] : empty } }.joined()
    }

    /// Cells without content are left out, a blank line stands between rows.
    private func rowByRow(_ used: [Int], colour: Bool) -> String {
        let width = used.reduce(0) { max($0, DisplayWidth.of(columns[$1].title)) }
        return rows.map { row in
            used.filter { $0 < row.count && !row[$0].text.isEmpty }.map { index in
                let title = columns[index].title
                return title + String(repeating: " ", count: width - DisplayWidth.of(title) + 2)
                    + row[index].paint.apply(to: row[index].text, colour: colour) + "\n"
            }.joined()
        }.joined(separator: "\n")
    }
}
