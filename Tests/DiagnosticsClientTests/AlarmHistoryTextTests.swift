// History and figures as a person reads them, in both languages.
import DiagnosticsProtocol
import Testing

@testable import DiagnosticsClient

@Suite struct AlarmHistoryTextTests {
    private let renderer = Renderer(colour: false)

    @Test func `a step says who did what to which alarm, in English and in Chinese`() {
        let english = renderer.text(CaseSamples.history("en"))
        for words in ["methane-high", "closed", "C1/ch4/gas", "30 %LEL", "li", "false alarm: vented", "2 older", "1 line"] {
            #expect(english.contains(words), "\(words)")
        }
        let chinese = renderer.text(CaseSamples.history("zh"))
        for words in ["3 危险", "误报：vented", "无法读取", "测点", "关闭 closed", "正常 normal → 已关闭 closed"] {
            #expect(chinese.contains(words), "\(words)")
        }
    }

    @Test func `figures show times, uptime and blind covers, in English and in Chinese`() {
        let english = renderer.text(CaseSamples.figures("en"))
        for words in ["3 alarms, 2 closed, 1 of them false", "10 min", "50 %", "C2 井 2 (crowded)", "4 steps could not be kept"] {
            #expect(english.contains(words), "\(words)")
        }
        #expect(!english.contains("simulated"))
        let chinese = renderer.text(CaseSamples.figures("zh", origin: "simulated"))
        for words in ["报警 3 起", "误报 1 起", "在线率", "高风险井盖", "模拟数据"] { #expect(chinese.contains(words), "\(words)") }
    }

    @Test func `evidence that is not complete says so`() {
        let text = renderer.text(CaseSamples.evidence, file: "A1.json")
        #expect(text.contains("A1.json: 2 KiB, SHA-256 00ff") && text.contains("audit record 9, aa"))
        #expect(text.contains("not complete"))
        let chinese = Renderer(colour: false, language: .zh).text(CaseSamples.evidence, file: "A1.json")
        #expect(chinese.contains("审计记录 9，aa") && chinese.contains("不完整") && !chinese.contains("complete"))
    }
}
