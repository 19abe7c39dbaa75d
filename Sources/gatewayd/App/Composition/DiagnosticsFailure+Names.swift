// The refusals that several verbs have in common: what was named is not there, or is not written as it should be.
import SensorModel

extension DiagnosticsFailure {
    /// No cover has this code.
    static func noCover(_ code: String) -> DiagnosticsFailure {
        DiagnosticsFailure(
            .notFound, zh: "配置中没有井盖 \(code)；gatewayctl sensors 列出所有井盖和编码",
            en: "no cover \(code) in the configuration; `gatewayctl sensors` shows the covers with their codes")
    }

    /// No point has this name.
    static func noPoint(_ text: String) -> DiagnosticsFailure {
        DiagnosticsFailure(
            .notFound, zh: "配置中没有测点 \(text)；gatewayctl sensors 列出所有测点",
            en: "no point \(text) in the configuration; `gatewayctl sensors` lists them")
    }

    /// This is no name of a point.
    static func notAPoint(_ text: String) -> DiagnosticsFailure {
        DiagnosticsFailure(
            .invalid, zh: "\(text) 不是测点；应写成 井盖/传感器/通道，与 gatewayctl sensors 显示的一致",
            en: "\(text) is not a point; write COVER/SENSOR/CHANNEL as `gatewayctl sensors` shows it")
    }

    /// There are no texts in this language.
    static func noLanguage(_ word: String?) -> DiagnosticsFailure {
        DiagnosticsFailure(
            .invalid, zh: "没有语言 \(word ?? "")；可用 zh 或 en", en: "no texts in the language \(word ?? ""); take zh or en")
    }
}
