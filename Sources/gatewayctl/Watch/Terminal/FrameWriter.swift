// From one picture to the next with few bytes: only cells that changed are sent, so that a slow link can follow.

/// Writes frames in the control sequences that every terminal since the VT100 knows.
///
/// Source: ECMA-48 §8.3 (CUP, ED, EL, SGR); the alternate screen and the cursor's visibility are DEC private modes.
public struct FrameWriter: Sendable {
    /// Alternate screen, no cursor, no wrapping at the right edge.
    public static let enter = Array("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l".utf8)
    /// All of that undone.
    public static let leave = Array("\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l".utf8)

    private static let longestGap = 5

    private let colour: Bool

    /// - Parameter colour: false leaves the colours out (NO_COLOR); weights stay.
    public init(colour: Bool) { self.colour = colour }

    /// The bytes that turn a terminal that shows `old` into one that shows `new`.
    /// - Parameter old: nil when nothing is known of what it shows.
    public func bytes(from old: Frame?, to new: Frame) -> [UInt8] {
        var pen = Pen(colour: colour)
        var before = old
        if old?.size != new.size {
            pen.bytes += Array("\u{1B}[0m\u{1B}[H\u{1B}[2J".utf8)
            before = Frame(new.size, [])
        }
        guard let before else { return pen.bytes }
        for row in new.rows.indices where before.rows[row] != new.rows[row] {
            draw(new.rows[row], over: before.rows[row], row: row, with: &pen)
        }
        pen.use(.plain)
        return pen.bytes
    }

    private func draw(_ new: [Frame.Cell], over old: [Frame.Cell], row: Int, with pen: inout Pen) {
        let used = (new.lastIndex { $0 != .blank } ?? -1) + 1
        var column = 0
        while column < used {
            guard new[column] != old[column] else {
                column += 1
                continue
            }
            var end = column + 1
            var same = 0
            // Unchanged cells between changed ones are cheaper to send again than to jump over.
            while end + same < used, same <= Self.longestGap {
                if new[end + same] != old[end + same] {
                    end += same + 1
                    same = 0
                } else {
                    same += 1
                }
            }
            pen.move(row: row, column: column)
            for cell in new[column..<end] { pen.put(cell) }
            column = end
        }
        if old[used...].contains(where: { $0 != .blank }) {
            pen.use(.plain)
            pen.move(row: row, column: used)
            pen.bytes += Array("\u{1B}[K".utf8)
        }
    }

    /// Where the terminal's cursor is and how it writes.
    private struct Pen {
        let colour: Bool
        var bytes: [UInt8] = []
        private var style = Style.plain
        private var place: (row: Int, column: Int)?
        /// After characters of which terminals differ in how wide they draw them.
        private var isUnsure = false

        init(colour: Bool) { self.colour = colour }

        mutating func move(row: Int, column: Int) {
            if !isUnsure, let place, place == (row, column) { return }
            isUnsure = false
            bytes += Array("\u{1B}[\(row + 1);\(column + 1)H".utf8)
            place = (row, column)
        }

        mutating func put(_ cell: Frame.Cell) {
            guard !cell.text.isEmpty else {
                place?.column += 1
                return
            }
            let isASCII = cell.text.utf8.count == 1
            if isASCII, isUnsure, let place { move(row: place.row, column: place.column) }
            use(cell.style)
            bytes += Array(cell.text.utf8)
            place?.column += 1
            isUnsure = !isASCII
        }

        mutating func use(_ wanted: Style) {
            var wanted = wanted
            if !colour { wanted.colour = .plain }
            guard wanted != style else { return }
            var codes = ["0"]
            if wanted.bold { codes.append("1") }
            if wanted.dim { codes.append("2") }
            if wanted.reverse { codes.append("7") }
            switch wanted.colour {
            case .plain: break
            case .red: codes.append("31")
            case .green: codes.append("32")
            case .yellow: codes.append("33")
            case .cyan: codes.append("36")
            }
            bytes += Array("\u{1B}[\(codes.joined(separator: ";"))m".utf8)
            style = wanted
        }
    }
}
