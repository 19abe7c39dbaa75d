// What people read, in both languages: the type does not let one of them be forgotten.

/// A language of messages for people.
public enum EntryLanguage: String, CaseIterable, Sendable { case zh, en }

/// A text in both languages.
public struct Bilingual: Sendable, Equatable {
    /// Chinese and English.
    public let zh: String, en: String

    /// - Parameters: the same in both.
    public init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }

    /// A name or a number: the same in both languages.
    public static func same(_ text: String) -> Bilingual { Bilingual(zh: text, en: text) }

    /// One text after the other.
    public static func + (left: Bilingual, right: Bilingual) -> Bilingual {
        Bilingual(zh: left.zh + right.zh, en: left.en + right.en)
    }

    /// The text in one of them.
    public subscript(language: EntryLanguage) -> String { language == .zh ? zh : en }
}
