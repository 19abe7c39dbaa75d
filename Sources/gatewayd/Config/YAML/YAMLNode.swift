// A YAML document as a small tree in which every node knows where it stands, so that every message can say so.

/// A place in a file; line and column count from 1, columns in characters.
struct Mark: Sendable, Equatable {
    var line: Int
    var column: Int
}

/// One node of the tree.
struct YAMLNode: Sendable {
    /// One entry of a mapping, in the order of the file.
    struct Entry: Sendable {
        var key: String
        var keyMark: Mark
        var keyIsQuoted: Bool
        var value: YAMLNode
    }

    /// What the node is.
    enum Content: Sendable {
        case scalar(String, isQuoted: Bool)
        case sequence([YAMLNode])
        case mapping([Entry])
        /// Something that was reported already (an alias, say); readers pass over it in silence.
        case refused
    }

    var content: Content
    var mark: Mark

    /// The value of a key, for a look into a tree that is not checked.
    subscript(key: String) -> YAMLNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The text of a scalar.
    var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }
}

/// Something wrong with a file's YAML.
struct YAMLProblem: Sendable, Equatable {
    var mark: Mark
    /// Path of keys, empty at the top.
    var path: String
    var message: String
}

/// What came out of a file.
struct YAMLDocument: Sendable {
    /// The tree; after a syntax error, what had been read before it; nil when there was nothing.
    var root: YAMLNode?
    /// What is wrong, in the order of the file; the first thousand.
    var problems: [YAMLProblem]
    /// How many more there were.
    var unnamedProblems = 0
    /// False when reading stopped before the end: the tree says nothing about what is missing.
    var isComplete: Bool
}
