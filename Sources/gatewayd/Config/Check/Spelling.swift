// «Did you mean …»: the nearest of the words that would have been right.

/// Compares words.
enum Spelling {
    /// The most candidates that are compared.
    private static let mostCandidates = 200

    /// The nearest candidate within two typing errors, and one in three characters at most; or nil. Only the first 200
    /// candidates of about the word's length are looked at.
    static func nearest(to word: String, in candidates: [String]) -> String? {
        let length = word.utf8.count
        let near = candidates.lazy.filter { ($0.utf8.count - length).magnitude <= 2 }.prefix(mostCandidates)
            .map { (word: $0, distance: distance(word, $0)) }
            .filter { $0.distance <= min(2, max(1, $0.word.count / 3)) && $0.distance < $0.word.count }
        return near.min { $0.distance < $1.distance }?.word
    }

    /// Insertions, deletions and replacements between two words (Levenshtein).
    static func distance(_ left: String, _ right: String) -> Int {
        let columns = Array(right.unicodeScalars.prefix(64))
        var row = Array(0...columns.count)
        for (index, scalar) in left.unicodeScalars.prefix(64).enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in columns.enumerated() {
                let replaced = diagonal + (scalar == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[columns.count]
    }
}
