// Puts libyaml's events together into a tree, and refuses what the one dialect of our files does not have.

/// A tree under construction. The frames are the mappings and sequences that are still open.
struct TreeBuilder {
    /// What a mapping waits for.
    private enum Pending {
        case key
        case value(key: String, mark: Mark)
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

    /// Mappings and sequences that are open.
    var depth: Int { frames.count }

    /// The path of the value that comes next.
    var path: String {
        guard let frame = frames.last else { return "" }
        guard frame.isMapping else { return "\(frame.path)[\(frame.items.count)]" }
        guard case .value(let key, _) = frame.pending else { return frame.path }
        return frame.path.isEmpty ? key : "\(frame.path).\(key)"
    }

    /// Notes a problem at the place that is being read.
    mutating func report(_ mark: Mark, _ message: String) {
        problems.append(YAMLProblem(mark: mark, path: path, message: message))
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
        case .value(let key, let mark):
            frame.entries.append(YAMLNode.Entry(key: key, keyMark: mark, value: node))
            frame.pending = .key
        case .droppedValue: frame.pending = .key
        }
    }

    private mutating func take(key node: YAMLNode, into frame: inout Frame) -> Pending {
        func refuse(_ message: String, key: String? = nil) -> Pending {
            let path = key.map { frame.path.isEmpty ? $0 : "\(frame.path).\($0)" } ?? frame.path
            problems.append(YAMLProblem(mark: node.mark, path: path, message: message))
            return .droppedValue
        }
        if case .refused = node.content { return .droppedValue }
        guard case .scalar(let key, let isQuoted) = node.content else { return refuse("a key must be plain text") }
        if key == "<<", !isQuoted { return refuse("merge keys ('<<') are not supported, write the keys out") }
        if let first = frame.firstMarks[key] {
            return refuse("this key stands here twice, first at line \(first.line)", key: key)
        }
        frame.firstMarks[key] = node.mark
        return .value(key: key, mark: node.mark)
    }
}
