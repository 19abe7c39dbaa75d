// libyaml's complaints in the words of a technician.
import CYAML

/// Says where libyaml stopped, and why.
enum SyntaxProblem {
    /// The place and the message of the parser's error.
    static func describe(_ parser: yaml_parser_t, _ bytes: [UInt8]) -> (Mark, String) {
        let problem = parser.problem.map { String(cString: $0) } ?? "the file cannot be read"
        guard parser.error != YAML_READER_ERROR else {
            let offset = min(parser.problem_offset, bytes.count)
            return (UTF8Text.mark(of: offset, in: bytes), "\(problem); remove the character")
        }
        let mark = Mark(parser.problem_mark)
        let character = UTF8Text.character(at: Int(parser.problem_mark.index), of: bytes)
        let words = plain(problem, character)
        guard let context = parser.context, parser.context_mark.line != parser.problem_mark.line else { return (mark, words) }
        return (mark, "\(words) (\(String(cString: context)), which begins at line \(parser.context_mark.line + 1))")
    }

    private static func plain(_ problem: String, _ character: Unicode.Scalar?) -> String {
        switch problem {
        case _ where character == "\t": "a tab stands here; indent with spaces"
        case "found character that cannot start any token":
            "a value cannot start with '\(character.map(String.init) ?? "")'; put it in quotes"
        case "mapping values are not allowed in this context":
            "':' is not expected here; keys of one section need the same indent, and text with ': ' in it needs quotes"
        case "did not find expected key":
            "expected a key at the same indent as the others of its section"
        case "could not find expected ':'": "expected ':' after a key"
        case "did not find expected ',' or '}'": "expected ',' or '}'"
        case "did not find expected ',' or ']'": "expected ',' or ']'"
        case "did not find expected '-' indicator": "expected '- ' at the same indent as the other entries of the list"
        case "did not find expected node content": "expected a value, or the bracket that closes the list or section"
        case "found unexpected end of stream": "the text in quotes is not closed"
        default: problem
        }
    }
}
