// Histories as text: one line of blocks, or a chart of several rows.

/// Pictures of a history.
enum HistoryPicture {
    private static let blocks = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// One line, the newest at the right end: a block for each span of time, `x` without a value, blank when nobody looked.
    /// Of several values in a span the one farthest from the middle shows.
    static func line(_ cells: [History.Cell], unit: String, width: Int) -> String {
        let scale = HistoryScale(cells, unit: unit)
        let text = cells.suffix(width).map { cell in
            switch cell {
            case .unseen: " "
            case .bad: "x"
            case .range(let low, let high): blocks[scale.level(farthest(low, high, in: scale), steps: blocks.count)]
            }
        }
        return String(repeating: " ", count: max(0, width - text.count)) + text.joined()
    }

    /// Several rows, the top first; the same in eighths of a row.
    static func chart(_ cells: [History.Cell], unit: String, width: Int, rows: Int) -> [String] {
        let scale = HistoryScale(cells, unit: unit)
        let columns = cells.suffix(width)
        let margin = String(repeating: " ", count: max(0, width - columns.count))
        let levels = columns.map { cell -> Int? in
            guard case .range(let low, let high) = cell else { return nil }
            return scale.level(farthest(low, high, in: scale), steps: rows * blocks.count) + 1
        }
        return (0..<rows).reversed().map { row in
            margin
                + zip(columns, levels).map { cell, level in
                    guard let level else { return cell == .bad && row == 0 ? "x" : " " }
                    let filled = level - row * blocks.count
                    return filled <= 0 ? " " : blocks[min(filled, blocks.count) - 1]
                }.joined()
        }
    }

    private static func farthest(_ low: Double, _ high: Double, in scale: HistoryScale) -> Double {
        high - scale.middle >= scale.middle - low ? high : low
    }
}
