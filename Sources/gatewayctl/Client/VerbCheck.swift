// A verb that is none, said before it is taken for the name of a cover or a bus.

/// Knows the verbs, and finds the one that was meant.
public struct VerbCheck {
    private let verbs: [String: [String]]

    /// - Parameter verbs: each verb with the verbs of its own, which may be none.
    public init(_ verbs: [String: [String]]) { self.verbs = verbs }

    /// What is wrong with the first words of a command line; nil when nothing is, or somebody else says it.
    ///
    /// Behind a verb that has verbs a name may stand too, like a cover's behind `calibration`: only a word that is nearly a verb
    /// is taken for one.
    public func objection(to arguments: [String]) -> String? {
        guard let verb = arguments.first, Self.isWord(verb), verb != "help" else { return nil }
        guard let own = verbs[verb] else { return Self.unknown(verb, verbs.keys.sorted(), behind: nil, atMost: verb.count) }
        guard arguments.count > 1, Self.isWord(arguments[1]), arguments[1] != "help", !own.contains(arguments[1]) else {
            return nil
        }
        return Self.unknown(arguments[1], own, behind: verb, atMost: max(1, arguments[1].count / 3))
    }

    private static func isWord(_ argument: String) -> Bool {
        argument.first?.isLetter == true && argument.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "-") }
    }

    /// - Parameter limit: how far the nearest verb may be, in letters, so that the word is taken for a verb.
    private static func unknown(_ word: String, _ verbs: [String], behind: String?, atMost limit: Int) -> String? {
        let ranked = verbs.map { (distance: distance(word, $0), verb: $0) }.sorted { $0 < $1 }
        guard let nearest = ranked.first, nearest.distance <= limit else { return nil }
        let place = behind.map { "\($0) " } ?? ""
        let hint = nearest.distance <= 2 ? "did you mean '\(place)\(nearest.verb)'? " : ""
        return "no such verb: '\(place)\(word)'; \(hint)There are: \(verbs.joined(separator: ", "))."
    }

    /// How many letters have to be put in, taken out, exchanged or swapped with their neighbour.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var rows = [Array(0...right.count)]
        for (row, letter) in left.enumerated() {
            var line = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(line[column], rows[row][column + 1]) + 1
                best = min(best, rows[row][column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = min(best, rows[row - 1][column - 1] + 1)
                }
                line.append(best)
            }
            rows.append(line)
        }
        return rows[left.count][right.count]
    }
}
