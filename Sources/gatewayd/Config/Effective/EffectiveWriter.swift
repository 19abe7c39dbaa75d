// Walks a file along its description and writes down every key, with the defaults of those that are not there.

/// Writes the effective text.
struct EffectiveWriter {
    private struct Line {
        var indent: Int
        /// Empty for a line that is a comment only.
        var text: String
        var comment: String?
        var beginsItem = false
    }

    private let sources: EffectiveSources
    private let derived: [String: String]
    private let notes: [String: String]
    private var lines: [Line] = []
    private(set) var values: [EffectiveConfiguration.Value] = []

    /// - Parameters:
    ///   - derived: values by key path that stand for those of the file, or for a default that is not in the description.
    ///   - notes: comments by key path.
    init(sources: EffectiveSources, derived: [String: String], notes: [String: String]) {
        self.sources = sources
        self.derived = derived
        self.notes = notes
    }

    /// The lines, each with its end.
    var text: String {
        lines.map { line in
            let dash = line.beginsItem ? "- " : ""
            let comment = line.comment.map { MessageText.oneLine("# \($0)") } ?? ""
            let gap = line.text.isEmpty || comment.isEmpty ? "" : "  "
            return String(repeating: " ", count: line.indent - dash.count) + dash + line.text + gap + comment + "\n"
        }.joined()
    }

    /// Writes a section; `node` is nil where it is not in the file.
    mutating func section(_ node: YAMLNode?, _ shape: SectionShape, path: String, indent: Int) {
        for key in shape.keys {
            let path = path.isEmpty ? key.name : "\(path).\(key.name)"
            if path == "alarms" {
                writeRules(indent)
            } else if let value = node?[key.name] {
                write(key.name, value, key.shape, path, indent)
            } else {
                writeDefault(key, path, indent)
            }
        }
    }

    private mutating func writeDefault(_ key: SectionShape.Key, _ path: String, _ indent: Int) {
        switch (key.presence, key.shape) {
        case (.literal(let text), _): add(key.name, derived[path].map(YAMLText.text) ?? text, derived[path] ?? text, path, indent)
        case (.described, .section(let inner)) where inner.mayBeEmpty:
            let place = lines.count
            section(nil, inner, path: path, indent: indent + 2)
            if lines.count > place { lines.insert(Line(indent: indent, text: "\(key.name):"), at: place) }
        case (.described, _): if let value = derived[path] { add(key.name, value, value, path, indent) }
        default: break
        }
    }

    private mutating func add(_ name: String, _ text: String, _ value: String, _ path: String, _ indent: Int) {
        lines.append(Line(indent: indent, text: "\(name): \(text)", comment: "default"))
        values.append(.init(key: path, value: value, isDefault: true))
    }

    private mutating func write(_ name: String, _ node: YAMLNode, _ shape: Shape, _ path: String, _ indent: Int) {
        switch (shape, node.content) {
        case (.either(let shapes), _):
            if let fitting = shapes.first(where: { $0.fits(node) }) { write(name, node, fitting, path, indent) }
        case (_, .scalar(let text, let isQuoted)):
            let written = scalar(text, isQuoted, path, inFlow: false)
            lines.append(Line(indent: indent, text: "\(name): \(written)", comment: notes[path]))
        case (.list(let inner, _, _), .sequence(let items)): write(name, items, inner, path, indent)
        case (_, .mapping(let entries)):
            let place = lines.count
            below(node, entries, shape, path, indent + 2)
            let isEmpty = lines.count == place
            lines.insert(Line(indent: indent, text: isEmpty ? "\(name): {}" : "\(name):"), at: place)
        default: break
        }
    }

    private mutating func below(
        _ node: YAMLNode, _ entries: [YAMLNode.Entry], _ shape: Shape, _ path: String, _ indent: Int
    ) {
        switch shape {
        case .section(let section): self.section(node, section, path: path, indent: indent)
        case .variants(let key, let without, let variants):
            let word = node[key]?.text
            guard let section = variants.first(where: { $0.0 == word })?.1 ?? without else { return }
            self.section(node, section, path: path, indent: indent)
        case .named(_, let inner, _):
            for entry in entries {
                let name = YAMLText.scalar(entry.key, isQuoted: entry.keyIsQuoted)
                write(name, entry.value, inner, "\(path).\(entry.key)", indent)
            }
        default: break
        }
    }

    private mutating func write(_ name: String, _ items: [YAMLNode], _ inner: Shape, _ path: String, _ indent: Int) {
        guard case .section(let section) = inner else {
            let texts = items.enumerated().map { index, item in
                guard case .scalar(let text, let isQuoted) = item.content else { return "" }
                return scalar(text, isQuoted, "\(path)[\(index)]", inFlow: true)
            }
            lines.append(Line(indent: indent, text: "\(name): [\(texts.joined(separator: ", "))]", comment: notes[path]))
            return
        }
        lines.append(Line(indent: indent, text: items.isEmpty ? "\(name): []" : "\(name):"))
        for (index, item) in items.enumerated() { write(item, section, "\(path)[\(index)]", indent + 4) }
    }

    /// Writes one entry of a list.
    private mutating func write(_ item: YAMLNode, _ section: SectionShape, _ path: String, _ indent: Int) {
        let place = lines.count
        self.section(item, section, path: path, indent: indent)
        if lines.indices.contains(place) { lines[place].beginsItem = true }
    }

    /// Notes a value of the file and gives its text.
    private mutating func scalar(_ text: String, _ isQuoted: Bool, _ path: String, inFlow: Bool) -> String {
        let value = derived[path] ?? text
        values.append(.init(key: path, value: value, isDefault: false))
        // A port stays a number: only what was resolved is written anew.
        return value == text ? YAMLText.scalar(text, isQuoted: isQuoted, inFlow: inFlow) : YAMLText.text(value)
    }

    /// The rules of the pack and of the site together, as the site could have written them.
    private mutating func writeRules(_ indent: Int) {
        guard !sources.rules.isEmpty else { return }
        lines.append(Line(indent: indent, text: "alarms:"))
        lines.append(Line(indent: indent + 2, text: "rules:"))
        for (index, rule) in sources.rules.enumerated() {
            let replaced = rule.origin.replaces.map { ", in place of the pack's in \($0)" } ?? ""
            let origin = rule.origin.isSite ? "of this site\(replaced)" : "of the pack: \(rule.origin.file)"
            lines.append(Line(indent: indent + 4, text: "", comment: origin))
            if let node = rule.node { write(node, rule.shape, "alarms.rules[\(index)]", indent + 6) }
        }
    }
}

extension Shape {
    /// Whether a checked value of several possible kinds is of this one.
    fileprivate func fits(_ node: YAMLNode) -> Bool {
        switch (self, node.content) {
        case (.section(let section), .mapping(let entries)): entries.allSatisfy { section.key($0.key) != nil }
        case (.list, .sequence): true
        case (.section, _), (.list, _), (_, .mapping), (_, .sequence): false
        default: true
        }
    }
}
