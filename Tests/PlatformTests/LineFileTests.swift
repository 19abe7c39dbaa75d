// A file of lines that grows, is cut, and gets another name.
import Glibc
import Platform
import Testing
import TestSupport

@Suite struct LineFileTests {
    private let folder = TemporaryFolder()

    @Test func `lines come with their offsets, across pieces, and the last one says whether it has an end`() {
        let long = String(repeating: "x", count: 100_000)
        let path = folder.write("a", "one\n\n\(long)\nhalf")
        var seen: [String] = []
        let problem = LineFile.lines(path) { line, isWhole, offset in
            seen.append("\(line.count) \(isWhole) \(offset)")
        }
        #expect(problem == 0)
        #expect(seen == ["3 true 0", "0 true 4", "100000 true 5", "4 false 100006"])
        #expect(LineFile.size(path) == 100_010)
    }

    @Test func `what is not there has no lines, and what cannot be read says so`() {
        var count = 0
        #expect(LineFile.lines(folder.file("none")) { _, _, _ in count += 1 } == 0)
        #expect(LineFile.lines(folder.path) { _, _, _ in count += 1 } == EISDIR)
        #expect(count == 0)
        #expect(LineFile.size(folder.file("none")) == 0)
    }

    @Test func `an end is written over what stands there, longer or shorter`() {
        let path = folder.write("a", "one\nhalf a line that is long")
        #expect(LineFile.end(path, at: 4, with: Array("two\n".utf8)) == 0)
        #expect(TextFile.read(path, atMost: 100) == "one\ntwo\n")
        #expect(LineFile.end(path, at: 4, with: Array("three\n".utf8)) == 0)
        #expect(TextFile.read(path, atMost: 100) == "one\nthree\n")
        #expect(LineFile.end(folder.file("none"), at: 0, with: []) == ENOENT)
    }
}
