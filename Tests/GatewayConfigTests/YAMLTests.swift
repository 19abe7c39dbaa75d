// What the dialect refuses below the level of keys and values: bytes, encodings, sizes, depths.
import GatewayConfig
import Testing

struct YAMLTests {
    private func errors(_ bytes: [UInt8]) throws -> [String] {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", bytes)
        return bench.errors()
    }

    @Test("A byte that is not UTF-8 is named with its place, columns count characters")
    func notUTF8() throws {
        #expect(
            try errors(Array("schema: 1\nname: 井".utf8) + [0xB1, 0x0A]) == [
                "site/gateway.yaml:2:8: error: file: expected UTF-8 text, found the byte 0xB1 at offset 19; "
                    + "save the file as UTF-8"
            ])
    }

    @Test("A control character is refused where it stands")
    func controlCharacter() throws {
        #expect(
            try errors(Array("schema: 1\ngateway: {id: a\u{7}b}\n".utf8)) == [
                "site/gateway.yaml:2:16: error: file: control characters are not allowed; remove the character"
            ])
    }

    @Test("An empty file and a missing file say so")
    func emptyAndMissing() throws {
        let bench = try Workbench()
        for text in ["", "\n", "# only a comment\n"] {
            bench.write("site/gateway.yaml", text)
            #expect(bench.errors() == ["site/gateway.yaml:1:1: error: file: the file is empty"])
        }
        bench.remove("site/gateway.yaml")
        #expect(bench.errors() == ["site/gateway.yaml:1:1: error: file: cannot be read: No such file or directory"])
    }

    @Test("A file over 1 MiB is refused")
    func tooLong() throws {
        let padding = [UInt8](repeating: UInt8(ascii: "#"), count: 1 << 20)
        #expect(
            try errors(padding + Array("\n".utf8)) == [
                "site/gateway.yaml:1:1: error: file: cannot be read or is longer than 1 MiB (1048576 bytes)"
            ])
    }

    @Test("32 levels of nesting are read, 33 are refused")
    func nesting() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(try errors(nested(32)) == ["site/gateway.yaml:1:1: error: file: expected a section of keys, found a list"])
        let path = String(repeating: "[0]", count: 32)
        #expect(try errors(nested(33)) == ["site/gateway.yaml:1:33: error: \(path): nested deeper than 32 levels"])
    }

    @Test("Windows line ends and a byte order mark are read")
    func windowsFiles() throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", [0xEF, 0xBB, 0xBF] + Array("schema: 1\r\ngateway: {id: g}\r\n".utf8))
        #expect(bench.errors() == [])
    }

    @Test("Whatever bytes come, reading ends and says something", arguments: 0..<200)
    func anyBytes(seed: UInt64) throws {
        let bench = try Workbench()
        bench.write("site/gateway.yaml", changed(seed % 2 == 0 ? Samples.gateway : Samples.lines, seed))
        for line in bench.errors() {
            #expect(line.contains(": error: ") && !line.contains("\n") && !line.contains("defect of gatewayd"))
        }
        #expect(!bench.loader.salvagedStorePath(path: bench.gateway).isEmpty)
        bench.write("site/profiles/complete.yaml", changed(CompleteSamples.profile, seed))
        for line in bench.profileErrors("site/profiles/complete.yaml") {
            #expect(line.contains(": error: ") && !line.contains("\n") && !line.contains("defect of gatewayd"))
        }
    }

    /// Good text with a few bytes changed, moved by a small generator (xorshift64).
    private func changed(_ text: String, _ seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        var bytes = Array(text.utf8)
        for _ in 0..<1 + next(8) {
            switch next(3) {
            case 0: bytes[next(bytes.count)] = UInt8(next(256))
            case 1: bytes.removeSubrange(next(bytes.count)...)
            default: bytes.insert(contentsOf: Array("{[:,&*!-\"'\t\n #%>|".utf8).shuffledSlice(next), at: next(bytes.count))
            }
            if bytes.isEmpty { bytes = [0x20] }
        }
        return bytes
    }

    @Test("Any value in the place of any other is read or refused, and is never our own mistake", arguments: 0..<150)
    func swappedValues(seed: Int) throws {
        // Each word between separators is replaced by something of another kind, one at a time.
        let others = ["-1", "x", "[]", "{a: [1]}", "[{a: 1}]", "1e999"]
        let bench = try Workbench()
        for (name, text) in [("profile", CompleteSamples.profile), ("site", Samples.lines), ("site", Samples.gateway)] {
            let marks = text.ranges(of: ": ")
            let start = marks[seed % marks.count].upperBound
            let end = text[start...].firstIndex { ",}\n".contains($0) } ?? text.endIndex
            for other in others {
                let bytes = text.replacingCharacters(start..<end, with: other)
                bench.write(name == "site" ? "site/gateway.yaml" : "site/profiles/complete.yaml", bytes)
                let lines = name == "site" ? bench.errors() : bench.profileErrors("site/profiles/complete.yaml")
                #expect(!lines.contains { $0.contains("defect of gatewayd") || $0.contains("\n") }, "\(other) at \(seed)")
            }
        }
    }

    @Test("Any value in the place of any other in a scenario is read or refused, and is never our own mistake", arguments: 0..<75)
    func swappedScenarioValues(seed: Int) throws {
        let bench = try Workbench()
        let street = try bench.street()
        let text = ScenarioSamples.story
        let marks = text.ranges(of: ": ")
        let start = marks[seed % marks.count].upperBound
        let end = text[start...].firstIndex { ",}\n".contains($0) } ?? text.endIndex
        for other in ["-1", "x", "[]", "{a: [1]}", "[{a: 1}]", "1e999", "\"1\"", "5 min"] {
            bench.write("site/story.yaml", text.replacingCharacters(start..<end, with: other))
            let lines = bench.scenarioErrors("site/story.yaml", on: street)
            #expect(!lines.contains { $0.contains("defect of gatewayd") || $0.contains("\n") }, "\(other) at \(seed)")
        }
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<Index>, with other: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: other)
        return copy
    }
}

extension [UInt8] {
    /// One to four of the bytes, picked by `next`.
    fileprivate func shuffledSlice(_ next: (Int) -> Int) -> [UInt8] {
        (0..<1 + next(4)).map { _ in self[next(count)] }
    }
}
