// One number in a sensor model's register map.
import DeviceHAL

/// Reads register fields.
enum FieldReader {
    /// Reads a field.
    /// - Parameter unit: the unit its value must come out in; nil when that is not known.
    static func read(_ section: Section, unit: String?) -> RegisterField? {
        let place = section.place()
        let type: RegisterType? = section["type"]?.choice()
        let wordOrder: Order? = section["word_order"]?.choice()
        let byteOrder: Order? = section["byte_order"]?.choice()
        let scale = section["scale"]?.number()
        let offset = section["offset"]?.number()
        let bit = section["bit"]?.integer()
        let length = section["length"]?.integer()
        let decimals = section["decimals_at"].flatMap { $0.section()?.place() }
        let unitTable = section["unit_at"].flatMap { readUnitTable($0, unit) }
        guard let place, let type else { return nil }
        checkType(section, type, place.table)
        let invalid = section["invalid"].map { readInvalid($0, type) } ?? []
        guard let wordOrder, let byteOrder, let scale, let offset else { return nil }
        let field = RegisterField(
            table: place.table, address: place.address, type: type, length: length ?? 1, wordOrder: wordOrder,
            byteOrder: byteOrder, scale: scale, offset: offset, bit: bit, invalid: invalid, decimalsAt: decimals,
            unitAt: unitTable)
        checkEnd(section["address"], field.registers)
        return field
    }

    /// Reports an address whose last register lies beyond the table.
    static func checkEnd(_ address: Field?, _ registers: Int) {
        guard let address, let start = address.plain.flatMap(NumberText.integer), start + registers > 0x1_0000 else { return }
        let _: Int? = address.expected("an address of at most \(0x1_0000 - registers)")
    }

    /// Reports what does not go with the type and the table.
    private static func checkType(_ section: Section, _ type: RegisterType, _ table: RegisterTable) {
        if table.isBits, type != .bool {
            let _: Int? = section["type"]?.expected("bool, an item of table \(table.rawValue) is one bit")
        }
        if type == .bool, !table.isBits, section["bit"] == nil {
            section.missing("bit", "which bit of the register, 0 (least significant) to 15")
        }
        if let bit = section["bit"], type != .bool || table.isBits {
            bit.refuse("'bit' goes with type bool in table input or holding, and only there")
        }
        if type == .ascii, section["length"] == nil { section.missing("length", "the number of registers that hold the text") }
        if let length = section["length"], type != .ascii { length.refuse("'length' goes with type ascii, and only there") }
        if let invalid = section["invalid"], type == .ascii {
            invalid.refuse("'invalid' does not go with type ascii: text that is no number is decode-error anyway")
        }
        if type == .bool {
            for key in ["decimals_at", "unit_at"] { section[key]?.refuse("'\(key)' does not go with type bool") }
        }
    }

    private static func readInvalid(_ field: Field, _ type: RegisterType) -> [UInt64] {
        guard let registers = type.registers else { return [] }
        let largest = type == .bool ? 1 : UInt64.max >> (64 - UInt64(registers) * 16)
        let what = "the raw pattern of \(type.rawValue), like 0x\(String(largest, radix: 16, uppercase: true))"
        return (field.list() ?? []).compactMap { $0.unsigned(atMost: largest, what) }
    }

    private static func readUnitTable(_ field: Field, _ unit: String?) -> UnitTable? {
        guard let section = field.section() else { return nil }
        let place = section.place()
        var codes: [UInt16: UnitTable.Conversion] = [:]
        for entry in section["codes"]?.named() ?? [] {
            guard let number = NumberText.integer(entry.name), let conversion = readConversion(entry.value, unit) else {
                continue
            }
            if codes[UInt16(number)] != nil { entry.key.refuse("\(number) stands here twice") }
            codes[UInt16(number)] = conversion
        }
        return place.map { UnitTable(place: $0, codes: codes) }
    }

    private static func readConversion(_ field: Field, _ canonical: String?) -> UnitTable.Conversion? {
        guard let section = field.section(), let unit = section["unit"]?.text() else { return nil }
        if let canonical, unit != canonical, section["scale"] == nil {
            section.missing("scale", "the factor from \(unit) to \(canonical)")
        }
        let scale = section["scale"]?.number()
        if let canonical, unit == canonical, let scale, scale != 1 {
            let _: Int? = section["scale"]?.expected("1, \(unit) is the channel's own unit")
        }
        let basis = section["basis"]?.text()
        return UnitTable.Conversion(unit: unit, scale: scale ?? 1, basis: basis)
    }
}
