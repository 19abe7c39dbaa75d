// A sensor model's `require`: what proves that the right device is there.
import DeviceHAL
import SensorModel

/// Reads requirements.
enum RequirementReader {
    /// One entry.
    static func read(_ field: Field) -> DeviceProfile.Requirement? {
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
        if field.node.text.flatMap(NumberText.integer) == nil, case .scalar = field.node.content {
            maskField?.refuse("'mask' goes with a number at 'equals', not with a word")
            return field.with(shapes[1]).choice() == nil ? nil : .unitAddress
        }
        guard let value = field.with(shapes[0]).word(), let mask else { return nil }
        if value & ~mask != 0 {
            field.refuse("expected only bits that are in the mask \(maskField?.found ?? ""), else it can never hold")
        }
        return .equals(value, mask: mask)
    }

    private static func readRange(_ section: Section) -> DeviceProfile.IdentityCheck.Expectation? {
        guard let ends = section["in"]?.list(), let low = ends[0].word(), let high = ends[1].word() else { return nil }
        return low <= high ? .within(low...high) : ends[1].expected("a number not below \(ends[0].found)")
    }

    private static func readText(_ section: Section, _ registers: Int) -> DeviceProfile.IdentityCheck.Expectation? {
        guard let field = section["text"], let text = field.text() else { return nil }
        guard text.utf8.allSatisfy({ $0 < 0x80 }), text.first != " ", text.last != " " else {
            return field.expected("text in ASCII without spaces around it")
        }
        guard section["length"] == nil || text.utf8.count <= registers * 2 else {
            return field.expected("at most \(registers * 2) characters, which is what \(registers) registers hold")
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
