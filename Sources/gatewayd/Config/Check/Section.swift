// A mapping whose keys are known: unknown keys are errors, missing ones are said.

/// A mapping that was checked against its description.
struct Section {
    /// The mapping itself.
    let field: Field
    private let values: [String: Field]
    private let defaults: [String: Field]

    fileprivate init(field: Field, values: [String: Field], defaults: [String: Field]) {
        self.field = field
        self.values = values
        self.defaults = defaults
    }

    /// The value of a key, as it stands there or by default; nil when there is neither.
    subscript(key: String) -> Field? { values[key] ?? defaults[key] }

    /// The value of a key as it stands there.
    func written(_ key: String) -> Field? { values[key] }

    /// Reports that a key is missing and what was expected.
    func missing(_ key: String, _ what: String) {
        field.findings.report(field.node.mark, field.path(of: key), "missing, expected \(what)")
    }
}

extension Field {
    /// One named entry of a mapping.
    struct Named {
        var name: String
        /// Whether the name stands in quotes.
        var isQuoted: Bool
        /// The key, for errors about the name.
        var key: Field
        var value: Field
    }

    /// The path of a key below this value.
    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// Reads a mapping by its description: reports unknown keys, missing ones and those that do not go together.
    /// - Parameters:
    ///   - shape: the description, where the value's own leaves a choice.
    ///   - said: keys that were complained of already.
    /// - Returns: nil, with an error, when it is not a mapping.
    func section(as shape: SectionShape? = nil, said: [String] = []) -> Section? {
        guard let shape = shape ?? sectionShape else { return defect("a section") }
        guard let entries = entries() else { return nil }
        var values: [String: Field] = [:]
        let names = shape.keys.map(\.name)
        for entry in entries where !said.contains(entry.name) {
            if let key = shape.key(entry.name) {
                values[entry.name] = entry.value.with(key.shape)
            } else if shape.later.contains(entry.name) {
                entry.key.refuse("unknown key, it is not supported by this version")
            } else {
                let hint = hint("", entry.name, in: names) ?? "expected one of \(MessageText.list(names))"
                entry.key.refuse("unknown key, \(hint)")
            }
        }
        let section = Section(field: self, values: values, defaults: defaults(of: shape))
        for key in shape.keys {
            if case .needed(let what) = key.presence, values[key.name] == nil { section.missing(key.name, what) }
        }
        section.checkCombinations(shape)
        return section
    }

    /// Reads a section whose keys depend on the word at one key; what that word is must be checked first.
    /// - Returns: the word, nil for none, and the section.
    func variant() -> (word: String?, section: Section)? {
        guard case .variants(let key, let without, let variants) = shape else { return defect("a section of several kinds") }
        guard entries() != nil else { return nil }
        guard let node = node[key] else {
            if let without { return section(as: without).map { (nil, $0) } }
            findings.report(node.mark, path(of: key), "missing, expected one of \(MessageText.list(variants.map(\.0)))")
            return nil
        }
        let field = Field(node: node, path: path(of: key), findings: findings, shape: .choice(variants.map(\.0)))
        guard let word = field.choice(), let shape = variants.first(where: { $0.0 == word })?.1 else { return nil }
        return section(as: shape).map { (word, $0) }
    }

    /// Reads a mapping of names of its own, in the order of the file; entries with a wrong name are reported and left out.
    func named() -> [Named]? {
        guard case .named(let names, let inner, let atLeastOne) = shape else { return defect("a section of names") }
        guard let entries = entries() else { return nil }
        if let atLeastOne, entries.isEmpty { refuse("expected at least one \(atLeastOne), found none") }
        return entries.compactMap { entry in
            var value = entry
            value.value = entry.value.with(inner)
            switch names {
            case .ids:
                var key = entry.key.with(.id)
                key.node.content = .scalar(entry.name, isQuoted: entry.isQuoted)
                return key.id() == nil ? nil : value
            case .numbers(let range, let what): return entry.key.with(.integer(range, what)).integer() == nil ? nil : value
            }
        }
    }

    /// The value of a key that was read already, for errors about it.
    func written(_ key: String) -> Field? {
        node[key].map { Field(node: $0, path: path(of: key), findings: findings, shape: .id) }
    }

    private func entries() -> [Named]? {
        guard case .mapping(let entries) = node.content else { return expected("a section of keys") }
        return entries.map { entry in
            let path = path(of: entry.key)
            let key = YAMLNode(content: .scalar(entry.key, isQuoted: false), mark: entry.keyMark)
            return Named(
                name: entry.key, isQuoted: entry.keyIsQuoted, key: Field(node: key, path: path, findings: findings, shape: .id),
                value: Field(node: entry.value, path: path, findings: findings, shape: .id))
        }
    }

    private var sectionShape: SectionShape? { if case .section(let shape) = shape { shape } else { nil } }

    private func defaults(of shape: SectionShape) -> [String: Field] {
        var defaults: [String: Field] = [:]
        for key in shape.keys {
            let content: YAMLNode.Content
            switch (key.presence, key.shape) {
            case (.literal(let text), _): content = .scalar(text, isQuoted: false)
            case (.described, .section(let inner)) where inner.mayBeEmpty: content = .mapping([])
            default: continue
            }
            let node = YAMLNode(content: content, mark: node.mark)
            defaults[key.name] = Field(node: node, path: path(of: key.name), findings: findings, shape: key.shape)
        }
        return defaults
    }
}

extension Section {
    /// Reports keys that need another one or do not go with another one.
    fileprivate func checkCombinations(_ shape: SectionShape) {
        if !shape.anyOf.isEmpty, !shape.anyOf.contains(where: { written($0) != nil }) {
            field.refuse("expected \(shape.noneOf), found none")
        }
        for need in shape.needs where written(need.key) != nil && written(need.other) == nil { missing(need.other, need.what) }
        guard !shape.ways.isEmpty else { return }
        guard let way = shape.ways.first(where: { written($0.lead) != nil }) else {
            return field.refuse("expected \(shape.noWay), found \(shape.ways.count == 2 ? "neither" : "none")")
        }
        var isSaid = false
        for other in shape.ways where other.lead != way.lead {
            for key in other.keys where !way.keys.contains(key) && written(key) != nil {
                let lacking = other.lead == key ? nil : way.with.first { written($0.key) == nil }
                isSaid = isSaid || lacking != nil
                let hint = lacking.map { ", expected '\($0.key)'" } ?? shape.twoWays
                written(key)?.refuse("'\(key)' does not go with '\(way.lead)'\(hint)")
            }
        }
        for (key, what) in way.with where !isSaid && written(key) == nil { missing(key, what) }
    }
}
