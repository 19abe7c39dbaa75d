// The sentences: complete in both languages, and never a word that could be taken for a permit.
import Advice
import Foundation
import SensorModel
import Testing

@Suite struct EntryTextTests {
    /// A finding of each kind, with everything that its sentence may ask for.
    private static let findings = EntryCode.allCases.flatMap { code in
        let reasons: [EntryFinding.Reason?] =
            [nil] + BadReason.allCases.map { .bad($0) } + UncertainReason.allCases.map { .uncertain($0) }
        return reasons.flatMap { reason in
            Quantity.allCases.map { quantity in
                EntryFinding(
                    code, points: [Manhole.point("s1"), Manhole.point("s2")], quantity: quantity, missing: NeededGas.allCases,
                    value: 12.345, limit: 10, reason: reason, time: .seconds(90), rule: "methane-high", moment: Manhole.now.wall)
            }
        }
    }

    private func texts(_ language: EntryLanguage) -> [String] {
        let words = EntryWords(language)
        let days: [DayExtremes.Summary?] = [
            nil, .init(lowest: 1, highest: 2, seen: .seconds(9)),
            .init(lowest: 1, highest: 2, seen: .seconds(9999), emptyHours: 1),
        ]
        return Self.findings.map(words.text) + days.map { words.text($0, of: Manhole.point("s1"), .oxygen) }
            + EntryVerdict.allCases.map { EntryText.answer($0)[language] }
            + [EntryText.sentence[language], EntryText.days[language], EntryText.simulated[language]]
    }

    @Test("no sentence says safe, in any language", arguments: EntryLanguage.allCases)
    func safe(language: EntryLanguage) {
        for text in texts(language) {
            #expect(!text.lowercased().contains("safe") && !text.contains("安全"), "\(text)")
        }
    }

    @Test("every sentence is filled, one line, and not empty", arguments: EntryLanguage.allCases)
    func filled(language: EntryLanguage) {
        for text in texts(language) {
            #expect(!text.isEmpty && !text.contains("{") && !text.contains("}") && !text.contains("\n"), "\(text)")
        }
    }

    @Test("Chinese is Chinese and English is not")
    func languages() {
        for text in texts(.en) { #expect(text.unicodeScalars.allSatisfy { $0.value < 0x2E80 }, "\(text)") }
        for text in texts(.zh) { #expect(text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(text)") }
    }

    @Test("what the steps really find fills its own sentence")
    func real() {
        let spoiled: [(inout Manhole) -> Void] = [
            { $0.points = [] }, { $0.measure("o2", .good(5)) }, { $0.measure("o2", .good(24)) }, { $0.measure("ch4", .good(11)) },
            { $0.measure("ch4", .good(6)) }, { $0.measure("h2s", .bad(.timeout)) }, { $0.measure("co", .uncertain(99, .stuck)) },
            { $0.measure("co", .uncertain(1, .supplyLow)) }, { $0.measure("co", .good(1), age: .seconds(999)) },
            { $0.measure("h2s", .good(9)) }, { $0.change("h2s") { $0.last = nil } }, { $0.measure("level", .good(3)) },
            { $0.measure("ch4", .bad(.lowOxygen)) }, { $0.measure("ch4", .bad(.submerged)) },
            { $0.measure("level", .bad(.timeout)) }, { $0.measure("level", .good(0), age: .seconds(999)) },
            { $0.change("level") { $0.last = nil } }, { $0.change("level") { $0.rise = 0.2 } }, { $0.points.removeLast() },
            { $0.change("level") { $0.mounted = nil } }, { $0.change("co") { $0.checks = SensorChecks() } },
            {
                $0.change("co") {
                    $0.checks = SensorChecks(overdueSince: WallTime(nanoseconds: 0), bumpTest: WallTime(nanoseconds: 0))
                }
            },
            { $0.alarms = [true, false].map { AlarmFact(rule: "\($0)", isRaised: $0, began: Manhole.now.wall) } },
            { $0.change("co") { $0.day = nil } }, { $0.isMaintained = false }, { $0.now.clock = .unsynced },
            { $0.measure("co", .uncertain(1, .calibrationOverdue)) },
            { manhole in
                manhole.change("ch4") { $0.isCatalytic = true }
                manhole.measure("o2", .good(5))
            },
        ]
        var found = Set(EntryAdvice.withoutGateway.findings.map(\.code))
        for body in spoiled {
            for finding in Manhole.spoiled(body).findings {
                found.insert(finding.code)
                for language in EntryLanguage.allCases {
                    let text = EntryWords(language).text(finding)
                    #expect(!text.contains("{"), "\(text)")
                }
            }
        }
        #expect(found == Set(EntryCode.allCases))
    }

    @Test("sentences as a crew reads them")
    func examples() throws {
        func english(_ body: (inout Manhole) -> Void) -> String? {
            Manhole.spoiled(body).headline.map { EntryWords(.en).text($0) }
        }
        #expect(english { $0.points.removeLast(4) } == "not measured here: flammable gas, hydrogen sulfide, carbon monoxide")
        #expect(
            english { $0.measure("ch4", .good(12.5)) }
                == "methane (ch4/value): 12.5 %LEL, 10 %LEL or more: do not open, no ignition source")
        #expect(english { $0.measure("o2", .good(19.4999)) } == "too little oxygen (o2/value): 19.4999 %VOL, below 19.5 %VOL")
        #expect(
            english { $0.measure("co", .good(1), age: .seconds(7300)) }
                == "carbon monoxide (co/value): the last reading is 2 h old")
        #expect(
            english { $0.measure("ch4", .bad(.lowOxygen)) }
                == "methane (ch4/value): a catalytic sensor is not to be believed below 11 %VOL of oxygen")
        let chinese = Manhole.spoiled { $0.measure("h2s", .bad(.warmingUp)) }.headline.map { EntryWords(.zh).text($0) }
        #expect(chinese == "硫化氢（h2s/value）：无有效值，预热中")
        #expect(
            EntryWords(.en).text(.init(lowest: 0, highest: 31.25, seen: .seconds(3 * 3600)), of: Manhole.point("ch4"), .methane)
                == "methane (ch4/value): 0 %LEL to 31.25 %LEL, seen for 3 h")
    }

    @Test("docs/entry-advice.md has every finding and every limit with its source")
    func documents() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let page = try String(contentsOfFile: root + "/docs/entry-advice.md", encoding: .utf8)
        let answers: [EntryVerdict: String] = [.stop: "STOP", .caution: "CAUTION", .noObjection: "note"]
        for code in EntryCode.allCases {
            let row = "| \(code.step) | `\(code.rawValue)` | \(answers[code.verdict] ?? "") |"
            #expect(page.contains(row), "\(row)")
        }
        for limit in EntryLimit.all {
            let side = [.below: "below", .above: "above", .from: "from"][limit.side] ?? ""
            let unit = limit.quantities.first?.unit.rawValue ?? ""
            let row =
                "| `\(limit.code.rawValue)` | \(side) \(EntryWords(.en).number(limit.value, .one)) \(unit) | \(limit.source) |"
            #expect(page.contains(row), "\(row)")
        }
    }
}
