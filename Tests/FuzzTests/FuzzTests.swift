// Every reader of what comes from outside gets its kept inputs, and thousands of changed ones, the same on every machine.
import Foundation
import FuzzTargets
import Testing

extension FuzzTarget: CustomTestStringConvertible {
    /// As a test names it.
    public var testDescription: String { name }
}

@Suite struct FuzzTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzz/corpus")

    private static func corpus(_ target: FuzzTarget) throws -> [[UInt8]] {
        let place = folder.appending(path: target.name)
        return try FileManager.default.contentsOfDirectory(atPath: place.path).sorted().map { name in
            Array(try Data(contentsOf: place.appending(path: name)))
        }
    }

    /// Where the input is found that ended the process.
    private static func last(_ target: FuzzTarget) -> URL {
        FileManager.default.temporaryDirectory.appending(path: "gatewayd-fuzz-\(target.name)-\(getpid())")
    }

    @Test(arguments: FuzzTargets.all)
    func `every kept input is read`(target: FuzzTarget) throws {
        let corpus = try Self.corpus(target)
        #expect(!corpus.isEmpty)
        for input in corpus { #expect(target.take(input) == nil) }
    }

    @Test(arguments: FuzzTargets.all)
    func `whatever comes, it is read or refused, and nothing traps`(target: FuzzTarget) throws {
        let seed = ProcessInfo.processInfo.environment["FUZZ_SEED"].flatMap { UInt64($0) } ?? 7
        var mutator = Mutator(seed: seed, corpus: try Self.corpus(target), words: target.words)
        let last = Self.last(target)
        for run in 0..<target.runs {
            let input = mutator.next()
            try Data(input).write(to: last)
            let complaint = target.take(input)
            try #require(complaint == nil, "run \(run) with seed \(seed), input in \(last.path)")
        }
        try FileManager.default.removeItem(at: last)
    }

    @Test func `every folder of the corpus has its reader`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(names == FuzzTargets.all.map(\.name).sorted())
    }

    @Test func `the same seed gives the same inputs, another one others`() {
        func inputs(_ seed: UInt64) -> [[UInt8]] {
            var mutator = Mutator(seed: seed, corpus: [Array("abc".utf8), Array("defg".utf8)], words: ["x"])
            return (0..<20).map { _ in mutator.next() }
        }
        #expect(inputs(1) == inputs(1) && inputs(1) != inputs(2))
    }
}
