// What is a command, and what is refused in which words; nothing that a platform sends traps.
import DiagnosticsProtocol
@testable import Gateway
import SensorModel
import TestSupport
import Testing

@Suite struct CommandReaderTests {
    private static let good =
        #"{"id":"c-1","verb":"ack","args":{"alarm":"a-1","by":"王伟"},"expires":"2026-11-21T12:00:00+08:00","#
        + #""trace":[1,{"x":null}]}"#

    private func read(_ text: String) throws(CommandRefusal) -> Command { try CommandReader.read(Array(text.utf8)) }

    @Test func `a command is read with its id, its verb, its person and its expiry`() throws {
        let command = try read(Self.good)
        #expect(
            command
                == Command(
                    id: "c-1", order: .acknowledge(alarm: "a-1"), by: "王伟",
                    expires: try #require(WallTime(rfc3339: "2026-11-21T04:00:00Z"))))
    }

    @Test func `every verb of the contract is known`() throws {
        let contract = "read ack close shelve maintenance threshold sampling config replay evidence receipt"
        #expect(CommandVerb.allCases.map(\.rawValue) == contract.split(separator: " ").map(String.init))
        let args =
            #""point":"p","alarm":"a","note":"n","reason":"r","cover":"c","action":"start","order":"W-17","crew":"B2","#
            + #""until":"2026-11-21T06:00:00Z","false_alarm":true,"rule":"r","raise":1.5,"clear":-1,"every":"1.5 s","#
            + #""yaml":"a\nb","hash":"h""#
        let until = try #require(WallTime(rfc3339: "2026-11-21T06:00:00Z"))
        for verb in CommandVerb.allCases {
            let text = #"{"id":"1","verb":"\#(verb.rawValue)","args":{\#(args)},"expires":"2026-11-21T12:00:00Z"}"#
            let command = try read(text)
            let expected: CommandOrder =
                switch verb {
                case .read: .read(point: "p")
                case .ack: .acknowledge(alarm: "a")
                case .receipt: .receipt(alarm: "a")
                case .evidence: .evidence(alarm: "a")
                case .close: .close(CloseRequest(alarm: "a", note: "n", falseAlarm: true))
                case .shelve: .shelve(alarm: "a", reason: "r", until: until)
                case .maintenance: .startMaintenance(cover: "c", order: "W-17", crew: "B2", reason: "r", until: until)
                case .threshold: .threshold(rule: "r", raise: 1.5, clear: -1)
                case .sampling: .sampling(cover: "c", every: "1.5 s", until: until)
                case .config: .configuration(text: "a\nb", hash: "h")
                default: .later(verb)
                }
            #expect(command.order == expected)
        }
    }

    @Test func `the end of maintenance needs the cover only, and an order is a reason`() throws {
        func read(_ args: String) throws -> CommandOrder {
            try self.read(#"{"id":"1","verb":"maintenance","args":{\#(args)},"expires":"2026-11-21T12:00:00Z"}"#).order
        }
        #expect(try read(#""cover":"c","action":"stop""#) == .stopMaintenance(cover: "c"))
        let until = try #require(WallTime(rfc3339: "2026-11-21T06:00:00Z"))
        #expect(
            try read(#""cover":"c","action":"start","order":"W-17","crew":"B2","until":"2026-11-21T06:00:00Z""#)
                == .startMaintenance(cover: "c", order: "W-17", crew: "B2", reason: "W-17", until: until))
    }

    @Test(
        arguments: [
            ("close", #""alarm":"a""#), ("close", #""alarm":"a","note":"""#),
            ("close", #""alarm":"a","note":"n","false_alarm":1"#),
            ("shelve", #""alarm":"a","reason":"r""#), ("shelve", #""alarm":"a","reason":"r","until":"soon""#),
            ("shelve", #""alarm":"a","until":"2026-11-21T06:00:00Z""#), ("maintenance", #""cover":"c""#),
            ("maintenance", #""cover":"c","action":"pause""#),
            ("maintenance", #""cover":"c","action":"start","order":"W","until":"2026-11-21T06:00:00Z""#),
            ("maintenance", #""cover":"c","action":"start","order":"W","crew":"B2""#),
            ("sampling", #""cover":"c","every":5,"until":"2026-11-21T06:00:00Z""#),
            ("sampling", #""cover":"c","every":"5 s""#), ("sampling", #""cover":"c","until":"2026-11-21T06:00:00Z""#),
            ("threshold", #""raise":1,"clear":0"#), ("threshold", #""rule":"r","raise":1"#),
            ("threshold", #""rule":"r","raise":"1 %LEL","clear":0"#), ("threshold", #""rule":"r","raise":null,"clear":0"#),
        ])
    func `a person's verb without what it needs is invalid`(verb: String, args: String) {
        let text = #"{"id":"c","verb":"\#(verb)","args":{\#(args)},"expires":"2026-11-21T12:00:00Z"}"#
        let refusal = #expect(throws: CommandRefusal.self) { try read(text) }
        #expect(refusal?.word == .invalid)
    }

    @Test(
        arguments: [
            ("", nil, .malformed), ("[]", nil, .malformed), ("{}", nil, .malformed), (#"{"id":7}"#, nil, .malformed),
            (#"{"id":""}"#, nil, .malformed), (#"{"id":"a b"}"#, nil, .malformed), (#"{"id":"井"}"#, nil, .malformed),
            (#"{"id":"\#(String(repeating: "x", count: 65))"}"#, nil, .malformed),
            (#"{"id":"c","id":"d","verb":"ack","args":{"alarm":"a"},"expires":"2026-11-21T12:00:00Z"}"#, nil, .malformed),
            (#"{"id":"c","verb":"ack","args":{"alarm":"a"}}"#, "c", .malformed),
            (#"{"id":"c","verb":"ack","args":{"alarm":"a"},"expires":"tomorrow"}"#, "c", .malformed),
            (#"{"id":"c","verb":"ack","args":{"alarm":"a"},"expires":1795233600}"#, "c", .malformed),
            (#"{"id":"c","expires":"2026-11-21T12:00:00Z"}"#, "c", .malformed),
            (#"{"id":"c","verb":"ack","args":[],"expires":"2026-11-21T12:00:00Z"}"#, "c", .malformed),
            (#"{"id":"c","verb":"ACK","args":{},"expires":"2026-11-21T12:00:00Z"}"#, "c", .unknownVerb),
            (#"{"id":"c","verb":"ack","expires":"2026-11-21T12:00:00Z"}"#, "c", .invalid),
            (#"{"id":"c","verb":"ack","args":{"alarm":7},"expires":"2026-11-21T12:00:00Z"}"#, "c", .invalid),
            (#"{"id":"c","verb":"ack","args":{"alarm":""},"expires":"2026-11-21T12:00:00Z"}"#, "c", .invalid),
            (#"{"id":"c","verb":"read","args":{"alarm":"a"},"expires":"2026-11-21T12:00:00Z"}"#, "c", .invalid),
            (#"{"id":"c","verb":"ack","args":{"alarm":"a","by":"a\nb"},"expires":"2026-11-21T12:00:00Z"}"#, "c", .invalid),
            (#"{"id":"c","verb":"ack","args":{"alarm":"a","by":"a\u202eb"},"expires":"2026-11-21T12:00:00Z"}"#, "c", .invalid),
            (
                #"{"id":"c","verb":"ack","args":{"alarm":"a","by":"\#(String(repeating: "王", count: 65))"},"#
                    + #""expires":"2026-11-21T12:00:00Z"}"#, "c", .invalid
            ),
        ] as [(String, String?, CommandRefusal.Word)])
    func `what is no command is refused in a word, with its id where that can be read`(
        text: String, id: String?, word: CommandRefusal.Word
    ) {
        let refusal = #expect(throws: CommandRefusal.self) { try read(text) }
        #expect(refusal?.id == id)
        #expect(refusal?.word == word)
        #expect(refusal.map { Tongue.hasHan($0.message.zh) && !Tongue.hasHan($0.message.en) } == true)
        // Paths of arguments, verbs and the JSON's own words are left.
        let strange = refusal.map { Tongue.english($0.message.zh, besides: Set(CommandVerb.allCases.map(\.rawValue))) } ?? []
        #expect(Set(strange).isSubset(of: ["verb", "args", "alarm", "point", "expires", "JSON", "start"]), "\(strange)")
    }

    @Test func `a person's name of 64 characters is taken, whatever their bytes`() throws {
        let name = String(repeating: "王", count: 64)
        #expect(try read(Self.good.replacing("王伟", with: name)).by == name)
    }

    @Test func `a command of 64 KiB is read, and one byte more is refused with its id`() throws {
        let padding = String(repeating: " ", count: CommandReader.largest - Self.good.utf8.count)
        #expect(try read(Self.good + padding).id == "c-1")
        let refusal = #expect(throws: CommandRefusal.self) { try read(Self.good + padding + " ") }
        #expect(refusal?.id == "c-1")
        #expect(refusal?.word == .malformed)
    }

    @Test("no mutation of a command traps; what is read of it has an id and an expiry", arguments: [1, 2] as [UInt64])
    func mutations(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let seeds = [
            Self.good, #"{"id":"c","verb":"read","args":{"point":"C/s/c"},"expires":"9999-12-31T23:59:59.999999999-23:59"}"#,
            #"{"id":"c","verb":"shelve","args":{"n":-1.5e300,"m":[[[[]]]],"o":"\ud83d\ude00"},"expires":"0000-01-01T00:00:00Z"}"#,
        ].map { Array($0.utf8) }
        let spice: [[UInt8]] = ["1e999", "\"id\":\"c\",", "[", "{\"a\":", "\\u", "\\ud800", "9999", "-", "\0", "}"].map {
            Array($0.utf8)
        }
        var (read, refused) = (0, 0)
        for _ in 0..<20_000 {
            var message = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let place = Int.random(in: 0...message.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0 where place < message.count: message[place] = UInt8.random(in: 0...255, using: &random)
                case 1 where place < message.count: message.remove(at: place)
                case 2: message.insert(contentsOf: spice.randomElement(using: &random) ?? [], at: place)
                default: message.removeSubrange(place..<min(message.count, place + Int.random(in: 0...8, using: &random)))
                }
            }
            do throws(CommandRefusal) {
                let command = try CommandReader.read(message)
                #expect((1...64).contains(command.id.utf8.count))
                read += 1
            } catch {
                refused += 1
                #expect(!error.message.en.isEmpty && !error.message.zh.isEmpty)
            }
        }
        #expect(read > 1000)
        #expect(refused > 1000)
    }
}
