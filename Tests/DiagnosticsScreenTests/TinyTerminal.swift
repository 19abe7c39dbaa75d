// As much of a terminal as the screen uses: cursor addressing, erasing, styles, wide characters; anything else is a fault.
@testable import DiagnosticsClient
@testable import DiagnosticsScreen

/// Takes bytes and shows cells.
struct TinyTerminal {
    let size: ScreenSize
    private(set) var rows: [[Frame.Cell]]
    private(set) var faults: [String] = []
    private var place = (row: 0, column: 0)
    private var style = Style()

    init(_ size: ScreenSize) {
        self.size = size
        rows = Frame(size, []).rows
    }

    mutating func receive(_ bytes: [UInt8]) {
        var rest = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            if scalar == "\u{1B}" {
                guard rest.popFirst() == "[" else {
                    faults.append("ESC without [")
                    return
                }
                let parameters = String(String.UnicodeScalarView(rest.prefix { $0.value < 0x40 }))
                rest = rest.drop { $0.value < 0x40 }
                run(rest.popFirst() ?? " ", parameters)
            } else {
                put(scalar)
            }
        }
    }

    private mutating func run(_ final: Unicode.Scalar, _ parameters: String) {
        let numbers = parameters.split(separator: ";").map { Int($0) ?? -1 }
        switch (final, numbers.count) {
        case ("H", 0): place = (0, 0)
        case ("H", 2):
            place = (numbers[0] - 1, numbers[1] - 1)
            if !rows.indices.contains(place.row) || !(0..<size.columns).contains(place.column) {
                faults.append("cursor at \(place)")
            }
        case ("J", 1): rows = Frame(size, []).rows
        case ("K", 0): for column in place.column..<size.columns { rows[place.row][column] = Frame.Cell(text: " ", style: style) }
        case ("m", _): paint(numbers)
        default: faults.append("unknown: \(parameters)\(final)")
        }
    }

    private mutating func paint(_ codes: [Int]) {
        for code in codes {
            switch code {
            case 0: style = Style()
            case 1: style.bold = true
            case 2: style.dim = true
            case 7: style.reverse = true
            case 31: style.colour = .red
            case 32: style.colour = .green
            case 33: style.colour = .yellow
            case 36: style.colour = .cyan
            default: faults.append("unknown style \(code)")
            }
        }
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = DisplayWidth.of(scalar)
        if scalar.value < 0x20 { faults.append("control character \(scalar.value)") }
        if width == 0 {
            let last = rows[place.row][..<place.column].lastIndex { !$0.text.isEmpty }
            if let last { rows[place.row][last].text.unicodeScalars.append(scalar) }
            return
        }
        guard place.column + width <= size.columns else {
            faults.append("beyond the right edge in row \(place.row)")
            return
        }
        // Writing over a half of a wide character destroys its other half.
        if rows[place.row][place.column].text.isEmpty, place.column > 0 { rows[place.row][place.column - 1].text = " " }
        let next = place.column + width
        if next < size.columns, rows[place.row][next].text.isEmpty { rows[place.row][next].text = " " }
        rows[place.row][place.column] = Frame.Cell(text: String(scalar), style: style)
        if width == 2 { rows[place.row][place.column + 1] = Frame.Cell(text: "", style: style) }
        place.column = next
    }
}
