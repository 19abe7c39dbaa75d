// Lets the options common to all verbs stand before the verb, where the contract writes them.

/// Order of command-line arguments.
public enum CommandLineOrder {
    /// Moves `--json` and `--socket PATH` (also `--socket=PATH`) that stand before the verb behind everything else.
    /// Arguments after a `--` are left alone, and so is a `--socket` without its path, which is then refused.
    public static func verbFirst(_ arguments: [String]) -> [String] {
        var moved: [String] = []
        var rest = arguments[...]
        while let argument = rest.first {
            if argument == "--json" || argument.hasPrefix("--socket=") {
                moved.append(argument)
                rest = rest.dropFirst()
            } else if argument == "--socket", rest.count >= 2 {
                moved += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else {
                break
            }
        }
        guard !rest.isEmpty else { return arguments }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return rest[..<end] + moved + rest[end...]
    }

    /// The path behind the last `--socket` of a command line that is still being written. A shell may give `--socket=PATH` as
    /// one word or as three.
    public static func socket(in words: [String]) -> String? {
        guard let index = words.lastIndex(where: { $0 == "--socket" || $0.hasPrefix("--socket=") }) else { return nil }
        var value = words[index].dropFirst("--socket".count)
        if value.isEmpty, let next = words.dropFirst(index + 1).first {
            value = next == "=" ? words.dropFirst(index + 2).first?[...] ?? "" : next[...]
        }
        let path = value.hasPrefix("=") ? value.dropFirst() : value
        return path.isEmpty ? nil : String(path)
    }
}
