// A mapping whose keys are known: unknown keys are errors, missing ones are said.

/// A mapping that was checked for unknown keys.
struct Section {
    /// The mapping itself.
    let field: Field
    private let values: [String: Field]

    fileprivate init(field: Field, values: [String: Field]) {
        self.field = field
        self.values = values
    }

    /// The value of a key, or nil when it is not there.
    subscript(key: String) -> Field? { values[key] }

    /// The value of a key that must be there; reports `what` was expected when it is not.
    func required(_ key: String, _ what: String) -> Field? {
        if let value = values[key] { return value }
        field.findings.report(field.node.mark, field.path(of: key), "missing, expected \(what)")
        return nil
    }
}

extension Field {
    /// One named entry of a mapping.
    struct Named {
        var name: String
        /// The key, for errors about the name.
        var key: Field
        var value: Field
    }

    /// The value of a key of a mapping that is not checked yet: what decides which keys there may be.
    func peek(_ key: String) -> Field? {
        node[key].map { Field(node: $0, path: path(of: key), findings: findings) }
    }

    /// The path of a key below this value.
    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// Reads a mapping with known keys; nil, with an error, when it is not a mapping.
    /// - Parameters:
    ///   - keys: the keys there may be.
    ///   - later: keys that the format has and this version does not.
    func section(_ keys: [String], later: [String] = []) -> Section? {
        guard let entries = named() else { return nil }
        var values: [String: Field] = [:]
        for entry in entries {
            if keys.contains(entry.name) {
                values[entry.name] = entry.value
            } else if later.contains(entry.name) {
                entry.key.refuse("unknown key, it is not supported by this version")
            } else if let near = Spelling.nearest(to: entry.name, in: keys) {
                entry.key.refuse("unknown key, did you mean '\(near)'?")
            } else {
                entry.key.refuse("unknown key, expected one of \(keys.joined(separator: ", "))")
            }
        }
        return Section(field: self, values: values)
    }

    /// Reads a mapping of any keys, in the order of the file; nil, with an error, when it is not a mapping.
    func named() -> [Named]? {
        guard case .mapping(let entries) = node.content else { return expected("a section of keys") }
        return entries.map { entry in
            let path = path(of: entry.key)
            let key = YAMLNode(content: .scalar(entry.key, isQuoted: false), mark: entry.keyMark)
            return Named(
                name: entry.key, key: Field(node: key, path: path, findings: findings),
                value: Field(node: entry.value, path: path, findings: findings))
        }
    }

    /// Reads a mapping whose keys are ids; entries with another key are reported and left out.
    func namedByID() -> [Named]? {
        named()?.filter { $0.key.id() != nil }
    }
}
