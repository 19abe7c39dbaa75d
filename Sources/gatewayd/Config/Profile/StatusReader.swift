// A sensor model's `status`: the registers that say when channels may not be believed.
import DeviceHAL
import SensorModel

/// Reads status registers.
enum StatusReader {
    /// One entry.
    /// - Parameter channels: the names of the model's channels.
    static func read(_ field: Field, channels: [String]) -> DeviceProfile.StatusRule? {
        guard let section = field.section() else { return nil }
        let place = section.place()
        let type = readType(section, place?.table)
        let range = type.range
        let equals = section["equals"].map { readReasons($0, range, type.words) } ?? [:]
        let bits = section["bits"].map { readReasons($0, 0...15, "a bit from 0 (least significant) to 15") } ?? [:]
        let atMost = section["at_most"].map { readReasons($0, range, type.words) } ?? [:]
        let mask = readMask(section, equals)
        if type != .bit { checkLimits(section, atMost, mask, isSigned: type == .signed) }
        if type == .bit {
            for key in ["bits", "at_most", "mask"] { section[key]?.refuse("'\(key)' does not go with a bit, write 'equals'") }
        }
        let named = section["channels"]?.list()?.compactMap { $0.id() == nil ? nil : $0.choice(of: channels) } ?? []
        guard let place else { return nil }
        return DeviceProfile.StatusRule(
            table: place.table, address: place.address, mask: mask, isSigned: type == .signed, equals: equals, bits: bits,
            atMost: atMost, channels: named)
    }

    /// What a status register counts.
    private enum Kind {
        case unsigned, signed, bit

        var range: ClosedRange<Int> {
            switch self {
            case .unsigned: 0...0xFFFF
            case .signed: -0x8000...0x7FFF
            case .bit: 0...1
            }
        }

        var words: String { self == .bit ? "0 or 1" : "a value from \(range.lowerBound) to \(range.upperBound)" }
    }

    private static func readType(_ section: Section, _ table: RegisterTable?) -> Kind {
        let isBits = table?.isBits ?? false
        guard let field = section["type"], let type = field.choice() else { return isBits ? .bit : .unsigned }
        if table != nil, (type == "bool") != isBits {
            let _: Int? = field.expected(
                isBits ? "bool, an item of this table is one bit" : "uint16 or int16 in a table of registers")
        }
        return isBits ? .bit : type == "int16" ? .signed : .unsigned
    }

    private static func readMask(_ section: Section, _ equals: [Int: Doubt]) -> UInt16 {
        guard let field = section["mask"], let mask = field.word() else { return 0xFFFF }
        if mask == 0 {
            let _: Int? = field.expected("at least one bit, under a mask without bits every register is the same")
            return 0xFFFF
        }
        if let value = equals.keys.sorted().first(where: { UInt16(truncatingIfNeeded: $0) & ~mask != 0 }) {
            section["equals"]?.refuse("expected only bits that are in the mask \(field.found), \(value) can never be there")
        }
        return mask
    }

    /// A limit that every content is below, or none, says nothing.
    private static func checkLimits(_ section: Section, _ atMost: [Int: Doubt], _ mask: UInt16, isSigned: Bool) {
        let largest = Int(isSigned ? mask & 0x7FFF : mask)
        let smallest = isSigned && mask & 0x8000 != 0 ? -0x8000 : 0
        for limit in atMost.keys.sorted() where limit >= largest || limit < smallest {
            let what = mask == 0xFFFF ? "the register" : "the register under the mask \(ShortNumber.text(word: mask))"
            let verdict = limit < smallest ? "never" : "always"
            section["at_most"]?.refuse(
                "expected limits from \(smallest) to \(largest - 1), \(what) is \(verdict) at most \(limit)")
        }
    }

    private static func readReasons(_ field: Field, _ range: ClosedRange<Int>, _ what: String) -> [Int: Doubt] {
        guard case .named(_, let inner, let atLeastOne) = field.shape else { return [:] }
        var reasons: [Int: Doubt] = [:]
        for entry in field.with(.named(.numbers(range, what), inner, atLeastOne: atLeastOne)).named() ?? [] {
            guard let word = entry.value.choice(), let doubt = Doubt(word: word), let number = NumberText.integer(entry.name)
            else { continue }
            if reasons[number] != nil { entry.key.refuse("\(number) stands here twice") }
            reasons[number] = doubt
        }
        return reasons
    }
}
