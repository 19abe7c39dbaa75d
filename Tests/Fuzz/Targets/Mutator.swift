// Changed inputs, the same for the same seed: for runs that must come out alike on every machine.
import TestSupport

/// Changes the inputs of a corpus.
public struct Mutator {
    private var chance: SeededGenerator
    private let corpus: [[UInt8]]
    private let words: [[UInt8]]
    private static let longest = 8192

    /// - Parameters:
    ///   - corpus: at least one input.
    ///   - words: that inputs are made of.
    public init(seed: UInt64, corpus: [[UInt8]], words: [String]) {
        chance = SeededGenerator(seed: seed)
        self.corpus = corpus
        self.words = words.map { Array($0.utf8) }
    }

    /// The next input.
    public mutating func next() -> [UInt8] {
        var bytes = corpus[Int.random(in: corpus.indices, using: &chance)]
        for _ in 0..<Int.random(in: 1...8, using: &chance) { change(&bytes) }
        return Array(bytes.prefix(Self.longest))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let at = Int.random(in: 0...bytes.count, using: &chance)
        let length = min(bytes.count - at, Int.random(in: 1...32, using: &chance))
        switch Int.random(in: 0..<8, using: &chance) {
        case 0: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &chance) }
        case 1: if at < bytes.count { bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &chance) }
        case 2: bytes.removeSubrange(at..<at + length)
        case 3: bytes.insert(contentsOf: bytes[at..<at + length], at: Int.random(in: 0...bytes.count, using: &chance))
        case 4, 5: if let word = words.randomElement(using: &chance) { bytes.insert(contentsOf: word, at: at) }
        case 6:
            let other = corpus[Int.random(in: corpus.indices, using: &chance)]
            let from = Int.random(in: 0...other.count, using: &chance)
            bytes.replaceSubrange(at..., with: other[from...])
        default: bytes.insert(contentsOf: (0..<length).map { _ in UInt8.random(in: 0...255, using: &chance) }, at: at)
        }
    }
}
