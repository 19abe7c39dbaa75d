// Puts libyaml's events together into a tree, and refuses what the one dialect of our files does not have.

/// A tree under construction. The frames are the mappings and sequences that are still open.
struct TreeBuilder {
    /// What a mapping waits for.
    private enum Pending {
        case key
        case value(key: String, mark: Mark, isQuoted: Bool)
        /// The value of a key that was refused; it is dropped.
        case droppedValue
    }

    private struct Frame {
        var isMapping: Bool
        var mark: Mark
        var path: String
        var pending = Pending.key
        var entries: [YAMLNode.Entry] = []
        var items: [YAMLNode] = []
        var firstMarks: [String: Mark] = [:]
    }

    private var frames: [Frame] = []
    private(set) var root: YAMLNode?
    private(set) var problems: [YAMLProblem] = []
    /// Problems beyond those that are kept.
    private(set) var unnamedProblems = 0
    /// The longest key, in characters: every message below it repeats it.
    private static let longestKey = 256

    /// Mappings and sequences that are open.
    var depth: Int { frames.count }

    /// The path of the value that comes next.
    var path: String {
        guard let frame = frames.last else { return "" }
        guard frame.isMapping else { return "\(frame.path)[\(frame.items.count)]" }
        guard case .value(let key, _, _) = frame.pending else { return frame.path }
        return frame.path.isEmpty ? key : "\(frame.path).\(key)"
    }

    /// Notes a problem at the place that is being read.
    mutating func report(_ mark: Mark, _ message: String) {
        guard hasRoom() else { return }
        problems.append(YAMLProblem(mark: mark, path: path, message: message))
    }

    /// False, and counts, when there are enough problems.
    private mutating func hasRoom() -> Bool {
        if problems.count < Findings.most { return true }
        unnamedProblems += 1
        return false
    }

    /// A mapping or a sequence begins.
    mutating func open(isMapping: Bool, mark: Mark) {
        frames.append(Frame(isMapping: isMapping, mark: mark, path: path))
    }

    /// The innermost mapping or sequence ends.
    mutating func close() {
        guard let frame = frames.popLast() else { return }
        add(YAMLNode(content: frame.isMapping ? .mapping(frame.entries) : .sequence(frame.items), mark: frame.mark))
    }

    /// Ends everything that is open, so that what was read before a syntax error can be looked at.
    mutating func closeAll() {
        while !frames.isEmpty { close() }
    }

    /// A node is complete.
    mutating func add(_ node: YAMLNode) {
        guard var frame = frames.popLast() else {
            root = root ?? node
            return
        }
        defer { frames.append(frame) }
        guard frame.isMapping else { return frame.items.append(node) }
        switch frame.pending {
        case .key: frame.pending = take(key: node, into: &frame)
        case .value(let key, let mark, let isQuoted):
            frame.entries.append(YAMLNode.Entry(key: key, keyMark: mark, keyIsQuoted: isQuoted, value: node))
            frame.pending = .key
        case .droppedValue: frame.pending = .key
        }
    }

    private mutating func take(key node: YAMLNode, into frame: inout Frame) -> Pending {
        func refuse(_ message: String, key: String? = nil) -> Pending {
            let path = key.map { frame.path.isEmpty ? $0 : "\(frame.path).\($0)" } ?? frame.path
            if hasRoom() { problems.append(YAMLProblem(mark: node.mark, path: path, message: message)) }
            return .droppedValue
        }
        if case .refused = node.content { return .droppedValue }
        guard case .scalar(let key, let isQuoted) = node.content else { return refuse("a key must be plain text") }
        guard key.unicodeScalars.count <= Self.longestKey else {
            return refuse("expected a key of at most \(Self.longestKey) characters")
        }
        if key == "<<", !isQuoted { return refuse("merge keys ('<<') are not supported, write the keys out") }
        if let first = frame.firstMarks[key] {
            return refuse("this key stands here twice, first at line \(first.line)", key: key)
        }
        frame.firstMarks[key] = node.mark
        return .value(key: key, mark: node.mark, isQuoted: isQuoted)
    }
}
