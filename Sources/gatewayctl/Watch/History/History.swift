// What a series did in the last hour, as far as this screen was watching.

/// One series in cells of equal time. Two series of one screen have their cells at the same times, so that lines under
/// each other can be compared.
struct History: Sendable, Equatable {
    /// One span of time.
    enum Cell: Sendable, Equatable {
        /// Nobody looked.
        case unseen
        /// There was no value to be had.
        case bad
        /// The lowest and the highest value.
        case range(low: Double, high: Double)

        /// Both together.
        func merged(with other: Cell) -> Cell {
            switch (self, other) {
            case (.range(let low, let high), .range(let otherLow, let otherHigh)):
                .range(low: min(low, otherLow), high: max(high, otherHigh))
            case (.range, _): self
            case (_, .range): other
            case (.bad, _), (_, .bad): .bad
            case (.unseen, .unseen): .unseen
            }
        }
    }

    /// Cells that are kept.
    static let longest = 720

    /// The oldest first; the last one is still being filled.
    private(set) var cells: [Cell] = []
    private var newest = 0

    /// Notes what was seen.
    /// - Parameters:
    ///   - value: nil when there was none.
    ///   - cell: the number of the span of time it was seen in, never smaller than before.
    mutating func record(_ value: Double?, in cell: Int) {
        let seen: Cell = value.map { $0.isFinite ? .range(low: $0, high: $0) : .bad } ?? .bad
        if cells.isEmpty || cell - newest >= Self.longest {
            cells = [seen]
        } else if cell <= newest {
            cells[cells.count - 1] = cells[cells.count - 1].merged(with: seen)
            return
        } else {
            cells += [Cell](repeating: .unseen, count: cell - newest - 1) + [seen]
            cells.removeFirst(max(0, cells.count - Self.longest))
        }
        newest = cell
    }

    /// The newest cells for so many columns, several merged into one where there are more; the newest last.
    /// - Parameter all: true shows everything that is kept, false the newest with one cell a column.
    func columns(_ width: Int, all: Bool) -> (cells: [Cell], cellsInColumn: Int) {
        guard width > 0 else { return ([], 1) }
        let size = all ? max(1, (cells.count + width - 1) / width) : 1
        guard size > 1 else { return (Array(cells.suffix(width)), 1) }
        // Columns begin at fixed times, or the whole picture would change with every cell.
        let first = newest - cells.count + 1
        var result: [Cell] = []
        var group: Int?
        for (index, cell) in cells.enumerated() {
            let number = (first + index) / size
            if number == group, let last = result.popLast() {
                result.append(last.merged(with: cell))
            } else {
                result.append(cell)
            }
            group = number
        }
        return (Array(result.suffix(width)), size)
    }
}
