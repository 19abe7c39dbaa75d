// A sensor model's `require`: what proves that the right device is there.
import DeviceHAL
import SensorModel

/// Reads requirements.
enum RequirementReader {
    /// All entries; two that can never hold together are an error.
    static func read(all field: Field) -> [DeviceProfile.Requirement] {
        var requirements: [DeviceProfile.Requirement] = []
        var earlier: [RegisterPlace: [(path: String, expectation: DeviceProfile.IdentityCheck.Expectation)]] = [:]
        for entry in field.list() ?? [] {
            guard let requirement = read(entry) else { continue }
            requirements.append(requirement)
            guard !requirement.isRefused, let check = requirement.checks.first else { continue }
            let others = earlier[check.place] ?? []
            if let other = others.first(where: { !check.expectation.mayHold(with: $0.expectation) }) {
                (entry.written("equals") ?? entry.written("in"))?.refuse(
                    "cannot hold together with \(other.path), which is about \(check.place) too")
            } else if !others.contains(where: { $0.expectation == check.expectation }) {
                earlier[check.place, default: []].append((entry.path, check.expectation))
            }
        }
        return requirements
    }

    /// One entry.
    private static func read(_ field: Field) -> DeviceProfile.Requirement? {
        let isRefusal = field.node["unless"] != nil
        guard let section = field.section(as: isRefusal ? Shapes.refusal : Shapes.requirement) else { return nil }
        let reason: BadReason? = section["reason"]?.choice()
        let checks: [DeviceProfile.IdentityCheck]?
        if isRefusal {
            let entries = section["unless"]?.list()
            let good = entries?.compactMap { $0.section().flatMap(readCheck) }
            checks = good?.count == entries?.count ? good : nil
        } else {
            checks = readCheck(section).map { [$0] }
        }
        guard let checks, let reason else { return nil }
        return DeviceProfile.Requirement(checks: checks, isRefused: isRefusal, reason: reason)
    }

    private static func readCheck(_ section: Section) -> DeviceProfile.IdentityCheck? {
        let place = section.place()
        let registers = section["length"]?.integer() ?? 1
        let expectation = readEquals(section) ?? readRange(section) ?? readText(section, registers)
        guard let place, let expectation else { return nil }
        checkTable(section, place.table)
        FieldReader.checkEnd(section["address"], registers)
        return DeviceProfile.IdentityCheck(place: place, registers: registers, expectation: expectation)
    }

    private static func readEquals(_ section: Section) -> DeviceProfile.IdentityCheck.Expectation? {
        guard let field = section["equals"], case .either(let shapes) = field.shape else { return nil }
        let maskField = section["mask"]
        let mask = maskField.map { $0.word() } ?? 0xFFFF
        if let text = field.node.text, NumberText.integer(text) == nil {
            let hint = field.hint(", ", text, in: ["unit-address"]) ?? ""
            guard text == "unit-address" else {
                field.refuse("expected a whole number from 0 to 65535, or unit-address, found \(field.found)\(hint)")
                return nil
            }
            maskField?.refuse("'mask' goes with a number at 'equals', not with a word")
            return .unitAddress
        }
        guard let value = field.with(shapes[0]).word(), let mask else { return nil }
        if mask == 0 { return maskField?.expected("at least one bit, under a mask without bits every register is the same") }
        if value & ~mask != 0 {
            field.refuse("expected only bits that are in the mask \(maskField?.found ?? ""), else it can never hold")
        }
        return .equals(value, mask: mask)
    }

    private static func readRange(_ section: Section) -> DeviceProfile.IdentityCheck.Expectation? {
        guard let ends = section["in"]?.list(), let low = ends[0].word(), let high = ends[1].word() else { return nil }
        guard low <= high else { return ends[1].expected("a number not below \(ends[0].found)") }
        guard low > 0 || high < 0xFFFF else {
            section["in"]?.refuse("expected less than all that a register can hold, 0 to 65535 proves nothing")
            return nil
        }
        return .within(low...high)
    }

    private static func readText(_ section: Section, _ registers: Int) -> DeviceProfile.IdentityCheck.Expectation? {
        guard let field = section["text"], let text = field.text() else { return nil }
        guard text.utf8.allSatisfy({ $0 < 0x80 }), text.first != " ", text.last != " " else {
            return field.expected("text in ASCII without spaces around it")
        }
        guard section["length"] == nil || text.utf8.count <= registers * 2 else {
            let holders = registers == 1 ? "1 register holds" : "\(registers) registers hold"
            return field.expected("at most \(registers * 2) characters, which is what \(holders)")
        }
        return .text(text)
    }

    /// An item of a table of bits is 0 or 1.
    private static func checkTable(_ section: Section, _ table: RegisterTable) {
        guard table.isBits else { return }
        for key in ["mask", "in", "text", "length"] {
            section[key]?.refuse("'\(key)' does not go with table \(table.rawValue), whose items are bits")
        }
        if let field = section["equals"], let text = field.plain, !["0", "1"].contains(text) {
            let _: Int? = field.expected("0 or 1, an item of table \(table.rawValue) is one bit")
        }
    }
}

extension DeviceProfile.IdentityCheck.Expectation {
    /// False when no content of one register can be both.
    fileprivate func mayHold(with other: Self) -> Bool {
        switch (self, other) {
        case (.equals(let left, let mask), .equals(let right, let otherMask)): (left ^ right) & mask & otherMask == 0
        case (.equals(let value, mask: 0xFFFF), .within(let range)), (.within(let range), .equals(let value, mask: 0xFFFF)):
            range.contains(value)
        case (.within(let left), .within(let right)): left.overlaps(right)
        default: true
        }
    }
}
