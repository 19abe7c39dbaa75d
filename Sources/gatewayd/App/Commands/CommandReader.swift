// Bytes from the platform into a command, or a refusal that says what is wrong with them. Pure.
import DiagnosticsProtocol
import SensorModel

/// Reads commands: `{"id":…,"verb":…,"args":{…},"expires":…}`. Members it does not know are left to later versions.
enum CommandReader {
    /// The most bytes a command may have.
    static let largest = 65_536
    /// The most characters of a person's name.
    static let longestName = 64
    /// The most characters of an id or a point in the arguments.
    static let longestWord = 256

    /// The command, or why it is none.
    static func read(_ message: [UInt8]) throws(CommandRefusal) -> Command {
        let members = try object(message)
        guard case .text(let id)? = members["id"], isID(id) else {
            throw CommandRefusal(
                nil, .malformed, zh: "id 必须是 1 至 64 个字符的文本，可用 A-Z a-z 0-9 . _ : -",
                en: "id must be a text of 1 to 64 characters out of A-Z a-z 0-9 . _ : -")
        }
        guard message.count <= largest else {
            throw CommandRefusal(
                id, .malformed, zh: "命令最长 \(largest) 字节，此命令为 \(message.count) 字节",
                en: "a command has at most \(largest) bytes, this one has \(message.count)")
        }
        guard case .text(let text)? = members["expires"], let expires = WallTime(rfc3339: text) else {
            throw CommandRefusal(id, .malformed, timeIsMissing("expires"))
        }
        guard case .text(let word)? = members["verb"] else {
            throw CommandRefusal(id, .malformed, zh: "verb 必须是文本", en: "verb must be a text")
        }
        guard let verb = CommandVerb(rawValue: word) else {
            let known = CommandVerb.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandRefusal(
                id, .unknownVerb, zh: "没有这个动作；可用的有 \(known)", en: "this verb is not known; known are \(known)")
        }
        let arguments: CommandArguments
        switch members["args"] {
        case .object(let members)?: arguments = CommandArguments(command: id, members: members)
        case nil: arguments = CommandArguments(command: id, members: [:])
        default: throw CommandRefusal(id, .malformed, zh: "args 必须是对象", en: "args must be an object")
        }
        return Command(
            id: id, order: try order(verb, arguments), by: try arguments.name("by"), expires: expires)
    }

    /// The verb with what it needs.
    private static func order(_ verb: CommandVerb, _ arguments: CommandArguments) throws(CommandRefusal) -> CommandOrder {
        switch verb {
        case .read: .read(point: try arguments.word("point"))
        case .ack: .acknowledge(alarm: try arguments.word("alarm"))
        case .receipt: .receipt(alarm: try arguments.word("alarm"))
        case .evidence: .evidence(alarm: try arguments.word("alarm"))
        case .close:
            .close(
                CloseRequest(
                    alarm: try arguments.word("alarm"), note: try arguments.word("note"),
                    falseAlarm: try arguments.flag("false_alarm")))
        case .shelve:
            .shelve(
                alarm: try arguments.word("alarm"), reason: try arguments.word("reason"), until: try arguments.time("until"))
        case .maintenance: try maintenance(arguments)
        case .threshold:
            .threshold(
                rule: try arguments.word("rule"), raise: try arguments.number("raise"), clear: try arguments.number("clear"))
        case .sampling:
            .sampling(
                cover: try arguments.word("cover"), every: try arguments.word("every"), until: try arguments.time("until"))
        case .config: .configuration(text: try arguments.text("yaml"), hash: try arguments.word("hash"))
        case .replay: .later(verb)
        }
    }

    private static func maintenance(_ arguments: CommandArguments) throws(CommandRefusal) -> CommandOrder {
        let (cover, action) = (try arguments.word("cover"), try arguments.word("action"))
        switch action {
        case "stop": return .stopMaintenance(cover: cover)
        case "start":
            let order = try arguments.word("order")
            return .startMaintenance(
                cover: cover, order: order, crew: try arguments.word("crew"),
                // An order is a reason.
                reason: arguments.members["reason"] == nil ? order : try arguments.word("reason"),
                until: try arguments.time("until"))
        default:
            throw CommandRefusal(
                arguments.command, .invalid, zh: "args.action 必须是 start 或 stop，实为 \(action)",
                en: "args.action must be start or stop, found \(action)")
        }
    }

