// One finding of the doctor: what is wrong, where, and what to do.
import SensorModel

/// What a finding is about.
public enum FindingSubject: String, CaseIterable, Sendable {
    case gateway, bus, unit, sensor, cover, alarm, output, uplink, lane, rule, profile
}

/// A cover as people find it.
public struct DoctorCover: Sendable, Equatable {
    /// Its code.
    public var code: String
    /// What people call it.
    public var name: String?
    /// Where it is, in words.
    public var place: String?

    /// - Parameters: as the properties.
    public init(code: String, name: String? = nil, place: String? = nil) {
        self.code = code
        self.name = name
        self.place = place
    }

    /// Name, code and place.
    public var title: Bilingual {
        let named = [name, code].compactMap(\.self).joined(separator: " ")
        return Bilingual(zh: named + (place.map { "（\($0)）" } ?? ""), en: named + (place.map { " (\($0))" } ?? ""))
    }

    /// The same before a sentence.
    var label: Bilingual { title + Bilingual(zh: "：", en: ": ") }
}

/// One finding.
public struct DoctorFinding: Sendable, Equatable {
    /// How much it weighs.
    public var severity: FindingSeverity
    /// What kind.
    public var code: FindingCode
    /// What it is about.
    public var kind: FindingSubject
    /// The id of that: a bus, `COVER/SENSOR`, an uplink; the gateway's findings have a file, a group or nothing here.
    public var subject: String
    /// The cover it concerns.
    public var cover: DoctorCover?
    /// What the reason of a reading asks a technician to do, before the general remedy.
    public var reasonRemedy: Bilingual?
    /// What stands in the blanks of the sentences.
    public var blanks: [FindingText.Blank: Bilingual]

    /// - Parameters: as the properties; the severity is the code's unless it is given.
    public init(
        _ code: FindingCode, _ kind: FindingSubject, _ subject: String = "", cover: DoctorCover? = nil,
        severity: FindingSeverity? = nil, reasonRemedy: Bilingual? = nil, _ blanks: [FindingText.Blank: Bilingual] = [:]
    ) {
        self.severity = severity ?? code.severity
        self.code = code
        self.kind = kind
        self.subject = subject
        self.cover = cover
        self.reasonRemedy = reasonRemedy
        self.blanks = blanks
    }

    /// What is wrong; of a cover with its name, code and place.
    public func wrong(_ language: EntryLanguage) -> String {
        (cover?.label[language] ?? "") + fill(FindingText.sentences(code).wrong[language], language)
    }

    /// What to do.
    public func remedy(_ language: EntryLanguage) -> String {
        let general = fill(FindingText.sentences(code).remedy[language], language)
        return (reasonRemedy.map { $0[language] + (language == .zh ? "" : " ") } ?? "") + general
    }

    private func fill(_ template: String, _ language: EntryLanguage) -> String {
        var text = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            text += rest[..<open]
            let word = String(rest[rest.index(after: open)..<close])
            let filled = word == "subject" ? subject : FindingText.Blank(rawValue: word).flatMap { blanks[$0]?[language] }
            text += filled ?? "{\(word)}"
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }
}
