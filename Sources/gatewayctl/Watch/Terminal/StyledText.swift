// Text with colours and weights, before anybody knows how wide the terminal is.
import DiagnosticsClient

/// How a piece of text looks. Every meaning is also in words: colour only helps.
public struct Style: Sendable, Equatable {
    /// One of the few colours that every terminal has.
    public enum Colour: UInt8, Sendable, CaseIterable { case plain, red, green, yellow, cyan }

    /// Foreground.
    public var colour = Colour.plain
    /// Heavier.
    public var bold = false
    /// Lighter.
    public var dim = false
    /// Foreground and background exchanged.
    public var reverse = false

    /// - Parameters: as the properties.
    public init(_ colour: Colour = .plain, bold: Bool = false, dim: Bool = false, reverse: Bool = false) {
        self.colour = colour
        self.bold = bold
        self.dim = dim
        self.reverse = reverse
    }

    static let plain = Style()
    static let good = Style(.green)
    static let warning = Style(.yellow, bold: true)
    static let bad = Style(.red, bold: true)
    static let title = Style(bold: true)
    static let quiet = Style(dim: true)
    static let link = Style(.cyan)
}

/// One line in pieces of one style each; everything in it is printable.
struct StyledText: Sendable, Equatable, ExpressibleByStringInterpolation {
    struct Span: Sendable, Equatable {
        var text: String
        var style: Style
    }

    private(set) var spans: [Span] = []

    init() {}

    /// Text of one style; control characters are replaced here, once for all.
    init(_ text: String, _ style: Style = .plain) {
        if !text.isEmpty { spans = [Span(text: Words.printable(text), style: style)] }
    }

    init(stringLiteral value: String) { self.init(value) }

    /// Columns it takes.
    var width: Int { spans.reduce(0) { $0 + DisplayWidth.of($1.text) } }

    var isEmpty: Bool { spans.isEmpty }

    static func + (left: StyledText, right: StyledText) -> StyledText {
        var result = left
        result.spans += right.spans
        return result
    }

    static func += (left: inout StyledText, right: StyledText) { left.spans += right.spans }

    /// The same text with its styles changed.
    func styled(_ change: (inout Style) -> Void) -> StyledText {
        var result = self
        for index in result.spans.indices { change(&result.spans[index].style) }
        return result
    }

    /// Shortened to a width, with `…` where something is missing.
    func fitted(to limit: Int) -> StyledText {
        guard width > limit else { return self }
        guard limit > 0 else { return StyledText() }
        var room = limit - 1
        var result = StyledText()
        for span in spans {
            var kept = String.UnicodeScalarView()
            for scalar in span.text.unicodeScalars {
                let columns = DisplayWidth.of(scalar)
                guard columns <= room else {
                    return result + StyledText(String(kept) + "…", span.style)
                }
                room -= columns
                kept.append(scalar)
            }
            result += StyledText(String(kept), span.style)
        }
        return result
    }

    /// Filled with blanks to a width, or shortened to it.
    func padded(to wanted: Int, right: Bool = false, style: Style = .plain) -> StyledText {
        let text = fitted(to: wanted)
        let blanks = StyledText(String(repeating: " ", count: max(0, wanted - text.width)), style)
        return right ? blanks + text : text + blanks
    }

    /// Broken into lines of a width, between words where that can be; at most `lines` of them, the last one shortened.
    static func wrapped(_ text: String, _ style: Style = .plain, to width: Int, lines: Int) -> [StyledText] {
        var result: [String] = []
        var line = ""
        func push(_ word: Substring) {
            for scalar in word.unicodeScalars {
                if DisplayWidth.of(line) + DisplayWidth.of(scalar) > max(2, width), !line.isEmpty {
                    result.append(line)
                    line = ""
                }
                line.unicodeScalars.append(scalar)
            }
        }
        for word in Words.printable(text).split(separator: " ") {
            let needed = DisplayWidth.of(String(word))
            if !line.isEmpty, DisplayWidth.of(line) + 1 + needed > width {
                result.append(line)
                line = ""
            } else if !line.isEmpty {
                line += " "
            }
            push(word)
        }
        if !line.isEmpty { result.append(line) }
        guard result.count > lines, lines > 0 else { return result.prefix(max(0, lines)).map { StyledText($0, style) } }
        let last = result[(lines - 1)...].joined(separator: " ")
        return result.prefix(lines - 1).map { StyledText($0, style) } + [StyledText(last, style).fitted(to: width)]
    }
}
