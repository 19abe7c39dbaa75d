// From bytes to a tree through libyaml, whose marks give every node its line and column.
import CYAML

/// Reads one YAML document of a restricted dialect: no anchors, aliases, merge keys or tags, no second document.
enum YAMLReader {
    /// The longest file, in bytes.
    static let largestFile = 1 << 20
    /// The deepest nesting of mappings and sequences.
    static let deepestNesting = 32

    /// Reads the file's bytes.
    static func read(_ file: [UInt8]) -> YAMLDocument {
        // A byte order mark is no character of the first line; libyaml takes it for one when it is told the encoding.
        let bytes = file.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(file.dropFirst(3)) : file
        func failed(_ mark: Mark, _ message: String) -> YAMLDocument {
            YAMLDocument(root: nil, problems: [YAMLProblem(mark: mark, path: "", message: message)], isComplete: false)
        }
        let start = Mark(line: 1, column: 1)
        guard bytes.count <= largestFile else {
            return failed(start, "expected at most \(largestFile) bytes (1 MiB), found \(bytes.count)")
        }
        if let offset = UTF8Text.firstInvalidByte(of: bytes) {
            let byte = String(bytes[offset], radix: 16, uppercase: true)
            return failed(
                UTF8Text.mark(of: offset, in: bytes),
                "expected UTF-8 text, found the byte 0x\(byte) at offset \(offset); save the file as UTF-8")
        }
        if let (offset, character) = UTF8Text.firstLineSeparator(of: bytes) {
            return failed(
                UTF8Text.mark(of: offset, in: bytes),
                "an invisible line separator (\(character)) stands here; remove the character")
        }
        // libyaml keeps a pointer to its parser inside the parser: its address must not change.
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) != 0 else { return failed(start, "out of memory while reading") }
        defer { yaml_parser_delete(parser) }
        return bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, !buffer.isEmpty else { return failed(start, "the file is empty") }
            yaml_parser_set_input_string(parser, base, buffer.count)
            yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            return build(parser, bytes)
        }
    }

    private enum Step { case goOn, end, stop }

    private static func build(_ parser: UnsafeMutablePointer<yaml_parser_t>, _ bytes: [UInt8]) -> YAMLDocument {
        var builder = TreeBuilder()
        var step = Step.goOn
        var documents = 0
        while case .goOn = step {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) != 0 else {
                let (mark, message) = SyntaxProblem.describe(parser.pointee, bytes)
                builder.report(mark, message)
                step = .stop
                break
            }
            defer { yaml_event_delete(&event) }
            step = take(event, &builder, &documents)
        }
        builder.closeAll()
        if builder.root == nil, builder.problems.isEmpty { builder.report(Mark(line: 1, column: 1), "the file is empty") }
        return YAMLDocument(
            root: builder.root, problems: builder.problems, unnamedProblems: builder.unnamedProblems, isComplete: step == .end)
    }

    private static func take(_ event: yaml_event_t, _ builder: inout TreeBuilder, _ documents: inout Int) -> Step {
        let mark = Mark(event.start_mark)
        switch event.type {
        case YAML_STREAM_END_EVENT: return .end
        case YAML_DOCUMENT_START_EVENT:
            documents += 1
            if documents > 1 {
                builder.report(mark, "a second document ('---') is not supported, one file holds one document")
                return .stop
            }
        case YAML_ALIAS_EVENT:
            builder.report(mark, "aliases ('*name') are not supported, write the value out")
            builder.add(YAMLNode(content: .refused, mark: mark))
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            refuseProperties(anchor: scalar.anchor, tag: scalar.tag, mark, &builder)
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            builder.add(YAMLNode(content: .scalar(text, isQuoted: scalar.style != YAML_PLAIN_SCALAR_STYLE), mark: mark))
        case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT:
            let isMapping = event.type == YAML_MAPPING_START_EVENT
            let mapping = event.data.mapping_start
            let sequence = event.data.sequence_start
            refuseProperties(
                anchor: isMapping ? mapping.anchor : sequence.anchor, tag: isMapping ? mapping.tag : sequence.tag, mark, &builder)
            guard builder.depth < deepestNesting else {
                builder.report(mark, "nested deeper than \(deepestNesting) levels")
                return .stop
            }
            builder.open(isMapping: isMapping, mark: mark)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: builder.close()
        default: break
        }
        return .goOn
    }

    private static func refuseProperties(
        anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?, _ mark: Mark,
        _ builder: inout TreeBuilder
    ) {
        if anchor != nil { builder.report(mark, "anchors ('&name') are not supported, write the value out where it is needed") }
        if tag != nil { builder.report(mark, "tags ('!name') are not supported, leave it out or put the text in quotes") }
    }
}

extension Mark {
    /// libyaml counts from 0.
    init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
