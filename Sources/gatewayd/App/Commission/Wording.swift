// A sentence for a person at the cover, in both languages: neither can be forgotten.
import GatewayConfig

/// One text in Chinese and in English.
struct Wording: Sendable, Equatable {
    /// Chinese.
    let zh: String
    /// English.
    let en: String

    /// - Parameters: as the properties.
    init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }

    /// The text in the gateway's language.
    func text(_ language: GatewaySettings.Language) -> String {
        switch language {
        case .zh: zh
        case .en: en
        }
    }
}
