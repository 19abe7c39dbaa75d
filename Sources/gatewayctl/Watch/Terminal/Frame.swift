// What a terminal shows: cells in rows, each with its text and style.
import DiagnosticsClient

/// Columns and rows of a terminal.
public struct ScreenSize: Sendable, Equatable {
    /// Columns.
    public var columns: Int
    /// Rows.
    public var rows: Int

    /// The most that is drawn of a terminal, each way: a bound for what a wrong answer of the terminal could cost.
    static let most = 1000

    /// - Parameters: as the properties; at least 1 and at most 1000 each.
    public init(columns: Int, rows: Int) {
        self.columns = min(max(1, columns), Self.most)
        self.rows = min(max(1, rows), Self.most)
    }
}

/// One picture of the whole terminal. No row can be wider than the terminal: what does not fit is not in it.
public struct Frame: Sendable, Equatable {
    /// One column of one row.
    public struct Cell: Sendable, Equatable {
        /// A character with its combining marks; empty for the second column of a wide one.
        public var text: String
        /// Its style; both columns of a wide character have the same.
        public var style: Style

        static let blank = Cell(text: " ", style: .plain)
    }

    /// Columns and rows.
    public let size: ScreenSize
    /// `size.rows` rows of `size.columns` cells.
    public private(set) var rows: [[Cell]]

    /// From lines, the first at the top; further ones than there are rows are left out.
    init(_ size: ScreenSize, _ lines: [StyledText]) {
        self.size = size
        rows = lines.prefix(size.rows).map { Self.cells($0.fitted(to: size.columns), columns: size.columns) }
        let empty = [Cell](repeating: .blank, count: size.columns)
        rows += [[Cell]](repeating: empty, count: size.rows - rows.count)
    }

    /// The rows as text, without blanks at their ends.
    public var text: [String] {
        rows.map { row in
            var line = row.map(\.text).joined()
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private static func cells(_ line: StyledText, columns: Int) -> [Cell] {
        var row: [Cell] = []
        row.reserveCapacity(columns)
        for span in line.spans {
            for scalar in span.text.unicodeScalars {
                let width = DisplayWidth.of(scalar)
                if width == 0 {
                    // A mark belongs to what stands before it; three are enough for every script.
                    if let last = row.lastIndex(where: { !$0.text.isEmpty }), row[last].text.unicodeScalars.count < 4 {
                        row[last].text.unicodeScalars.append(scalar)
                    }
                } else if row.count + width <= columns {
                    row.append(Cell(text: String(scalar), style: span.style))
                    if width == 2 { row.append(Cell(text: "", style: span.style)) }
                }
            }
        }
        return row + [Cell](repeating: .blank, count: columns - row.count)
    }
}