    private static func object(_ message: [UInt8]) throws(CommandRefusal) -> [String: JSONValue] {
        let value: JSONValue
        do throws(JSONProblem) {
            value = try JSONReader.read(message)
        } catch {
            throw CommandRefusal(
                nil, .malformed, zh: "不是 JSON：第 \(error.offset) 字节处\(error.words.zh)",
                en: "no JSON: \(error.words.en), at byte \(error.offset)")
        }
        guard case .object(let members) = value else {
            throw CommandRefusal(nil, .malformed, zh: "命令是一个 JSON 对象", en: "a command is a JSON object")
        }
        return members
    }

    static func timeIsMissing(_ name: String) -> Bilingual {
        Bilingual(
            zh: "缺少 \(name)：形如 2026-06-01T00:00:00Z 的时间（RFC 3339）",
            en: "\(name) is required: a time like 2026-06-01T00:00:00Z (RFC 3339)")
    }

    private static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

/// The `args` of a command, by name.
struct CommandArguments {
    /// The command they belong to.
    let command: String
    /// As they came.
    let members: [String: JSONValue]

    /// An id or a point: a short text that must be there.
    func word(_ name: String) throws(CommandRefusal) -> String {
        guard let text = try line(name, atMost: CommandReader.longestWord) else {
            throw CommandRefusal(command, .invalid, zh: "缺少 args.\(name)", en: "args.\(name) is missing")
        }
        return text
    }

    /// A text of any number of lines that must be there.
    func text(_ name: String) throws(CommandRefusal) -> String {
        guard case .text(let text)? = members[name], !text.isEmpty else {
            throw CommandRefusal(command, .invalid, zh: "缺少 args.\(name)：一段文本", en: "args.\(name) is required: a text")
        }
        return text
    }

    /// A number that must be there; every number that is read is finite.
    func number(_ name: String) throws(CommandRefusal) -> Double {
        guard case .number(let number)? = members[name] else {
            throw CommandRefusal(command, .invalid, zh: "缺少 args.\(name)：一个数", en: "args.\(name) is required: a number")
        }
        return number
    }

    /// A moment that must be there.
    func time(_ name: String) throws(CommandRefusal) -> WallTime {
        guard case .text(let text)? = members[name], let time = WallTime(rfc3339: text) else {
            throw CommandRefusal(command, .invalid, CommandReader.timeIsMissing("args.\(name)"))
        }
        return time
    }

    /// Yes or no, or nil when it is not there.
    func flag(_ name: String) throws(CommandRefusal) -> Bool? {
        switch members[name] {
        case nil: return nil
        case .bool(let flag)?: return flag
        default:
            throw CommandRefusal(
                command, .invalid, zh: "args.\(name) 必须是 true 或 false", en: "args.\(name) must be true or false")
        }
    }

    /// A person's name, or nil when it is not there.
    func name(_ name: String) throws(CommandRefusal) -> String? { try line(name, atMost: CommandReader.longestName) }

    /// One line of text with something in it.
    private func line(_ name: String, atMost limit: Int) throws(CommandRefusal) -> String? {
        guard let value = members[name] else { return nil }
        guard case .text(let text) = value, !text.isEmpty, text.utf8.count <= 4 * limit, text.count <= limit,
            text.unicodeScalars.allSatisfy(Self.isPrintable)
        else {
            throw CommandRefusal(
                command, .invalid, zh: "args.\(name) 必须是一行 1 至 \(limit) 个字符的文本",
                en: "args.\(name) must be a text of 1 to \(limit) characters on one line")
        }
        return text
    }

    /// False for what would break a line or turn its direction in a log.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        default: true
        }
    }
}
