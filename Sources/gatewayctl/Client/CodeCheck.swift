// Whether the cover at a person's feet is the one that the configuration means: a scanned code, and the ledger.
import SensorModel
import DiagnosticsProtocol

/// The outcome of `gatewayctl commission check`.
public struct CodeCheck: Codable, Sendable, Equatable {
    /// The configured code.
    public var cover: String
    /// The scanned code, without blanks around it.
    public var scanned: String
    /// Whether the two are the same.
    public var matches: Bool
    /// How often the configured code stands in the ledger extract; null without one.
    @Nullable public var ledgerRows: Int?
    /// The name the ledger has for it.
    @Nullable public var ledgerName: String?
    /// Whether it is the configured name; null when one of the two is not known.
    @Nullable public var nameMatches: Bool?
    /// One sentence each, with what to do.
    public var problems: [String]

    private enum CodingKeys: String, CodingKey {
        case cover, scanned, matches, problems
        case ledgerRows = "ledger_rows"
        case ledgerName = "ledger_name"
        case nameMatches = "name_matches"
    }

    /// Whether this is the cover. Another name in the ledger is said and decides nothing: people write names in many ways.
    public var isRight: Bool { matches && (ledgerRows ?? 1) == 1 }

    /// - Parameters:
    ///   - cover: as the daemon knows it.
    ///   - scanned: as it was read off the cover.
    ///   - ledger: the extract, if there is one.
    ///   - language: of the sentences.
    public init(_ cover: CommissionCover, scanned: String, ledger: LedgerExtract?, language: EntryLanguage = .en) {
        let words = Vocabulary(language)
        let isBlank: (Character) -> Bool = { $0.isWhitespace }
        let scanned = String(scanned.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
        self.cover = cover.code
        self.scanned = scanned
        // Byte for byte: two texts that Unicode holds for equal are not one code.
        matches = Array(scanned.utf8) == Array(cover.code.utf8)
        problems = []
        if !matches {
            let name = cover.name.map { "\($0) " } ?? ""
            problems.append(
                words(
                    "\(name)在配置中的编码为 \(cover.code)，扫描结果为 \(scanned)：这是另一座井盖，或配置中的编码有误；查清之前请勿继续",
                    "\(name)is \(cover.code) in the configuration and \(scanned) was scanned: this is another cover, or the "
                        + "configuration has the wrong code; do not go on before one of them is right"))
        }
        guard let ledger else { return }
        let entry = ledger.entry(cover.code)
        ledgerRows = entry.rows
        ledgerName = entry.name
        if entry.rows == 0 {
            problems.append(
                words(
                    "台账摘录的第一列中没有 \(cover.code)：请核对编码和摘录",
                    "\(cover.code) does not stand in the first column of the ledger extract: check the code, and the extract"))
        } else if entry.rows > 1 {
            problems.append(
                words(
                    "台账摘录中 \(cover.code) 出现 \(entry.rows) 次：请更正台账",
                    "\(cover.code) stands \(entry.rows) times in the ledger extract: have the ledger corrected"))
        }
        if let name = entry.name, !name.isEmpty, let configured = cover.name {
            nameMatches = name == configured
            if name != configured {
                problems.append(
                    words(
                        "台账中 \(cover.code) 名为 \(name)，配置中名为 \(configured)",
                        "the ledger calls \(cover.code) \(name), the configuration \(configured)"))
            }
        }
    }
}

extension Renderer {
    /// Whether it is the one, and what speaks against it.
    public func text(_ check: CodeCheck) -> String {
        let verdict =
            check.isRight
            ? words("\(check.cover)：是这座井盖", "\(check.cover): yes, this is the one")
            : words("\(check.cover)：不是", "\(check.cover): NO")
        let ledger = check.ledgerRows == 1 ? words("，台账中也有", ", and it stands in the ledger extract") : ""
        let lines = [verdict + (check.isRight ? ledger : "")] + check.problems
        return lines.map { Words.printable($0) + "\n" }.joined()
    }
}
